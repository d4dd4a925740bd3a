import { isWithin, type Name, parseAnyName } from '../../../src/dns/name.ts';
import { type Key, type RRset, rrset } from '../../../src/dns/rrset.ts';
import { isFault } from '../../../src/errors.ts';
import {
  alreadyExists,
  changeMissing,
  changeQuota,
  conditionNotMet,
  type GoogleError,
  invalid,
  itemText,
  notFound,
  type Wording,
} from './google-errors.ts';

/** A set as the service holds it: data letter by letter as it was sent. */
export interface HeldSet {
  readonly name: Name;
  readonly type: string;
  readonly ttl?: number;
  readonly rrdatas?: readonly string[];
  readonly routingPolicy?: unknown;
}

export interface ZoneSeed {
  readonly apex: Name;
  readonly name: string;
  readonly hidden?: 'private' | 'peering' | 'forwarding';
  readonly nameServers: readonly Name[];
}

export interface HeldChange {
  readonly id: string;
  readonly startTime: string;
  /** Asks after which it is done. */
  pendingAsks: number;
  readonly additions: readonly HeldSet[];
  readonly deletions: readonly HeldSet[];
}

export interface ZoneState extends ZoneSeed {
  readonly sets: Map<string, HeldSet>;
  readonly changes: HeldChange[];
  writes: number;
}

const keyOf = ({ name, type }: { name: string; type: string }): string => `${name} ${type}`;

/** Names are held in lower case; data keeps its case (octoDNS sends deletions as it read them). */
export const heldFrom = ({ name, type, ttl, rdata }: RRset): HeldSet => ({
  ...{ name, type, ttl, rrdatas: rdata },
});

export const canonical = ({ name, type, ttl = 0, rrdatas = [] }: HeldSet): RRset =>
  rrset({ name, type, ttl, rdata: rrdatas }, { seen: true });

/** SOA and NS as every new zone gets them (https://cloud.google.com/dns/docs/zones). */
export function openZone(seed: ZoneSeed, sets: readonly RRset[]): ZoneState {
  const { apex, nameServers } = seed;
  const own: readonly HeldSet[] = [
    { name: apex, type: 'NS', ttl: 21_600, rrdatas: nameServers },
    {
      ...{ name: apex, type: 'SOA', ttl: 21_600 },
      rrdatas: [
        `${nameServers[0] ?? '.'} cloud-dns-hostmaster.google.com. 1 21600 3600 259200 300`,
      ],
    },
  ];
  const all = [...own, ...sets.map(heldFrom)];
  return { ...seed, sets: new Map(all.map(set => [keyOf(set), set])), changes: [], writes: 0 };
}

export function put(zone: ZoneState, key: Key, set: HeldSet | null): void {
  if (set === null) zone.sets.delete(keyOf(key));
  else zone.sets.set(keyOf(key), set);
  zone.writes += 1;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

type Read = { readonly set: HeldSet } | { readonly errors: readonly GoogleError[] };

/** A name without its last dot is invalid, and so is one outside the zone. */
function nameFrom(value: unknown, zone: ZoneState): Name | null {
  if (typeof value !== 'string' || !value.endsWith('.')) return null;
  try {
    const name = parseAnyName(value);
    return isWithin(name, zone.apex) ? name : null;
  } catch (error) {
    if (isFault(error, 'MALFORMED')) return null;
    throw error;
  }
}

/** The last word of these is a host name, which must be absolute: DNSControl/dnscontrol issue 349. */
const endsInName: readonly string[] = ['MX', 'CNAME', 'NS', 'PTR', 'SRV'];

function isData(type: string, text: string): boolean {
  if (endsInName.includes(type) && !text.endsWith('.')) return false;
  // A character-string holds 255 octets (RFC 1035 3.3); quoted strings that are longer are refused.
  if (type === 'TXT')
    for (const [, string = ''] of text.matchAll(/"((?:[^"\\]|\\.)*)"/g))
      if (string.replace(/\\(?:\d{3}|.)/g, 'x').length > 255) return false;
  try {
    rrset({ name: parseAnyName('x.'), type, ttl: 0, rdata: [text] }, { seen: true });
    return true;
  } catch (error) {
    if (isFault(error, 'MALFORMED')) return false;
    throw error;
  }
}

