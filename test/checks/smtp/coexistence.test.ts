import { describe, expect, it } from 'vitest';
import { coexistenceFindings, judgeCoexistence } from '../../../src/checks/smtp/coexistence.ts';
import { type Finding } from '../../../src/cutover/finding.ts';
import { type Coexistence } from '../../../src/cutover/order.ts';
import { parseName } from '../../../src/dns/name.ts';
import { type Conversation, type MailReply } from '../../../src/mail/conversation.ts';
import { type HostRole } from '../../../src/mail/probe.ts';
import { type Probed, type ProbedAddress } from '../../../src/mail/probed.ts';
import { policy } from '../example.ts';
import { mail, mailInput, mailPlan } from '../mail-example.ts';

const ada = 'ada@example.org';
const bob = 'bob@example.org';
const nobody = 'dns-cutover-5a5a@example.org';
const together: Coexistence = {
  ...{ authoritative: 'old', recipientOnOld: ada, recipientOnNew: bob },
};

const reply = (text: string): MailReply => {
  const [, code = '', enhanced = null, words = ''] =
    /^(\d{3})(?: (\d\.\d+\.\d+))?(?: (.*))?$/.exec(text) ?? [];
  return { code: Number(code), enhanced, lines: [words] };
};
const ok = '250 2.1.5 OK';
const unknown = '550 5.1.1 User unknown';
const loop = '554 5.4.14 Hop count exceeded - possible mail loop';
const later = '451 4.3.2 Please try again later';

/** What each side says to RCPT for Ada (on old), Bob (on new) and nobody; null: it is silent. */
type Says = readonly [ada: string, bob: string, nobody?: string] | null;

function talk(role: HostRole, says: Says): ProbedAddress {
  const host = parseName(`mx.${role}.example`);
  const asked = [ada, bob, nobody].flatMap((address, index) => {
    const text = says?.[index];
    if (text === undefined) return [];
    const kind = index === 2 ? ('random' as const) : ('listed' as const);
    return [{ address, kind, mailFrom: reply('250 2.1.0 OK'), rcptTo: reply(text) }];
  });
  const conversation: Conversation = {
    ...{ host, address: role === 'old' ? '192.0.2.1' : '192.0.2.2', port: 25, at: 0, tookMs: 1 },
    ...{ end: says === null ? 'timeout' : 'complete', detail: '', tls: null, message: null },
    banner: says === null ? null : reply('220 ready'),
    ehlo: says === null ? null : reply('250 hello'),
    recipients: asked,
  };
  return { role, conversation, again: null, kept: false };
}

/** What the checks say, `id status`, where the old and the new side answer so. */
function judged(old: Says, fresh: Says, own: Partial<Coexistence> = {}): readonly Finding[] {
  const plan = mailPlan(['0 mx.new.example.'], {
    policy: { ...policy, mail, coexistence: { ...together, ...own } },
  });
  const addresses = [talk('old', old), talk('new', fresh)];
  const round: Probed['round'] = {
    ...{ vantage: 'here', at: 0, seen: [], unresolved: [], egress: 'open', sts: 'unknown' },
  };
  const gate = [old, fresh].some(says => says?.[2] !== undefined);
  const probed = { round, addresses, selfTest: [] };
  return judgeCoexistence({ plan, probed, gate, strict: new Map(), now: 0 });
}

const said = (findings: readonly Finding[]): readonly string[] => [
  ...new Set(findings.map(({ id, status }) => `${id.replace('coexistence-', '')} ${status}`)),
];
const summaries = (findings: readonly Finding[]): string =>
  findings.map(({ summary }) => summary).join('\n');

describe('a coexistence', () => {
  it('is proven when each side accepts both, one refuses whom nobody has, and nobody loops', () => {
    expect(said(judged([ok, ok, unknown], [ok, ok, ok]))).toEqual([
      'accepts-both pass',
      'one-authoritative pass',
      'no-loop pass',
    ]);
    expect(said(judged([ok, ok, ok], [ok, ok, unknown], { authoritative: 'new' }))).toContain(
      'one-authoritative pass',
    );
  });

  it('fails where a side does not take mail for somebody on the other', () => {
    const findings = judged([ok, ok], [unknown, ok]);
    expect(said(findings)).toEqual([
      'accepts-both fail',
      'one-authoritative skipped',
      'no-loop pass',
    ]);
    expect(summaries(findings)).toContain(
      'mx.new.example (192.0.2.2:25) does not take mail for ada@example.org, whose mailbox is on the old side. It said: 550 5.1.1 User unknown',
    );
    expect(findings[0]?.remedy).toContain('hand mail for those it does not have to the old side');
    expect(said(judged([ok, unknown], [ok, ok]))).toContain('accepts-both fail');
    expect(judged([unknown, ok], [ok, ok])[0]?.remedy).toContain('Create the mailbox');
  });

  it.each([
    ['no side refuses', [ok, ok, ok], [ok, ok, ok], 'No side refuses'],
    ['both refuse', [ok, ok, unknown], [ok, ok, unknown], 'Both sides refuse'],
    ['the other one refuses', [ok, ok, ok], [ok, ok, unknown], 'declared to be authoritative'],
  ] as const)('fails where %s', (...[, old, fresh, words]) => {
    const findings = judged(old, fresh);
    expect(said(findings)).toContain('one-authoritative fail');
    expect(summaries(findings)).toContain(words);
  });

  it('fails where a host speaks of a loop, whoever it is asked for', () => {
    const findings = judged([ok, ok, unknown], [ok, ok, loop]);
    expect(said(findings)).toContain('no-loop fail');
    expect(summaries(findings)).toContain('goes round in circles: 554 5.4.14 Hop count exceeded');
    expect(said(judged([loop, ok], [ok, ok]))).toEqual([
      'accepts-both fail',
      'one-authoritative skipped',
      'no-loop fail',
    ]);
  });

  it('could not be tested where a side is silent, or asks to come again', () => {
    const untested = ['accepts-both could-not-test', 'one-authoritative could-not-test'];
    expect(said(judged(null, [ok, ok, ok]))).toEqual([...untested, 'no-loop pass']);
    expect(said(judged([later, later, later], [ok, ok, ok]))).toEqual([
      ...untested,
      'no-loop pass',
    ]);
    expect(said(judged([ok, ok, later], [ok, ok, ok]))).toContain(
      'one-authoritative could-not-test',
    );
    expect(said(judged(null, null))).toContain('no-loop could-not-test');
  });

  it('is nothing where none is declared, and not believed where nobody may be asked', async () => {
    const plain = mailPlan(['0 mx.new.example.']);
    expect(await coexistenceFindings(mailInput(plain))).toEqual([]);
    const plan = mailPlan(['0 mx.new.example.'], {
      policy: { ...policy, mail: { ...mail, ask: false }, coexistence: together },
    });
    expect(said(await coexistenceFindings(mailInput(plan)))).toEqual([
      'accepts-both could-not-test',
    ]);
  });
});
