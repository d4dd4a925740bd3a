import { describe, expect, it } from 'vitest';
import { delayNamed, readReply } from '../../src/mail/classify.ts';
import { type Reception } from '../../src/mail/probe.ts';
import { takeReply } from '../../src/mail/reply.ts';

const reply = (text: string) => {
  const taken = takeReply(`${text}\r\n`);
  if (taken.is !== 'reply') throw new Error(`no reply: ${text}`);
  return taken.reply;
};

/** What hosts say, as they say it, and what it means for mail to the domain. */
const rows: readonly (readonly [Reception, string])[] = [
  ['accepts', '250 2.1.5 Ok'],
  ['accepts', '250 OK'],
  ['accepts', '251 2.1.5 User not local; will forward to <a@example.net>'],
  ['cannot-tell', '252 2.1.5 Cannot VRFY user, but will accept message'],

  // The domain is not known: Microsoft 365, Exchange, Postfix, Exim, sendmail, qmail, Google, Zoho.
  ['not-provisioned', '550 5.7.64 TenantAttribution; Relay Access Denied SMTP'],
  ['not-provisioned', '550 5.4.1 Relay Access Denied'],
  ['not-provisioned', '550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain'],
  ['not-provisioned', '550 5.7.1 Unable to relay'],
  ['not-provisioned', '554 5.7.1 <postmaster@example.org>: Relay access denied'],
  ['not-provisioned', '454 4.7.1 <a@example.org>: Relay access denied'],
  ['not-provisioned', '550 relay not permitted'],
  ['not-provisioned', '550 5.7.1 <a@example.org>... Relaying denied'],
  ['not-provisioned', "553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)"],
  ['not-provisioned', '553 Relaying disallowed as a@example.org'],
  ['not-provisioned', '550 5.1.2 We do not relay for example.org'],
  ['not-provisioned', '550 5.7.1 Relaying to <a@example.org> denied (authentication required)'],
  ['not-provisioned', '554 Relay rejected for policy reasons.'],

  // The domain is known, the recipient is not.
  ['unknown-recipient', '550 5.1.1 <a@example.org>: We do not accept mail for this user'],
  [
    'unknown-recipient',
    '550 5.4.1 Recipient address rejected: Access denied. AS(201806281) [DB1.example 2026-01-01T00:00:00Z]',
  ],
  [
    'unknown-recipient',
    '550 5.1.1 <a@example.org>: Recipient address rejected: User unknown in virtual mailbox table',
  ],
  [
    'unknown-recipient',
    '550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup',
  ],
  [
    'unknown-recipient',
    '550-5.1.1 The email account that you tried to reach does not exist. Please try\r\n550-5.1.1 double-checking\r\n550 5.1.1 it',
  ],
  ['unknown-recipient', '550 Unknown user'],
  ['unknown-recipient', '550 No such user here'],
  ['unknown-recipient', '550 5.2.1 mailbox disabled'],

  [
    'no-licence',
    '550 4.4.4 Mail received as unauthenticated, incoming to a recipient domain configured in a hosted tenant which has no mail-enabled subscriptions. ATTR5',
  ],
  ['wrong-region', '451 4.4.62 Mail sent to the wrong Office 365 region. ATTR35'],
  [
    'locked-to-gateway',
    '550 5.7.51 TenantInboundAttribution; There is a partner connector configured that matched the message’s recipient domain. The connector had either the RestrictDomainsToIPAddresses or RestrictDomainsToCertificate set',
  ],

  // They pass.
  ['defers', '451 4.3.2 Temporary server error. Please try again later ATTR55.1'],
  ['defers', '451 4.4.3 Temporary server error. Please try again later. ATTR55'],
  ['defers', '421 4.3.2 Service not available'],
  ['defers', '452 4.2.2 The email account is over quota'],
  ['defers', '552 5.2.2 Mailbox full'],
  [
    'greylists',
    '450 4.2.0 <a@example.org>: Recipient address rejected: Greylisted, see http://postgrey.schweikert.ch/help/example.org.html',
  ],
  ['greylists', '451 4.7.1 Greylisting in action, please come back in 00:05:00'],
  ['greylists', '451 4.7.1 Please try again later'],
  ['greylists', '450 You have been greylisted'],
  ['greylists', '451 Grey-listed'],

  // They are about this machine.
  ['blocks-us', '550 5.7.606 Access denied, banned sending IP [192.0.2.1]'],
  ['blocks-us', '550 5.7.649 Access denied'],
  ['blocks-us', '550 5.7.511 Access denied, banned sender[192.0.2.1]'],
  [
    'blocks-us',
    '554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org',
  ],
  ['blocks-us', '550 5.7.1 Service unavailable, Client host [192.0.2.1] blocked using DNSBL'],
  ['blocks-us', '450 4.7.25 Client host rejected: cannot find your hostname, [192.0.2.1]'],
  ['blocks-us', '550 5.7.25 The IP address sending this message does not have a PTR record'],
  ['blocks-us', '554 5.7.1 <probe.example>: Helo command rejected: Host not found'],
  ['blocks-us', '421 4.7.0 Our system has detected that your IP has a poor reputation'],
  ['blocks-us', '550 Your IP is blocked'],
  ['blocks-us', '550 5.7.1 Service unavailable; client [192.0.2.1] blocked using bl.example.net'],
  ['blocks-us', '550 192.0.2.1 is listed in bl.example.net'],
  ['blocks-us', '554 IP=192.0.2.1 - A problem occurred. (Ask your postmaster for help)'],
  [
    'blocks-us',
    "550-5.7.1 [192.0.2.1] The IP you're using to send mail is not authorized to\r\n550 5.7.1 send email directly to our servers.",
  ],
  ['blocks-us', '421 4.7.0 mx.example Error: too many connections from 192.0.2.1'],
  [
    'blocks-us',
    '550 #5.7.1 Your access to submit messages to this e-mail system has been rejected.',
  ],

  ['loops', '550 5.4.6 Routing loop detected'],
  ['loops', '550 5.4.14 Hop count exceeded - possible mail loop'],
  ['loops', '554 5.4.0 Error: too many hops'],
  ['loops', '451 4.4.6 mail for example.org loops back to myself'],

  ['needs-tls', '530 5.7.0 Must issue a STARTTLS command first'],
  ['needs-tls', '550 5.7.10 Encryption needed'],

  ['refuses', '550 5.7.1 Message rejected'],
  // Exim's for a recipient that leads nowhere, in a domain of its own as well.
  ['refuses', '550 Unrouteable address'],
  ['refuses', '554 5.7.1 <a@example.org>: Recipient address rejected: Access denied'],
  ['refuses', '530 5.7.1 Client was not authenticated'],
  ['refuses', '550'],
  // All of a host or a domain, with codes that stand for one recipient elsewhere (RFC 7504, RFC 7505).
  ['refuses', '521 5.2.1 This host does not accept mail'],
  ['refuses', '556 5.1.10 Recipient address has null MX'],

  // They are about the session, or about the null sender.
  ['cannot-tell', '503 5.5.1 Bad sequence'],
  ['cannot-tell', '503 5.5.1 Error: need MAIL command'],
  ['cannot-tell', '501 Syntax error in parameters'],
  ['cannot-tell', '550 5.1.8 <>: Sender address rejected: Domain not found'],
  ['cannot-tell', '550 5.7.1 <>: Sender address rejected: Access denied'],
  ['cannot-tell', '550 Null sender not accepted'],
  ['cannot-tell', '550 5.7.1 bounces not accepted here'],
  ['cannot-tell', '550 Sender verify failed'],
  ['cannot-tell', '550 5.7.23 SPF validation failed'],
  ['blocks-us', '550 Access denied - Invalid HELO name (See RFC2821 4.1.1.1)'],
  ['blocks-us', '504 5.5.2 <probe>: Helo command rejected: need fully-qualified hostname'],
  ['blocks-us', '550 HELO argument is not acceptable, rejected'],
];

describe('what a reply means', () => {
  it.each(rows)('%s: %s', (reception, text) => {
    expect(readReply(reply(text))).toBe(reception);
  });

  it('5.4.1 means two things, and 4xx may stay for ever', () => {
    expect(readReply(reply('550 5.4.1 Relay Access Denied'))).toBe('not-provisioned');
    expect(readReply(reply('550 5.4.1 Recipient address rejected: Access denied'))).toBe(
      'unknown-recipient',
    );
    expect(readReply(reply('451 4.4.62 x'))).toBe('wrong-region');
  });

  it.each([
    ['451 4.7.1 Greylisted, please come back in 00:10', 10_000],
    ['451 4.7.1 Greylisted for 300 seconds', 300_000],
    ['450 4.2.0 Greylisted, try again in 10 minutes', 600_000],
    ['451 come back after 1 hour', 3_600_000],
    ['451 come back in 05:30', 330_000],
    ['451 wait 99999 hours', 86_400_000],
    ['451 later', null],
  ])('the delay of "%s" is %s', (text, ms) => {
    expect(delayNamed(reply(text))).toBe(ms);
  });
});
