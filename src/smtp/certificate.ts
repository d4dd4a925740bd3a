import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import type * as tls from 'node:tls';
import { limits } from '../limits.ts';
import { type CertificateSeen } from '../mail/conversation.ts';
import { oneLine } from '../mail/reply.ts';

/** The chain as the host presented it, the leaf first. */
function presentedChain(socket: tls.TLSSocket): readonly X509Certificate[] {
  const chain: X509Certificate[] = [];
  let next = socket.getPeerX509Certificate();
  while (next !== undefined && chain.length < limits.smtpChain) {
    chain.push(next);
    next = next.issuerCertificate;
  }
  return chain;
}

/** The DNS names of the subject alternative name; Node.js quotes those that hold anything odd. */
function dnsNames({ subjectAltName = '' }: X509Certificate): readonly string[] {
  const names: string[] = [];
  for (const [, name = ''] of subjectAltName.matchAll(/(?:^|, )DNS:("(?:[^"\\]|\\.)*"|[^,]*)/g)) {
    if (names.length === limits.smtpCertificateNames) break;
    names.push(oneLine(name));
  }
  return names;
}

/** OpenSSL's words for what is wrong, by X509_verify_cert_error_string(3), for a person. */
const words: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'it is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'its chain ends with an authority that is not trusted here',
  UNABLE_TO_GET_ISSUER_CERT: 'a certificate of its chain is missing',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its authority is not trusted here, or its chain has a gap',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the certificate of its issuer was not presented',
  CERT_HAS_EXPIRED: 'a certificate of its chain has expired',
  CERT_NOT_YET_VALID: 'a certificate of its chain is not valid yet',
};

const problemOf = (socket: tls.TLSSocket): string | null => {
  // Node.js gives the code as text, whatever its declaration says.
  const error: unknown = socket.authorizationError;
  if (socket.authorized || error === null || error === undefined) return null;
  return typeof error === 'string' ? error : error instanceof Error ? error.message : 'unknown';
};

/**
 * Does the chain lead to an authority that is trusted here, dates apart? OpenSSL tells its last objection
 * only, and of a certificate that is both expired and from nobody it tells that it is expired.
 */
function leadsToTrust(chain: readonly X509Certificate[], trusted: readonly string[]): boolean {
  for (const [index, certificate] of chain.entries()) {
    const next = chain[index + 1];
    if (next === undefined) return issuedByOneOf(certificate, trusted);
    if (!certificate.checkIssued(next) || !certificate.verify(next.publicKey)) return false;
    if (issuedByOneOf(certificate, trusted)) return true;
  }
  return false;
}

const issuedByOneOf = (certificate: X509Certificate, trusted: readonly string[]): boolean =>
  trusted.some(pem => {
    const authority = new X509Certificate(pem);
    if (authority.fingerprint256 === certificate.fingerprint256) return true;
    return certificate.checkIssued(authority) && certificate.verify(authority.publicKey);
  });

const firstLine = (text: string): string => oneLine(text.replaceAll('\n', ', '));

/**
 * Judges what a host presented, apart from the connection: mail is sent over TLS without looking at the
 * certificate (RFC 7435), unless a policy of the domain asks for more.
 */
export function judgeCertificate(
  socket: tls.TLSSocket,
  { host, trusted, at }: { host: string; trusted: readonly string[]; at: number },
): CertificateSeen | null {
  const chain = presentedChain(socket);
  const [leaf] = chain;
  if (leaf === undefined) return null;
  const [notBefore, notAfter] = [leaf.validFromDate.getTime(), leaf.validToDate.getTime()];
  // A certificate without dates is none that anybody could vouch for.
  if (Number.isNaN(notBefore) || Number.isNaN(notAfter)) return null;
  const outOfDate = at < notBefore || at > notAfter;
  const problem = problemOf(socket);
  const onlyDates = outOfDate && ['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID'].includes(problem ?? '');
  const trust = problem === null || (onlyDates && leadsToTrust(chain, trusted));
  const names = dnsNames(leaf);
  return {
    ...{ subject: firstLine(leaf.subject), issuer: firstLine(leaf.issuer), names },
    ...{ notBefore, notAfter, trusted: trust },
    distrust: trust ? null : distrustOf(onlyDates ? '' : problem),
    nameMatches: isFor(leaf, host),
    chain: chain.map(({ raw }) => raw.toString('base64')),
  };
}

/**
 * Does the name stand among the DNS names of the certificate? Never the common name, which a certificate has
 * beside other kinds of names as well, and a wildcard is the whole leftmost label (RFC 8461 4.2, RFC 6125 6.4).
 */
const isFor = (leaf: X509Certificate, host: string): boolean =>
  isIP(host) === 0
    ? leaf.checkHost(host, { subject: 'never', partialWildcards: false }) !== undefined
    : leaf.checkIP(host) !== undefined;

const distrustOf = (problem: string): string =>
  problem === ''
    ? 'its authority is not trusted here, or its chain has a gap'
    : (words[problem] ?? oneLine(problem));
