import { type Clock } from '../clock.ts';
import { keyText } from '../dns/rrset.ts';
import { limits } from '../limits.ts';
import { type Provider } from '../provider.ts';
import { withDeadline } from '../deadline.ts';

/**
 * A provider whose questions have an end: whoever waits for an answer that never comes is told so and
 * asks again. Writes pass through as they are; `settle` gives them their own deadline.
 */
export function bounded(provider: Provider, clock: Clock): Provider {
  const ask = <T>(
    what: string,
    signal: AbortSignal,
    call: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> =>
    withDeadline(
      clock,
      { ms: limits.readDeadlineMs, what: `${what} at ${provider.name}`, signal },
      call,
    );
  return {
    ...provider,
    zone: (name, signal) => ask('finding the zone', signal, own => provider.zone(name, own)),
    read: (key, signal, urgency) =>
      ask(`reading ${keyText(key)}`, signal, own => provider.read(key, own, urgency)),
    writable: (moves, signal) =>
      ask('asking whether it could be written', signal, own => provider.writable(moves, own)),
  };
}
