import { type Capabilities } from '../src/cutover/capabilities.ts';
import { displayName, isWithin, type Name } from '../src/dns/name.ts';
import { formatRRset, type Key, keyOf, keyText, type RRset, sameKey } from '../src/dns/rrset.ts';
import { Fault } from '../src/errors.ts';
import { type Move } from '../src/provider.ts';

/** The RRset that a move is about. A move from nothing to nothing is a mistake of the caller. */
export function keyOfMove({ from, to }: Move): Key {
  const rrset = to?.rrset ?? from?.rrset;
  if (rrset === undefined) throw new Fault('BUG', 'a move from nothing to nothing names no RRset');
  return keyOf(rrset);
}

/**
 * What can be refused before anything is sent: two RRsets in one move, one RRset in two moves,
 * names outside the zone, TTLs under the provider's floor.
 * @throws Fault BUG or UNSUPPORTED
 */
export function checkMoves(
  moves: readonly Move[],
  { provider, zone, capabilities }: { provider: string; zone: Name; capabilities: Capabilities },
): void {
  const seen = new Set<string>();
  for (const move of moves) {
    const key = keyOfMove(move);
    const text = keyText(key);
    if (move.from !== null && !sameKey(move.from.rrset, key))
      throw new Fault('BUG', `a move cannot turn ${keyText(move.from.rrset)} into ${text}`);
    if (seen.has(text)) throw new Fault('BUG', `two moves of one write are about ${text}`);
    seen.add(text);
    if (!isWithin(key.name, zone))
      throw new Fault('UNSUPPORTED', `${text} does not lie in the zone ${displayName(zone)}`, {
        where: `provider ${provider}`,
        fix: 'Name records of this zone only, or use the provider that holds the other zone.',
      });
    const floor = capabilities.minTtl;
    if (move.to !== null && floor !== null && move.to.rrset.ttl < floor)
      throw new Fault(
        'UNSUPPORTED',
        `a TTL of ${move.to.rrset.ttl} for ${text} is under the provider's floor of ${floor}`,
        { where: `provider ${provider}`, fix: `Use a TTL of ${floor} seconds or more.` },
      );
  }
}

/**
 * The zone that every move of a write lies in: neither an UPDATE nor a batch nor a change is about two, and
 * a name that was delegated away would be written where nobody looks. One name after the other, since
 * what the first search learns spares requests to the others.
 * @throws Fault UNSUPPORTED, and whatever `zoneOf` throws
 */
export async function commonZone<Zone extends { readonly apex: Name }>(
  moves: readonly Move[],
  {
    where,
    zoneOf,
    idOf,
  }: {
    readonly where: string;
    readonly zoneOf: (owner: Name) => Promise<Zone>;
    /** What tells two zones of one name apart. */
    readonly idOf: (zone: Zone) => string;
  },
): Promise<Zone> {
  let first: { readonly owner: Name; readonly zone: Zone } | null = null;
  for (const owner of new Set(moves.map(move => keyOfMove(move).name))) {
    const zone = await zoneOf(owner);
    first ??= { owner, zone };
    if (idOf(zone) !== idOf(first.zone))
      throw new Fault(
        'UNSUPPORTED',
        `${displayName(owner)} lies in the zone ${named(zone, idOf)} and ${displayName(first.owner)} ` +
          `in ${named(first.zone, idOf)}: one write cannot be about two zones`,
        { where, fix: 'Change the RRsets of each zone by a cutover of its own.' },
      );
  }
  if (first === null) throw new Fault('BUG', 'a write without moves');
  return first.zone;
}

/** By its name, and by its id where that says more. */
function named<Zone extends { readonly apex: Name }>(
  zone: Zone,
  idOf: (zone: Zone) => string,
): string {
  const id = idOf(zone);
  return id === zone.apex ? displayName(zone.apex) : `${displayName(zone.apex)} (${id})`;
}

const shown = (rrset: RRset | null): string => (rrset === null ? 'nothing' : formatRRset(rrset));

/** The zone is not what a write expected: which RRset, what was expected, what is there. */
export function conflict(
  provider: string,
  { key, expected, found }: { key: Key; expected: RRset | null; found: RRset | null },
): Fault {
  return new Fault(
    'CONFLICT',
    `${keyText(key)} is not what it was: expected ${shown(expected)}; found ${shown(found)}; ` +
      'nothing was changed',
    {
      where: `provider ${provider}`,
      fix: 'Somebody else changed it. Find out who and why, then decide whether to go on.',
      details: { key: keyText(key), expected, found },
    },
  );
}
