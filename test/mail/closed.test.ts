import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseName } from '../../src/dns/name.ts';
import { readReply } from '../../src/mail/classify.ts';
import { lookOf, refusesAt, sameLook, takesAt, type OldAddress } from '../../src/mail/closed.ts';
import {
  type Conversation,
  type ConnectionEnd,
  type MailReply,
  type RecipientKind,
} from '../../src/mail/conversation.ts';

const host = parseName('mx.old.example');

function reply(text: string): MailReply {
  const [, code = '', enhanced = null, words = ''] =
    /^(\d{3})(?: (\d\.\d+\.\d+))? ?(.*)$/.exec(text) ?? [];
  return { code: Number(code), enhanced, lines: [words] };
}

interface Said {
  readonly end?: ConnectionEnd;
  readonly banner?: string;
  readonly mailFrom?: string;
  readonly asked?: readonly (readonly [kind: RecipientKind, rcptTo: string | null])[];
}

const spoken = ({ end = 'complete', banner, mailFrom = '250 Ok', asked = [] }: Said) =>
  ({
    ...{ host, address: '192.0.2.25', port: 25, at: 0, end, detail: '' },
    banner: banner === undefined ? null : reply(banner),
    ...{ ehlo: null, tls: null, message: null, tookMs: 1 },
    recipients: asked.map(([kind, rcptTo]) => ({
      ...{ kind, address: `${kind}@example.org` },
      mailFrom: reply(mailFrom),
      rcptTo: rcptTo === null ? null : reply(rcptTo),
    })),
  }) satisfies Conversation;

const greeted = '220 mx.old.example ESMTP';
const relay = '554 5.7.1 <postmaster@example.org>: Relay access denied';
const unknown = '550 5.1.1 <x@example.org>: Recipient address rejected: User unknown';

describe('whether an address refuses mail', () => {
  it.each<readonly [what: string, said: Said, holds: boolean | null, why: string]>([
    ['nobody listens', { end: 'refused' }, true, 'refused'],
    ['a greeting of 554', { banner: '554 No SMTP service here' }, true, 'greeting'],
    ['a greeting of 421', { banner: '421 4.3.2 Service shutting down' }, true, 'greeting'],
    ['a host that is busy', { banner: '421 4.3.2 All server ports are busy' }, null, 'defers'],
    ['a host in trouble', { banner: '421 Unexpected failure, please try later' }, null, 'defers'],
    ['a host that limits us', { banner: '421 4.7.0 Try again later, closing' }, null, 'defers'],
    ['a greeting of 450', { banner: '450 4.3.2 Try again' }, null, 'defers'],
    [
      'a greeting that blocks this machine',
      { banner: '554 5.7.1 Your IP is listed at zen.spamhaus.org' },
      null,
      'refuses-us',
    ],
    ['silence', { end: 'timeout' }, null, 'silent'],
    ['a network that is not there', { end: 'unreachable' }, null, 'unreachable'],
    ['a machine without that family', { end: 'no-family' }, null, 'no-family'],
    ['a reset before the greeting', { end: 'reset' }, null, 'cannot-tell'],
    [
      'relaying denied to postmaster: the domain is gone',
      { banner: greeted, asked: [['postmaster', relay]] },
      true,
      'recipients-refused',
    ],
    [
      'postmaster unknown, and nobody else asked for: the domain is known',
      { banner: greeted, asked: [['postmaster', unknown]] },
      null,
      'domain-known',
    ],
    [
      'postmaster and a former recipient unknown',
      {
        banner: greeted,
        asked: [
          ['former', unknown],
          ['postmaster', unknown],
        ],
      },
      true,
      'recipients-refused',
    ],
    [
      'a former recipient that is still accepted',
      {
        banner: greeted,
        asked: [
          ['postmaster', relay],
          ['former', '250 2.1.5 Ok'],
        ],
      },
      false,
      'accepts',
    ],
    [
      'accepted, and then the connection was lost',
      {
        ...{ banner: greeted, end: 'reset' },
        asked: [
          ['postmaster', '251 User not local; will forward'],
          ['former', null],
        ],
      },
      false,
      'accepts',
    ],
    [
      'greylisting',
      { banner: greeted, asked: [['postmaster', '450 4.2.0 Greylisted, try again']] },
      null,
      'defers',
    ],
    [
      'a mailbox that is full: it is there, and takes mail again once it is emptied',
      { banner: greeted, asked: [['former', '552 5.2.2 Mailbox full']] },
      null,
      'defers',
    ],
    [
      'the connection was lost before the recipient was answered',
      { banner: greeted, end: 'closed', asked: [['former', null]] },
      null,
      'cannot-tell',
    ],
    [
      'refused as this machine, at the recipient',
      {
        banner: greeted,
        asked: [['former', '550 5.7.606 Access denied, banned sending IP [192.0.2.9]']],
      },
      null,
      'refuses-us',
    ],
    [
      'refused without TLS, which did not come about',
      { banner: greeted, asked: [['former', '530 5.7.0 Must issue a STARTTLS command first']] },
      null,
      'cannot-tell',
    ],
    [
      'refused for the sender, which says nothing of others',
      {
        banner: greeted,
        asked: [['former', '550 5.1.8 <>: Sender address rejected: Domain not found']],
      },
      null,
      'cannot-tell',
    ],
    [
      'locked to its gateway',
      {
        banner: greeted,
        asked: [['former', '550 5.7.51 TenantInboundAttribution; Rejecting']],
      },
      null,
      'refuses-us',
    ],
    [
      'the null sender refused',
      {
        ...{ banner: greeted, mailFrom: '550 5.7.1 No null senders' },
        asked: [['former', null]],
      },
      null,
      'cannot-tell',
    ],
  ])('%s', (...row) => {
    const [, said, holds, why] = row;
    expect(refusesAt(spoken(said), readReply)).toMatchObject({ holds, why });
  });

  it('names whom it accepted, in the words of the server, on one line', () => {
    const evil = `250 2.1.5 Ok\x1b]0;x\x07\r\n${'y'.repeat(5000)}`;
    const conversation = spoken({ banner: greeted, asked: [['former', '250 Ok']] });
    const [first] = conversation.recipients;
    const hostile = {
      ...conversation,
      recipients: [
        { ...first, rcptTo: { code: 250, enhanced: null, lines: [evil] } },
      ] as Conversation['recipients'],
    };
    const { recipient, said } = refusesAt(hostile, readReply);
    expect(recipient).toBe('former@example.org');
    expect(said).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(said.length).toBeLessThanOrEqual(200);
  });
});

