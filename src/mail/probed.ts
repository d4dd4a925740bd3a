import { type Instant } from '../clock.ts';
import { type Name, parseAnyName } from '../dns/name.ts';
import { type Conversation, type Recipient } from './conversation.ts';
import { type HostRole, type ProbeRound } from './probe.ts';

/** A host that is to be looked at; one address instead of all where it is given. */
export interface ProbeTarget {
  readonly host: Name;
  readonly role: HostRole;
  readonly port: number;
  readonly address?: string;
  /** Names whose mail does not go there, or is asked about in a session of its own; left out: none. */
  readonly skips?: readonly Name[];
}

/** The name whose mail a recipient gets. */
export const domainOf = ({ address }: Pick<Recipient, 'address'>): Name =>
  parseAnyName(address.slice(address.lastIndexOf('@') + 1));

/** What was said with one address, and by whom it was wanted. */
export interface ProbedAddress {
  readonly role: HostRole;
  readonly conversation: Conversation;
  /** When asking again may help: a host that greylists or defers is left alone until then. Else null. */
  readonly again: Instant | null;
  /** An earlier conversation than this round's: the host was talked to moments ago, or asked for a pause. */
  readonly kept: boolean;
}

/** One look at all hosts, with all that it rests on. `round.sts` is unknown: policies are looked at elsewhere. */
export interface Probed {
  readonly round: ProbeRound;
  readonly addresses: readonly ProbedAddress[];
  /** Who else was tried for the way out, and what came of it; empty where nobody had to be. */
  readonly selfTest: readonly Conversation[];
}

const isSix = (address: string): boolean => address.includes(':');

/**
 * Was somebody heard over the family of this address? A machine may have IPv6 that leads nowhere, or IPv6
 * alone: then the silence of an address of the other family is the silence of this machine.
 */
export const isFamilyHeard = (
  { addresses, selfTest }: Pick<Probed, 'addresses' | 'selfTest'>,
  address: string,
): boolean =>
  [...addresses.map(({ conversation }) => conversation), ...selfTest].some(
    one => one.banner !== null && isSix(one.address) === isSix(address),
  );
