import { type Clock, type Instant } from '../clock.ts';
import { type Name, parseName } from '../dns/name.ts';
import { keyText, type Key, type RRset, rrset } from '../dns/rrset.ts';
import {
  type Approach,
  type Conversation,
  type Converse,
  type MailReply,
  type Recipient,
  type RecipientAsked,
  type TlsSeen,
} from '../mail/conversation.ts';
import { type FaultKind } from './faults.ts';

/** The host of somebody who has nothing to do with the move. */
export const thirdHost = parseName('mx.third.example');

/** The mail hosts of both sides, and of a third one. They speak without sockets. */
export interface MailWorld {
  readonly converse: Converse;
  /** The address of a mail host, which no zone of the rehearsal has; null: it is none of them. */
  readonly address: (key: Key) => RRset | null;
  /** Their people were called: whatever a new host lost is there again. */
  readonly mend: () => void;
  /** Nobody needs the old hosts any more: they refuse mail for the domain. */
  readonly close: () => void;
}

export interface MailWorldOf {
  readonly clock: Clock;
  readonly faults: FaultKind;
  readonly old: readonly Name[];
  readonly new: readonly Name[];
  /** Nothing goes wrong while this is false. */
  readonly active: () => boolean;
  /** When the new set was first out; null: not yet. */
  readonly swappedAt: () => Instant | null;
  readonly tell: (what: string) => void;
}

/** What goes wrong at the new hosts, in milliseconds from the first look at a gate, or from the swap. */
const troubles = {
  provisionedMs: 240_000,
  greylistMs: 290_000,
  blip: { fromMs: 100_000, untilMs: 150_000 },
  lostMs: 260_000,
};

const reply = (code: number, enhanced: string | null, text: string): MailReply => ({
  ...{ code, enhanced, lines: [text] },
});
const taken = reply(250, '2.1.5', 'Ok');
const unknown = reply(550, '5.1.1', 'User unknown in relay recipient table');
const greylisted = reply(450, '4.2.0', 'Recipient address rejected: Greylisted for 300 seconds');
const denied = ({ address }: Recipient): MailReply =>
  reply(554, '5.7.1', `<${address}>: Relay access denied`);
const unprovisioned = reply(550, '5.7.64', 'TenantAttribution; Relay Access Denied');
const moved = reply(550, '5.7.1', 'mail for this domain has moved');

/** What a host makes of a recipient when nothing is wrong. */
const usual = (recipient: Recipient): MailReply =>
  recipient.kind === 'foreign' ? denied(recipient) : recipient.kind === 'random' ? unknown : taken;

const certificate = (host: Name, now: Instant): TlsSeen => ({
  ...{ is: 'up', protocol: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384' },
  certificate: {
    ...{ subject: host, issuer: 'the authority of a rehearsal', names: [host.replace(/\.$/, '')] },
    ...{ notBefore: now - 86_400_000, notAfter: now + 90 * 86_400_000 },
    ...{ trusted: true, distrust: null, nameMatches: true, chain: [] },
  },
});

type Answers = (recipient: Recipient) => MailReply;

/** A whole conversation in which each recipient gets its answer; null: nobody takes the connection. */
function conversation(
  { host, address, port, recipients }: Approach,
  answers: Answers | null,
  at: Instant,
): Conversation {
  const where = { host, address, port, at, tookMs: 20, message: null };
  if (answers === null)
    return {
      ...{ ...where, end: 'refused', detail: 'the connection was refused', recipients: [] },
      ...{ banner: null, ehlo: null, tls: null },
    };
  const asked = recipients.map((one): RecipientAsked => ({
    ...{ ...one, mailFrom: reply(250, '2.1.0', 'Ok'), rcptTo: answers(one) },
  }));
  return {
    ...{ ...where, end: 'complete', detail: '', recipients: asked },
    banner: reply(220, null, `${host.replace(/\.$/, '')} ESMTP`),
    ehlo: reply(250, null, 'PIPELINING'),
    tls: certificate(host, at),
  };
}

/** How the new hosts answer now, by what goes wrong in this rehearsal. */
function newHosts(of: MailWorldOf) {
  const { faults, tell, active, swappedAt } = of;
  const told = new Set<string>();
  let [gateAt, greyAt, mended]: [Instant | null, Instant | null, boolean] = [null, null, false];
  const once = (what: string): void => {
    if (!told.has(what)) tell(what);
    told.add(what);
  };
  /** For the domain only: what strangers ask for is refused as ever. */
  const instead =
    (answer: MailReply): Answers =>
    recipient =>
      recipient.kind === 'foreign' ? denied(recipient) : answer;
  const before = (now: Instant, recipients: readonly Recipient[]): Answers => {
    if (recipients.some(({ kind }) => kind === 'random')) gateAt ??= now;
    if (gateAt === null) return usual;
    if (faults === 'hard' && now < gateAt + troubles.provisionedMs) {
      once('the domain is not provisioned at the new host yet');
      return instead(unprovisioned);
    }
    if (faults === 'hard') {
      once('the domain is provisioned at the new host');
      return usual;
    }
    greyAt ??= now;
    if (now >= greyAt + troubles.greylistMs) return usual;
    once('the new host greylists whom it does not know');
    return instead(greylisted);
  };
  const after = (since: number): Answers | null => {
    const { fromMs, untilMs } = troubles.blip;
    if (since >= fromMs && since < untilMs) {
      once('the new host is started anew: for a moment nobody listens');
      return null;
    }
    if (faults !== 'hard' || mended || since < troubles.lostMs) return usual;
    once('the new host forgets the domain');
    return instead(unprovisioned);
  };
  return {
    answers: (now: Instant, recipients: readonly Recipient[]): Answers | null => {
      if (faults === 'none' || !active()) return usual;
      const swapped = swappedAt();
      return swapped === null ? before(now, recipients) : after(now - swapped);
    },
    mend: () => {
      if (!mended) tell('somebody calls the people of the new host: the domain is there again');
      mended = true;
    },
  };
}

/** Opens the mail hosts of a move: those that go, those that come, and one that shows we can judge. */
export function openMailWorld(of: MailWorldOf): MailWorld {
  const { clock, tell } = of;
  const fresh = newHosts(of);
  let closed = false;
  const places = new Map<Name, string>();
  for (const host of [...of.old, ...of.new, thirdHost])
    if (!places.has(host)) places.set(host, `192.0.2.${String(100 + places.size)}`);
  const answersOf = (host: Name, recipients: readonly Recipient[]): Answers | null => {
    if (of.new.includes(host)) return fresh.answers(clock.now().wall, recipients);
    if (host === thirdHost) return denied;
    return closed ? () => moved : usual;
  };
  return {
    converse: async (approach, signal) => {
      await clock.sleep(20, signal);
      const answers = answersOf(approach.host, approach.recipients);
      return conversation(approach, answers, clock.now().wall);
    },
    address: key => {
      const address = places.get(key.name);
      if (address === undefined || keyText(key) !== keyText({ name: key.name, type: 'A' }))
        return null;
      return rrset({ ...key, ttl: 300, rdata: [address] });
    },
    mend: fresh.mend,
    close: () => {
      if (!closed) tell('the old host refuses mail for the domain from now on');
      closed = true;
    },
  };
}
