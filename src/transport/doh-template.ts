import { formatIpv4, formatIpv6, parseIpv4, parseIpv6 } from '../dns/address.ts';

/** Where DNS over HTTPS is asked (RFC 8484 3). */
export interface DohTemplate {
  /** A name in lower case, or an address without brackets: for whom the certificate has to be. */
  readonly host: string;
  readonly port: number;
  /** `dns.example`, `dns.example:8443`, `[2001:db8::1]`. */
  readonly authority: string;
  /** For POST. */
  readonly path: string;
  /** What stands before the question in a GET; null: the template has no place for it. */
  readonly get: string | null;
}

/** Long enough for every resolver that is known of. */
const CHARACTERS_MOST = 512;
const shape =
  /^https:\/\/(\[[0-9a-f:.]+\]|[a-z0-9](?:[a-z0-9.-]{0,252}))(?::([1-9]\d{0,4}))?(\/[!$&-;=?-Z_a-z~%]*)?(\{[?&]dns\})?$/i;

/**
 * Reads `https://dns.example/dns-query{?dns}`: HTTPS without a user, and of the expressions of RFC 6570
 * the one that RFC 8484 has. Null for anything else.
 */
export function readTemplate(text: string): DohTemplate | null {
  if (text.length > CHARACTERS_MOST) return null;
  const [, named = '', digits = '443', path = '/', expression] = shape.exec(text) ?? [];
  const host = hostOf(named);
  const port = Number(digits);
  if (host === null || port > 65_535) return null;
  const shown = host.includes(':') ? `[${host}]` : host;
  return {
    ...{ host, port, path, authority: port === 443 ? shown : `${shown}:${port}` },
    get: expression === undefined ? null : `${path}${expression.slice(1, 2)}dns=`,
  };
}

/** An address in brackets or of four numbers, or a name; null for what is neither. */
function hostOf(named: string): string | null {
  if (named.startsWith('[')) {
    const octets = parseIpv6(named.slice(1, -1));
    return octets === null ? null : formatIpv6(octets);
  }
  if (named === '' || named.endsWith('.') || named.includes('..')) return null;
  if (!/^[\d.]+$/.test(named)) return named.toLowerCase();
  const octets = parseIpv4(named);
  return octets === null ? null : formatIpv4(octets);
}
