import { type Clock } from '../clock.ts';
import { type Name } from '../dns/name.ts';
import { type Key, keyText } from '../dns/rrset.ts';
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
  const hosting = provider.hosting?.bind(provider);
  const mxSets = provider.mxSets?.bind(provider);
  const zones = provider.zones?.bind(provider);
  return {
    ...provider,
    // What a provider has learnt since it was opened, such as a TTL floor, must show.
    get capabilities() {
      return provider.capabilities;
    },
    zone: (name, signal) => ask('finding the zone', signal, own => provider.zone(name, own)),
    read: (key, signal, urgency) =>
      ask(`reading ${keyText(key)}`, signal, own => provider.read(key, own, urgency)),
    synced: (receipt, signal) =>
      ask('asking whether all servers have it', signal, own => provider.synced(receipt, own)),
    ...(hosting !== undefined && {
      hosting: (zone: Name, keys: readonly Key[], signal: AbortSignal) =>
        ask('asking about the zone', signal, own => hosting(zone, keys, own)),
    }),
    ...(mxSets !== undefined && {
      mxSets: (zone: Name, signal: AbortSignal) =>
        ask('listing the MX records', signal, own => mxSets(zone, own)),
    }),
    ...(zones !== undefined && {
      zones: (most: number, signal: AbortSignal) =>
        ask('listing the zones', signal, own => zones(most, own)),
    }),
    writable: (moves, signal) =>
      ask('asking whether it could be written', signal, own => provider.writable(moves, own)),
  };
}
