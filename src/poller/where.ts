import { limits } from '../limits.ts';
import { type Observation } from '../propagation/observation.ts';
import { type Resolver, type Way } from '../propagation/watched.ts';
import { serverTo } from '../transport/place.ts';
import { type Server } from '../transport/transport.ts';

/** What of a session says where it asks. */
export interface Whereabouts {
  readonly resolver: Resolver;
  /** Its first address in each of its ways, then the second in each, and so on. */
  place: number;
  /** Silences in a row there. */
  silences: number;
  /** It was heard there. */
  heard: boolean;
  readonly desk: { readonly reaches: (address: string) => boolean };
}

const waysCount = ({ otherwise }: Resolver): number => 1 + (otherwise?.length ?? 0);

const addressAt = (resolver: Resolver, place: number): string =>
  resolver.addresses[Math.floor(place / waysCount(resolver))] ?? '';

/** How it is asked now. */
function wayOf({ resolver, place }: Pick<Whereabouts, 'resolver' | 'place'>): Way {
  const way = place % waysCount(resolver);
  return resolver.otherwise?.[way - 1] ?? resolver;
}

/** Where this address of it is asked now. */
export const serverAt = (
  session: Pick<Whereabouts, 'resolver' | 'place'>,
  address: string,
): Server => serverTo(wayOf(session), address);

/** Goes on to the next place at an address that this machine may have; its address, or null: there is none. */
export function addressOf(session: Whereabouts): string | null {
  const { resolver, desk, place } = session;
  const places = resolver.addresses.length * waysCount(resolver);
  for (let step = 0; step < places; step++) {
    const next = (place + step) % places;
    const address = addressAt(resolver, next);
    if (!desk.reaches(address)) continue;
    session.place = next;
    if (step > 0) session.heard = false;
    return address;
  }
  return null;
}

/** Where it was asked last, as far as the list still has that place. */
export function placeKnown(resolver: Resolver, last: Observation | undefined): number {
  const address = Math.max(0, resolver.addresses.indexOf(last?.address ?? ''));
  const ways: readonly Way[] = [resolver, ...(resolver.otherwise ?? [])];
  const way = ways.findIndex(({ over }) =>
    // What UDP could not carry came over the TCP behind it.
    over === undefined
      ? last?.transport === 'udp' || last?.transport === 'tcp'
      : over.transport === last?.transport,
  );
  return address * ways.length + Math.max(0, way);
}

/**
 * It was silent once more. Where nobody was heard yet the next question tries the next place: a network
 * that blocks port 53 would have us wait for ever. Whoever was heard may be silent for a moment.
 */
export function fellSilent(session: Whereabouts): void {
  const { resolver, heard } = session;
  session.silences += 1;
  if (session.silences < (heard ? limits.pollSilences : 1)) return;
  const places = resolver.addresses.length * waysCount(resolver);
  session.place = (session.place + 1) % places;
  session.silences = 0;
  session.heard = false;
}

export function wasHeard(session: Whereabouts): void {
  session.silences = 0;
  session.heard = true;
}
