import { type Instant } from '../clock.ts';
import { readReply } from './classify.ts';
import { type Conversation, type MailReply, type RecipientAsked } from './conversation.ts';
import { type AddressSeen, type HostRole, type Reception, type TlsState } from './probe.ts';
import { oneLine, saidOf } from './reply.ts';

/** What one address makes of mail, and the words that say so. */
export interface Received {
  readonly reception: Reception;
  readonly said: string;
}

const bySystem: Readonly<Record<Conversation['end'], Reception>> = {
  complete: 'cannot-tell',
  refused: 'closed',
  timeout: 'silent',
  unreachable: 'silent',
  // This machine cannot reach anybody of that family: the host has no part in it.
  'no-family': 'cannot-tell',
  reset: 'cannot-tell',
  closed: 'cannot-tell',
  garbage: 'cannot-tell',
};

/** What is left when no reply decides. After a greeting somebody is there, however it ended. */
function byEnd({ end, detail, banner }: Conversation): Received {
  const reception = banner === null ? bySystem[end] : 'cannot-tell';
  return { reception, said: oneLine(detail) };
}

/** A greeting that is no welcome. What is refused for our address says nothing of the host (RFC 5321 3.1). */
function byGreeting(banner: MailReply): Received {
  const means = readReply(banner);
  const said = saidOf(banner);
  // Postfix says no more to whoever it shuts out: everybody, or this machine (smtpd_client_restrictions).
  const nobodyKnows = /client host rejected: access denied/i.test(said);
  if (means === 'blocks-us' && !nobodyKnows) return { reception: means, said };
  if (banner.code < 500) return { reception: 'defers', said };
  return { reception: 'greeting-refuses', said };
}

/** A refusal before any recipient was named speaks of us, of TLS or of now, but not of the domain. */
function bySession(reply: MailReply): Received {
  const means = readReply(reply);
  const known: readonly Reception[] = [
    ...(['blocks-us', 'locked-to-gateway', 'needs-tls', 'greylists', 'defers', 'loops'] as const),
  ];
  return { reception: known.includes(means) ? means : 'cannot-tell', said: saidOf(reply) };
}

/** What came of one recipient. */
export function recipientReceived(
  { mailFrom, rcptTo }: RecipientAsked,
  conversation: Conversation,
): Received {
  if (rcptTo !== null) return { reception: readReply(rcptTo), said: saidOf(rcptTo) };
  if (mailFrom !== null && mailFrom.code >= 400) return bySession(mailFrom);
  return byEnd(conversation);
}

/** What the whole of a session says of the domain, the most telling first. */
const telling: readonly Reception[] = [
  ...(['loops', 'accepts', 'unknown-recipient', 'not-provisioned', 'no-licence'] as const),
  ...(['wrong-region', 'refuses', 'locked-to-gateway', 'blocks-us', 'needs-tls'] as const),
  ...(['greylists', 'defers'] as const),
];

/** What is asked of recipients that nobody should know says nothing of those of the domain. */
const isOurs = ({ kind }: RecipientAsked): boolean => kind === 'postmaster' || kind === 'listed';

/** What is said of a domain as a whole, whoever the recipient is. */
const ofDomain: readonly Reception[] = ['not-provisioned', 'no-licence', 'wrong-region'];

/**
 * Who decides for the domain. Some hosts take postmaster's mail for any domain whatever (RFC 5321 4.5.1 asks for it at
 * their own): where all others are told that the domain is not there, that 250 proves nothing. Where nobody is listed
 * the one that nobody has, which is asked for at a gate, hears as well as anybody whether the domain is there.
 */
function deciding(recipients: readonly RecipientAsked[]): readonly RecipientAsked[] {
  const asked = recipients.filter(isOurs);
  const named = asked.filter(({ kind }) => kind === 'listed');
  const others = named.length > 0 ? named : recipients.filter(({ kind }) => kind === 'random');
  const isStrange = ({ rcptTo }: RecipientAsked): boolean =>
    rcptTo !== null && ofDomain.includes(readReply(rcptTo));
  // Where postmaster hears the same its answer, the first, is as good as any.
  const divided = !asked.every(isStrange);
  return divided && others.length > 0 && others.every(isStrange) ? others : asked;
}

/** What one address makes of mail for the domain. A host that nobody is asked of is there when it greets. */
export function receptionOf(conversation: Conversation): Received {
  const { banner, ehlo, recipients } = conversation;
  if (banner === null) return byEnd(conversation);
  if (banner.code !== 220) return byGreeting(banner);
  if (ehlo !== null && ehlo.code >= 400) return bySession(ehlo);
  const received = deciding(recipients).map(one => recipientReceived(one, conversation));
  for (const reception of telling) {
    const found = received.find(one => one.reception === reception);
    if (found !== undefined) return found;
  }
  if (recipients.length === 0 && ehlo !== null && conversation.end === 'complete')
    return { reception: 'accepts', said: saidOf(banner) };
  return received.find(({ said }) => said !== '') ?? byEnd(conversation);
}

/** The state of STARTTLS. Of several things that are wrong, the one to begin with. */
export function tlsStateOf({ tls }: Conversation, at: Instant): TlsState {
  if (tls === null) return 'unknown';
  if (tls.is === 'not-offered') return 'none';
  if (tls.is !== 'up') return 'broken';
  if (!tls.certificate?.trusted) return 'untrusted';
  const { notBefore, notAfter, nameMatches } = tls.certificate;
  if (at < notBefore || at > notAfter) return 'expired';
  return nameMatches ? 'good' : 'wrong-name';
}

/** A conversation as one line of a round. */
export function addressSeen(conversation: Conversation, role: HostRole): AddressSeen {
  const { host, address, at, recipients } = conversation;
  return {
    ...{ host, address, role },
    ...receptionOf(conversation),
    tls: tlsStateOf(conversation, at),
    recipients: recipients.filter(isOurs).map(one => ({
      address: one.address,
      reception: recipientReceived(one, conversation).reception,
    })),
  };
}
