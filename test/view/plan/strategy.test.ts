import { describe, expect, it } from 'vitest';
import { type Policy } from '../../../src/cutover/order.ts';
import { parseName } from '../../../src/dns/name.ts';
import { planView, type PlanView } from '../../../src/view/plan/plan.ts';
import { waveText, waveView, type WaveRow } from '../../../src/view/wave.ts';
import { orders, planOf, policy } from '../../cutover/orders.ts';
import { look } from '../../support/view-plan.ts';

const HOUR = 3_600_000;
const wall = Date.parse('2026-12-05T00:30:00Z');
const view = (moves: string, own: Partial<Policy> = {}): PlanView =>
  planView({
    plan: planOf(orders[moves], { policy: { ...policy, ...own } }),
    findings: [],
    now: { wall, up: 0, boot: 'a' },
  });
const risk = ({ risks }: PlanView, id: string): string | undefined =>
  risks.find(one => one.id === id)?.what;

describe('a plan that does more than a direct swap', () => {
  it('names the gateway that mail goes through, and what no probe sees of it', () => {
    expect(risk(view('pivot'), 'pivot-through-gateway')).toContain(
      'filter sends all mail through mx.filter.example',
    );
    expect(risk(view('mx'), 'pivot-through-gateway')).toBeUndefined();
  });

  it('says who may refuse while both sides serve, and that others use the old host', () => {
    const coexistence = {
      ...{
        authoritative: 'new' as const,
        recipientOnOld: 'a@example.org',
        recipientOnNew: 'b@example.org',
      },
    };
    expect(risk(view('mx', { coexistence }), 'coexistence')).toContain('the new one alone refuses');
    const retire = { ...policy.retire, shared: true } as const;
    expect(risk(view('mx', { retire }), 'old-host-shared')).toContain('after the last of them');
    expect(risk(view('mx', { strategy: 'staged' }), 'staged-preferences')).toContain('sameBackend');
  });

  it('makes its swap in the calendar, and says how far that is known', () => {
    const opening = { from: wall + 30 * HOUR, until: wall + 32 * HOUR };
    const calendar = {
      ...{ freeze: [], swapOn: [{ cron: '0 6 * * 6', for: 7200 }], openings: [opening] },
      knownUntil: wall + 100 * HOUR,
    };
    const schedule = { ...policy.schedule, calendar };
    const plan = view('mx', { schedule });
    const swap = plan.timeline.find(({ what }) => what === 'swap');
    expect(swap?.at).toBe('2026-12-06T06:30:00.000Z');
    expect(swap?.rule).toContain('0 6 * * 6 for 2 h');
    expect(risk(plan, 'calendar-reckoned')).toContain('after it nothing is swapped');
    const gone = { ...calendar, openings: [{ from: wall - HOUR, until: wall }] };
    const late = view('mx', { schedule: { ...schedule, calendar: gone } });
    expect(risk(late, 'calendar-before-swap')).toContain('no time for a swap is known');
  });
});

describe('the waves', () => {
  const names = ['a', 'b', 'c'].map(label => parseName(`${label}.example.org`));
  const waves = {
    ...{ canary: [names[1]!], shares: [50, 100], concurrency: 2, stopOnFailure: true },
    ...{ wait: 3600, patience: 600 },
  };
  const row = (index: number, own: Partial<WaveRow>): WaveRow => ({
    member: { domain: names[index]!, standing: 'to-come', swapped: null, why: '' },
    ...{ wave: index === 1 ? 0 : index === 0 ? 1 : 2, cutover: null },
    ...{ hash: 'aaaa-bbbb-cccc-dddd', blockers: [], problem: null },
    ...own,
  });
  const hash = '1111-2222-3333-4444';
  const shown = (rows: readonly WaveRow[], whole: string | null): string =>
    waveText(waveView({ waves, rows, hash: whole }, wall), { ...look, width: 100 });

  it('are shown canary first, with what keeps a domain from being started', () => {
    const text = shown(
      [row(0, { blockers: ['ttl-history-unknown'] }), row(1, {}), row(2, {})],
      hash,
    );
    expect(text).toMatchInlineSnapshot(`
      "3 domains: 1 canary, then 50 %, 100 % of the others; 2 at once, 1 h between waves; nothing new after
      a failure

      WAVE  DOMAIN         STATE    PLAN
      1     b.example.org  to come  aaaa-bbbb-cccc-dddd
      2     a.example.org  to come  aaaa-bbbb-cccc-dddd  1 blocker: ttl-history-unknown
      3     c.example.org  to come  aaaa-bbbb-cccc-dddd

      wave 1 starts: b.example.org
      hash of the whole: 1111-2222-3333-4444
      start it: dns-cutover wave start --plan-hash 1111-2222-3333-4444"
    `);
  });

  it('say what is waited for, and why nothing is started', () => {
    const over = { domain: names[1]!, standing: 'over', swapped: wall, why: '' } as const;
    const next = [row(1, { member: over }), row(0, {}), row(2, {})];
    expect(waveView({ waves, rows: next, hash: null }, wall).next).toEqual({
      is: 'wait',
      what: 'wave 2 begins 2026-12-05T01:30:00.000Z',
      at: '2026-12-05T01:30:00.000Z',
    });
    const failed = { ...over, standing: 'failed', why: 'rolled-back' } as const;
    const stopped = shown([row(1, { member: failed }), row(0, {}), row(2, {})], null);
    expect(stopped).toContain('nothing new is started, because of b.example.org (rolled-back)');
    expect(stopped).toContain('FAILED');
    const problem = row(1, { hash: null, problem: 'nothing needs to be done' });
    expect(shown([problem, row(0, {}), row(2, {})], null)).toContain('nothing needs to be done');
  });
});
