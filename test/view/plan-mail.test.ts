import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Policy } from '../../src/cutover/order.ts';
import { planText, planView } from '../../src/view/plan.ts';
import { surveyOf } from '../support/view-fixture.ts';
import { dawn, look, ownPolicy, planOf } from '../support/view-plan.ts';

const now = { wall: dawn, up: 0, boot: 'b1' };
const golden = (name: string): string => join(import.meta.dirname, 'golden', `${name}.txt`);

const mail: Policy['mail'] = {
  ...{ ask: true, recipients: ['anna@example.org'], port: 25, allowPrivate: false },
  ...{ every: 60, witnesses: [] },
};

const viewOf = (policy: Partial<Policy> = {}) => {
  const plan = planOf({ policy: { mail, ...policy } });
  return planView({ plan, findings: [], now, survey: surveyOf(plan) });
};

const moments = (policy: Partial<Policy> = {}) =>
  viewOf(policy).timeline.map(({ at, what }) => `${at.slice(5, 16)} ${what}`);

describe('the mail in a plan', () => {
  it('has its times, from the first look to the old host', async () => {
    await expect(planText(viewOf(), { ...look, width: 120 })).toMatchFileSnapshot(
      golden('plan-mail'),
    );
  });

  it('counts the longest TTL there was before the old host is asked', () => {
    const { ttl } = ownPolicy;
    const history = { longest: 604_800, until: dawn - 1000 };
    const far = moments({ ttl: { ...ttl, history } }).find(text => text.includes('is asked until'));
    const usual = moments().find(text => text.includes('is asked until'));
    // A week and half an hour after the swap, instead of retire.after.
    expect([usual?.slice(0, 5), far?.slice(0, 5)]).toEqual(['12-08', '12-19']);
  });

  it('asks an old host that forwards at once, and none that stays', () => {
    const forwards = { recipient: 'test@example.org' };
    const { after } = ownPolicy.retire;
    expect(moments({ retire: { after, old: 'forwards', forwards } }).join()).toContain(
      'are asked to take the test recipient',
    );
    expect(moments({ retire: { after, old: 'stays' } }).join()).toContain(
      'the old host stays, as declared',
    );
  });

  it('says until when it rolls back by itself, and what that costs', () => {
    const never = viewOf({ rollback: { ...ownPolicy.rollback, automatic: null } });
    expect(moments().join()).toContain('nothing is rolled back by itself any more');
    expect(never.timeline.map(({ what }) => what).join()).not.toContain('by itself');
    expect(never.risks.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['rollback-by-hand', 'rollback-costs', 'local-delivery']),
    );
  });

  it('names who could show that a host which knows the domain is closed', () => {
    const ids = (own: Partial<Policy>) => viewOf(own).risks.map(({ id }) => id);
    expect(ids({})).not.toContain('no-former-recipient');
    expect(ids({ mail: { ...mail, recipients: [] } })).toContain('no-former-recipient');
  });
});
