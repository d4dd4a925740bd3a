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
  readonly inquire: Inquire;
  readonly converse: Converse;
  readonly read: ReadReply;
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
    return { addresses, why: `its addresses could not be looked up: ${unanswered.join('; ')}` };
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
  const { goal, hosts, recipients, port, converse, read } = asking;
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
      const approach = { host, address, port, helo: '', recipients, message: null };
      return { ...place, ...judge(await converse(approach, signal), read) };
    }),
  );
  const unresolved = found.flatMap(({ host, why }) => (why === null ? [] : [{ host, why }]));
  return lookOf({ goal, addresses, unresolved });
}
