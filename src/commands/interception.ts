import { type Chance } from '../clock.ts';
import { parseName } from '../dns/name.ts';
import { isFault } from '../errors.ts';
import { type Try } from '../transport/udp.ts';
import { type Server } from '../transport/transport.ts';

/** TEST-NET-1 (RFC 5737): routed nowhere, so that no machine can answer there. */
export const nowhere: Server = { address: '192.0.2.1', port: 53 };

/** A name that can never exist: `invalid` is reserved (RFC 6761 6.4). */
export const absentName = (chance: Chance) => parseName(`${chance.hex(8)}.invalid`);

/** Addresses of this machine itself: what is asked there passes no network. */
export const isLoopback = (address: string): boolean =>
  address.startsWith('127.') || address === '::1';

/**
 * True if something on the way answers DNS in the place of others: one question to an address where
 * no machine is. One try is enough: what sits on the way is near.
 * @throws Fault ABORTED
 */
export async function isIntercepted(
  ask: Try,
  chance: Chance,
  signal: AbortSignal,
): Promise<boolean> {
  const question = { name: absentName(chance), type: 'A', recursive: true, dnssec: false };
  try {
    await ask(question, nowhere, signal);
    return true;
  } catch (error) {
    if (isFault(error, 'UNAVAILABLE')) return false;
    throw error;
  }
}

export const interceptedNote =
  'Something on this network answers DNS in the place of others: 192.0.2.1, where no machine is, answered. What resolvers seem to say here cannot be trusted; look from another network.';
