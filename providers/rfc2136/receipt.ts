import { parseAnyName } from '../../src/dns/name.ts';
import { type Json, type Key, type RRset, rrset } from '../../src/dns/rrset.ts';
import { Fault, isFault } from '../../src/errors.ts';
import { type Receipt } from '../../src/provider.ts';
import { isObject } from '../../src/object.ts';

/** One RRset as a write left it. */
export interface WrittenSet {
  readonly key: Key;
  readonly rrset: RRset | null;
}

const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);

function setOf(value: Json): WrittenSet | null {
  if (!isObject(value)) return null;
  const { name, type, ttl, rdata } = value;
  if (typeof name !== 'string' || typeof type !== 'string') return null;
  const key = { name: parseAnyName(name), type };
  if (ttl === null && rdata === null) return { key, rrset: null };
  if (typeof ttl !== 'number' || !isList(rdata)) return null;
  const texts = rdata.filter(text => typeof text === 'string');
  return { key, rrset: rrset({ ...key, ttl, rdata: texts }, { seen: true }) };
}

/**
 * What a receipt says was written. It may have been stored by an earlier process.
 * @throws Fault NOT_FOUND for a receipt that is not one of this kind of provider
 */
export function setsOf(receipt: Receipt): readonly WrittenSet[] {
  const unknown = (cause?: unknown): Fault =>
    new Fault('NOT_FOUND', `no write has the receipt ${receipt.id}`, {
      fix: 'Read the RRsets to see what is there.',
      cause,
    });
  const sets = isObject(receipt.data) ? receipt.data['sets'] : undefined;
  if (!isList(sets)) throw unknown();
  try {
    return sets.map(value => {
      const set = setOf(value);
      if (set === null) throw unknown();
      return set;
    });
  } catch (error) {
    throw isFault(error, 'NOT_FOUND') ? error : unknown(error);
  }
}
