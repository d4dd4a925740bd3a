import { type HostedRRset, type Key } from '../../src/dns/rrset.ts';
import { parseMx } from '../../src/dns/mx.ts';
import {
  type ApiRecord,
  AUTO,
  type Kept,
  keptIn,
  servedTtl,
  type Written,
  writtenOf,
} from './convert.ts';

/** The body of `/dns_records/batch`; run as one transaction in the order of these groups. */
export interface Batch {
  readonly deletes: readonly { readonly id: string }[];
  readonly patches: readonly Readonly<Record<string, unknown>>[];
  readonly posts: readonly Readonly<Record<string, unknown>>[];
}

const emptyBatch: Batch = { deletes: [], patches: [], posts: [] };

export const joined = (batches: readonly Batch[]): Batch => ({
  deletes: batches.flatMap(({ deletes }) => deletes),
  patches: batches.flatMap(({ patches }) => patches),
  posts: batches.flatMap(({ posts }) => posts),
});

export const operations = ({ deletes, patches, posts }: Batch): number =>
  deletes.length + patches.length + posts.length;

/**
 * How the records of one RRset become another. Cloudflare's servers get each record's change alone and in
 * no promised order (developers.cloudflare.com/dns/manage-dns-records/how-to/batch-record-changes), so old
 * records are turned into new ones in place: whatever comes first, there is never nothing, and never
 * anything that is in neither set. Records that stay are not touched, and left-over ones go.
 */
export function batchFor(key: Key, current: readonly ApiRecord[], to: HostedRRset | null): Batch {
  if (to === null) return { ...emptyBatch, deletes: current.map(({ id }) => ({ id })) };
  const kept = keptIn(to.extras);
  const wanted = to.rrset.rdata;
  const exact = describes(kept, to);
  const auto = wasAuto(kept, to) ? AUTO : null;
  const want = (rdata: string): Wanted => {
    const known = kept.find(one => one.rdata === rdata) ?? null;
    return { rdata, known, ttl: exact && known !== null ? known.ttl : auto, rrset: to.rrset };
  };
  const staying = current.filter(({ rdata }) => wanted.includes(rdata));
  const leaving = current.filter(({ rdata }) => !wanted.includes(rdata));
  const missing = wanted.filter(rdata => !current.some(one => one.rdata === rdata));
  const { pairs, left, extra } = paired(key, leaving, missing);
  return {
    deletes: left.map(({ id }) => ({ id })),
    patches: [
      ...staying.flatMap(record => patchOf(record, want(record.rdata))),
      ...pairs.flatMap(([record, rdata]) => patchOf(record, want(rdata))),
    ],
    posts: extra.map(rdata => postOf(key, want(rdata))),
  };
}

interface Wanted {
  readonly rdata: string;
  /** What is kept of this record from an earlier time. */
  readonly known: Kept | null;
  /** The TTL of this record alone, `auto` included; null: that of the RRset. */
  readonly ttl: number | null;
  readonly rrset: HostedRRset['rrset'];
}

/** A set whose TTL was `auto` has it again once its TTL is what `auto` stands for, whatever its records are now. */
const wasAuto = (kept: readonly Kept[], { rrset }: HostedRRset): boolean =>
  kept.length > 0 && kept.every(({ ttl }) => ttl === AUTO) && rrset.ttl === servedTtl(AUTO);

/**
 * Whether extras are of this very RRset, so that the TTL of each record can be as it was. What is kept
 * from before a change of the TTL would undo that change.
 */
function describes(kept: readonly Kept[], { rrset }: HostedRRset): boolean {
  if (kept.length === 0) return false;
  const longest = Math.max(...kept.map(({ ttl }) => servedTtl(ttl)));
  return (
    longest === rrset.ttl &&
    rrset.rdata.every(rdata => kept.some(one => one.rdata === rdata)) &&
    kept.every(({ rdata }) => rrset.rdata.includes(rdata))
  );
}

/**
 * Which old record becomes which new one. An exchange keeps its record when only its preference changes:
 * in the middle of the transaction there may not be two of them.
 */
function paired(key: Key, leaving: readonly ApiRecord[], missing: readonly string[]) {
  const left = [...leaving];
  const extra: string[] = [];
  const pairs: (readonly [ApiRecord, string])[] = [];
  const exchange = (rdata: string): string => parseMx(rdata).exchange;
  for (const rdata of missing) {
    const twin = left.findIndex(
      old => key.type === 'MX' && exchange(old.rdata) === exchange(rdata),
    );
    const [old] = twin < 0 ? [] : left.splice(twin, 1);
    if (old === undefined) extra.push(rdata);
    else pairs.push([old, rdata]);
  }
  while (left.length > 0 && extra.length > 0) {
    const [old, rdata] = [left.shift(), extra.shift()];
    if (old !== undefined && rdata !== undefined) pairs.push([old, rdata]);
  }
  return { pairs, left, extra };
}

/** Content as it once was, letter by letter, where that is known. */
function contentOf({ rdata, known, rrset }: Wanted): Written {
  const written = writtenOf(rrset.type, rdata);
  return known !== null && 'content' in written ? { ...written, content: known.content } : written;
}

/** `patches`, not `puts`: what a `put` does not name it sets to its default. */
function patchOf(record: ApiRecord, wanted: Wanted): readonly Readonly<Record<string, unknown>>[] {
  const { known, rrset } = wanted;
  const ttl = wanted.ttl ?? (servedTtl(record.ttl) === rrset.ttl ? record.ttl : rrset.ttl);
  const changes = {
    ...(record.rdata === wanted.rdata ? {} : contentOf(wanted)),
    ...(record.ttl === ttl ? {} : { ttl }),
    ...(known === null ? {} : besides(record, known)),
  };
  return Object.keys(changes).length === 0 ? [] : [{ id: record.id, ...changes }];
}

const same = (one: unknown, other: unknown): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

/** Comment, tags and settings, only where they differ from what was kept. */
const besides = (record: ApiRecord, kept: Kept): Readonly<Record<string, unknown>> => ({
  ...(record.comment === kept.comment ? {} : { comment: kept.comment ?? '' }),
  ...(same(record.tags, kept.tags) ? {} : { tags: kept.tags }),
  ...(same(record.settings, kept.settings) ? {} : { settings: kept.settings }),
});

function postOf(key: Key, wanted: Wanted): Readonly<Record<string, unknown>> {
  const { known, rrset } = wanted;
  const hasSettings = known !== null && !same(known.settings, {});
  return {
    type: key.type,
    name: nameSent(key),
    ...contentOf(wanted),
    ttl: wanted.ttl ?? rrset.ttl,
    ...(known?.comment == null ? {} : { comment: known.comment }),
    ...(known === null || known.tags.length === 0 ? {} : { tags: known.tags }),
    ...(hasSettings ? { settings: known.settings } : {}),
  };
}

/** Names go out without the final dot, as they come in. */
export const nameSent = ({ name }: Key): string => name.slice(0, -1);
