import { describe, expect, it } from 'vitest';
import { type Now } from '../../../src/clock.ts';
import { type Plan } from '../../../src/cutover/plan.ts';
import { rrset } from '../../../src/dns/rrset.ts';
import { parseName } from '../../../src/dns/name.ts';
import { planText, planView, type PlanView } from '../../../src/view/plan/plan.ts';
import { columnsOf } from '../../../src/view/table.ts';
import { drained, finding, surveyOf } from '../../support/view-fixture.ts';
import { capabilities, dawn, look, minute, ownPolicy, planOf } from '../../support/view-plan.ts';

const now: Now = { wall: dawn, up: 0, boot: 'b1' };
const view = (plan: Plan): PlanView =>
  planView({ plan, findings: [finding({})], now, survey: surveyOf(plan) });
const golden = (name: string): string => `../golden/plan-${name}.txt`;
const moment = ({ timeline }: PlanView, what: RegExp): string | undefined =>
  timeline.find(one => what.test(one.what))?.at;
const ids = ({ risks }: PlanView): readonly string[] => risks.map(({ id }) => id);
const schedule = ownPolicy.schedule;

describe('a plan as text', () => {
  it('shows changes, course, worst case, risks, findings, hash and what to do next', async () => {
    const plan = planOf();
    const text = planText(view(plan), look);
    await expect(text).toMatchFileSnapshot(golden('plain'));
    const wide = text.split('\n').filter(line => columnsOf(line) > 80);
    expect(wide).toEqual([]);
  });

  it('needs nothing but ASCII', async () => {
    const text = planText(view(planOf()), { ...look, ascii: true });
    expect(text).toMatch(/^[\x20-\x7e\n]+$/);
    await expect(text).toMatchFileSnapshot(golden('ascii'));
  });

  it('uses the width that there is, and the zone of the reader', async () => {
    const text = planText(view(planOf()), { ...look, width: 120, zone: 'America/New_York' });
    await expect(text).toMatchFileSnapshot(golden('wide'));
  });

  it('does not offer a start that would be held', () => {
    const plan = planOf();
    const blocked = planView({ plan, findings: [finding({ status: 'fail' })], now });
    const text = planText(blocked, look);
    expect(ids(blocked)[0]).toBe('findings-block');
    expect(text).not.toContain('dns-cutover start');
    expect(text).toContain('Mend: dns-cutover check example.org');
  });
});

