import { type Name } from '../dns/name.ts';
import { type Conversation, type MailReply, type RecipientAsked } from './conversation.ts';
import { type Reception } from './probe.ts';
import { oneLine, saidOf } from './reply.ts';

/**
 * Why an address counts as closed, open, or as neither. A refused connection is the best of all: senders
 * look the MX up again and deliver to the new host, while a permanent refusal makes mail bounce.
 */
export type ClosedWhy =
  | 'refused'
  | 'greeting'
  | 'recipients-refused'
  | 'accepts'
  /** Nothing came back in time: dropped by a firewall, or on the way. Not proven. */
  | 'silent'
  /** 4xx: senders come back, and nobody knows what they will hear then. */
  | 'defers'
  /** The domain is known there, and no former recipient was asked for. */
  | 'domain-known'
  /** It refuses this machine, and nobody knows what it tells others. */
  | 'refuses-us'
  | 'no-family'
  | 'unreachable'
  | 'cannot-tell';

/** What one address does with mail for the domain; `holds` null: not proven. */
export interface OldAddress {
  readonly host: Name;
  readonly address: string;
  /** Whose: only the old host is asked whether it refuses; of forwarding both are asked. */
  readonly role: 'old' | 'new';
  readonly holds: boolean | null;
  readonly why: ClosedWhy;
  /** Whom it accepted or refused; null where it did not come to that. */
  readonly recipient: string | null;
  /** The words of the server, one line, without control characters. */
  readonly said: string;
}

/** One look at the hosts that mail is no longer sent to. */
export interface OldHostLook {
  /** `refuses`: nothing may be taken there. `forwards`: the test recipient must be taken, at both sides. */
  readonly goal: 'refuses' | 'forwards';
  /** False as soon as one address is against it, true when every address is for it, else null. */
  readonly holds: boolean | null;
  readonly addresses: readonly OldAddress[];
  /** Hosts without an address that could be asked, and why. */
  readonly unresolved: readonly { readonly host: Name; readonly why: string }[];
}

/** What one reply of a mail host means for the domain, as everywhere else. */
export type ReadReply = (reply: MailReply) => Reception;

/** Said to this machine, or to whoever is not the gateway: nobody knows what others are told. */
const aboutUs: readonly Reception[] = ['blocks-us', 'locked-to-gateway'];
/** Said of the session: over TLS, or from another sender, the host may take the same mail. */
const aboutSession: readonly Reception[] = ['needs-tls', 'cannot-tell'];
/** Said of the domain: it is no longer at home there, whoever is asked for. */
const unknownDomain: readonly Reception[] = ['not-provisioned', 'no-licence', 'wrong-region'];

type Judged = Pick<OldAddress, 'holds' | 'why' | 'recipient' | 'said'>;

/** What is known, with the words it rests on; `recipient` where it came to one. */
const judged = (
  [holds, why]: readonly [boolean | null, ClosedWhy],
  said: string,
  recipient: string | null = null,
): Judged => ({ holds, why, recipient, said: oneLine(said) });

/**
 * A host that is open greets with 421 as well, when it has too much to do or has heard too often from us: Postfix
 * says "4.7.0 … too many connections" and "4.3.2 All server ports are busy" (postconf(5), anvil(8)), Exim
 * "Unexpected failure, please try later".
 */
const isBusy = (banner: MailReply): boolean =>
  (banner.enhanced ?? '').startsWith('4.7.') ||
  /\b(?:too (?:many|much|busy)|busy|overload|load average|rate limit|unexpected failure)/i.test(
    saidOf(banner),
  );

/** How it ended before anybody could be asked for. */
function endOf({ end, detail, banner }: Conversation, read: ReadReply): Judged | null {
  if (banner !== null && banner.code >= 400) {
    // 554 instead of a greeting: no service here; 421: closing (RFC 5321 3.1, 4.2.2).
    const said = saidOf(banner);
    if (aboutUs.includes(read(banner))) return judged([null, 'refuses-us'], said);
    const closes = banner.code >= 500 || (banner.code === 421 && !isBusy(banner));
    return judged([closes ? true : null, closes ? 'greeting' : 'defers'], said);
  }
  switch (end) {
    case 'refused':
      return judged([true, 'refused'], detail);
    case 'timeout':
      return judged([null, 'silent'], detail);
    case 'no-family':
      return judged([null, 'no-family'], detail);
    case 'unreachable':
      return judged([null, 'unreachable'], detail);
    case 'complete':
    case 'reset':
    case 'closed':
    case 'garbage':
      return null;
  }
}

