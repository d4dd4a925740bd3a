import { parseAnyName } from '../../src/dns/name.ts';
import { type Json, type Key, type RRset, rrset } from '../../src/dns/rrset.ts';
import { Fault, isFault } from '../../src/errors.ts';
import { type Move, type Receipt } from '../../src/provider.ts';
import { keyOfMove } from '../moves.ts';
import { isObject } from '../../src/object.ts';

/** One RRset as a write left it. */
interface WrittenSet {
  readonly key: Key;
  readonly rrset: RRset | null;
}

/** What a receipt needs to be recognised later, perhaps by another process. */
export const receiptData = (moves: readonly Move[]): Json => ({
  sets: moves.map(move => {
    const { name, type } = keyOfMove(move);
    const to = move.to?.rrset ?? null;
    return { name, type, ttl: to?.ttl ?? null, rdata: to?.rdata ?? null };
  }),
});

function setFrom(value: unknown): WrittenSet | null {
  if (!isObject(value)) return null;
  const { name, type, ttl, rdata } = value;
  if (typeof name !== 'string' || typeof type !== 'string') return null;
  const key = { name: parseAnyName(name), type };
  if (ttl === null && rdata === null) return { key, rrset: null };
  if (typeof ttl !== 'number' || !Array.isArray(rdata)) return null;
  const texts = rdata.filter(text => typeof text === 'string');
  return { key, rrset: rrset({ ...key, ttl, rdata: texts }, { seen: true }) };
}

/**
 * What a receipt says was written.
 * @throws Fault NOT_FOUND for a receipt that is not one of this kind of provider
 */
export function setsOf(receipt: Receipt): readonly WrittenSet[] {
  const unknown = (): Fault =>
    new Fault('NOT_FOUND', `no write has the receipt ${receipt.id}`, {
      fix: 'Read the RRsets to see what is there.',
    });
  const sets = isObject(receipt.data) ? receipt.data['sets'] : undefined;
  if (!Array.isArray(sets)) throw unknown();
  try {
    return sets.map(value => {
      const set = setFrom(value);
      if (set === null) throw unknown();
      return set;
    });
  } catch (error) {
    throw isFault(error, 'NOT_FOUND') ? error : unknown();
  }
}
