import { formatIpv4, formatIpv6, parseIpv4, parseIpv6 } from '../dns/address.ts';
import { algorithmName, type Ds, dsOf, isKnownAlgorithm } from '../dns/dnssec-records.ts';
import { displayName, isWithin, type Name, parseAnyName, parseName } from '../dns/name.ts';
import { parseRdata } from '../dns/rdata.ts';
import { type AuthorityOrder } from '../cutover/order.ts';
import { type Path } from './document.ts';
import { attempt, type Reading, refuse } from './reading.ts';
import { type CutoverEntry } from './schema.ts';

type ServerAddress = AuthorityOrder['replace'][number];

/** Reads `192.0.2.53`, `192.0.2.53:5353`, `2001:db8::53` and `[2001:db8::53]:5353`; null otherwise. */
export function parseServer(text: string): ServerAddress | null {
  const [, bracketed, plain, port = '53'] =
    /^(?:\[([0-9a-fA-F:.]+)\]|(\d+\.\d+\.\d+\.\d+))(?::([1-9]\d{0,4}))?$/.exec(text) ?? [];
  const ipv4 = parseIpv4(plain ?? '');
  const ipv6 = parseIpv6(bracketed ?? text);
  if (Number(port) > 65_535) return null;
  if (ipv4 !== null) return { address: formatIpv4(ipv4), port: Number(port) };
  return ipv6 === null ? null : { address: formatIpv6(ipv6), port: Number(port) };
}

/** The section `authority`, with addresses in canonical form. */
export function readAuthority(
  reading: Reading,
  path: Path,
  { authority, domain }: { readonly authority: CutoverEntry['authority']; readonly domain: Name },
): AuthorityOrder {
  const { replace, add, lookups, trustAnchors } = authority;
  const servers = (key: string, list: readonly string[]): readonly ServerAddress[] =>
    readServers(reading, [...path, key], list);
  if (replace.length > 0 && add.length > 0)
    refuse(reading, [...path, 'add'], {
      found: 'add together with replace',
      expected: 'one of the two',
      fix: 'Put all servers into replace, or leave the delegated ones to discovery and use add.',
    });
  return {
    replace: servers('replace', replace),
    add: servers('add', add),
    lookups: lookups === 'system' ? [] : servers('lookups', lookups),
    trustAnchors: trustAnchors.flatMap((text, index) => {
      const anchor = readTrustAnchor(reading, [...path, 'trustAnchors', index], { text, domain });
      return anchor === null ? [] : [anchor];
    }),
  };
}

function readServers(
  reading: Reading,
  path: Path,
  list: readonly string[],
): readonly ServerAddress[] {
  const servers: ServerAddress[] = [];
  for (const [index, text] of list.entries()) {
    const server = parseServer(text);
    if (server === null)
      refuse(reading, [...path, index], {
        expected: 'an address such as 192.0.2.53, 192.0.2.53:5353 or [2001:db8::53]:5353',
        fix: 'Write the address, not the name, of the server; an IPv6 address with a port in brackets.',
      });
    else if (
      servers.some(({ address, port }) => address === server.address && port === server.port)
    )
      refuse(reading, [...path, index], {
        expected: 'each server once',
        fix: 'Remove one of the two.',
      });
    else servers.push(server);
  }
  return servers;
}

const digestOctets: Readonly<Record<number, number>> = { 2: 32, 4: 48 };

/** Why nothing could be validated from this anchor; null if something can. */
function unusable(
  owner: Name,
  { algorithm, digestType, digest }: Ds,
  domain: Name,
): { readonly found: string; readonly expected: string; readonly fix: string } | null {
  if (!isWithin(domain, owner))
    return {
      found: `the trust anchor of ${displayName(owner)}`,
      expected: `${displayName(domain)}, or a name above it`,
      fix: 'Give the DS of the zone that is moved, or of one above it.',
    };
  if (!isKnownAlgorithm(algorithm))
    return {
      found: algorithmName(algorithm),
      expected: 'an algorithm that validators use: 8, 10, 13, 14, 15 or 16',
      fix: 'Give the DS of a key of such an algorithm (RFC 8624 3.1).',
    };
  const octets = digestOctets[digestType];
  if (octets !== undefined && digest.length === 2 * octets) return null;
  return {
    found: `digest type ${digestType} with ${digest.length / 2} octets`,
    expected: 'type 2 (SHA-256) with 32 octets, or type 4 (SHA-384) with 48',
    fix: 'Make it anew: dnssec-dsfromkey -2 KEYFILE.',
  };
}

/** `example.org. DS 12345 13 2 4f6a…` in canonical form; TTL and class may stand there. */
function readTrustAnchor(
  reading: Reading,
  path: Path,
  { text, domain }: { readonly text: string; readonly domain: Name },
): string | null {
  const [, owner, data] = /^(\S+)(?:\s+\d+)?(?:\s+IN)?\s+DS\s+(.+)$/i.exec(text.trim()) ?? [];
  const expected = 'a DS record such as: example.org. DS 12345 13 2 4f6a…';
  if (owner === undefined || data === undefined) {
    refuse(reading, path, { expected, fix: 'Write the name, DS and the four fields of its data.' });
    return null;
  }
  return attempt(reading, { path, expected }, () => {
    const name = owner === '.' ? parseAnyName(owner) : parseName(owner);
    const rdata = parseRdata('DS', data);
    const trouble = unusable(name, dsOf(rdata), domain);
    if (trouble !== null) refuse(reading, path, trouble);
    return `${name} DS ${rdata}`;
  });
}
