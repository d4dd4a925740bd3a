import { describe, expect, it } from 'vitest';
import { strategyFindings } from '../../../src/checks/hosts/strategy.ts';
import { type Finding } from '../../../src/cutover/finding.ts';
import { type Order, type Policy } from '../../../src/cutover/order.ts';
import { parseName } from '../../../src/dns/name.ts';
import { type Probed } from '../../../src/mail/probed.ts';
import { domain, policy } from '../example.ts';
import { mail, mailInput, mailPlan } from '../mail-example.ts';

const edit = (rdata: readonly string[]): Order['steps'][number]['edits'][number] => ({
  ...{ name: domain, type: 'MX', ttl: null, where: 'test:1:1' },
  want: { is: 'set', rdata },
});

const steps = (...sets: readonly (readonly string[])[]): Order['steps'] =>
  sets.map((rdata, index) => ({ name: `s${String(index)}`, edits: [edit(rdata)] }));

const pivot = steps(['10 gw.example.'], ['0 mx.new.example.']);

/** What the gateway says of a recipient that nobody has. */
function gateway(said: string): () => Promise<Probed> {
  const [code = '', enhanced = ''] = said.split(' ');
  const rcptTo = { code: Number(code), enhanced, lines: [said.slice(10)] };
  const ready = { code: 220, enhanced: null, lines: [''] };
  return async () => ({
    round: {
      ...{ vantage: 'here', at: 0, seen: [], unresolved: [], egress: 'open', sts: 'unknown' },
    },
    addresses: [
      {
        ...{ role: 'new', again: null, kept: false },
        conversation: {
          ...{ host: parseName('gw.example'), address: '192.0.2.9', port: 25, at: 0, tookMs: 1 },
          ...{ end: 'complete', detail: '', tls: null, message: null, banner: ready, ehlo: ready },
          recipients: [{ address: 'x@example.org', kind: 'random', mailFrom: ready, rcptTo }],
        },
      },
    ],
    selfTest: [],
  });
}

const found = async (
  own: { readonly steps: Order['steps']; readonly policy?: Partial<Policy> },
  input: Parameters<typeof mailInput>[1] = {},
): Promise<readonly Finding[]> => {
  const plan = mailPlan([], { steps: own.steps, policy: { ...policy, mail, ...own.policy } });
  return strategyFindings(mailInput(plan, input));
};

const said = (findings: readonly Finding[]): readonly string[] =>
  findings.map(({ id, status, subject }) => `${id} ${status} ${subject}`);

describe('how sets follow each other', () => {
  it('is nothing to speak of in a direct swap', async () => {
    expect(await found({ steps: steps(['0 mx.new.example.']) })).toEqual([]);
  });

  it('is a warning where preferences are staged, for ever as they are', async () => {
    const sets = steps(['10 mx.old.example.', '20 mx.new.example.'], ['0 mx.new.example.']);
    const findings = await found({ steps: sets, policy: { strategy: 'staged' } });
    expect(said(findings)).toEqual(['staged-preferences warn example.org']);
    expect(findings[0]?.summary).toContain('Nothing turns sooner for it');
    expect(findings[0]?.consequence).toContain('spammers aim at the worst preference');
    const severity = { 'staged-preferences': 'info' } as const;
    const told = await found({ steps: sets, policy: { strategy: 'staged', severity } });
    expect(said(told)).toEqual(['staged-preferences pass example.org']);
  });

  it('of a gateway asks for somebody who attests that it hands on', async () => {
    const without = await found({ steps: pivot });
    expect(said(without)).toEqual(['pivot-gateway-routes warn s0']);
    expect(without[0]?.summary).toContain('through gw.example');
    expect(without[0]?.remedy).toContain('connector');
    const attest = ['mail through the gateway arrives'];
    expect(said(await found({ steps: pivot, policy: { attest } }))).toEqual([
      'pivot-gateway-routes pass s0',
    ]);
    // The second step leads to the last hosts: that is no pivot any more.
    expect(await found({ steps: pivot }, { step: 1, gate: true })).toEqual([]);
  });

  it.each([
    ['550 5.1.1 User unknown', 'pass'],
    ['250 2.1.5 OK', 'warn'],
    ['451 4.3.2 Please try again later', 'could-not-test'],
  ])('has a gateway asked for whom nobody has: %s', async (text, status) => {
    const findings = await found({ steps: pivot }, { gate: true, probed: gateway(text) });
    expect(said(findings)[1]).toBe(`pivot-gateway-refuses-unknown ${status} gw.example`);
  });

  it('asks that at a gate only', async () => {
    const nobody = gateway('250 2.1.5 OK');
    const quiet = async (): Promise<Probed> => ({ ...(await nobody()), addresses: [] });
    expect(said(await found({ steps: pivot }, { probed: quiet }))[1]).toBe(
      'pivot-gateway-refuses-unknown skipped gw.example',
    );
  });
});