describe('a plan for programs', () => {
  it('names every change with what is lost by it', () => {
    const { changes } = view(planOf());
    expect(changes.map(({ key, kind, at }) => `${at} ${kind} ${key}`)).toEqual([
      'low create s1._domainkey.example.org. CNAME',
      'low ttl example.org. TXT',
      'low ttl example.org. MX',
      'mx modify example.org. TXT',
      'mx modify example.org. MX',
      'final ttl s1._domainkey.example.org. CNAME',
      'final ttl example.org. TXT',
      'final ttl example.org. MX',
    ]);
    expect(changes[4]).toMatchObject({
      before: { ttl: 300, rdata: ['10 mail.example.org.', '20 mail2.example.org.'] },
      after: { ttl: 300, rdata: ['0 mx.new.example.'] },
      lost: ['10 mail.example.org.', '20 mail2.example.org.'],
    });
  });

  it('forecasts the drain that the core then proves', () => {
    const plan = planOf();
    const told = drained(plan);
    const { until } = { until: moment(view(plan), /drained/) };
    // The story needs two seconds for its rounds; a plan waits for nobody.
    expect(Date.parse(until ?? '') + 2000).toBe(Date.parse('2026-12-05T05:05:02Z'));
    expect(told.cutover.drain?.since.wall).toBe(dawn + 2000);
  });

  it('counts a longer TTL that a server still serves', () => {
    const plan = planOf();
    const survey = surveyOf(plan);
    const readings = survey.round.readings.map(reading => ({
      ...reading,
      served: reading.served.map(one =>
        one.rrset === null ? one : { ...one, rrset: { ...one.rrset, ttl: 7200 } },
      ),
    }));
    const longer = { ...survey, round: { ...survey.round, readings } };
    const seen = planView({ plan, findings: [], now, survey: longer });
    expect(moment(seen, /drained/)).toBe('2026-12-05T06:05:00.000Z');
  });

  it('counts the history of the TTL', () => {
    const history = { longest: 14_400, until: dawn - 60 * minute };
    const plan = planOf({ policy: { ttl: { ...ownPolicy.ttl, history } } });
    expect(moment(view(plan), /drained/)).toBe('2026-12-05T07:05:00.000Z');
    expect(ids(view(plan))).not.toContain('ttl-history-unknown');
  });

  it('puts a window that closes before the swap at the top', () => {
    const swapUntil = dawn + 61 * minute;
    const early = view(planOf({ policy: { schedule: { ...schedule, swapUntil } } }));
    expect(early.risks[0]).toMatchObject({ id: 'window-before-swap' });
    expect(early.risks[0]?.what).toContain(
      'the drain ends 2026-12-05 06:05:00 +01:00, after swapUntil 2026-12-05 06:01:00 +01:00',
    );
    const close = view(
      planOf({ policy: { schedule: { ...schedule, swapUntil: dawn + 70 * minute } } }),
    );
    expect(close.risks[0]).toMatchObject({ id: 'window-close' });
  });

  it('waits for a freeze to end', () => {
    const freeze = [{ from: dawn, until: dawn + 20 * minute }];
    const frozen = view(planOf({ policy: { schedule: { ...schedule, freeze } } }));
    expect(moment(frozen, /low TTL/)).toBe('2026-12-05T04:20:00.000Z');
    expect(moment(frozen, /^swap$/)).toBe('2026-12-05T05:25:00.000Z');
  });

  it('warns of everything that nobody guards against', () => {
    const risky = planOf({
      policy: {
        claim: false,
        approval: 'none',
        accept: [{ id: 'spf-mx-mechanism', subject: null, reason: 'for a day' }],
        ttl: { ...ownPolicy.ttl, low: 1800, final: 7200 },
      },
    });
    const survey = {
      ...surveyOf(risky),
      capabilities: {
        ...capabilities,
        compareAndSwap: 'checked' as const,
        atomicSets: false,
        shrinks: 'by union' as const,
      },
    };
    expect(ids(planView({ plan: risky, findings: [], now, survey }))).toEqual([
      'finding-accepted',
      'values-lost',
      'values-lost',
      'ttl-history-unknown',
      'low-ttl-long',
      'ttl-final',
      'claim-off',
      'approval-none',
      'compare-and-swap-checked',
      'sets-one-by-one',
      'shrinks-by-union',
      'resolvers-are-a-proxy',
      'rollback-by-hand',
      'retire-skipped',
    ]);
  });

  it('says when the world is not watched', () => {
    const blind = planOf({ policy: { watch: { ...ownPolicy.watch, resolvers: 'none' } } });
    const survey = surveyOf(blind);
    expect(ids(planView({ plan: blind, findings: [], now, survey }))).toContain(
      'resolvers-not-watched',
    );
  });

  it('has a gate for every step and a time of its own for what comes afterwards', () => {
    const edit = (rdata: readonly string[]) => ({
      name: parseName('example.org'),
      type: 'MX',
      want: { is: 'set', rdata } as const,
      ttl: null,
      where: '-',
    });
    const mx = rrset({
      name: parseName('example.org'),
      type: 'MX',
      ttl: 3600,
      rdata: ['10 a.example.'],
    });
    const pivot = view(
      planOf({
        existing: { 'example.org. MX': mx },
        order: {
          prepare: [],
          steps: [
            { name: 'both', edits: [edit(['10 a.example.', '20 b.example.'])] },
            { name: 'new', edits: [edit(['20 b.example.'])] },
          ],
          afterwards: [edit(['10 b.example.'])],
        },
      }),
    );
    expect(pivot.positions).toEqual(['snapshot', 'low', 'both', 'new', 'restored', 'final']);
    expect(moment(pivot, /swap of both/)).toBe('2026-12-05T05:05:00.000Z');
    expect(moment(pivot, /swap of new/)).toBe('2026-12-05T05:15:00.000Z');
    expect(moment(pivot, /afterwards/)).toBe('2026-12-12T05:15:00.000Z');
  });
});
