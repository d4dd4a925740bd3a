import { describe, expect, it } from 'vitest';
import { leftHosts } from '../../../src/cutover/mail/left-hosts.ts';
import { type Policy } from '../../../src/cutover/order.ts';
import { askingOf, retireAsking, retireWaits, turnedBy } from '../../../src/cutover/mail/retire.ts';
import { type Standing } from '../../../src/cutover/standing.ts';
import { swapped } from '../../support/view-fixture.ts';
import { planOf, policy } from '../orders.ts';

const mail: Policy['mail'] = {
  ...{ ask: true, recipients: ['anna@example.org'], port: 25, allowPrivate: false },
  ...{ every: 60, witnesses: [] },
};
const withRetire = (retire: Partial<Policy['retire']> = {}): Policy => ({
  ...policy,
  mail,
  retire: { ...policy.retire, ...retire },
});

describe('the hosts that are left', () => {
  it('are those of every position but the last', () => {
    expect(leftHosts(planOf())).toEqual(['mx.old.example.']);
    expect(leftHosts(planOf('pivot'))).toEqual(['mx.old.example.', 'mx.filter.example.']);
  });

  it('are the address of the domain itself where there was no MX', () => {
    expect(leftHosts(planOf('mx', { mxTtl: null }))).toEqual(['example.org.']);
  });
});

describe('what they are asked', () => {
  const asked = (own: Policy) => retireAsking(planOf('mx', { policy: own }));

  it('is whether they refuse those who lived there, and postmaster', () => {
    expect(asked(withRetire())?.recipients).toEqual([
      { address: 'anna@example.org', kind: 'former' },
      { address: 'postmaster@example.org', kind: 'postmaster' },
    ]);
    const former = withRetire({ former: ['bert@example.org'] });
    expect(asked(former)?.recipients.map(({ address }) => address)).toEqual([
      'bert@example.org',
      'postmaster@example.org',
    ]);
  });

  it('is whether both sides take the test recipient, where they forward', () => {
    const forwards = { recipient: 'test@example.org' };
    expect(asked(withRetire({ old: 'forwards', forwards }))).toMatchObject({
      ...{ goal: 'forwards', old: ['mx.old.example.'], new: ['mx.new.example.'] },
      recipients: [{ address: 'test@example.org' }],
    });
    expect(asked(withRetire({ old: 'forwards' }))).toBeNull();
  });

  it('is nothing where they stay or nobody asks, unless somebody asks by hand', () => {
    expect(asked(withRetire({ old: 'stays' }))).toBeNull();
    expect(asked(policy)).toBeNull();
    expect(askingOf(planOf())).toMatchObject({ goal: 'refuses', old: ['mx.old.example.'] });
  });
});

describe('the waits before they are asked', () => {
  const waits = (own: Policy, longest = 3600, slow = false) =>
    retireWaits(own, { longest, slow }).map(({ from, seconds }) => [from, seconds]);

  it('are the policy, and a day and half an hour since every server has turned', () => {
    expect(waits(policy)).toEqual([
      ['swap', 259_200],
      ['served', 88_200],
    ]);
  });

  it('count the longest TTL that there was, and a week where resolvers were slow', () => {
    const history = { longest: 172_800, until: null };
    expect(waits({ ...policy, ttl: { ...policy.ttl, history } })[1]).toEqual(['served', 174_600]);
    expect(waits(policy, 604_800)[1]).toEqual(['served', 606_600]);
    expect(waits(policy, 3600, true)[2]).toEqual(['swap', 604_800]);
  });
});

describe('since when every server has turned', () => {
  const { cutover, now } = swapped();
  const later = { ...now, wall: now.wall + 1000, up: now.up + 1000 };
  const at = (is: Standing['is']): readonly Standing[] => [{ server: 'ns1', is, detail: '' }];

  it('counts from the first time, and anew once one has fallen behind', () => {
    expect(cutover.turned).not.toBeNull();
    expect(turnedBy(cutover, at('there'), later)).toEqual(cutover.turned);
    expect(turnedBy(cutover, at('behind'), later)).toBeNull();
    expect(turnedBy({ ...cutover, turned: null }, at('there'), later)).toEqual(later);
  });

  it('is not taken from a swap that was rolled back', () => {
    const places = Object.fromEntries(Object.keys(cutover.places).map(key => [key, 1]));
    const again = { ...cutover, stage: 'swap', places, turned: null } as const;
    expect(turnedBy(again, at('there'), later)).toBeNull();
  });

  it('is kept while the TTL is restored', () => {
    const settles = { ...cutover, stage: 'settle' } as const;
    expect(turnedBy(settles, at('behind'), later)).toEqual(cutover.turned);
  });
});
