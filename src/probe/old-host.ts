import { isAddress } from '../dns/address.ts';
import { whyNotPublic } from '../dns/askable.ts';
import { type Inquire } from '../dns/inquiry.ts';
import { displayName, type Name } from '../dns/name.ts';
import { limits } from '../limits.ts';
import {
  lookOf,
  refusesAt,
  takesAt,
  type OldAddress,
  type OldHostLook,
  type ReadReply,
} from '../mail/closed.ts';
import { type Converse, type Recipient } from '../mail/conversation.ts';
import { type ProbeTarget } from '../mail/probed.ts';
import { SMTP, wellKnown } from './egress.ts';
import { placesOf } from './places.ts';

/** A host that is asked; `known` are addresses of it from elsewhere, for when its name is gone. */
export interface AskedHost {
  readonly host: Name;
  readonly role: OldAddress['role'];
  readonly known: readonly string[];
}

export interface OldHostAsking {
  readonly goal: OldHostLook['goal'];
  readonly hosts: readonly AskedHost[];
  readonly recipients: readonly Recipient[];
  readonly port: number;
  /** Hosts of a closed network may be asked. */
  readonly allowPrivate: boolean;
  /** The name in EHLO; empty: the address literal of the connection. */
  readonly helo: string;
  readonly inquire: Inquire;
  readonly converse: Converse;
  readonly read: ReadReply;
  /** Hosts that are always there, to see whether a refusal is that of this machine; left out: a large one. */
  readonly wellKnown?: readonly Name[];
}

interface Found {
  readonly addresses: readonly string[];
  /** Why there is nobody to ask, or somebody less; null: all is known. */
  readonly why: string | null;
}

/** Every address of a host, over IPv4 and IPv6, as the servers of its zone give them. */
async function addressesOf({ inquire }: OldHostAsking, { host, known }: AskedHost): Promise<Found> {
  const literal = displayName(host);
  if (isAddress(literal)) return { addresses: [literal], why: null };
  const said = await Promise.all((['A', 'AAAA'] as const).map(type => inquire(host, type)));
  const named = said.flatMap(one => (one.is === 'found' ? one.rdata : []));
  const unanswered = said.flatMap(one => (one.is === 'unanswered' ? [one.why] : []));
  const addresses = [...new Set([...named, ...known])];
  if (unanswered.length > 0)
    return {
      addresses,
      why: `its addresses could not be looked up: ${[...new Set(unanswered)].join('; ')}`,
    };
  if (addresses.length > 0) return { addresses, why: null };
  return { addresses, why: 'it has no address any more: ask the one it had' };
}

/** Those that may be asked, and why the others are not. */
function askable({ allowPrivate }: OldHostAsking, { addresses, why }: Found): Found {
  const barred = allowPrivate ? [] : addresses.filter(one => whyNotPublic(one) !== null);
  const left = addresses.filter(one => !barred.includes(one)).slice(0, limits.retireAddresses);
  const more = addresses.length - barred.length - left.length;
  const reasons = [
    ...(why === null ? [] : [why]),
    ...barred.map(
      one => `${one} is not asked: it is ${whyNotPublic(one) ?? ''} (checks.smtp.allowPrivate)`,
    ),
    ...(more > 0 ? [`${String(more)} addresses more are not asked`] : []),
  ];
  return { addresses: left, why: reasons.length === 0 ? null : reasons.join('; ') };
}

/**
 * Asks the hosts that mail is no longer sent to what they do with it. No mail is sent. Throws ABORTED only.
 */
export async function askOldHosts(
  asking: OldHostAsking,
  signal: AbortSignal,
): Promise<OldHostLook> {
  const { goal, hosts, recipients, port, helo, converse, read } = asking;
  const judge = goal === 'refuses' ? refusesAt : takesAt;
  const found = await Promise.all(
    hosts.map(async one => ({ ...one, ...askable(asking, await addressesOf(asking, one)) })),
  );
  const places = found.flatMap(({ host, role, addresses }) =>
    addresses.map(address => ({ host, role, address })),
  );
  const addresses = await Promise.all(
    places.map(async (place): Promise<OldAddress> => {
      const { host, address } = place;
      const approach = { host, address, port, helo, recipients, message: null };
      return { ...place, ...judge(await converse(approach, signal), read) };
    }),
  );
  const barred = addresses.some(({ why }) => why === 'refused') && (await isBarred(asking, signal));
  const unresolved = found.flatMap(({ host, why }) => (why === null ? [] : [{ host, why }]));
  return lookOf({ goal, addresses: barred ? addresses.map(unproven) : addresses, unresolved });
}

/** A refused connection proves nothing where this machine refuses them all. */
const unproven = (one: OldAddress): OldAddress =>
  one.why === 'refused'
    ? { ...one, holds: null, why: 'unreachable', said: 'connections to this port are refused here' }
    : one;

/** Does a firewall of ours refuse in the place of hosts? Whoever is always there is refused as well then. */
async function isBarred(
  { inquire, converse, port, helo, wellKnown: hosts = wellKnown }: OldHostAsking,
  signal: AbortSignal,
): Promise<boolean> {
  if (port !== SMTP) return false;
  const targets = hosts.map((host): ProbeTarget => ({ host, role: 'witness', port }));
  const places = await Promise.all(
    targets.map(target => placesOf(target, { inquire, allowPrivate: false })),
  );
  const approaches = places.flatMap(({ target: { host }, addresses }) =>
    addresses
      .slice(0, 1)
      .map(address => ({ host, address, port, helo, recipients: [], message: null })),
  );
  const said = await Promise.all(approaches.map(one => converse(one, signal)));
  return said.some(({ end, banner }) => banner === null && end === 'refused');
}
