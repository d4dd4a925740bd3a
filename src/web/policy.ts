import { X509Certificate } from 'node:crypto';
import { type IncomingMessage } from 'node:http';
import * as https from 'node:https';
import { type PeerCertificate } from 'node:tls';
import { displayName } from '../dns/name.ts';
import { Fault } from '../errors.ts';
import { limits } from '../limits.ts';
import { type FetchPolicy, type PolicyFetched } from '../mail/probe.ts';

type Failed = Extract<PolicyFetched, { is: 'failed' }>;

const failed = (by: Failed['by'], why: string): Failed => ({ is: 'failed', by, why });

/** What OpenSSL has against a certificate (X509_verify_cert_error_string(3)), for a person. */
const flaws: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate comes from an authority that is not trusted here',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    'its certificate comes from an authority that is not trusted here, or a part of the chain is missing',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the certificate of its issuer is missing',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
};

const network: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection is refused',
  ECONNRESET: 'the connection was cut',
};

/** A machine without IPv6, or without IPv4. */
const lacking = ['ENETUNREACH', 'EHOSTUNREACH', 'EADDRNOTAVAIL', 'EAFNOSUPPORT'];

const codeOf = (error: Error): string =>
  'code' in error && typeof error.code === 'string' ? error.code : '';

/** What went wrong before anything was answered. */
function troubleOf(error: Error): Failed {
  const code = codeOf(error);
  const flaw = flaws[code];
  if (flaw !== undefined) return failed('tls', flaw);
  if (/^(?:CERT_|CRL_|INVALID_|UNABLE_TO_|PATH_LENGTH_|HOSTNAME_)/.test(code))
    return failed('tls', `its certificate is not accepted (${code})`);
  if (code === 'EPROTO' || code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_'))
    return failed('tls', `no TLS connection (${code})`);
  if (lacking.includes(code)) return failed('family', `there is no way to this address (${code})`);
  if (code.startsWith('HPE_')) return failed('http', `what it answers is no HTTP (${code})`);
  return failed('connect', network[code] ?? `no connection (${code === '' ? 'unknown' : code})`);
}

/** The name must stand in the alternative names: a common name is not enough (RFC 8461 3.3). */
function identityProblem(host: string, { raw }: PeerCertificate): Error | undefined {
  const strictly = { subject: 'never', partialWildcards: false } as const;
  return new X509Certificate(raw).checkHost(host, strictly) === undefined
    ? Object.assign(new Error('no DNS name'), { code: 'ERR_TLS_CERT_ALTNAME_INVALID' })
    : undefined;
}

/** Reads what senders read of it: 64 KiB (RFC 8461 3.3). */
function read(response: IncomingMessage, done: (body: string | Failed) => void): void {
  const parts: Buffer[] = [];
  let length = 0;
  response.on('data', (part: Buffer) => {
    length += part.length;
    parts.push(part);
    if (length > limits.policyOctets)
      done(failed('size', `it is longer than ${limits.policyOctets / 1024} KiB`));
  });
  response.on('end', () => {
    done(Buffer.concat(parts).toString('latin1'));
  });
  response.on('error', error => {
    done(troubleOf(error));
  });
}

const printable = (text: string): string => text.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 100);

/**
 * Fetches the policy of a domain as senders do: TLS 1.2 at least, a certificate for the name of the policy
 * host from an authority that this machine trusts, no redirects (RFC 8461 3.3). For an authority of one's
 * own there is NODE_EXTRA_CA_CERTS.
 * @throws Fault ABORTED
 */
export const fetchPolicy: FetchPolicy = ({ host, address, port }, signal) =>
  new Promise((resolve, reject) => {
    const name = displayName(host);
    const late = AbortSignal.timeout(limits.policyFetchMs);
    const request = https.request({
      ...{ host: address, port, servername: name, path: '/.well-known/mta-sts.txt' },
      headers: { host: name, 'user-agent': 'dns-cutover' },
      ...{ agent: false, minVersion: 'TLSv1.2', rejectUnauthorized: true },
      checkServerIdentity: (_, certificate) => identityProblem(name, certificate),
      signal: AbortSignal.any([signal, late]),
    });
    const end = (result: PolicyFetched): void => {
      request.destroy();
      resolve(result);
    };
    request.on('response', response => {
      const { statusCode: status = 0 } = response;
      const contentType = printable(response.headers['content-type'] ?? '');
      // Whatever stands in anything but a 200 is no policy.
      if (status !== 200) end({ is: 'fetched', address, status, contentType, body: '' });
      else
        read(response, said => {
          if (typeof said !== 'string') end(said);
          else end({ is: 'fetched', address, status, contentType, body: said });
        });
    });
    request.on('error', error => {
      if (signal.aborted) reject(new Fault('ABORTED', 'given up', { cause: error }));
      else if (late.aborted)
        end(failed('connect', `no answer within ${limits.policyFetchMs / 1000} s`));
      else end(troubleOf(error));
    });
    // Whoever turns to another protocol (RFC 9110 7.8) ends it without an answer or an error.
    request.on('close', () => {
      end(failed('http', 'what it answers is no HTTP'));
    });
    request.end();
  });
