import { type Instant } from '../../clock.ts';
import { type Plan } from '../../cutover/plan.ts';
import { displayName, type Name } from '../../dns/name.ts';
import { type Conversation } from '../../mail/conversation.ts';
import { type AddressSeen, type HostRole } from '../../mail/probe.ts';
import { domainOf, type Probed } from '../../mail/probed.ts';
import { addressSeen } from '../../mail/reception.ts';
import { type Verdict } from '../check.ts';
import { iso } from '../words.ts';

/** What the checks of mail hosts judge: one look at all of them. */
export interface SmtpFacts {
  readonly plan: Plan;
  readonly probed: Probed;
  /** True where a recipient was asked for that nobody has. */
  readonly gate: boolean;
  readonly now: Instant;
  /** Hosts that must have STARTTLS, and why: a policy of the domain, or TLSA records of the host. */
  readonly strict: ReadonlyMap<Name, readonly ('sts' | 'dane')[]>;
}

/** One address as a check sees it. */
export interface SmtpLook {
  readonly conversation: Conversation;
  readonly seen: AddressSeen;
  /** `mx.example (192.0.2.1:25)`. */
  readonly subject: string;
  /** What was asked of whom, when, and what came back. */
  readonly observed: string;
}

const isSix = ({ address }: Pick<Conversation, 'address'>): boolean => address.includes(':');

const place = ({ host, address, port }: Conversation): string => {
  const where = address.includes(':')
    ? `[${address}]:${String(port)}`
    : `${address}:${String(port)}`;
  return `${displayName(host)} (${where})`;
};

/** The same with whose mail it was asked about, where that is not the domain of the plan. */
function placeFor(conversation: Conversation, { domain }: Plan): string {
  const [first] = conversation.recipients;
  const about = first === undefined ? domain : domainOf(first);
  return about === domain
    ? place(conversation)
    : `${place(conversation)} for ${displayName(about)}`;
}

/** The addresses of the hosts of one side. */
export const looksOf = ({ probed, plan }: SmtpFacts, side: HostRole): readonly SmtpLook[] =>
  probed.addresses
    .filter(({ role }) => role === side)
    .map(({ conversation, role, again }) => {
      const seen = addressSeen(conversation, role);
      const later = again === null ? '' : `; to be asked again after ${iso(again)}`;
      const said = seen.said === '' ? seen.reception : seen.said;
      return {
        ...{ conversation, seen, subject: placeFor(conversation, plan) },
        observed: `${placeFor(conversation, plan)} at ${iso(conversation.at)}: ${said}${later}`,
      };
    });

/** Whoever greeted was reached, whatever was said. */
export const isReached = ({ conversation }: SmtpLook): boolean => conversation.banner !== null;

/**
 * The addresses by which a host stands or falls. Where one of IPv4 is reached, those of IPv6 that are not
 * are a matter of the check of IPv6 alone: senders go on to the other address.
 */
export function decisive(looks: readonly SmtpLook[]): readonly SmtpLook[] {
  const reached = new Set(
    looks.filter(isReached).flatMap(({ seen }) => (isSix(seen) ? [] : [seen.host])),
  );
  return looks.filter(look => isReached(look) || !isSix(look.seen) || !reached.has(look.seen.host));
}

/**
 * Hosts of one side that could not be asked at all, as verdicts. One that was reached at some address is judged
 * by that; what its other addresses are is a matter of the checks of DNS.
 */
export function unasked(facts: SmtpFacts, side: HostRole): readonly Verdict[] {
  const reached = looksOf(facts, side)
    .filter(isReached)
    .map(({ seen }) => seen.host);
  return facts.probed.round.unresolved
    .filter(({ role, host }) => role === side && !reached.includes(host))
    .map(({ host, why }) => ({
      ...{ outcome: 'could-not-test', subject: displayName(host), observed: why },
      summary: `${displayName(host)} could not be asked: ${why}.`,
      remedy: 'Let its name lead to addresses that this machine may connect to, then check again.',
    }));
}

/** One verdict for each subject with trouble, or a single one when all is well. */
export function troubleOr(verdicts: readonly Verdict[], fine: Verdict): readonly Verdict[] {
  const trouble = verdicts.filter(({ outcome }) => outcome !== 'pass' && outcome !== 'skipped');
  return trouble.length > 0 ? trouble : [fine];
}

const WORTH_NAMING = 5;

const hostsOf = (looks: readonly SmtpLook[]): readonly string[] => [
  ...new Set(looks.map(({ seen }) => displayName(seen.host))),
];

/** The subjects of what is fine: all of them, as far as they can be read. */
export function subjectsOf(looks: readonly SmtpLook[]): string {
  const names = hostsOf(looks);
  const more = names.length - WORTH_NAMING;
  const list = names.slice(0, WORTH_NAMING).join(', ');
  return more > 0 ? `${list} and ${String(more)} more` : list;
}

/** `mx.example takes`, `mx1.example, mx2.example take`. */
export const subjectsDo = (looks: readonly SmtpLook[], verb: string): string =>
  `${subjectsOf(looks)} ${verb}${hostsOf(looks).length === 1 ? 's' : ''}`;

/** All went well, at these. */
export const fine = (looks: readonly SmtpLook[], words: string): Verdict => ({
  outcome: 'pass',
  subject: subjectsOf(looks),
  summary: words,
  observed: looks.map(({ observed }) => observed).join('; '),
});

/** Does anything come that could be asked? A null MX names no host (RFC 7505 3). */
export const namesNewHosts = ({ probed }: SmtpFacts): boolean =>
  [...probed.addresses, ...probed.round.unresolved].some(({ role }) => role === 'new');

/** There was nobody to look at. */
export const nobody = (plan: Plan, why: string): Verdict => ({
  ...{ outcome: 'skipped', subject: displayName(plan.domain), observed: 'nobody was asked' },
  summary: why,
});
