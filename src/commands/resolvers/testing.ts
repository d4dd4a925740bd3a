import { inParallel } from '../../authority/parallel.ts';
import { type Clock } from '../../clock.ts';
import { type Name, ROOT } from '../../dns/name.ts';
import { type Resolver } from '../../propagation/watched.ts';
import { serverTo } from '../../transport/place.ts';
import { type TestedNetwork, type TestedResolver } from '../../view/resolvers/text.ts';
import { loadResolvers } from '../../config/resolvers.ts';
import { isFault } from '../../errors.ts';
import { type Errands } from '../../poller/errand.ts';
import { absentBelow, nowhere } from '../../poller/hearings/trial.ts';
import { hear } from '../../poller/hearings/hearing.ts';
import { interceptedAt } from '../../poller/hearings/interception.ts';
import { type Hearing } from '../../propagation/hearing.ts';
import { exposureOf, isLoopback } from '../../propagation/exposure.ts';
import { type World } from '../propagation/world.ts';
import { inventsBelow, withInventions } from './inventions.ts';
import { type Asked, judged } from './verdict.ts';

const atOnce = 20;
/** Addresses of one resolver that are tried. */
const addressesMost = 2;
/** Between two questions: in all, and to one operator. */
const gapMs = { all: 50, operator: 1000 };

/** Whose turn it is to be asked, and where. */
interface Place {
  readonly resolver: Resolver;
  readonly address: string;
}

/** Waits for the turn of an operator, within what is polite; this machine itself needs no politeness. */
function turns(clock: Clock): (place: Place, signal: AbortSignal) => Promise<void> {
  const next = new Map<string, number>();
  let free = 0;
  return async ({ resolver: { operator }, address }, signal) => {
    if (isLoopback(address)) return;
    const now = clock.now().up;
    const at = Math.max(now, free, next.get(operator) ?? 0);
    free = Math.max(now, free) + gapMs.all;
    next.set(operator, at + gapMs.operator);
    if (at > now) await clock.sleep(at - now, signal);
  };
}

const silence = { reply: null, hearing: null };

/** Asks as it has to be, once it is its turn; for a process that asks nothing else meanwhile. */
export function errandsOf({ clock, sweep }: Pick<World, 'clock' | 'sweep'>): Errands {
  const turn = turns(clock);
  return {
    ask: async ({ resolver, address, question }, signal) => {
      await turn({ resolver, address }, signal);
      return sweep(question, serverTo(resolver, address), signal);
    },
  };
}

/** Where it can be asked: its first addresses, and the first of them in its other ways. */
function placesOf(resolver: Resolver): readonly Place[] {
  const { id, name, operator, country, tier, weight, anycast, otherwise = [] } = resolver;
  const addresses = resolver.addresses.slice(0, addressesMost);
  const named = { id, name, operator, country, addresses: resolver.addresses };
  const bare = { ...named, tier, weight, anycast };
  return [
    ...addresses.map(address => ({ resolver, address })),
    ...otherwise.map(way => ({ resolver: { ...bare, ...way }, address: addresses[0] ?? '' })),
  ];
}

/** The first of its places that answers the question for the servers of the root. */
async function askRoot(errands: Errands, resolver: Resolver, signal: AbortSignal): Promise<Asked> {
  const question = { name: ROOT, type: 'NS', recursive: true, dnssec: false };
  let failed: Asked | null = null;
  for (const place of placesOf(resolver)) {
    try {
      const reply = await errands.ask({ ...place, question }, signal);
      return { ...place, reply, hearing: null, trouble: null, lacking: false };
    } catch (error) {
      if (!isFault(error, 'UNAVAILABLE')) throw error;
      const lacking = error.details?.['family'] === 'lacking';
      // The first that failed says more than those that were tried in its place.
      if (failed?.lacking !== false)
        failed = { ...silence, ...place, trouble: error.message, lacking };
    }
  }
  return failed ?? { ...silence, resolver, address: '', trouble: 'no address', lacking: false };
}

interface Examining {
  readonly world: Trying['world'];
  readonly errands: Errands;
  readonly zone: Name | null;
}

/** What each said, in the order of `resolvers`: to the question for the root, and what a watch would ask. */
async function examined(
  { world, errands, zone }: Examining,
  resolvers: readonly Resolver[],
  signal: AbortSignal,
): Promise<readonly Asked[]> {
  const trial = { ...nowhere(world.chance, zone), inside: true };
  const parts = { errands, now: () => world.clock.now().up };
  return inParallel(resolvers, atOnce, async resolver => {
    const asked = await askRoot(errands, resolver, signal);
    if (asked.reply === null) return asked;
    let hearing: Hearing | null = null;
    const heard = (one: Hearing): void => {
      hearing = one;
    };
    await hear(asked, { trial, parts }, { heard, signal });
    return { ...asked, hearing };
  });
}

/** Who is tried, and with what. */
export interface Trying {
  readonly world: Pick<World, 'chance' | 'clock' | 'probe'>;
  readonly errands: Errands;
  readonly resolvers: readonly Resolver[];
  /** A domain that exists; null: only the root is asked for. */
  readonly zone: Name | null;
}

export interface TriedOut {
  readonly asked: readonly Asked[];
  /** In the order of `asked`. */
  readonly tested: readonly TestedResolver[];
  readonly network: TestedNetwork;
}

/** What resolvers do with the questions that a watch asks first, and what that says of this network. */
export async function tryOut(trying: Trying, signal: AbortSignal): Promise<TriedOut> {
  const { world, errands, resolvers, zone } = trying;
  const outside = resolvers.some(one => exposureOf(one) === 'open');
  const probed = outside ? interceptedAt({ ask: world.probe, chance: world.chance }, signal) : null;
  // Whoever fails before it is awaited must not end the process.
  probed?.catch(() => undefined);
  const asked = await examined({ world, errands, zone }, resolvers, signal);
  const shipped = await loadResolvers('default');
  const wellKnown = new Set(shipped.flatMap(({ addresses }) => addresses));
  const { tested: plain, network } = judged(asked, {
    ...{ wellKnown, zone, intercepted: await probed },
  });
  if (zone === null) return { asked, tested: plain, network };
  const absent = absentBelow(zone, world.chance);
  const invents = await inParallel(asked, atOnce, one =>
    inventsBelow(absent, { asked: one, errands }, signal),
  );
  return { asked, tested: withInventions(plain, { asked, invents }, zone), network };
}
