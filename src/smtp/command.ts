import { displayName, parseName } from '../dns/name.ts';
import { Fault } from '../errors.ts';
import { type Approach } from '../mail/conversation.ts';

/** What may stand in `MAIL FROM:<…>` and `RCPT TO:<…>`: nothing that ends the brackets or the line. */
const address = /^[^\s<>@\p{Cc}]{1,64}@[^\s<>@\p{Cc}]{1,255}$/u;
const helo = /^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?|\[[A-Za-z0-9:.]{2,60}\])?$/;

const asAddress = 'Write an address as local@domain, without spaces, brackets and line breaks.';
const asName = 'Write a whole host name, such as probe.example.org.';

function refuse(what: string, text: string, fix: string = asAddress): never {
  throw new Fault('MALFORMED', `${JSON.stringify(text.slice(0, 100))} is not ${what}`, {
    fix,
  });
}

function checkRecipient(text: string): void {
  if (!address.test(text)) refuse('the address of a recipient', text);
  wireAddress(text);
}

/**
 * Whatever goes into a command is looked at before anything is sent: a line break in an address would be
 * a command of its own.
 * @throws Fault MALFORMED
 */
export function checkApproach({ helo: name, recipients, message }: Approach): void {
  if (!helo.test(name)) refuse('a name for EHLO', name, asName);
  for (const recipient of recipients) checkRecipient(recipient.address);
  if (message === null) return;
  checkRecipient(message.to);
  if (message.from !== '' && !address.test(message.from))
    refuse('the address of a sender', message.from);
}

/** An address as it goes over the wire: hosts that know nothing of other scripts know the A-labels of a domain. */
export function wireAddress(text: string): string {
  const at = text.lastIndexOf('@');
  const domain = text.slice(at + 1);
  return isAscii(domain) ? text : `${text.slice(0, at)}@${displayName(parseName(domain))}`;
}

/**
 * What MAIL says of the addresses of its transaction: one in another script may follow only where it says so, and
 * says so only to a host that offers it (RFC 6531 3.1, 3.4).
 */
export const utf8Mark = (address: string, offered: readonly string[]): string =>
  !isAscii(wireAddress(address)) && offered.includes('SMTPUTF8') ? ' SMTPUTF8' : '';

const isAscii = (text: string): boolean => /^[\0-\x7f]*$/u.test(text);

/** A message as it goes over the wire: CR LF line ends, and dots at their beginning doubled (RFC 5321 4.5.2). */
export const messageLines = (text: string): string =>
  `${text
    .replace(/\r\n?|\n/g, '\n')
    .replace(/\n$/, '')
    .split('\n')
    .map(line => (line.startsWith('.') ? `.${line}` : line))
    .join('\r\n')}\r\n.\r\n`;

/** The name in EHLO, or an address literal where there is none (RFC 5321 4.1.3). */
export function heloOf(name: string, local: string): string {
  if (name !== '') return name;
  const bare = local.replace(/%.*$/, '');
  return bare.includes(':') ? `[IPv6:${bare}]` : `[${bare === '' ? '127.0.0.1' : bare}]`;
}