describe('whatever a host says', () => {
  const code = fc.constantFrom(
    211,
    220,
    250,
    251,
    252,
    354,
    421,
    450,
    451,
    500,
    530,
    550,
    552,
    554,
  );
  const text = fc.record({
    ...{ code, lines: fc.array(fc.string({ unit: 'binary' }), { minLength: 1, maxLength: 3 }) },
    enhanced: fc.option(fc.constantFrom('5.1.1', '5.4.1', '5.7.1', '5.7.51', '5.7.606', '4.4.62')),
  });
  const recipient = fc.record({
    ...{ address: fc.constant('anna@example.org'), mailFrom: fc.option(text) },
    ...{ kind: fc.constantFrom('former' as const, 'postmaster' as const), rcptTo: fc.option(text) },
  });
  const conversation = fc.record({
    recipients: fc.array(recipient, { maxLength: 4 }),
    banner: fc.option(text),
    end: fc.constantFrom<ConnectionEnd>('complete', 'refused', 'timeout', 'reset', 'garbage'),
  });

  it('one acceptance is never called closed, and one line is one line', () => {
    fc.assert(
      fc.property(conversation, own => {
        const found = refusesAt({ ...spoken({}), ...own }, readReply);
        const taken = own.recipients.some(
          ({ rcptTo }) => rcptTo !== null && rcptTo.code >= 200 && rcptTo.code < 300,
        );
        if (taken) expect(found.holds).toBe(false);
        else expect(found.holds).not.toBe(false);
        expect(found.said).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
        expect(found.said.length).toBeLessThanOrEqual(200);
      }),
    );
  });
});

describe('whether an address takes the test recipient', () => {
  it.each<readonly [what: string, said: Said, holds: boolean | null]>([
    ['accepted', { banner: greeted, asked: [['listed', '250 2.1.5 Ok']] }, true],
    ['unknown', { banner: greeted, asked: [['listed', unknown]] }, false],
    ['nobody listens', { end: 'refused' }, false],
    ['a greeting of 554', { banner: '554 No service' }, false],
    ['silence', { end: 'timeout' }, null],
    ['deferred', { banner: greeted, asked: [['listed', '451 4.3.0 Later']] }, null],
    ['blocked', { banner: greeted, asked: [['listed', '550 5.7.606 banned sending IP']] }, null],
  ])('%s', (_what, said, holds) => {
    expect(takesAt(spoken(said), readReply).holds).toBe(holds);
  });
});

describe('all addresses together', () => {
  const at = (holds: boolean | null, role: OldAddress['role'] = 'old', said = ''): OldAddress => ({
    ...{ host, address: '192.0.2.25', role, holds, why: 'cannot-tell', recipient: null, said },
  });

  it('one that is against it decides, and one that is not proven leaves it open', () => {
    const refuses = (...addresses: OldAddress[]) =>
      lookOf({ goal: 'refuses', addresses, unresolved: [] }).holds;
    expect(refuses(at(true), at(true))).toBe(true);
    expect(refuses(at(true), at(null))).toBeNull();
    expect(refuses(at(null), at(false), at(true))).toBe(false);
    expect(refuses()).toBeNull();
  });

  it('a host without an address proves nothing', () => {
    const unresolved = [{ host, why: 'it has no address any more' }];
    expect(lookOf({ goal: 'refuses', addresses: [at(true)], unresolved }).holds).toBeNull();
  });

  it('forwarding needs both sides', () => {
    const forwards = (...addresses: OldAddress[]) =>
      lookOf({ goal: 'forwards', addresses, unresolved: [] }).holds;
    expect(forwards(at(true))).toBeNull();
    expect(forwards(at(true), at(true, 'new'))).toBe(true);
    expect(forwards(at(true), at(false, 'new'))).toBe(false);
  });

  it('other words alone are no news', () => {
    const look = (one: OldAddress) => lookOf({ goal: 'refuses', addresses: [one], unresolved: [] });
    expect(sameLook(look(at(true, 'old', 'id 1')), look(at(true, 'old', 'id 2')))).toBe(true);
    expect(sameLook(look(at(true)), look(at(null)))).toBe(false);
  });
});
