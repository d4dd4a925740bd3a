import { inParallel } from '../authority/parallel.ts';
import { type Clock } from '../clock.ts';
import { ROOT } from '../dns/name.ts';
import { type Resolver } from '../propagation/watched.ts';
import { canBeAsked, interferes, networkSentences, testedText } from '../view/resolvers-text.ts';
import { loadResolvers } from '../config/resolvers.ts';
import { isFault } from '../errors.ts';
import { absentName, interceptedAt, isLoopback } from './interception.ts';
import { textOption } from './parse.ts';
import { chooseResolvers } from './propagation-whom.ts';
import { openWorld, type World } from './propagation-world.ts';
import { type Asked, judged } from './resolvers-verdict.ts';
import { type Run } from './spec.ts';

const atOnce = 20;
/** Addresses of one resolver that are tried. */
const addressesMost = 2;
/** Between two questions: in all, and to one operator. */
const gapMs = { all: 50, operator: 1000 };

/** Waits for the turn of an operator, within what is polite. */
function turns(clock: Clock): (operator: string, signal: AbortSignal) => Promise<void> {
  const next = new Map<string, number>();
  let free = 0;
  return async (operator, signal) => {
    const now = clock.now().up;
    const at = Math.max(now, free, next.get(operator) ?? 0);
    free = Math.max(now, free) + gapMs.all;
    next.set(operator, at + gapMs.operator);
    if (at > now) await clock.sleep(at - now, signal);
  };
}

const silence = { reply: null, invents: null };

type Turn = ReturnType<typeof turns>;

/** The first of its addresses that answers the question for the servers of the root. */
async function askRoot(
  { world, turn }: { readonly world: World; readonly turn: Turn },
  resolver: Resolver,
  signal: AbortSignal,
): Promise<Asked> {
  const question = { name: ROOT, type: 'NS', recursive: true, dnssec: false };
  let failed: Asked | null = null;
  for (const address of resolver.addresses.slice(0, addressesMost)) {
    await turn(resolver.operator, signal);
    try {
      const reply = await world.sweep(question, { address, port: resolver.port }, signal);
      return { resolver, address, reply, invents: null, trouble: null, lacking: false };
    } catch (error) {
      if (!isFault(error, 'UNAVAILABLE')) throw error;
      const lacking = error.details?.['family'] === 'lacking';
      failed = { ...silence, resolver, address, trouble: error.message, lacking };
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
  await turn(resolver.operator, signal);
  try {
    const { message } = await world.sweep(question, { address, port: resolver.port }, signal);
    if (message.rcodeName === 'NXDOMAIN') return false;
    return message.rcodeName === 'NOERROR' ? message.answer.length > 0 : null;
  } catch (error) {
    if (isFault(error, 'UNAVAILABLE')) return null;
    throw error;
  }
}

export const run: Run = async ({ terminal, json, signal }, input) => {
  const only = input.args.map(text => text.replace(/^@/, ''));
  const resolvers = await chooseResolvers(textOption(input, 'resolvers'), only);
  const world = await openWorld();
  try {
    const outside = resolvers.some(({ addresses }) => !addresses.every(isLoopback));
    const probed = outside ? interceptedAt(world.probe, world.chance, signal) : null;
    const with_ = { world, turn: turns(world.clock) };
    const asked = await inParallel(resolvers, atOnce, async resolver => {
      const heard = await askRoot(with_, resolver, signal);
      return heard.reply === null
        ? heard
        : { ...heard, invents: await inventsNames(with_, heard, signal) };
    });
    const shipped = await loadResolvers('default');
    const { tested, network } = judged(asked, {
      wellKnown: new Set(shipped.flatMap(({ addresses }) => addresses)),
      intercepted: await probed,
    });
    const sentences = networkSentences(network);
    terminal.out(
      json
        ? JSON.stringify({ network: { ...network, sentences }, resolvers: tested })
        : testedText({ resolvers: tested, network }, terminal.look()),
    );
    if (interferes(network)) return 3;
    return tested.some(canBeAsked) ? 0 : 69;
  } finally {
    await world.close();
  }
};
