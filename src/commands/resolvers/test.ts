import { inParallel } from '../../authority/parallel.ts';
import { type Clock } from '../../clock.ts';
import { type Name, ROOT } from '../../dns/name.ts';
import { type Resolver } from '../../propagation/watched.ts';
import { serverTo } from '../../transport/place.ts';
import {
  canBeAsked,
  interferes,
  networkSentences,
  type TestedResolver,
  testedText,
} from '../../view/resolvers-text.ts';
import { count } from '../../view/words.ts';
import { loadResolvers } from '../../config/resolvers.ts';
import { isFault } from '../../errors.ts';
import { type Context } from '../context.ts';
import { type Errands } from '../../poller/errand.ts';
import { absentBelow, nowhere } from '../../poller/hearings/trial.ts';
import { hear } from '../../poller/hearings/hearing.ts';
import { interceptedAt } from '../../poller/hearings/interception.ts';
import { type Hearing } from '../../propagation/hearing.ts';
import { exposureOf, isLoopback } from '../../propagation/exposure.ts';
import { systemHostLookup } from '../../machine/host-lookup.ts';
import { textOption } from '../parse.ts';
import { readDomain } from '../propagation/terms.ts';
import { chooseResolvers } from '../propagation/whom.ts';
import { openWorld, type World } from '../propagation/world.ts';
import { inventsBelow, withInventions } from './inventions.ts';
import { refuseOther, writeQuarantine } from './quarantine.ts';
import { type Asked, judged } from './verdict.ts';
import { type Run } from '../spec.ts';

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

/** Asks as it has to be, once it is its turn. */
function errandsOf({ clock, sweep }: World): Errands {
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
  readonly world: World;
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

export const run: Run = async ({ terminal, json, signal }, input) => {
  const only = input.args.map(text => text.replace(/^@/, ''));
  const [domain, quarantine] = [textOption(input, 'domain'), textOption(input, 'quarantine')];
  const resolvers = await chooseResolvers(textOption(input, 'resolvers'), only, systemHostLookup);
  if (quarantine !== null) await refuseOther(quarantine);
  const world = await openWorld();
  try {
    const zone = domain === null ? null : readDomain(domain, '--domain');
    const errands = errandsOf(world);
    const outside = resolvers.some(one => exposureOf(one) === 'open');
    const probed = outside
      ? interceptedAt({ ask: world.probe, chance: world.chance }, signal)
      : null;
    const asked = await examined({ world, errands, zone }, resolvers, signal);
    const shipped = await loadResolvers('default');
    const wellKnown = new Set(shipped.flatMap(({ addresses }) => addresses));
    const { tested: plain, network } = judged(asked, {
      ...{ wellKnown, zone, intercepted: await probed },
    });
    const absent = zone === null ? null : absentBelow(zone, world.chance);
    const invents =
      absent === null
        ? []
        : await inParallel(asked, atOnce, one =>
            inventsBelow(absent, { asked: one, errands }, signal),
          );
    const tested = zone === null ? plain : withInventions(plain, { asked, invents }, zone);
    const sentences = networkSentences(network);
    terminal.out(
      json
        ? JSON.stringify({ network: { ...network, sentences }, resolvers: tested })
        : testedText({ resolvers: tested, network }, terminal.look()),
    );
    const trusted = !interferes(network) && tested.some(canBeAsked);
    if (quarantine !== null && trusted)
      await keepQuarantine(quarantine, { asked, tested, terminal });
    if (quarantine !== null && !trusted)
      terminal.talk(
        `nothing was written to ${quarantine}: what fails everywhere is no resolver’s fault`,
      );
    if (interferes(network)) return 3;
    if (!trusted) terminal.talk(nobody);
    return trusted ? 0 : 69;
  } finally {
    await world.close();
  }
};

const nobody =
  'no resolver can be asked: see above what each said. Does this network let DNS out (port 53, UDP and TCP)? @tls://… and @https://… go over other ports, and --resolvers names others.';

/** A family that this machine lacks is no fault of a resolver, and an address typed has no row. */
async function keepQuarantine(file: string, { asked, tested, terminal }: KeptFrom): Promise<void> {
  const rows = asked.flatMap(({ resolver, lacking }, index) => {
    const one = tested[index];
    return one === undefined || lacking || resolver.id.includes(':')
      ? []
      : [{ resolver, tested: one }];
  });
  const size = await writeQuarantine(file, rows);
  terminal.talk(`wrote ${file}: ${count(size, 'resolver')}; leave them out with -${file}`);
}

interface KeptFrom {
  readonly asked: readonly Asked[];
  readonly tested: readonly TestedResolver[];
  readonly terminal: Context['terminal'];
}