/** What was said last; a sender that is taken is no answer about the recipient. */
const lastOf = ({ rcptTo, mailFrom }: RecipientAsked): MailReply | null =>
  rcptTo ?? (mailFrom !== null && mailFrom.code >= 400 ? mailFrom : null);

/** It passes: 4xx, or a mailbox that is full and may be emptied (5.2.2), which is there. */
const passes = (reply: MailReply, read: ReadReply): boolean =>
  reply.code < 500 || read(reply) === 'defers';

const accepted = ({ rcptTo }: RecipientAsked): boolean =>
  rcptTo !== null && rcptTo.code >= 200 && rcptTo.code < 300;

/**
 * Does one address of the old host refuse mail for the domain? A single recipient that is accepted says
 * no, whatever else was refused: that mail belongs to the old host from then on.
 */
export function refusesAt(conversation: Conversation, read: ReadReply): Judged {
  const taken = conversation.recipients.find(accepted);
  if (taken?.rcptTo != null) return judged([false, 'accepts'], saidOf(taken.rcptTo), taken.address);
  const early = endOf(conversation, read);
  if (early !== null) return early;
  const answers = conversation.recipients.map(one => ({ ...one, reply: lastOf(one) }));
  const [first] = answers;
  if (first === undefined) return judged([null, 'cannot-tell'], conversation.detail);
  for (const { reply, address, rcptTo } of answers) {
    if (reply === null) return judged([null, 'cannot-tell'], conversation.detail, address);
    const said = saidOf(reply);
    if (aboutUs.includes(read(reply))) return judged([null, 'refuses-us'], said, address);
    if (passes(reply, read)) return judged([null, 'defers'], said, address);
    if (aboutSession.includes(read(reply))) return judged([null, 'cannot-tell'], said, address);
    // Refused before the recipient was named: that is about the sender, the null one at that.
    if (rcptTo === null) return judged([null, 'cannot-tell'], said, address);
  }
  const former = answers.some(({ kind }) => kind === 'former');
  const unknown = answers.some(
    ({ reply }) => reply !== null && unknownDomain.includes(read(reply)),
  );
  const { reply, address } = answers.find(({ kind }) => kind === 'former') ?? first;
  const said = reply === null ? '' : saidOf(reply);
  // Nobody but a former recipient shows that a host which knows the domain takes nothing for it.
  return former || unknown
    ? judged([true, 'recipients-refused'], said, address)
    : judged([null, 'domain-known'], said, address);
}

/** Does one address take mail for the test recipient, as forwarding needs on both sides? */
export function takesAt(conversation: Conversation, read: ReadReply): Judged {
  const taken = conversation.recipients.find(accepted);
  if (taken?.rcptTo != null) return judged([true, 'accepts'], saidOf(taken.rcptTo), taken.address);
  const early = endOf(conversation, read);
  if (early !== null) return early.holds === true ? { ...early, holds: false } : early;
  const [first] = conversation.recipients;
  const reply = first === undefined ? null : lastOf(first);
  if (first === undefined || reply === null)
    return judged([null, 'cannot-tell'], conversation.detail);
  const { address, rcptTo } = first;
  const said = saidOf(reply);
  if (aboutUs.includes(read(reply))) return judged([null, 'refuses-us'], said, address);
  if (passes(reply, read)) return judged([null, 'defers'], said, address);
  return rcptTo === null || aboutSession.includes(read(reply))
    ? judged([null, 'cannot-tell'], said, address)
    : judged([false, 'recipients-refused'], said, address);
}

/** All that was seen as one look: what is not proven is neither a yes nor a no. */
export function lookOf({ goal, addresses, unresolved }: Omit<OldHostLook, 'holds'>): OldHostLook {
  const roles = goal === 'forwards' ? (['old', 'new'] as const) : (['old'] as const);
  const everybody = roles.every(role => addresses.some(one => one.role === role));
  const holds = addresses.some(one => one.holds === false)
    ? false
    : everybody && unresolved.length === 0 && addresses.every(one => one.holds === true)
      ? true
      : null;
  return { goal, holds, addresses, unresolved };
}

/** The same look but for words that change from answer to answer, such as queue ids and times. */
export const sameLook = (one: OldHostLook, other: OldHostLook): boolean =>
  JSON.stringify(withoutWords(one)) === JSON.stringify(withoutWords(other));

const withoutWords = ({ goal, addresses, unresolved }: OldHostLook) => [
  goal,
  addresses.map(({ host, address, role, holds, why }) => [host, address, role, holds, why]).sort(),
  unresolved.map(({ host }) => host).sort(),
];