function setFrom(value: unknown, at: string, zone: ZoneState): Read {
  const no = (field: string, found: unknown): Read => ({
    errors: [invalid(`${at}.${field}`, typeof found === 'string' ? found : JSON.stringify(found))],
  });
  if (!isObject(value)) return no('name', null);
  const { type, ttl, rrdatas } = value;
  const name = nameFrom(value['name'], zone);
  if (name === null) return no('name', value['name']);
  if (typeof type !== 'string' || !/^[A-Z][A-Z0-9]*$/.test(type)) return no('type', type);
  if (typeof ttl !== 'number' || !Number.isInteger(ttl) || ttl < 0 || ttl > 2_147_483_647)
    return no('ttl', ttl);
  // https://github.com/tazjin/kubernetes-letsencrypt/issues/48
  if (!Array.isArray(rrdatas) || rrdatas.length === 0) return no('rrdata', '<empty>');
  const texts = rrdatas.map(String);
  // Each is told (https://github.com/DNSControl/dnscontrol/issues/349).
  const errors = texts.flatMap((text, index) =>
    isData(type, text) ? [] : [invalid(`${at}.rrdata[${index}]`, text)],
  );
  return errors.length > 0 ? { errors } : { set: { name, type, ttl, rrdatas: texts } };
}

const sameText = (one: readonly string[] = [], other: readonly string[] = []): boolean =>
  JSON.stringify([...one].sort()) === JSON.stringify([...other].sort());

export interface ChangeTerms {
  readonly wording: Wording;
  readonly perChange: number;
  readonly pendingAsks: number;
}

const read = (list: unknown): readonly unknown[] => (Array.isArray(list) ? list : []);

/** The errors of deletions: absent, or not letter by letter what is there. */
function deletionErrors(zone: ZoneState, sets: readonly HeldSet[], wording: Wording) {
  return sets.flatMap((set, index): readonly GoogleError[] => {
    const item = itemText({ list: 'deletions', index }, set, wording);
    const held = zone.sets.get(keyOf(set));
    if (held === undefined) return [notFound(item)];
    const same = held.ttl === set.ttl && sameText(held.rrdatas, set.rrdatas);
    return same && held.routingPolicy === undefined ? [] : [conditionNotMet(item)];
  });
}

function additionErrors(
  zone: ZoneState,
  { additions, deletions }: Record<'additions' | 'deletions', readonly HeldSet[]>,
  wording: Wording,
): readonly GoogleError[] {
  const gone = new Set(deletions.map(keyOf));
  return additions.flatMap((set, index): readonly GoogleError[] => {
    const item = itemText({ list: 'additions', index }, set, wording);
    const key = keyOf(set);
    const twice = additions.findIndex(other => keyOf(other) === key) < index;
    return twice || (zone.sets.has(key) && !gone.has(key)) ? [alreadyExists(item, set)] : [];
  });
}

/** Holds a change against the zone; all of it happens, or nothing and the errors are told. */
export function applyChange(
  zone: ZoneState,
  body: unknown,
  { wording, perChange, pendingAsks }: ChangeTerms,
): HeldChange | readonly GoogleError[] {
  const lists = isObject(body) ? body : {};
  const parsed = (list: 'additions' | 'deletions') =>
    read(lists[list]).map((item, index) => setFrom(item, `entity.change.${list}[${index}]`, zone));
  const [more, less] = [parsed('additions'), parsed('deletions')];
  if (more.length + less.length === 0) return [changeMissing];
  const odd = [...more, ...less].flatMap(one => ('errors' in one ? one.errors : []));
  if (odd.length > 0) return odd;
  const quotas = [
    ...(more.length > perChange ? [changeQuota('additions per change')] : []),
    ...(less.length > perChange ? [changeQuota('deletions per change')] : []),
  ];
  if (quotas.length > 0) return quotas;
  const sets = (all: readonly Read[]) => all.flatMap(one => ('set' in one ? [one.set] : []));
  const [additions, deletions] = [sets(more), sets(less)];
  const clashes = [
    ...deletionErrors(zone, deletions, wording),
    ...additionErrors(zone, { additions, deletions }, wording),
  ];
  if (clashes.length > 0) return clashes;
  for (const set of deletions) zone.sets.delete(keyOf(set));
  // Data comes back sorted, as recorded from the real service.
  for (const set of additions)
    zone.sets.set(keyOf(set), { ...set, rrdatas: [...(set.rrdatas ?? [])].sort() });
  zone.writes += 1;
  const change = {
    ...{ id: String(zone.changes.length + 1), startTime: '2026-11-20T06:00:00.000Z' },
    ...{ pendingAsks, additions, deletions },
  };
  zone.changes.push(change);
  return change;
}
