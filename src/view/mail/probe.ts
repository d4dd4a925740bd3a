import { displayName, type Name } from '../../dns/name.ts';
import { type Conversation, type MailReply, type TlsSeen } from '../../mail/conversation.ts';
import { meanings, tlsWords } from '../../mail/meaning.ts';
import { type AddressSeen, type ProbeRound, type Reception } from '../../mail/probe.ts';
import { isFamilyHeard, type Probed, type ProbedAddress } from '../../mail/probed.ts';
import { addressSeen, recipientReceived, tlsStateOf } from '../../mail/reception.ts';
import { oneLine, saidOf } from '../../mail/reply.ts';
import { isoOrNull, isoText } from '../words.ts';

/** All that was said with one address, cleaned. Additive changes only. */
export interface DialogueView {
  /** Without the final dot. */
  readonly host: string;
  readonly address: string;
  readonly port: number;
  readonly role: AddressSeen['role'];
  readonly at: string;
  readonly tookMs: number;
  readonly end: Conversation['end'];
  readonly detail: string;
  readonly banner: string | null;
  readonly ehlo: string | null;
  readonly tls: {
    readonly state: AddressSeen['tls'];
    /** In words. */
    readonly summary: string;
    readonly certificate: {
      readonly subject: string;
      readonly issuer: string;
      readonly names: readonly string[];
      readonly notBefore: string;
      readonly notAfter: string;
      readonly trusted: boolean;
      readonly distrust: string | null;
      readonly nameMatches: boolean;
    } | null;
  };
  readonly recipients: readonly {
    readonly address: string;
    readonly kind: string;
    readonly reception: Reception;
    readonly mailFrom: string | null;
    readonly rcptTo: string | null;
  }[];
  /** The answer to the end of a test message; null: none was sent. */
  readonly message: string | null;
  /** Octets that came before the handshake unasked, and were thrown away. */
  readonly discarded: number;
  readonly reception: Reception;
  readonly said: string;
  /** What the answer means, one sentence. */
  readonly summary: string;
  readonly remedy: string | null;
  readonly again: string | null;
}

export type ProbeVerdict = 'ready' | 'not-ready' | 'cannot-tell';

/** What `probe --json` prints: a round that `observe --probe` reads, and all that it rests on. */
export interface ProbeView extends Pick<ProbeRound, 'vantage' | 'egress' | 'sts'> {
  readonly at: string;
  /** Host names without the final dot. */
  readonly seen: readonly (Omit<AddressSeen, 'host'> & { readonly host: string })[];
  readonly unresolved: readonly {
    readonly host: string;
    readonly role: AddressSeen['role'];
    readonly why: string;
  }[];
  /** Without the final dot. */
  readonly domain: string;
  readonly verdict: ProbeVerdict;
  /** One sentence. */
  readonly summary: string;
  readonly dialogues: readonly DialogueView[];
}

export interface ProbeGround {
  readonly domain: Name;
  readonly probed: Probed;
}

const replyText = (reply: MailReply | null): string | null =>
  reply === null ? null : saidOf(reply);

function tlsSummary(tls: TlsSeen | null, state: AddressSeen['tls']): string {
  if (tls === null || tls.is === 'not-offered') return tlsWords[state];
  if (tls.is === 'refused')
    return `${tlsWords.broken}: ${replyText(tls.reply) ?? 'no answer came'}`;
  if (tls.is === 'failed') return `${tlsWords.broken}: ${oneLine(tls.why)}`;
  return `${tlsWords[state]} (${oneLine(tls.protocol)}, ${oneLine(tls.cipher)})`;
}

function certificateOf(tls: TlsSeen | null): DialogueView['tls']['certificate'] {
  if (tls?.is !== 'up' || tls.certificate === null) return null;
  const { subject, issuer, names, notBefore, notAfter, trusted, distrust, nameMatches } =
    tls.certificate;
  return {
    ...{ subject: oneLine(subject), issuer: oneLine(issuer), names: names.map(oneLine) },
    ...{ notBefore: isoText(notBefore), notAfter: isoText(notAfter) },
    ...{ trusted, distrust, nameMatches },
  };
}

function dialogueOf({ conversation, role, again }: ProbedAddress): DialogueView {
  const { host, address, port, at, tls, tookMs, end } = conversation;
  const { reception, said } = addressSeen(conversation, role);
  const state = tlsStateOf(conversation, at);
  const { says, remedy } = meanings[reception];
  return {
    ...{ host: displayName(host), address, port, role, at: isoText(at), tookMs, end },
    ...{ detail: oneLine(conversation.detail), reception, said, remedy, again: isoOrNull(again) },
    banner: replyText(conversation.banner),
    ehlo: replyText(conversation.ehlo),
    tls: { state, summary: tlsSummary(tls, state), certificate: certificateOf(tls) },
    recipients: conversation.recipients.map(one => ({
      ...{ address: one.address, kind: one.kind },
      reception: recipientReceived(one, conversation).reception,
      ...{ mailFrom: replyText(one.mailFrom), rcptTo: replyText(one.rcptTo) },
    })),
    message: replyText(conversation.message),
    discarded: conversation.discarded ?? 0,
    summary: `${displayName(host)} ${role === 'witness' && reception === 'accepts' ? 'answers' : says}`,
  };
}

const fine: readonly Reception[] = ['accepts', 'unknown-recipient'];
const certain: readonly Reception[] = [
  ...(['not-provisioned', 'no-licence', 'wrong-region', 'greeting-refuses', 'refuses'] as const),
  ...(['loops', 'closed'] as const),
];

/** What stands against the new hosts, or those that were named, and not against this machine. */
function verdictOf(probed: Probed): ProbeVerdict {
  const { seen, egress, unresolved } = probed.round;
  const asked = seen.filter(({ role }) => role === 'new');
  const against = ({ reception, address }: AddressSeen): boolean =>
    (certain.includes(reception) && !(reception === 'closed' && egress === 'blocked')) ||
    (reception === 'silent' && egress === 'open' && isFamilyHeard(probed, address));
  if (asked.some(against)) return 'not-ready';
  const open = asked.length === 0 || unresolved.some(({ role }) => role === 'new');
  return !open && asked.every(({ reception }) => fine.includes(reception))
    ? 'ready'
    : 'cannot-tell';
}

const verdictWords: Readonly<Record<ProbeVerdict, string>> = {
  ready: 'takes mail at every address that was asked',
  'not-ready': 'would lose or bounce mail',
  'cannot-tell': 'could not be judged from here',
};

export function probeView({ domain, probed }: ProbeGround): ProbeView {
  const verdict = verdictOf(probed);
  const name = displayName(domain);
  const blind =
    probed.round.egress === 'blocked'
      ? ': connections to the port of SMTP do not get out of this machine'
      : '';
  const { vantage, at, seen, unresolved, egress, sts } = probed.round;
  return {
    ...{ vantage, at: isoText(at), egress, sts },
    seen: seen.map(one => ({ ...one, host: displayName(one.host) })),
    unresolved: unresolved.map(one => ({ ...one, host: displayName(one.host) })),
    ...{ domain: name, verdict, summary: `${name}: it ${verdictWords[verdict]}${blind}` },
    dialogues: probed.addresses.map(dialogueOf),
  };
}
