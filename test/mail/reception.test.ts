import { describe, expect, it } from 'vitest';
import { parseName } from '../../src/dns/name.ts';
import {
  type CertificateSeen,
  type Conversation,
  type RecipientAsked,
  type TlsSeen,
} from '../../src/mail/conversation.ts';
import { type Reception } from '../../src/mail/probe.ts';
import { addressSeen, receptionOf, tlsStateOf } from '../../src/mail/reception.ts';
import { takeReply } from '../../src/mail/reply.ts';

const reply = (text: string) => {
  const taken = takeReply(`${text}\r\n`);
  if (taken.is !== 'reply') throw new Error(text);
  return taken.reply;
};

const asked = (text: string | null, kind: RecipientAsked['kind'] = 'listed'): RecipientAsked => ({
  ...{ address: `${kind}@example.org`, kind, mailFrom: reply('250 Ok') },
  rcptTo: text === null ? null : reply(text),
});

const said = (changes: Partial<Conversation>): Conversation => ({
  ...{ host: parseName('mx.example'), address: '192.0.2.1', port: 25, at: 1000 },
  ...{ end: 'complete', detail: '', banner: reply('220 mx.example'), ehlo: reply('250 mx') },
  ...{ tls: { is: 'not-offered' }, recipients: [], message: null, tookMs: 1 },
  ...changes,
});

const silent = { banner: null, ehlo: null, tls: null };

describe('what a session says of the domain', () => {
  const rows: readonly (readonly [string, Reception, Partial<Conversation>])[] = [
    ['a refused connection', 'closed', { ...silent, end: 'refused' }],
    ['silence', 'silent', { ...silent, end: 'timeout' }],
    ['no way there', 'silent', { ...silent, end: 'unreachable' }],
    ['a machine without IPv6', 'cannot-tell', { ...silent, end: 'no-family' }],
    ['a reset instead of a greeting', 'cannot-tell', { ...silent, end: 'reset' }],
    ['garbage', 'cannot-tell', { ...silent, end: 'garbage' }],
    [
      'a greeting of 554',
      'greeting-refuses',
      { banner: reply('554 5.3.2 No service'), ehlo: null },
    ],
    [
      'a greeting of 554 to everybody, or to us',
      'greeting-refuses',
      { banner: reply('554 5.7.1 <x[192.0.2.9]>: Client host rejected: Access denied') },
    ],
    [
      'a greeting of 554 to our address',
      'blocks-us',
      { banner: reply('554 5.7.1 192.0.2.9 blocked using zen.spamhaus.org') },
    ],
    ['a greeting of 421', 'defers', { banner: reply('421 4.3.2 busy') }],
    ['EHLO refused', 'cannot-tell', { ehlo: reply('550 no') }],
    ['EHLO put off', 'defers', { ehlo: reply('451 later') }],
    ['a host that nobody is asked of', 'accepts', {}],
    ['one of two accepted', 'accepts', { recipients: [asked('550 5.1.1 no'), asked('250 Ok')] }],
    [
      'one unknown, one not taken now',
      'unknown-recipient',
      { recipients: [asked('451 4.3.0 later'), asked('550 5.1.1 User unknown')] },
    ],
    [
      'a loop counts for more than a 250',
      'loops',
      { recipients: [asked('250 Ok'), asked('550 5.4.6 Routing loop detected')] },
    ],
    [
      'a 250 for postmaster of any domain is none for this one',
      'not-provisioned',
      { recipients: [asked('250 Ok', 'postmaster'), asked('550 5.7.64 TenantAttribution')] },
    ],
    [
      'nor where nobody else is asked for but one that nobody has',
      'not-provisioned',
      { recipients: [asked('250 Ok', 'postmaster'), asked('550 Relaying denied', 'random')] },
    ],
    [
      'one that nobody has may be unknown, whoever else is there',
      'accepts',
      { recipients: [asked('250 Ok', 'postmaster'), asked('550 5.1.1 No', 'random')] },
    ],
    [
      'a recipient that is there says more than one that nobody has',
      'accepts',
      { recipients: [asked('250 Ok'), asked('550 Relaying denied', 'random')] },
    ],
    [
      'one recipient that is refused for itself leaves the 250 for postmaster what it is',
      'accepts',
      { recipients: [asked('250 Ok', 'postmaster'), asked('550 5.7.1 Message rejected')] },
    ],
    [
      'what nobody has says nothing',
      'not-provisioned',
      {
        recipients: [
          asked('554 5.7.1 Relay access denied', 'postmaster'),
          asked('250 Ok', 'random'),
          asked('250 Ok', 'foreign'),
        ],
      },
    ],
    [
      'the null sender refused',
      'cannot-tell',
      { recipients: [{ ...asked(null), mailFrom: reply('550 5.7.1 no null sender') }] },
    ],
    [
      'MAIL wants TLS',
      'needs-tls',
      {
        recipients: [
          { ...asked(null), mailFrom: reply('530 5.7.0 Must issue a STARTTLS command') },
        ],
      },
    ],
    [
      'an end in the middle',
      'cannot-tell',
      { end: 'reset', detail: 'reset', recipients: [{ ...asked(null), mailFrom: null }] },
    ],
  ];
  it.each(rows)('%s: %s', (_, reception, changes) => {
    expect(receptionOf(said(changes)).reception).toBe(reception);
  });

  it('is said in the first words where all are told the same', () => {
    const recipients = (['postmaster', 'listed'] as const).map(kind =>
      asked(`554 5.7.1 <${kind}@example.org>: Relay access denied`, kind),
    );
    expect(receptionOf(said({ recipients })).said).toContain('<postmaster@');
  });

  it('a seen address tells of recipients of the domain only, in words that are clean', () => {
    const recipients = [asked('250 \x1b[31mOk\x07'), asked('550 no', 'random')];
    expect(addressSeen(said({ recipients }), 'new')).toMatchObject({
      ...{ said: '250 [31mOk', role: 'new', tls: 'none' },
      recipients: [{ address: 'listed@example.org', reception: 'accepts' }],
    });
  });
});

describe('the state of STARTTLS', () => {
  const certificate: CertificateSeen = {
    ...{ subject: 'CN=a', issuer: 'CN=b', names: ['mx.example'], notBefore: 0, notAfter: 2000 },
    ...{ trusted: true, distrust: null, nameMatches: true, chain: [] },
  };
  const up = (changes: Partial<CertificateSeen>): TlsSeen => ({
    ...{ is: 'up', protocol: 'TLSv1.3', cipher: 'x' },
    certificate: { ...certificate, ...changes },
  });
  it.each([
    ['unknown', null],
    ['none', { is: 'not-offered' }],
    ['broken', { is: 'refused', reply: null }],
    ['broken', { is: 'failed', why: 'x' }],
    ['good', up({})],
    ['expired', up({ notAfter: 999 })],
    ['expired', up({ notBefore: 1001 })],
    ['wrong-name', up({ nameMatches: false })],
    ['untrusted', up({ trusted: false, notAfter: 1 })],
    ['untrusted', { is: 'up', protocol: 'x', cipher: 'y', certificate: null }],
  ] as const)('is %s', (state, tls) => {
    expect(tlsStateOf(said({ tls }), 1000)).toBe(state);
  });
});
