import { type Inquire } from '../dns/inquiry.ts';
import { type Name } from '../dns/name.ts';
import { limits } from '../limits.ts';
import { type Approach, type Recipient } from '../mail/conversation.ts';
import { domainOf, type Probed, type ProbedAddress, type ProbeTarget } from '../mail/probed.ts';
import { addressSeen } from '../mail/reception.ts';
import { egressOf, wellKnown } from './egress.ts';
import { placesOf } from './places.ts';
import { talk, type ProbeTools } from './talk.ts';

/** What one look is to be about. */
export interface ProbeOrder {
  readonly targets: readonly ProbeTarget[];
  /** Asked of new and old hosts; witnesses are asked for nobody. */
  readonly recipients: readonly Recipient[];
  readonly allowPrivate: boolean;
  /** Names this place in what comes of it. */
  readonly vantage: string;
  /** The name in EHLO; empty: the address literal of the connection. */
  readonly helo: string;
  /** Third hosts that show whether connections come through; left out: a large one. */
  readonly wellKnown?: readonly Name[];
}

/** What a look needs of the world. The memory is shared by all looks of a process. */
export interface ProbeWorld extends ProbeTools {
  readonly inquire: Inquire;
}

/** Runs jobs at most so many at once, and gives what came of them in their order. */
async function bounded<T, R>(
  items: readonly T[],
  most: number,
  run: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < items.length; index = next++) {
      const item = items[index];
      if (item !== undefined) results[index] = await run(item);
    }
  };
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, worker));
  return results;
}

/**
 * Looks at every address of all hosts once. A host that must be left alone for now is told of as it was
 * heard last, so that a round never waits for a greylisting. Throws ABORTED only.
 */
export async function probeRound(
  order: ProbeOrder,
  world: ProbeWorld,
  signal: AbortSignal,
): Promise<Probed> {
  const { targets, recipients, vantage, helo } = order;
  const at = world.clock.now().wall;
  const places = await Promise.all(
    targets.map(target => placesOf(target, { ...order, inquire: world.inquire })),
  );
  const calls = places.flatMap(({ target, addresses }) =>
    addresses.map(address => {
      const { host, port, role } = target;
      const { skips = [] } = target;
      const meant = (one: Recipient): boolean =>
        skips.length === 0 || !skips.includes(domainOf(one));
      const asked = role === 'witness' ? [] : recipients.filter(meant);
      const approach: Approach = { host, port, address, helo, recipients: asked, message: null };
      return { target, approach };
    }),
  );
  const addresses = await bounded(calls, limits.probeUnderWay, call => talk(call, world, signal));
  const tools = { ...world, helo, wellKnown: order.wellKnown ?? wellKnown };
  const { egress, selfTest } = await egressOf(addresses, tools, signal);
  return {
    round: {
      ...{ vantage, at, egress, sts: 'unknown' },
      seen: addresses.map(({ conversation, role }: ProbedAddress) =>
        addressSeen(conversation, role),
      ),
      unresolved: [
        ...new Map(places.map(one => [`${one.target.role} ${one.target.host}`, one])).values(),
      ].flatMap(({ target: { host, role }, why }) => (why === null ? [] : [{ host, role, why }])),
    },
    ...{ addresses, selfTest },
  };
}
