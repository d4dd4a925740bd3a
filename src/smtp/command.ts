import { Fault } from '../errors.ts';
import { type Approach } from '../mail/conversation.ts';

/** What may stand in `MAIL FROM:<…>` and `RCPT TO:<…>`: nothing that ends the brackets or the line. */
const address = /^[^\s<>@\p{Cc}]{1,64}@[^\s<>@\p{Cc}]{1,255}$/u;
const helo = /^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?|\[[A-Za-z0-9:.]{2,60}\])?$/;

function refuse(what: string, text: string): never {
  throw new Fault('MALFORMED', `${JSON.stringify(text.slice(0, 100))} is not ${what}`, {
    fix: 'Write an address as local@domain, without spaces, brackets and line breaks.',
  });
}

/**
 * Whatever goes into a command is looked at before anything is sent: a line break in an address would be
 * a command of its own.
 * @throws Fault MALFORMED
 */
export function checkApproach({ helo: name, recipients, message }: Approach): void {
  if (!helo.test(name)) refuse('a name for EHLO', name);
  for (const recipient of recipients)
    if (!address.test(recipient.address)) refuse('the address of a recipient', recipient.address);
  if (message === null) return;
  if (!address.test(message.to)) refuse('the address of a recipient', message.to);
  if (message.from !== '' && !address.test(message.from))
    refuse('the address of a sender', message.from);
}

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
