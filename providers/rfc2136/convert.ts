import {
  isWithin,
  type Name,
  nameLabels,
  parentOf,
  parseAnyName,
  ROOT,
} from '../../src/dns/name.ts';
import { type Key, keyOf, type RRset } from '../../src/dns/rrset.ts';
import { type TsigKey } from '../../src/dns/tsig.ts';
import { encodeUpdate, type Prerequisite } from '../../src/dns/update.ts';
import { type Move } from '../../src/provider.ts';
import { keyOfMove } from '../moves.ts';
import { type Rfc2136Settings } from './settings.ts';

/** The key as messages are signed with it. */
export const tsigKey = (
  { name, algorithm }: Rfc2136Settings['key'],
  secret: Uint8Array,
): TsigKey => ({ name: parseAnyName(name), algorithm, secret });

/** What must still be so when an update arrives: the data of every `from`, or its absence. */
const unchanged = (moves: readonly Move[]): readonly Prerequisite[] =>
  moves.map(move =>
    move.from === null
      ? { is: 'absent', key: keyOfMove(move) }
      : { is: 'equals', rrset: move.from.rrset },
  );

/**
 * The whole RRset is deleted and then added: Knot ignores an added record that is there already, so
 * that a changed TTL alone would be answered with NOERROR and not happen.
 */
const updatesOf = (moves: readonly Move[]): Parameters<typeof encodeUpdate>[0]['updates'] =>
  moves.flatMap(move => {
    const remove = { do: 'delete rrset', key: keyOfMove(move) } as const;
    return move.to === null ? [remove] : [remove, { do: 'add', rrset: move.to.rrset } as const];
  });

interface Head {
  readonly id: number;
  readonly zone: Name;
}

/**
 * One UPDATE for all moves. Prerequisites do not compare TTLs (RFC 2136 3.2.3), but the SOA among
 * them does it for the whole zone: its serial moves with every change.
 */
export const updateFor = (head: Head, moves: readonly Move[], soa: RRset | null): Uint8Array =>
  encodeUpdate({
    ...head,
    prerequisites: [
      ...(soa === null ? [] : [{ is: 'equals', rrset: soa } as const]),
      ...unchanged(moves),
    ],
    updates: updatesOf(moves),
  });

/** The same updates behind a prerequisite that never holds: every zone has its SOA. */
export const probeFor = (head: Head, moves: readonly Move[]): Uint8Array =>
  encodeUpdate({
    ...head,
    prerequisites: [{ is: 'absent', key: { name: head.zone, type: 'SOA' } }],
    updates: updatesOf(moves),
  });

/** Asks, by prerequisite and without any update, whether an RRset is there and not made up. */
export const existenceFor = (head: Head, key: Key): Uint8Array =>
  encodeUpdate({ ...head, prerequisites: [{ is: 'exists', key }], updates: [] });

/** The wildcards that could answer for a name (RFC 4592 3.3.1), the nearest first. */
export function wildcardsFor(name: Name, zone: Name): readonly Name[] {
  const wildcards: Name[] = [];
  for (let above = parentOf(name); above !== null; above = parentOf(above)) {
    if (!isWithin(above, zone)) break;
    const wildcard = parseAnyName(above === ROOT ? '*' : `*.${above}`);
    if (wildcard !== name && nameLabels(name).length > nameLabels(zone).length)
      wildcards.push(wildcard);
  }
  return wildcards;
}

/** Mail hosts within the zone that the moves point at without bringing an address for them. */
export function mailHostsWithin(moves: readonly Move[], zone: Name): readonly Name[] {
  const sets = moves.flatMap(({ to }) => (to === null ? [] : [to.rrset]));
  const addressed = new Set(
    sets.filter(({ type }) => type === 'A' || type === 'AAAA').map(({ name }) => name),
  );
  const hosts = sets
    .filter(({ type }) => type === 'MX')
    .flatMap(({ rdata }) => rdata.map(text => parseAnyName(text.split(' ')[1] ?? '')));
  return [...new Set(hosts)].filter(
    host => host !== ROOT && isWithin(host, zone) && !addressed.has(host),
  );
}

/** What a receipt remembers, in JSON: the sets as they must be found. */
export const receiptData = (zone: Name, moves: readonly Move[]) => ({
  zone,
  sets: moves.map(move => ({
    ...keyOf(keyOfMove(move)),
    ttl: move.to?.rrset.ttl ?? null,
    rdata: move.to?.rrset.rdata ?? null,
  })),
});
