import { type Name, ROOT } from '../../dns/name.ts';
import { type Message } from '../../dns/wire.ts';
import { isLoopback } from '../../propagation/exposure.ts';
import { judge, type Judgement, unheard } from '../../propagation/fitness.ts';
import { type Hearing } from '../../propagation/hearing.ts';
import { nsidOf } from '../../propagation/observation.ts';
import { type Resolver } from '../../propagation/watched.ts';
import { type Reply } from '../../transport/transport.ts';
import { placeText } from '../../view/propagation/propagation.ts';
import { withoutPlace } from '../../view/words.ts';
import { canBeAsked, type TestedNetwork, type TestedResolver } from '../../view/resolvers/text.ts';

/** One resolver, and what it said. */
export interface Asked {
  readonly resolver: Resolver;
  /** Which of its addresses was asked last. */
  readonly address: string;
  /** To the question for the servers of the root; null: silence. */
  readonly reply: Reply | null;
  /** What it said to what a watch asks first; null: it was not asked that. */
  readonly hearing: Hearing | null;
  /** Why there is no reply. */
  readonly trouble: string | null;
  /** This machine has no route for the family of the address. */
  readonly lacking: boolean;
}

export interface Known {
  /** Whose SOA each was asked for; null: none. */
  readonly zone: Name | null;
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
  const { zone, intercepted } = known;
  const hearings = asked.flatMap(({ hearing }) => hearing ?? []);
  const fitness = { ...unheard, zone, intercepted, absence: 'reserved', hearings } as const;
  const judgement = judge(fitness);
  const { distrust } = judgement;
  const open = asked.filter(({ address }) => known.wellKnown.has(address));
  const lacks = asked.filter(({ lacking }) => lacking).map(({ address }) => address.includes(':'));
  const network = {
    intercepted,
    captive: distrust === 'everybody rewrites',
    rootless: open.filter(({ hearing }) => hearing !== null).length > 1 && open.every(saysRootless),
    sameNsid: distrust === 'one cache' ? (hearings.find(isNamed)?.member ?? null) : null,
    lacks: [...new Set(lacks.map(six => (six ? ('IPv6' as const) : ('IPv4' as const))))],
  };
  return { tested: asked.map(one => withFault(testedOf(one, known), one, judgement)), network };
}

const isNamed = ({ member, exposure }: Hearing): boolean => member !== null && exposure === 'open';

/** What the hearing adds to what the question for the root showed. */
function withFault(
  tested: TestedResolver,
  { hearing }: Asked,
  { unfit }: Judgement,
): TestedResolver {
  const why = unfit.get(tested.id);
  if (hearing === null || why === undefined) return tested;
  // Of names that cannot exist it is said already.
  if (hearing.trouble === null && hearing.invents === true) return { ...tested, verdict: 'lies' };
  const fails = hearing.trouble !== null && canBeAsked(tested);
  return {
    ...tested,
    verdict: fails ? 'fails' : tested.verdict,
    remarks: [...tested.remarks, why],
  };
}

const saysRootless = ({ reply }: Asked): boolean =>
  reply === null || reply.message.rcodeName === 'NXDOMAIN';

const rootOf = ({ answer }: Message) =>
  answer.filter(({ type, name }) => type === 'NS' && name === ROOT);

function testedOf(asked: Asked, { wellKnown, intercepted }: Known): TestedResolver {
  const { resolver, address, reply, hearing, trouble } = asked;
  const invents = hearing?.invents ?? null;
  const nsid = reply === null ? null : nsidOf(reply.message);
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
      ...(nsid === null && hearing?.member != null ? [`calls itself ${hearing.member}`] : []),
      ...(another ? ['its root is another than the usual one'] : []),
      ...(transport === 'tcp' ? ['only over TCP'] : []),
    ],
    ...{ transport, rttMs, rcode: message.rcodeName, nsid },
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
