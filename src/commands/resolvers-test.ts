import { inParallel } from '../authority/parallel.ts';
import { type Clock } from '../clock.ts';
import { ROOT } from '../dns/name.ts';
import { type Resolver } from '../propagation/watched.ts';
import { placeText } from '../view/propagation.ts';
import {
  interferes,
  networkSentences,
  type TestedNetwork,
  type TestedResolver,
  testedText,
} from '../view/resolvers-text.ts';
import { withoutPlace } from '../view/propagation-words.ts';
import { isFault } from '../errors.ts';
import { type Reply } from '../transport/transport.ts';
import { absentName, interceptedAt, isLoopback } from './interception.ts';
import { textOption } from './parse.ts';
import { chooseResolvers } from './propagation-whom.ts';
import { openWorld, type World } from './propagation-world.ts';
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

interface Asked {
  readonly resolver: Resolver;
  readonly address: string;
  readonly reply: Reply | null;
  readonly trouble: string | null;
  readonly lacking: boolean;
}

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
      return { resolver, address, reply, trouble: null, lacking: false };
    } catch (error) {
      if (!isFault(error, 'UNAVAILABLE')) throw error;
      const lacking = error.details?.['family'] === 'lacking';
      failed = { resolver, address, reply: null, trouble: error.message, lacking };
    }
  }
  return failed ?? { resolver, address: '', reply: null, trouble: 'no address', lacking: false };
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

function testedOf(asked: Asked, invents: boolean | null): TestedResolver {
  const { resolver, address, reply, trouble } = asked;
  const shared = { id: resolver.id, address: placeText(address, resolver.port) };
  if (reply === null)
    return {
      ...{ ...shared, verdict: 'silent', remarks: [withoutPlace(trouble ?? 'no answer')] },
      ...{ transport: null, rttMs: null, rcode: null, nsid: null, ede: [] },
    };
  const { message, transport, rttMs } = reply;
  const { rcodeName, answer, edns } = message;
  // Whoever says that there is no root made that up.
  const rootless = rcodeName === 'NXDOMAIN';
  const refuses = rcodeName !== 'NOERROR' && !rootless;
  const root = answer.filter(({ type, name }) => type === 'NS' && name === ROOT);
  const known = root.some(({ rdata }) => rdata.endsWith('.root-servers.net.'));
  const remarks = [
    ...(rootless ? ['says that the root does not exist'] : []),
    ...(refuses ? [`answers ${rcodeName} to the question for the root`] : []),
    ...(invents === true ? ['answers for a name that cannot exist'] : []),
    ...(rcodeName === 'NOERROR' && root.length === 0 ? ['knows no servers of the root'] : []),
    ...(root.length > 0 && !known ? ['its root is another than the usual one'] : []),
    ...(transport === 'tcp' ? ['only over TCP'] : []),
  ];
  const nsid = edns?.nsid == null ? null : Buffer.from(edns.nsid).toString('latin1');
  return {
    ...shared,
    verdict: refuses ? 'refuses' : invents === true || rootless ? 'lies' : 'works',
    ...{ remarks, transport, rttMs, rcode: rcodeName, nsid },
    ede: (edns?.errors ?? []).map(({ code, text }) => ({ code, text })),
  };
}

const saysRootless = ({ rcode, verdict }: TestedResolver): boolean =>
  rcode === 'NXDOMAIN' || verdict === 'silent';

/** One member that resolvers of at least two operators, and all that name any, claim to be. */
function sameNsidOf(asked: readonly Asked[], tested: readonly TestedResolver[]): string | null {
  const named = tested.flatMap(({ nsid }, index) =>
    nsid === null ? [] : [{ nsid, operator: asked[index]?.resolver.operator }],
  );
  const operators = new Set(named.map(({ operator }) => operator));
  const [first, ...others] = new Set(named.map(({ nsid }) => nsid));
  return operators.size > 1 && others.length === 0 ? (first ?? null) : null;
}

export const run: Run = async ({ terminal, json, signal }, input) => {
  const only = input.args.map(text => text.replace(/^@/, ''));
  const resolvers = await chooseResolvers(textOption(input, 'resolvers'), only);
  const world = await openWorld();
  try {
    const outside = resolvers.some(({ addresses }) => !addresses.every(isLoopback));
    const probed = outside ? interceptedAt(world.probe, world.chance, signal) : null;
    const with_ = { world, turn: turns(world.clock) };
    const results = await inParallel(resolvers, atOnce, async resolver => {
      const asked = await askRoot(with_, resolver, signal);
      const invents = asked.reply === null ? null : await inventsNames(with_, asked, signal);
      return { asked, invents, tested: testedOf(asked, invents) };
    });
    const said = results.filter(({ invents }) => invents !== null);
    const asked = results.map(one => one.asked);
    const tested = results.map(one => one.tested);
    const lacks = asked.filter(one => one.lacking).map(one => one.address.includes(':'));
    const network: TestedNetwork = {
      intercepted: await probed,
      captive: said.length > 1 && said.every(({ invents }) => invents === true),
      rootless: said.length > 1 && tested.every(saysRootless),
      sameNsid: sameNsidOf(asked, tested),
      lacks: [...new Set(lacks.map(six => (six ? 'IPv6' : 'IPv4')))],
    };
    const sentences = networkSentences(network);
    terminal.out(
      json
        ? JSON.stringify({ network: { ...network, sentences }, resolvers: tested })
        : testedText({ resolvers: tested, network }, terminal.look()),
    );
    if (interferes(network)) return 3;
    return tested.some(({ verdict }) => verdict === 'works') ? 0 : 69;
  } finally {
    await world.close();
  }
};
