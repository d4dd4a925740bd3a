import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Policy } from '../../../src/cutover/order.ts';
import { type Plan } from '../../../src/cutover/plan.ts';
import { planText, planView } from '../../../src/view/plan/plan.ts';
import { mailRisks } from '../../../src/view/plan/risks-mail.ts';
import { planOf as orderPlan, policy as orderPolicy } from '../../cutover/orders.ts';
import { surveyOf } from '../../support/view-fixture.ts';
import { dawn, look, ownPolicy, planOf } from '../../support/view-plan.ts';

const now = { wall: dawn, up: 0, boot: 'b1' };
const golden = (name: string): string => join(import.meta.dirname, '../golden', `${name}.txt`);

const mail: Policy['mail'] = {
  ...{ ask: true, recipients: ['anna@example.org'], port: 25, allowPrivate: false },
  ...{ every: 60, witnesses: [] },
};

const viewOf = (policy: Partial<Policy> = {}) => {
  const plan = planOf({ policy: { mail, ...policy } });
  return planView({ plan, findings: [], now, survey: surveyOf(plan) });
};

function mxOf({ tracks }: Plan): Plan['tracks'][number] {
  const found = tracks.find(({ type, swapped }) => type === 'MX' && swapped);
  if (found === undefined) throw new Error('no MX moves');
  return found;
}

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

  const ids = (own: Partial<Policy>) => viewOf(own).risks.map(({ id }) => id);

  it('warns where one place alone proves nothing, and nothing would be rolled back by itself', () => {
    expect(ids({})).not.toContain('one-place');
    expect(ids({ mail: { ...mail, allowPrivate: true } })).toContain('one-place');
    expect(ids({ mail: { ...mail, port: 2525 } })).toContain('one-place');
    const witnesses = ['192.0.2.25'];
    expect(ids({ mail: { ...mail, port: 2525, witnesses } })).not.toContain('one-place');
  });

  it('warns where a rollback leads to no host that could be seen to accept', () => {
    expect(ids({})).not.toContain('no-way-back');
    const plan = planOf({ policy: { mail } });
    const mx = mxOf(plan);
    const tracks = plan.tracks.map(track =>
      track === mx
        ? { ...track, positions: track.positions.map((one, at) => (at < 2 ? null : one)) }
        : track,
    );
    expect(mailRisks({ ...plan, tracks }).map(({ id }) => id)).toContain('no-way-back');
  });

  it('warns where nobody fetches the policy whose id is written', () => {
    const off = { ...mail, ask: false };
    const plan = orderPlan('policy', { policy: { ...orderPolicy, mail: off } });
    expect(mailRisks(plan).map(({ id }) => id)).toContain('policy-unread');
    expect(ids({ mail: off })).not.toContain('policy-unread');
  });

  it('names who could show that a host which knows the domain is closed', () => {
    expect(ids({})).not.toContain('no-former-recipient');
    expect(ids({ mail: { ...mail, recipients: [] } })).toContain('no-former-recipient');
  });
});
