import { type Chance } from '../../clock.ts';
import { parseName } from '../../dns/name.ts';
import { isFault } from '../../errors.ts';
import { type Ask, type Server } from '../../transport/transport.ts';

/**
 * TEST-NET-1 to 3 (RFC 5737): routed nowhere, so that no machine can answer there. All three, since
 * a network may use one of them itself.
 */
const nowhere: readonly Server[] = ['192.0.2.1', '198.51.100.1', '203.0.113.1'].map(address => ({
  address,
  port: 53,
}));

/** A name that can never exist: `invalid` is reserved (RFC 6761 6.4). */
export const absentName = (chance: Chance) => parseName(`${chance.hex(8)}.invalid`);

export interface Probing {
  readonly ask: Ask;
  readonly chance: Chance;
  /** Addresses at which somebody is, as the asker says. */
  readonly taken?: ReadonlySet<string>;
}

/**
 * The address that answered though no machine is there, so that something on the way answers DNS in
 * the place of others; null: none.
 * @throws Fault ABORTED
 */
export async function interceptedAt(
  { ask, chance, taken = new Set() }: Probing,
  signal: AbortSignal,
): Promise<string | null> {
  const question = { name: absentName(chance), type: 'A', recursive: true, dnssec: false };
  const tries = nowhere
    .filter(({ address }) => !taken.has(address))
    .map(async at => {
      try {
        await ask(question, at, signal);
        return at.address;
      } catch (error) {
        if (isFault(error, 'UNAVAILABLE')) return null;
        throw error;
      }
    });
  return (await Promise.all(tries)).find(address => address !== null) ?? null;
}

export const interceptedNote = (address: string): string =>
  `Something on this network answers DNS in the place of others: ${address}, where no machine is, answered. What resolvers seem to say here cannot be trusted; look from another network.`;
