import { type ResourceRecordSet } from '@aws-sdk/client-route-53';
import { escapeOctet } from '../../src/dns/label.ts';
import { type Name, nameFromLabels, nameToWire } from '../../src/dns/name.ts';
import { type Json, type Key, keyText, type RRset, rrset } from '../../src/dns/rrset.ts';
import { Fault, isFault } from '../../src/errors.ts';
import { isObject } from '../../src/object.ts';

/**
 * A plain record set exactly as Route 53 gave it. To delete it, its TTL and all its values must be
 * repeated as they are.
 */
export interface RawSet {
  readonly name: string;
  readonly type: string;
  readonly ttl: number;
  readonly values: readonly string[];
}

/** Types that both sides know how to write: RRType of the API, and rdata of ours. */
const supportedTypes = [
  ...['A', 'AAAA', 'CAA', 'CNAME', 'DS', 'MX', 'NS', 'PTR', 'SOA', 'SPF', 'SRV', 'TLSA', 'TXT'],
] as const;

type RouteType = NonNullable<ResourceRecordSet['Type']>;

const isSupported = (type: string): type is RouteType =>
  (supportedTypes as readonly string[]).includes(type);

/**
 * The type as the API spells it.
 * @throws Fault UNSUPPORTED
 */
export function routeType(key: Key): RouteType {
  if (isSupported(key.type)) return key.type;
  throw new Fault('UNSUPPORTED', `${keyText(key)} cannot be kept in Route 53 by this program`, {
    fix: `Use one of the types ${supportedTypes.join(', ')}.`,
  });
}

const octal = (octet: number): string => `\\${octet.toString(8).padStart(3, '0')}`;

/**
 * A name as requests have it. Everything but letters, digits, hyphen and underscore is escaped, in
 * octal (developer guide, "DNS domain name format"); the wildcard label is the one asterisk that may
 * stand bare.
 */
export function nameToRoute53(name: Name): string {
  const wire = nameToWire(name);
  let text = '';
  for (let at = 0; wire[at] !== undefined && wire[at] !== 0; at += (wire[at] ?? 0) + 1) {
    const label = wire.subarray(at + 1, at + 1 + (wire[at] ?? 0));
    const wildcard = at === 0 && label.length === 1 && label[0] === 42;
    for (const octet of label) {
      const char = String.fromCharCode(octet);
      text += wildcard || /[a-z0-9_-]/.test(char) ? char : octal(octet);
    }
    text += '.';
  }
  return text === '' ? '.' : text;
}

/** A name as answers have it: `\052.example.org.`, with or without the final dot, in any case. */
export function nameFromRoute53(text: string): Name {
  const labels: number[][] = [[]];
  for (const [part, escaped, plain] of text.matchAll(/\\([0-3][0-7]{2})|\\?([^])/g)) {
    if (part === '.') labels.push([]);
    else if (escaped !== undefined) labels.at(-1)?.push(parseInt(escaped, 8));
    else labels.at(-1)?.push(...Buffer.from(plain ?? '', 'latin1'));
  }
  if (labels.at(-1)?.length === 0) labels.pop();
  return nameFromLabels(labels.map(octets => Uint8Array.from(octets)));
}

/**
 * A value from canonical rdata, where `\DDD` is decimal: in Route 53 it is octal. The quote keeps the
 * escape that the developer guide shows for TXT.
 */
export const valueToRoute53 = (text: string): string =>
  text.replace(/\\(\d{3}|[^])/g, (part, escaped: string) => {
    if (part === '\\"') return part;
    return octal(escaped.length === 3 ? Number(escaped) : escaped.charCodeAt(0));
  });

/** The way back, from however it was written: escapes in octal, or a backslash before anything. */
export const valueFromRoute53 = (text: string): string =>
  text.replace(/\\([0-3][0-7]{2}|[^])/g, (part, escaped: string) => {
    if (escaped.length === 3) return escapeOctet(parseInt(escaped, 8));
    return /\d/.test(escaped) ? escaped : part;
  });

/** What a set is besides plain data, in the words of the console; null for a plain one. */
export function specialty(set: ResourceRecordSet): string | null {
  if (set.TrafficPolicyInstanceId !== undefined) return 'is made by a traffic policy';
  if (set.AliasTarget !== undefined)
    return `is an alias for ${String(set.AliasTarget.DNSName)}, and has no TTL or records of its own`;
  const routing: readonly (readonly [unknown, string])[] = [
    [set.Weight, 'weighted'],
    [set.Region, 'latency'],
    [set.GeoLocation, 'geolocation'],
    [set.GeoProximityLocation, 'geoproximity'],
    [set.Failover, 'failover'],
    [set.CidrRoutingConfig, 'IP-based'],
    [set.MultiValueAnswer, 'multivalue answer'],
  ];
  const policy = routing.find(([value]) => value !== undefined)?.[1];
  if (policy !== undefined || set.SetIdentifier !== undefined)
    return `has the routing policy ${policy ?? 'of a named set'} (${set.SetIdentifier ?? 'unnamed'})`;
  if (set.HealthCheckId !== undefined) return `depends on the health check ${set.HealthCheckId}`;
  return null;
}

/**
 * A set of the zone as it came; what a cutover could not put back is refused by name.
 * @throws Fault UNSUPPORTED
 */
export function rawSet(set: ResourceRecordSet, key: Key): RawSet {
  const special = specialty(set);
  if (special !== null)
    throw new Fault('UNSUPPORTED', `${keyText(key)} ${special}: a cutover would destroy that`, {
      fix: 'Turn it into one plain record set with simple routing first, or move it by hand.',
      details: { key: keyText(key), special },
    });
  const values = (set.ResourceRecords ?? []).map(({ Value }) => Value ?? '');
  return { name: set.Name ?? '', type: set.Type ?? '', ttl: set.TTL ?? -1, values };
}

/**
 * The canonical form, by which everything is compared.
 * @throws Fault UNSUPPORTED for data that would not survive being written back
 */
export function rrsetFromRaw(raw: RawSet, key: Key): RRset {
  try {
    const rdata = raw.values.map(valueFromRoute53);
    return rrset({ ...key, ttl: raw.ttl, rdata }, { seen: true });
  } catch (error) {
    if (!isFault(error, 'MALFORMED')) throw error;
    throw new Fault(
      'UNSUPPORTED',
      `${keyText(key)} holds what is not read here: ${error.message}`,
      {
        fix: 'Correct the record in Route 53, or leave this record set out of the cutover.',
      },
    );
  }
}

/** A set to be written, in the form of the API. */
export const rawFromRRset = (set: RRset): RawSet => ({
  name: nameToRoute53(set.name),
  type: set.type,
  ttl: set.ttl,
  values: set.rdata.map(valueToRoute53),
});

export const tokenOf = ({ name, type, ttl, values }: RawSet): Json => ({ name, type, ttl, values });

/** The raw set that a token keeps; null if it keeps none. */
export function rawOfToken(token: Json): RawSet | null {
  if (!isObject(token)) return null;
  const { name, type, ttl, values } = token;
  if (typeof name !== 'string' || typeof type !== 'string' || typeof ttl !== 'number') return null;
  if (!Array.isArray(values)) return null;
  const texts = (values as readonly Json[]).filter(value => typeof value === 'string');
  return { name, type, ttl, values: texts };
}
