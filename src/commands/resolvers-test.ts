import { inParallel } from '../authority/parallel.ts';
import { type Clock } from '../clock.ts';
import { ROOT } from '../dns/name.ts';
import { type Resolver } from '../propagation/watched.ts';
import { serverTo } from '../transport/place.ts';
import { type Ask } from '../transport/transport.ts';
import {
  canBeAsked,
  interferes,
  networkSentences,
  type TestedResolver,
  testedText,
} from '../view/resolvers-text.ts';
import { count } from '../view/words.ts';
import { loadResolvers } from '../config/resolvers.ts';
import { isFault } from '../errors.ts';
import { type Context } from './context.ts';
import { absentName, interceptedAt, isLoopback } from '../poller/interception.ts';
import { textOption } from './parse.ts';
import { chooseResolvers } from './propagation-whom.ts';
import { openWorld, type World } from './propagation-world.ts';
import { type Canary, canaryOf, tryCanary, type Tried, withCanary } from './resolvers-canary.ts';
import { refuseOther, writeQuarantine } from './resolvers-quarantine.ts';
import { type Asked, judged } from './resolvers-verdict.ts';
import { type Run } from './spec.ts';

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

const silence = { reply: null, invents: null };

type Turn = ReturnType<typeof turns>;

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
async function askRoot(
  { world, turn }: { readonly world: World; readonly turn: Turn },
  resolver: Resolver,
  signal: AbortSignal,
): Promise<Asked> {
  const question = { name: ROOT, type: 'NS', recursive: true, dnssec: false };
  let failed: Asked | null = null;
  for (const place of placesOf(resolver)) {
    await turn(place, signal);
    try {
      const reply = await world.sweep(question, serverTo(place.resolver, place.address), signal);
      return { ...place, reply, invents: null, trouble: null, lacking: false };
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

/** True if it answers for a name that cannot exist; null: it did not say. */
async function inventsNames(
  { world, turn }: { readonly world: World; readonly turn: Turn },
  { resolver, address }: Asked,
  signal: AbortSignal,
): Promise<boolean | null> {
  const question = { name: absentName(world.chance), type: 'A', recursive: true, dnssec: false };
  await turn({ resolver, address }, signal);
  try {
    const { message } = await world.sweep(question, serverTo(resolver, address), signal);
    if (message.rcodeName === 'NXDOMAIN') return false;
    return message.rcodeName === 'NOERROR' ? message.answer.length > 0 : null;
  } catch (error) {
    if (isFault(error, 'UNAVAILABLE')) return null;
    throw error;
  }
}

/** What each said of a domain of the asker's, in the order of `asked`; null where nothing was asked. */
async function triedWith(
  canary: Canary,
  { asked, world, turn }: { asked: readonly Asked[]; world: World; turn: Turn },
  signal: AbortSignal,
): Promise<readonly (Tried | null)[]> {
  return inParallel(asked, atOnce, async one => {
    if (one.reply === null) return null;
    const ask: Ask = async (question, server, given) => {
      await turn(one, given);
      return world.sweep(question, server, given);
    };
    return tryCanary(canary, { asked: one, ask }, signal);
  });
}

export const run: Run = async ({ terminal, json, signal }, input) => {
  const only = input.args.map(text => text.replace(/^@/, ''));
  const [domain, quarantine] = [textOption(input, 'domain'), textOption(input, 'quarantine')];
  const resolvers = await chooseResolvers(textOption(input, 'resolvers'), only);
  if (quarantine !== null) await refuseOther(quarantine);
  const world = await openWorld();
  try {
    const canary = domain === null ? null : canaryOf(domain, world.chance);
    const outside = resolvers.some(({ addresses }) => !addresses.every(isLoopback));
    const probed = outside
      ? interceptedAt({ ask: world.probe, chance: world.chance }, signal)
      : null;
    const with_ = { world, turn: turns(world.clock) };
    const asked = await inParallel(resolvers, atOnce, async resolver => {
      const heard = await askRoot(with_, resolver, signal);
      return heard.reply === null
        ? heard
        : { ...heard, invents: await inventsNames(with_, heard, signal) };
    });
    const shipped = await loadResolvers('default');
    const { tested: plain, network } = judged(asked, {
      wellKnown: new Set(shipped.flatMap(({ addresses }) => addresses)),
      intercepted: await probed,
    });
    const tested =
      canary === null
        ? plain
        : withCanary(plain, await triedWith(canary, { ...with_, asked }, signal), canary);
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
    return trusted ? 0 : 69;
  } finally {
    await world.close();
  }
};

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
