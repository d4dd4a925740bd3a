import { isObject } from '../src/object.ts';
/** Codes of Node's sockets, its resolver, TLS and fetch. Never those of files. */
const CODE =
  /^(?:ECONN[A-Z]{1,12}|EAI_[A-Z]{1,12}|ENOTFOUND|ETIMEDOUT|EHOST[A-Z]{1,12}|ENET[A-Z]{1,12}|EPIPE|EPROTO|(?:UND_ERR|ERR_TLS|ERR_SSL|CERT|DEPTH|SELF|UNABLE)_[A-Z_]{1,50})$/;

/** What Node says of a socket: `connect ECONNREFUSED 127.0.0.1:1`, `getaddrinfo ENOTFOUND api.example`. */
const SYSTEM =
  /\b(?:connect|getaddrinfo|read|write) (?:E[A-Z_]{2,20})(?: [A-Za-z0-9.:[\]-]{1,255})?(?![^\s,;])/;

/** The error, what it came from, and what failed together in it. */
function chainOf(error: unknown, depth = 0): readonly Readonly<Record<string, unknown>>[] {
  if (!isObject(error) || depth > 4) return [];
  const errors: unknown = error['errors'];
  const together: readonly unknown[] = Array.isArray(errors) ? errors.slice(0, 4) : [];
  return [error, ...[error['cause'], ...together].flatMap(one => chainOf(one, depth + 1))];
}

/**
 * Why the network failed, in the few forms that are known; null when it was something else. The texts of
 * libraries are not passed on as they are: they quote URLs, headers and what could not be parsed.
 */
export function networkWords(error: unknown): string | null {
  const chain = chainOf(error);
  for (const { message } of chain) {
    const [system] = typeof message === 'string' ? (SYSTEM.exec(message) ?? []) : [];
    if (system !== undefined) return system;
  }
  for (const { code } of chain) if (typeof code === 'string' && CODE.test(code)) return code;
  const hung = chain.some(
    ({ message }) => typeof message === 'string' && /^socket hang up|socket hang up$/.test(message),
  );
  return hung ? 'the connection was closed' : null;
}
