import { type Poller, type PollerParts } from './subject.ts';

/** A poller without any watch; it has no sockets or timers of its own while there is none. */
export function makePoller(_parts: PollerParts): Poller {
  return { watch: () => Promise.reject(new Error('not built yet')) };
}
