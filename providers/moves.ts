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
