import { type CheckInput } from '../../src/checks/input.ts';
import { type Policy, type Schedule } from '../../src/cutover/order.ts';
import { type Plan } from '../../src/cutover/plan.ts';
import { rrset } from '../../src/dns/rrset.ts';
import { capabilities, domain, healthy, plan, planWith, policy, withSurvey } from './example.ts';
import { table } from './table.ts';

const six = Date.parse('2026-12-05T06:00:00Z');
const hour = 3_600_000;

const ttlFloor = (minTtl: number): CheckInput =>
  withSurvey({ capabilities: { ...capabilities, minTtl } });

/** The same plan with an alias at the name of the MX from its first step on. */
const aliased: Plan = {
  ...plan,
  tracks: [
    ...plan.tracks,
    {
      ...{ key: 'example.org. CNAME', name: domain, type: 'CNAME' },
      ...{ prepared: false, swapped: true, afterwards: false },
      positions: plan.positions.map((_, index) =>
        index < 2
          ? null
          : rrset({ name: domain, type: 'CNAME', ttl: 300, rdata: ['web.new.example.'] }),
      ),
    },
  ],
};

table('rollback-rehearsed', [
  {
    when: 'every way back is open',
    input: healthy(),
    says: ['pass example.org'],
    words: ['5 ways forth and back, 3 RRsets'],
  },
  {
    when: 'the provider does not take a TTL of the plan',
    input: ttlFloor(600),
    says: ['warn example.org'],
    words: ['low: ', 'had a TTL of 300 s (5 min), and onprem takes 600 s (10 min) and more'],
  },
  {
    when: 'an alias would stand beside the MX',
    input: healthy(0, aliased),
    says: ['warn example.org'],
    words: ['cannot stand beside'],
  },
]);

const scheduled = (changes: Partial<Schedule>, ttl: Partial<Policy['ttl']> = {}): CheckInput =>
  healthy(
    0,
    planWith({
      schedule: { ...policy.schedule, ...changes },
      ttl: { ...policy.ttl, restoreAfter: 86_400, ...ttl },
    }),
  );
const window = { swapFrom: six, swapUntil: six + 2 * hour };
const freeze = (from: number, until: number) => ({ freeze: [{ from, until }] });
const calendar = (knownUntil: number) => ({
  calendar: {
    freeze: [],
    swapOn: [{ cron: '0 6 * * 6', for: 7200 }],
    openings: [{ from: six, until: six + 2 * hour }],
    knownUntil,
  },
});

table('freeze-calendar', [
  { when: 'none is declared', input: scheduled(window), says: ['skipped example.org'] },
  {
    when: 'a freeze is over before',
    input: scheduled({ ...window, ...freeze(six - hour, six) }),
    says: ['pass example.org'],
  },
  {
    when: 'a freeze lies in the window',
    input: scheduled({ ...window, ...freeze(six + hour, six + 2 * hour) }),
    says: ['warn example.org'],
    words: ['The freeze from 2026-12-05T07:00:00Z to 2026-12-05T08:00:00Z lies in the window.'],
  },
  {
    when: 'the TTL is due in a freeze',
    input: scheduled({ ...window, ...freeze(six + 23 * hour, six + 25 * hour) }),
    says: ['warn example.org'],
    words: ['due to be restored at 2026-12-06T06:00:00Z'],
  },
  {
    when: 'the calendar ends before the window',
    input: scheduled({ ...window, ...calendar(six + hour) }),
    says: ['warn example.org'],
    words: ['reckoned up to 2026-12-05T07:00:00Z only'],
  },
  {
    when: 'the calendar covers it',
    input: scheduled({ ...window, ...calendar(six + 48 * hour) }),
    says: ['pass example.org'],
  },
]);

table('old-host-contact', [
  {
    when: 'nobody is named',
    input: healthy(),
    says: ['pass example.org'],
    words: ['Nobody is named who can act on mx.old.example mx2.old.example.'],
  },
  {
    when: 'nobody is named, and the configuration makes it a warning',
    input: healthy(0, planWith({ severity: { 'old-host-contact': 'warning' } })),
    says: ['warn example.org'],
    words: ['Set retire.contact'],
  },
  {
    when: 'somebody is',
    input: healthy(0, planWith({ retire: { ...policy.retire, contact: 'Kim, +49 30 901820' } })),
    says: ['pass example.org'],
    words: ['Kim, +49 30 901820 can act on'],
  },
  {
    when: 'no mail host is left',
    input: healthy(0, { ...plan, tracks: plan.tracks.filter(({ type }) => type !== 'MX') }),
    says: ['skipped example.org'],
  },
]);
