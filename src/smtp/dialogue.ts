import { limits } from '../limits.ts';
import {
  type Approach,
  type Conversation,
  type MailReply,
  type Recipient,
  type RecipientAsked,
  type TlsSeen,
} from '../mail/conversation.ts';
import { extensionsOf, saidOf } from '../mail/reply.ts';
import { type Broken, type Channel, openChannel, type Over } from './channel.ts';
import { heloOf, messageLines, utf8Mark, wireAddress } from './command.ts';
import { type Secured } from './starttls.ts';

/** What was said in one session. */
export type Said = Pick<
  Conversation,
  'banner' | 'ehlo' | 'tls' | 'recipients' | 'message' | 'discarded'
>;

/** An open connection. `secure` begins TLS on it; null: it stays as it is. */
export interface Open {
  readonly channel: Channel;
  readonly secure: (() => Promise<Secured>) | null;
  readonly over: Over;
  /** Our own address, which names us where nothing else does. */
  readonly local: string;
}

/** What has been found out so far; it becomes what was said, however the session ends. */
interface Draft {
  channel: Channel;
  broken: Broken | null;
  banner: MailReply | null;
  ehlo: MailReply | null;
  tls: TlsSeen | null;
  readonly recipients: RecipientAsked[];
  message: MailReply | null;
  discarded: number;
}

const good = (reply: MailReply | null): boolean => reply !== null && reply.code < 300;

const offeredBy = ({ ehlo }: Draft): readonly string[] => (ehlo === null ? [] : extensionsOf(ehlo));

/** Sends a command and hears its reply. After 421 the host closes the connection (RFC 5321 3.8). */
async function ask(
  draft: Draft,
  command: string | null,
  ms: number = limits.smtpCommandMs,
): Promise<MailReply | null> {
  if (draft.broken !== null) return null;
  if (command !== null) draft.channel.say(`${command}\r\n`);
  const { reply, broken } = await draft.channel.hear(ms);
  draft.broken = broken;
  if (reply?.code === 421)
    draft.broken = { end: 'closed', detail: 'the host ended the session (421)' };
  return reply;
}

/** EHLO, and HELO for a host that knows no better (RFC 5321 3.2). */
async function greet(draft: Draft, name: string): Promise<boolean> {
  const reply = await ask(draft, `EHLO ${name}`);
  const instead = reply !== null && reply.code >= 500 ? await ask(draft, `HELO ${name}`) : null;
  draft.ehlo = instead ?? reply ?? draft.ehlo;
  return good(draft.ehlo) && draft.broken === null;
}

/**
 * Begins TLS where it is offered. What came in before the handshake was not asked for and could be
 * anybody's: it is thrown away, and said before TLS is said again (RFC 3207 4.2, CVE-2011-0411).
 */
async function startTls(draft: Draft, { secure, over }: Open, name: string): Promise<boolean> {
  if (secure === null) return true;
  if (draft.ehlo === null || !extensionsOf(draft.ehlo).includes('STARTTLS')) {
    draft.tls = { is: 'not-offered' };
    return true;
  }
  const reply = await ask(draft, 'STARTTLS');
  if (!good(reply)) {
    draft.tls = { is: 'refused', reply };
    return draft.broken === null;
  }
  draft.discarded = draft.channel.leave();
  const { seen, socket } = await secure();
  draft.tls = seen;
  if (socket === null) {
    const why = seen.is === 'failed' ? seen.why : '';
    draft.broken = over() ?? { end: 'closed', detail: `STARTTLS failed: ${why}` };
    return false;
  }
  draft.channel = openChannel(socket, over);
  // What was offered in the clear is forgotten.
  draft.ehlo = null;
  return greet(draft, name);
}

/**
 * Nobody refuses to reset: a refusal there is the answer to RCPT, which comes one too late since the host has said
 * something that nobody asked, such as a second greeting. 500 to 504 mean that it does not know the command.
 */
