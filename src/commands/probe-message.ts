import { displayName, type Name } from '../dns/name.ts';
import { type Converse } from '../mail/conversation.ts';
import { type Probed, type ProbedAddress } from '../mail/probed.ts';
import { receptionOf } from '../mail/reception.ts';
import { saidOf } from '../mail/reply.ts';
import { takenText } from '../view/mail/text.ts';
import { commandText } from '../view/words.ts';
import { type Terminal } from './context.ts';
import { type TestJournal } from './probe-journal.ts';

interface Sending {
  readonly domain: Name;
  /** The sender, whom the new host may hold against SPF and DMARC of its domain. */
  readonly from: string;
  /** The name in EHLO. */
  readonly helo: string;
  readonly probed: Probed;
  readonly converse: Converse;
  readonly terminal: Terminal;
  /** Null: no cutover of the domain is open. */
  readonly journal: TestJournal | null;
}

/** The first address of each new host that took a recipient, and who that was; listed ones before postmaster. */
function chosen({ addresses }: Probed): ReadonlyMap<ProbedAddress, string> {
  const hosts = new Set<Name>();
  const found = new Map<ProbedAddress, string>();
  for (const one of addresses) {
    const { conversation, role } = one;
    const taken = conversation.recipients.filter(({ rcptTo }) => rcptTo?.code === 250);
    const to = taken.find(({ kind }) => kind === 'listed') ?? taken[0];
    const accepts = receptionOf(conversation).reception === 'accepts';
    if (role !== 'new' || hosts.has(conversation.host) || !accepts || to === undefined) continue;
    hosts.add(conversation.host);
    found.set(one, to.address);
  }
  return found;
}

/** A message that says what it is, to whoever finds it; automatic, so that nobody answers it (RFC 3834 5). */
function messageText(
  { to, from, token, at }: { to: string; from: string; token: string; at: number },
  domain: string,
): string {
  const date = new Date(at).toUTCString().replace('GMT', '+0000');
  return [
    `Date: ${date}`,
    `From: <${from}>`,
    `To: <${to}>`,
    `Subject: Test of the new mail host of ${domain} (${token})`,
    `Message-ID: <${token}@${domain}>`,
    'Auto-Submitted: auto-generated',
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=us-ascii',
    '',
    `This message was sent straight to the new mail host of ${domain}, before the MX was moved.`,
    `If you read it, mail arrives there. Its mark is ${token}.`,
  ].join('\n');
}

/** Sends one test message to each new host that takes mail: the only DATA that is ever sent. */
export async function sendTest(sending: Sending, signal: AbortSignal): Promise<Probed> {
  const { probed, from, helo, converse, terminal, journal } = sending;
  const domain = displayName(sending.domain);
  const { systemChance } = await import('../machine/chance.ts');
  const sent = new Map<ProbedAddress, ProbedAddress>();
  for (const [one, to] of chosen(probed)) {
    const { host, address, port, at } = one.conversation;
    const token = `dns-cutover-${systemChance.hex(6)}`;
    const message = { to, from, text: messageText({ to, from, token, at }, domain) };
    const approach = { host, address, port, helo, recipients: [], message };
    const { message: reply } = await converse(approach, signal);
    sent.set(one, { ...one, conversation: { ...one.conversation, message: reply } });
    const taken = reply?.code === 250;
    const said = reply === null ? '' : saidOf(reply);
    const words = takenText({ taken, said });
    terminal.talk(
      `the test message ${token} ${words} for ${to} by ${displayName(host)} (${address})`,
    );
    await journal?.record({ is: 'sent', token, host, address, to, taken, said });
    if (taken || reply === null)
      terminal.talk(
        `once it is found there: ${commandText('observe', domain, '--arrived', token)}`,
      );
  }
  if (sent.size === 0) terminal.talk('no new host took a recipient: no test message was sent');
  return { ...probed, addresses: probed.addresses.map(one => sent.get(one) ?? one) };
}
