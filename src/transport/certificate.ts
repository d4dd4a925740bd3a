import { type Fault } from '../errors.ts';
import { readTemplate } from './doh-template.ts';
import { type Server } from './transport.ts';
import { noAnswer, type Progress, systemTrouble } from './trouble.ts';

/** What is wrong with a certificate: for programs, and in words. */
export interface Flaw {
  readonly certificate: string;
  readonly words: string;
  readonly fix: string;
}

const stranger: Flaw = {
  certificate: 'unknown authority',
  words: 'its certificate is signed by an authority that is not trusted here',
  fix: 'Is somebody in between? For an authority of your own, set NODE_EXTRA_CA_CERTS to its certificate.',
};
const clock = "Tell its operator, and see whether this machine's clock is right.";

/** By what OpenSSL finds (X509_verify_cert_error_string(3)), as Node.js names it. */
const flaws: Readonly<Record<string, Flaw>> = {
  CERT_HAS_EXPIRED: { certificate: 'expired', words: 'its certificate has expired', fix: clock },
  CERT_NOT_YET_VALID: {
    ...{ certificate: 'not yet valid', words: 'its certificate is not valid yet', fix: clock },
  },
  DEPTH_ZERO_SELF_SIGNED_CERT: {
    ...stranger,
    ...{ certificate: 'self-signed', words: 'its certificate is self-signed' },
  },
  SELF_SIGNED_CERT_IN_CHAIN: stranger,
  UNABLE_TO_GET_ISSUER_CERT: stranger,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: stranger,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: stranger,
};

const textOf = (error: object, field: string): string | undefined => {
  const value: unknown = Object.entries(error).find(([name]) => name === field)?.[1];
  return typeof value === 'string' ? value : undefined;
};

/** The names that a certificate is for; a server may write as many as it likes. */
function namesOf(error: object): string {
  const found: unknown = Object.entries(error).find(([field]) => field === 'cert')?.[1];
  const names = typeof found === 'object' && found !== null && textOf(found, 'subjectaltname');
  if (typeof names !== 'string' || names === '') return 'no name';
  const said = names.replaceAll(/\b(?:DNS|IP Address):/g, '');
  return said.length <= 120 ? said : `${said.slice(0, 120)}…`;
}

/** Who was to answer, by the certificate. */
function hostOf({ over, address }: Server): string {
  if (over?.transport === 'tls') return over.host;
  return over?.transport === 'https' ? (readTemplate(over.template)?.host ?? address) : address;
}

/** What is wrong with the certificate of who was to be this host; null: something else is. */
export function flawOf(error: Error, host: string): Flaw | null {
  const code = textOf(error, 'code') ?? '';
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return {
      certificate: 'wrong name',
      words: `its certificate is not for ${host} but for ${namesOf(error)}`,
      fix: 'Ask for the name that the operator publishes; if that is it, somebody is in between.',
    };
  const known = flaws[code];
  if (known !== undefined) return known;
  // What OpenSSL has against a chain has no prefix; Node.js and the system have theirs.
  return /^(?:CERT_|CRL_|INVALID_(?:CA|PURPOSE)$|PATH_LENGTH_)/.test(code)
    ? { ...stranger, certificate: code, words: `its certificate is not accepted (${code})` }
    : null;
}

/** Why a connection failed, over TLS or not: the certificate, no TLS at all, or the network. */
export function connectionTrouble(error: Error, at: Server, progress: Progress): Fault {
  const flaw = flawOf(error, hostOf(at));
  if (flaw !== null) {
    const { words, fix, certificate } = flaw;
    return noAnswer(words, at, { progress, cause: error, fix, details: { certificate } });
  }
  const code = textOf(error, 'code') ?? '';
  if (code === 'EPROTO' || code.startsWith('ERR_SSL_'))
    return noAnswer(`no TLS connection (${code})`, at, {
      ...{ progress, cause: error, details: { tls: 'failed' } },
      fix: 'See whether this port of the server speaks TLS, version 1.2 at least.',
    });
  return systemTrouble(error, at, progress);
}