const isLate = ({ code }: MailReply): boolean =>
  code >= 400 && code !== 421 && (code < 500 || code > 504);

/**
 * One recipient, one transaction: many hosts refuse several recipients of the null sender. Where answers and
 * questions no longer fit together nobody knows what was said of this recipient.
 */
async function askRecipient(draft: Draft, recipient: Recipient): Promise<void> {
  const mark = utf8Mark(recipient.address, offeredBy(draft));
  const to = wireAddress(recipient.address);
  const mailFrom = await ask(draft, `MAIL FROM:<>${mark}`);
  const rcptTo = good(mailFrom) ? await ask(draft, `RCPT TO:<${to}>`) : null;
  const reset = await ask(draft, 'RSET');
  // Where RCPT was not said there is no answer to it: RSET is refused as MAIL was, such as before TLS (RFC 3207 4).
  if (rcptTo !== null && reset !== null && isLate(reset))
    draft.broken = {
      end: 'garbage',
      detail: `the answers of the host come late: RSET was answered with ${saidOf(reset)}`,
    };
  const lost = draft.broken?.end === 'garbage';
  draft.recipients.push(
    lost ? { ...recipient, mailFrom: null, rcptTo: null } : { ...recipient, mailFrom, rcptTo },
  );
}

/** Sends the one message that a person asked for. */
async function deliver(
  draft: Draft,
  { from, to, text }: NonNullable<Approach['message']>,
): Promise<MailReply | null> {
  const offered = offeredBy(draft);
  const body = offered.includes('8BITMIME') ? ' BODY=8BITMIME' : '';
  const mark = utf8Mark(from, offered) || utf8Mark(to, offered);
  const sender = from === '' ? '' : wireAddress(from);
  const mailFrom = await ask(draft, `MAIL FROM:<${sender}>${body}${mark}`);
  if (!good(mailFrom)) return mailFrom;
  const rcptTo = await ask(draft, `RCPT TO:<${wireAddress(to)}>`);
  if (!good(rcptTo)) return rcptTo;
  const data = await ask(draft, 'DATA');
  if (data?.code !== 354) return data;
  draft.channel.say(messageLines(text));
  return ask(draft, null);
}

async function converse(draft: Draft, approach: Approach, open: Open): Promise<void> {
  draft.banner = await ask(draft, null, limits.smtpBannerMs);
  if (draft.banner === null && draft.broken?.end === 'timeout')
    draft.broken = {
      ...draft.broken,
      detail: `connected, but not greeted: ${draft.broken.detail}`,
    };
  // Whoever greets with 554 takes no mail, whatever it answers afterwards (RFC 5321 3.1).
  if (draft.banner?.code !== 220) return;
  const name = heloOf(approach.helo, open.local);
  if (!(await greet(draft, name))) return;
  if (!(await startTls(draft, open, name))) return;
  for (const recipient of approach.recipients) {
    if (draft.broken !== null) return;
    await askRecipient(draft, recipient);
  }
  if (approach.message !== null && draft.broken === null)
    draft.message = await deliver(draft, approach.message);
}

/** All that is said over one open connection, from the greeting to QUIT. */
export async function dialogue(
  approach: Approach,
  open: Open,
): Promise<{ readonly said: Said; readonly broken: Broken | null }> {
  const draft: Draft = {
    ...{ channel: open.channel, broken: null, banner: null, ehlo: null, tls: null },
    ...{ recipients: [], message: null, discarded: 0 },
  };
  await converse(draft, approach, open);
  if (draft.broken === null) {
    draft.channel.say('QUIT\r\n');
    // Some hosts close without a word; nothing depends on it.
    await draft.channel.hear(limits.smtpQuitMs);
  }
  const { broken, banner, ehlo, tls, recipients, message, discarded } = draft;
  const said = { banner, ehlo, tls, recipients, message };
  return { said: discarded === 0 ? said : { ...said, discarded }, broken };
}
