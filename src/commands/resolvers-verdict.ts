import { listed } from '../config/nearest.ts';
import { ROOT } from '../dns/name.ts';
import { type Message } from '../dns/wire.ts';
import { type Resolver } from '../propagation/watched.ts';
import { type Reply } from '../transport/transport.ts';
import { placeText } from '../view/propagation.ts';
import { withoutPlace } from '../view/propagation-words.ts';
import { type TestedNetwork, type TestedResolver } from '../view/resolvers-text.ts';
import { isLoopback } from '../poller/interception.ts';

/** One resolver, and what it said. */
export interface Asked {
  readonly resolver: Resolver;
  /** Which of its addresses was asked last. */
  readonly address: string;
  /** To the question for the servers of the root; null: silence. */
  readonly reply: Reply | null;
  /** It answers for a name that cannot exist; null: it did not say. */
  readonly invents: boolean | null;
  /** Why there is no reply. */
  readonly trouble: string | null;
  /** This machine has no route for the family of the address. */
  readonly lacking: boolean;
}

export interface Known {
  /** Addresses of public resolvers, which resolve the whole world wherever they are asked. */
  readonly wellKnown: ReadonlySet<string>;
  /** The address that answered though no machine is there. */
  readonly intercepted: string | null;
}

/**
 * What the answers say of each resolver, and of this network. Nobody but a resolver that is known to
 * serve the whole world owes an answer for the root: one inside a company may serve internal names
 * only, and that makes it no liar. So what the network does is told by the well-known ones alone.
 */
export function judged(
  asked: readonly Asked[],
  known: Known,
): { readonly tested: readonly TestedResolver[]; readonly network: TestedNetwork } {
  const tested = withTwins(
    asked,
    asked.map(one => testedOf(one, known)),
  );
  const open = asked.filter(({ address }) => known.wellKnown.has(address));
  const said = open.filter(({ invents }) => invents !== null);
  const lacks = asked.filter(({ lacking }) => lacking).map(({ address }) => address.includes(':'));
  const network = {
    intercepted: known.intercepted,
    captive: said.length > 1 && said.every(({ invents }) => invents === true),
    rootless: said.length > 1 && open.every(saysRootless),
    sameNsid: sameNsidOf(open),
    lacks: [...new Set(lacks.map(six => (six ? ('IPv6' as const) : ('IPv4' as const))))],
  };
  return { tested, network };
}

/** Says of those that name the same machine as one of another operator that they are one cache. */
function withTwins(
  asked: readonly Asked[],
  tested: readonly TestedResolver[],
): readonly TestedResolver[] {
  return tested.map((one, index) => {
    const operator = asked[index]?.resolver.operator;
    const twins = tested.filter(
      ({ nsid }, other) =>
        one.nsid !== null && nsid === one.nsid && asked[other]?.resolver.operator !== operator,
    );
    if (twins.length === 0) return one;
    const names = listed(twins.map(({ id }) => id));
    return { ...one, remarks: [...one.remarks, `is the same cache as ${names}, by its NSID`] };
  });
}

const saysRootless = ({ reply }: Asked): boolean =>
  reply === null || reply.message.rcodeName === 'NXDOMAIN';

const rootOf = ({ answer }: Message) =>
  answer.filter(({ type, name }) => type === 'NS' && name === ROOT);

const nsidOf = ({ edns }: Message): string | null =>
  edns?.nsid == null ? null : Buffer.from(edns.nsid).toString('latin1');

function testedOf(asked: Asked, { wellKnown, intercepted }: Known): TestedResolver {
  const { resolver, address, reply, invents, trouble } = asked;
  const shared = { id: resolver.id, address: placeText(address, resolver.port) };
  if (reply === null)
    return {
      ...{ ...shared, verdict: 'silent', remarks: [withoutPlace(trouble ?? 'no answer')] },
      ...{ transport: null, rttMs: null, rcode: null, nsid: null, ede: [] },
    };
  const { message, transport, rttMs } = reply;
  const open = wellKnown.has(address) || (intercepted !== null && !isLoopback(address));
  const root = rootOf(message);
  const another =
    root.length > 0 && !root.some(({ rdata }) => rdata.endsWith('.root-servers.net.'));
  return {
    ...shared,
    verdict: open ? verdictOfOpen(message, invents) : verdictOfOwn(message, invents),
    remarks: [
      ...(open ? rootRemarks(message) : ownRemarks(message)),
      ...(invents === true ? ['answers for a name that cannot exist'] : []),
      ...(another ? ['its root is another than the usual one'] : []),
      ...(transport === 'tcp' ? ['only over TCP'] : []),
    ],
    ...{ transport, rttMs, rcode: message.rcodeName, nsid: nsidOf(message) },
    ede: (message.edns?.errors ?? []).map(({ code, text }) => ({ code, text })),
  };
}

/** Of a resolver that should serve the whole world: who says that there is no root made that up. */
function verdictOfOpen({ rcodeName }: Message, invents: boolean | null): TestedResolver['verdict'] {
  if (rcodeName === 'REFUSED') return 'refuses';
  if (rcodeName !== 'NOERROR' && rcodeName !== 'NXDOMAIN') return 'fails';
  return invents === true || rcodeName === 'NXDOMAIN' ? 'lies' : 'works';
}

function rootRemarks(message: Message): readonly string[] {
  const { rcodeName } = message;
  if (rcodeName === 'NXDOMAIN') return ['says that the root does not exist'];
  if (rcodeName !== 'NOERROR') return [`answers ${rcodeName} to the question for the root`];
  return rootOf(message).length === 0 ? ['knows no servers of the root'] : [];
}

/** Of any other: that it answers is enough to ask it for the names that it serves. */
const verdictOfOwn = (message: Message, invents: boolean | null): TestedResolver['verdict'] =>
  rootOf(message).length > 0 && invents !== true ? 'works' : 'answers';

const ownRemarks = (message: Message): readonly string[] =>
  rootOf(message).length > 0
    ? []
    : [
        `answers${message.rcodeName === 'NOERROR' ? '' : ` ${message.rcodeName}`}, but does not resolve the root: it may serve internal names only`,
      ];

/** One member that resolvers of at least two operators, and all that name any, claim to be. */
function sameNsidOf(asked: readonly Asked[]): string | null {
  const named = asked.flatMap(({ reply, resolver }) => {
    const nsid = reply === null ? null : nsidOf(reply.message);
    return nsid === null ? [] : [{ nsid, operator: resolver.operator }];
  });
  const operators = new Set(named.map(({ operator }) => operator));
  const [first, ...others] = new Set(named.map(({ nsid }) => nsid));
  return operators.size > 1 && others.length === 0 ? (first ?? null) : null;
}
