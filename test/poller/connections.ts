import { Fault } from '../../src/errors.ts';
import { type PollerParts } from '../../src/poller/subject.ts';
import { type Ask } from '../../src/transport/transport.ts';
import { type VirtualClock } from '../support/virtual-clock.ts';
import { type Internet } from './caches.ts';

/** Questions by where they went: `udp 192.0.2.1`. */
export interface AskedOver {
  readonly place: string;
  /** By `up`. */
  readonly at: number;
}

export interface Connections {
  readonly sweep: PollerParts['sweep'];
  readonly asked: readonly AskedOver[];
  /** Places that answer nothing for now. */
  readonly silenced: Set<string>;
}

/** A connection that is kept. */
interface Kept {
  readonly id: number;
  usedAt: number;
}

const idleMs = 2000;

/**
 * The way to these caches over other transports: each place has a cache of its own, or so many that share
 * its connections, each of which stays with one of them.
 */
export function connections(
  clock: VirtualClock,
  net: Internet,
  { members = 1, mayRenew = true }: { readonly members?: number; readonly mayRenew?: boolean } = {},
): Connections {
  const asked: AskedOver[] = [];
  const silenced = new Set<string>();
  const kept = new Map<string, Kept>();
  let opened = 0;
  const connectionTo = (place: string): number => {
    const now = clock.now().up;
    const known = kept.get(place);
    const open = known !== undefined && now - known.usedAt < idleMs;
    const one = open ? known : { id: ++opened, usedAt: now };
    one.usedAt = now;
    kept.set(place, one);
    return one.id;
  };
  const ask: Ask = async (question, { address, port, over }, signal) => {
    const transport = over?.transport ?? 'udp';
    const place = `${transport} ${address}`;
    asked.push({ place, at: clock.now().up });
    if (silenced.has(place)) throw new Fault('UNAVAILABLE', 'no answer within 3000 ms');
    if (over === undefined) return net.ask(question, { address, port }, signal);
    const connection = connectionTo(place);
    const cache = `${place}#${String(connection % members)}`;
    const reply = await net.ask(question, { address: cache, port }, signal);
    return { ...reply, transport, connection };
  };
  const renew = (connection?: number): void => {
    if (!mayRenew) return;
    for (const [place, { id }] of kept) if (id === connection) kept.delete(place);
  };
  return { sweep: { ask, renew }, asked, silenced };
}
