import { isObject } from '../../src/object.ts';
import { parseAnyName } from '../../src/dns/name.ts';
import {
  type HostedRRset,
  type Json,
  type Key,
  keyText,
  type RRset,
  rrset,
  sameKey,
  sameRRset,
} from '../../src/dns/rrset.ts';
import { Fault, isFault } from '../../src/errors.ts';
import { type Move, type Receipt } from '../../src/provider.ts';
import { canonicalType } from '../../src/dns/record-type.ts';

/**
 * An RRset as the API has it (https://cloud.google.com/dns/docs/reference/rest/v1/resourceRecordSets).
 * Deletions of a change must equal what the service holds letter by letter.
 */
export interface RecordSet {
  readonly name: string;
  readonly type: string;
  readonly ttl: number;
  readonly rrdatas: readonly string[];
}

/** One item of a listing, understood: an RRset, or one that a routing policy makes. */
export type Listed =
  | { readonly is: 'plain'; readonly key: Key; readonly held: RecordSet }
  | { readonly is: 'routed'; readonly key: Key; readonly policy: string };

export const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every(item => typeof item === 'string');

export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const policies: readonly string[] = ['wrr', 'geo', 'geoPolicy', 'wrrPolicy', 'primaryBackup'];

/** How the policy of a set is called: `geo`, `wrr`, `primaryBackup`; `kind` stands beside it. */
const policyName = (policy: unknown): string =>
  (isObject(policy) ? Object.keys(policy) : []).find(key => policies.includes(key)) ?? 'unknown';

/** One item of `rrsets`; null for what is none. Fields that are not known here are passed over. */
export function listedOf(item: unknown): Listed | null {
  if (!isObject(item)) return null;
  const { name, type, ttl, rrdatas, routingPolicy } = item;
  if (typeof name !== 'string' || typeof type !== 'string') return null;
  const key = { name: parseAnyName(name), type: canonicalType(type) };
  if (routingPolicy !== undefined && routingPolicy !== null)
    return { is: 'routed', key, policy: policyName(routingPolicy) };
  if (typeof ttl !== 'number' || !isTexts(rrdatas) || rrdatas.length === 0) return null;
  // `signatureRrdatas` is made by the service and no part of what can be deleted.
  return { is: 'plain', key, held: { name, type, ttl, rrdatas } };
}

/**
 * Text strings may stand without quotes; blanks then separate strings (RFC 1035 5.1), also where a
 * reader would take them for a part of the text.
 */
const quoted = (text: string): string =>
  text.includes('"')
    ? text
    : text
        .trim()
        .split(/[ \t]+/)
        .map(word => `"${word}"`)
        .join(' ');

const isTextual = (type: string): boolean => type === 'TXT' || type === 'SPF';

/**
 * What the API holds, in canonical form.
 * @throws Fault MALFORMED
 */
export function rrsetOf({ name, type, ttl, rrdatas }: RecordSet): RRset {
  const known = canonicalType(type);
  const rdata = isTextual(known) ? rrdatas.map(quoted) : rrdatas;
  return rrset({ name: parseAnyName(name), type: known, ttl, rdata }, { seen: true });
}

/** The token keeps the exact spelling: case, quotes and order of what the service holds. */
export function hostedOf(held: RecordSet): HostedRRset {
  const { name, type, ttl, rrdatas } = held;
  return { rrset: rrsetOf(held), extras: null, token: { name, type, ttl, rrdatas } };
}

/** Canonical rdata is what the API takes: names absolute, strings quoted and at most 255 octets each. */
export const recordSetOf = ({ name, type, ttl, rdata }: RRset): RecordSet => ({
  ...{ name, type, ttl, rrdatas: rdata },
});

/** The exact spelling from a token; null when there is none, or it belongs to something else. */
export function heldOf({ rrset: expected, token }: HostedRRset): RecordSet | null {
  try {
    const listed = listedOf(token);
    if (listed?.is !== 'plain' || !sameRRset(rrsetOf(listed.held), expected)) return null;
    return listed.held;
  } catch (error) {
    if (isFault(error, 'MALFORMED')) return null;
    throw error;
  }
}

/** A move that changes nothing is left out of the change. */
export const isUnchanged = ({ from, to }: Move): boolean =>
  sameRRset(from?.rrset ?? null, to?.rrset ?? null);

/** One move with the exact set that must be there; null: none. */
export interface ExactMove {
  readonly held: RecordSet | null;
  readonly to: RRset | null;
}

/** The body of changes.create: everything in one, so that all of it happens or nothing. */
export const changeOf = (
  moves: readonly ExactMove[],
): { readonly deletions: readonly RecordSet[]; readonly additions: readonly RecordSet[] } => ({
  deletions: moves.flatMap(({ held }) => (held === null ? [] : [held])),
  additions: moves.flatMap(({ to }) => (to === null ? [] : [recordSetOf(to)])),
});

/**
 * The one RRset that was asked for, among the answer's items.
 * @throws Fault UNAVAILABLE for one that cannot be read: it is there, and must not be taken for nothing
 */
export function listedFor(key: Key, items: readonly unknown[], where: string): Listed | null {
  for (const item of items) {
    const listed = listedOf(item);
    if (listed === null ? mayBe(key, item) : sameKey(listed.key, key)) {
      if (listed !== null) return listed;
      throw new Fault('UNAVAILABLE', `the answer about ${keyText(key)} is malformed`, {
        where,
        fix: 'Try again; see whether a proxy stands in the way, or a wrong endpoint is set.',
      });
    }
  }
  return null;
}

/** An item that is no RRset, unless its name and type say that it is another's. */
function mayBe(key: Key, item: unknown): boolean {
  if (!isObject(item)) return true;
  const { name, type } = item;
  if (typeof name !== 'string' || typeof type !== 'string') return true;
  return sameKey({ name: parseAnyName(name), type: canonicalType(type) }, key);
}

/** Writing it as a plain set would take the policy away, and with it other people's traffic rules. */
export const routed = (key: Key, policy: string, where: string): Fault =>
  new Fault('UNSUPPORTED', `${keyText(key)} is made by a routing policy (${policy})`, {
    where,
    fix: 'Replace the routing policy by plain records first, or leave this RRset out.',
  });

/** What a receipt remembers, in JSON; `change` is null when nothing had to be sent. */
export const receiptOf = (zone: string, change: string | null): Receipt => ({
  id: `${zone}/${change ?? 'unchanged'}`,
  data: { zone, change },
});

/**
 * The change that a receipt is about.
 * @throws Fault NOT_FOUND for a receipt that is not one of this kind of provider
 */
export function changeIdOf({ id, data }: Receipt): { zone: string; change: string | null } {
  const { zone, change } = isObject(data) ? (data as Readonly<Record<string, Json>>) : {};
  if (typeof zone === 'string' && (typeof change === 'string' || change === null))
    return { zone, change };
  throw new Fault('NOT_FOUND', `no write has the receipt ${id}`, {
    fix: 'Read the RRsets to see what is there.',
  });
}
