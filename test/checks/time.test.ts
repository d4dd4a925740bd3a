import { type CheckInput } from '../../src/checks/input.ts';
import { type Capabilities } from '../../src/cutover/capabilities.ts';
import { type Schedule } from '../../src/cutover/order.ts';
import {
  capabilities,
  healthy,
  plan,
  planWith,
  policy,
  silent,
  withReadings,
  withSurvey,
} from './example.ts';
import { mail } from './mail-example.ts';
import { table } from './table.ts';

const mxKey = 'example.org. MX';
const txtKey = 'example.org. TXT';
const six = Date.parse('2026-12-05T06:00:00Z');
const minutes = 60_000;

const scheduled = (changes: Partial<Schedule>): CheckInput =>
  healthy(0, planWith({ schedule: { ...policy.schedule, ...changes } }));

const promising = (changes: Partial<Capabilities>): CheckInput =>
  withSurvey({ capabilities: { ...capabilities, ...changes } });

table('ttl-observed', [
  {
    when: 'it is told',
    input: healthy(),
    says: [`pass ${txtKey}`, `pass ${mxKey}`],
    words: ['may be cached for 3600 s (1 h).', 'may be cached for 7200 s (2 h).'],
  },
  {
    when: 'the start of the window is known',
    input: scheduled({ swapFrom: six }),
    says: [`pass ${txtKey}`, `pass ${mxKey}`],
    words: ['to swap at 2026-12-05T06:00:00Z the TTL must be low by 2026-12-05T04:55:00Z.'],
  },
  {
    when: 'it is low already',
    input: {
      ...healthy(1, planWith({ schedule: { ...policy.schedule, swapFrom: six } })),
    },
    says: [`pass ${txtKey}`, `pass ${mxKey}`],
    words: ['may be cached for 300 s (5 min).'],
  },
  {
    when: 'the set does not exist',
    input: withReadings(readings =>
      readings.map(reading => ({
        ...reading,
        served: reading.served.map(one => ({ ...one, rrset: null, negativeTtl: 600 })),
      })),
    ),
    says: [`pass ${txtKey}`, `pass ${mxKey}`],
    words: ['The absence of example.org. MX may be cached for 600 s'],
  },
  {
    when: 'nobody answers',
    input: withReadings(readings => readings.map(server => silent(server))),
    says: [`could-not-test ${txtKey}`, `could-not-test ${mxKey}`],
  },
]);

const noHistory = { ...policy.ttl, history: null };
table('ttl-history-unknown', [
  {
    when: 'it is known',
    input: healthy(),
    says: ['pass example.org'],
    words: ['A TTL of 86400 s (24 h) was served until the start'],
  },
  {
    when: 'it is known, with its end',
    input: healthy(0, planWith({ ttl: { ...policy.ttl, history: { longest: 90, until: six } } })),
    says: ['pass example.org'],
    words: ['A TTL of 90 s was served until 2026-12-05T06:00:00Z'],
  },
  {
    when: 'nobody knows',
    input: healthy(0, planWith({ ttl: noHistory })),
    says: ['fail example.org'],
    words: ['Set ttl.history', 'accept ttl-history-unknown', 'an hour ago'],
  },
  {
    when: 'nobody knows, and the configuration makes it a warning',
    input: healthy(0, planWith({ ttl: noHistory, severity: { 'ttl-history-unknown': 'warning' } })),
    says: ['warn example.org'],
  },
]);

table('ttl-provider-minimum', [
  { when: 'there is none', input: healthy(), says: ['pass example.org'] },
  { when: 'it is kept', input: promising({ minTtl: 300 }), says: ['pass example.org'] },
  {
    when: 'it is not kept',
    input: promising({ minTtl: 600 }),
    says: [`warn ${txtKey}`, 'warn s1._domainkey.example.org. TXT', `warn ${mxKey}`],
    words: ['onprem accepts 600 s (10 min) and more', 'Set ttl.low to 600'],
  },
]);

table('atomic-replace-available', [
  { when: 'it is', input: healthy(), says: ['pass onprem'] },
  {
    when: 'it only compares first',
    input: promising({ compareAndSwap: 'checked' }),
    says: ['warn onprem'],
    words: ['an edit in between would be overwritten'],
  },
  {
    when: 'sets shrink by their union',
    input: promising({ shrinks: 'by union' }),
    says: ['warn onprem'],
    words: ['for a moment old and new records are served together'],
  },
  {
    when: 'sets land one by one',
    input: promising({ atomicSets: false }),
    says: ['warn onprem'],
    words: ['example.org. TXT, example.org. MX one after the other'],
  },
  {
    when: 'sets land one by one, and there is one',
    input: {
      ...promising({ atomicSets: false }),
      plan: { ...plan, tracks: plan.tracks.filter(({ type }) => type === 'MX') },
    },
    says: ['pass onprem'],
  },
]);

// Two steps of 300 s and 300 s margin each: 20 minutes.
const until = (length: number) => ({ swapFrom: six, swapUntil: six + length * minutes });
table('window-long-enough', [
  { when: 'there is none', input: healthy(), says: ['skipped example.org'] },
  { when: 'it has one end', input: scheduled({ swapFrom: six }), says: ['skipped example.org'] },
  { when: 'it just suffices', input: scheduled(until(20)), says: ['pass example.org'] },
  {
    when: 'it is too short',
    input: scheduled(until(19)),
    says: ['warn example.org'],
    words: ['open for 1140 s (19 min)', 'takes 1200 s (20 min)', '1200 s (20 min) for 2 steps'],
  },
  {
    when: 'it has no length',
    input: scheduled(until(0)),
    says: ['fail example.org'],
    words: ['no moment in which a swap could be written'],
  },
  {
    when: 'a freeze leaves enough of it',
    input: scheduled({
      ...until(40),
      freeze: [{ from: six + 5 * minutes, until: six + 20 * minutes }],
    }),
    says: ['pass example.org'],
  },
  {
    when: 'a freeze cuts it in halves that are too short',
    input: scheduled({
      ...until(38),
      freeze: [{ from: six + 19 * minutes, until: six + 20 * minutes }],
    }),
    says: ['warn example.org'],
    words: ['open for 1140 s (19 min)'],
  },
  {
    when: 'freezes cover all of it',
    input: scheduled({
      ...until(40),
      freeze: [
        { from: six - minutes, until: six + 20 * minutes },
        { from: six + 20 * minutes, until: six + 60 * minutes },
      ],
    }),
    says: ['fail example.org'],
  },
]);

/** The lag of 15 min, 5 min, and 5 min of probes for each of two steps, and 20 min for a rollback. */
const asked = (minutesOpen: number): CheckInput =>
  healthy(0, planWith({ mail, schedule: { ...policy.schedule, ...until(minutesOpen) } }));

table('window-long-enough', [
  { when: 'mail hosts are asked after the swap', input: asked(70), says: ['pass example.org'] },
  {
    when: 'there is no time left for a rollback',
    input: asked(69),
    says: ['warn example.org'],
    words: ['with probes and time for a rollback it takes 4200 s (70 min)'],
  },
  {
    when: 'mail hosts are asked, and it is too short to see that they work',
    input: asked(19),
    says: ['fail example.org'],
  },
]);
