import { type Change, type ResourceRecordSet } from '@aws-sdk/client-route-53';
import { type Key, keyText, type RRset } from '../../src/dns/rrset.ts';
import { Fault } from '../../src/errors.ts';
import { limits } from '../../src/limits.ts';
import { type Move } from '../../src/provider.ts';
import { keyOfMove } from '../moves.ts';
import { nameToRoute53, rawFromRRset, type RawSet, routeType } from './convert.ts';

/** Of one request (developer guide, "Quotas"): records, characters of all values, and of one value. */
const RECORDS_MOST = 1000;
const CHARACTERS_MOST = 32_000;
const VALUE_CHARACTERS_MOST = 4000;

/** A move, and the set to delete exactly as it is there; null where nothing is to be deleted. */
export interface RawMove {
  readonly move: Move;
  readonly raw: RawSet | null;
}

const recordSet = (raw: RawSet, key: Key): ResourceRecordSet => ({
  Name: raw.name,
  Type: routeType(key),
  TTL: raw.ttl,
  ResourceRecords: raw.values.map(Value => ({ Value })),
});

/**
 * One batch for all moves, made as a whole or not at all. Never UPSERT, which overwrites whatever is
 * there: DELETE fails unless TTL and values are those, CREATE fails unless there is nothing.
 * @throws Fault UNSUPPORTED
 */
export function changesFor(moves: readonly RawMove[]): readonly Change[] {
  const deletes = moves.flatMap(({ move, raw }): readonly Change[] =>
    raw === null ? [] : [{ Action: 'DELETE', ResourceRecordSet: recordSet(raw, keyOfMove(move)) }],
  );
  const creates = moves.flatMap(({ move: { to } }): readonly Change[] =>
    to === null
      ? []
      : [{ Action: 'CREATE', ResourceRecordSet: recordSet(rawFromRRset(to.rrset), to.rrset) }],
  );
  const changes = [...deletes, ...creates];
  checkSize(changes);
  return changes;
}

function checkSize(changes: readonly Change[]): void {
  const lengths = changes.flatMap(({ ResourceRecordSet: set }) =>
    (set?.ResourceRecords ?? []).map(({ Value }) => Value?.length ?? 0),
  );
  const characters = lengths.reduce((sum, length) => sum + length, 0);
  const refuse = (what: string, most: number): never => {
    throw new Fault('UNSUPPORTED', `a change with ${what} is more than Route 53 takes (${most})`, {
      fix: 'Spread the record sets over several steps, or shorten them.',
    });
  };
  if (lengths.length > RECORDS_MOST) refuse(`${lengths.length} records`, RECORDS_MOST);
  if (characters > CHARACTERS_MOST) refuse(`${characters} characters`, CHARACTERS_MOST);
  const longest = Math.max(0, ...lengths);
  if (longest > VALUE_CHARACTERS_MOST)
    refuse(`a value of ${longest} characters`, VALUE_CHARACTERS_MOST);
}

/** Data that nobody has: names below .invalid (RFC 2606 2), documentation addresses, a made-up text. */
const impossible: Readonly<Record<string, string>> = {
  A: '192.0.2.255',
  AAAA: '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff',
  CAA: '0 issue "never.dns-cutover.invalid"',
  DS: `65535 13 2 ${'0'.repeat(64)}`,
  MX: '65535 never.dns-cutover.invalid.',
  SOA: 'never.dns-cutover.invalid. never.dns-cutover.invalid. 1 1 1 1 1',
  SPF: '"dns-cutover: this is never there"',
  SRV: '65535 65535 65535 never.dns-cutover.invalid.',
  TLSA: `3 1 1 ${'0'.repeat(64)}`,
  TXT: '"dns-cutover: this is never there"',
};

/** A DELETE that cannot match, so that the batch around it is judged and then not made. */
export function poisonFor(key: Key, there: RRset | null): Change {
  const value = impossible[key.type] ?? 'never.dns-cutover.invalid.';
  const ttl = limits.ttlSecondsMax - (there?.ttl === limits.ttlSecondsMax ? 1 : 0);
  const raw = { name: nameToRoute53(key.name), type: key.type, ttl, values: [value] };
  return { Action: 'DELETE', ResourceRecordSet: recordSet(raw, key) };
}

/** What a question about rights was about, to know it again: everything but what is there now. */
export const questionText = (zoneId: string, moves: readonly Move[]): string =>
  JSON.stringify([
    zoneId,
    ...moves.map(move => [
      keyText(keyOfMove(move)),
      move.from !== null,
      move.to === null ? null : [move.to.rrset.ttl, ...move.to.rrset.rdata],
    ]),
  ]);
