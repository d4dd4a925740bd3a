import { describe } from 'vitest';
import { type CheckInput } from '../../src/checks/input.ts';
import { type Security, type Validated, type Validation } from '../../src/cutover/validation.ts';
import { configured, healthy, planWith, withReadings, withSurvey } from './example.ts';
import { table } from './table.ts';

const mxKey = 'example.org. MX';
const hour = 3_600_000;
const now = healthy().survey.round.at.wall;

const zoneIs = (is: Security, over: Partial<Validation> = {}): Validation => ({
  ...{ is, at: 'example.org. DNSKEY', why: 'validated from the root', lasts: null },
  remedy: is === 'secure' || is === 'insecure' ? null : 'Mend it.',
  ...over,
});

/** Everything served is judged like this. */
const judged = (
  zone: Validation,
  each: (server: string) => Partial<Validated> = () => ({}),
  input: CheckInput = healthy(),
): CheckInput =>
  withSurvey(
    { dnssec: zone },
    withReadings(
      readings =>
        readings.map(reading => ({
          ...reading,
          validated: [{ ...zone, key: mxKey, at: mxKey, ...each(reading.address) }],
        })),
      input,
    ),
  );

const bogusAt =
  (address: string) =>
  (server: string): Partial<Validated> =>
    server === address ? { is: 'bogus', why: 'its signature ended', remedy: 'Sign it again.' } : {};

const signed = (input: CheckInput): CheckInput =>
  withReadings(
    readings =>
      readings.map(reading => ({
        ...reading,
        served: reading.served.map(one => ({ ...one, signature: 'signed' })),
      })),
    input,
  );

describe('the chain of trust', () => {
  table('dnssec-chain', [
    { when: 'nobody walked', input: healthy(), says: ['skipped example.org'] },
    {
      when: 'it validates',
      input: judged(zoneIs('secure')),
      says: ['pass example.org'],
      words: ['What every address serves is validated from the root.'],
    },
    {
      when: 'the zone is unsigned',
      input: judged(zoneIs('insecure', { why: 'it is unsigned, and no DS was seen' })),
      says: ['pass example.org'],
      words: ['There is nothing to validate: it is unsigned'],
    },
    {
      when: 'the zone is signed for nobody',
      input: signed(judged(zoneIs('insecure', { why: 'org delegates it without a DS' }))),
      says: ['pass example.org'],
      words: ['is signed, but nobody validates it'],
    },
    {
      when: 'the zone is bogus as a whole: told once',
      input: judged(zoneIs('bogus', { why: 'none of its keys fits the DS' })),
      says: ['fail example.org'],
      words: ['does not validate: example.org. DNSKEY: none of its keys', '"blocker"', 'Mend it.'],
    },
    {
      when: 'one address is bogus',
      input: judged(zoneIs('secure'), bogusAt('192.0.2.2')),
      says: ['fail ns2.example.net. 192.0.2.2'],
      words: ['What ns2.example.net. 192.0.2.2 serves does not validate', 'Sign it again.'],
    },
    {
      when: 'nobody can tell from here: a warning, never a blocker',
      input: judged(zoneIs('indeterminate', { why: '192.0.2.53 is silent' })),
      says: ['could-not-test example.org'],
      words: ['"warning"', 'cannot be told from here'],
    },
    {
      when: 'the servers come from the configuration',
      input: configured(judged(zoneIs('secure'))),
      says: ['pass example.org'],
    },
  ]);
});

const lasting = (from: number, until: number): Validation =>
  zoneIs('secure', { lasts: { from: now + from * hour, until: now + until * hour } });
const endsSoon = (from: number, until: number, address = '192.0.2.2'): CheckInput =>
  judged(lasting(-24, 2400), server =>
    server === address ? { lasts: { from: now + from * hour, until: now + until * hour } } : {},
  );

describe('the time of signatures', () => {
  table('dnssec-signatures-last', [
    { when: 'there are none', input: healthy(), says: ['skipped example.org'] },
    {
      when: 'they last',
      input: judged(lasting(-24, 2400)),
      says: ['pass example.org'],
      words: ['in 8640000 s (2400 h)'],
    },
    {
      when: 'one ends before the way back is over, and is old',
      input: endsSoon(-700, 20),
      says: [`warn ${mxKey}`],
      words: ['ends in 72000 s (20 h), before this move is over', 'See whether the signer'],
    },
    {
      when: 'one ends soon, but was made a moment ago: by somebody who signs on the fly',
      input: endsSoon(-24, 24),
      says: ['pass example.org'],
    },
    {
      when: 'one is old, but the move is over by then',
      input: endsSoon(-700, 30),
      says: ['pass example.org'],
    },
    {
      when: 'the window comes later than it lasts',
      input: {
        ...endsSoon(-700, 30),
        plan: planWith({
          schedule: {
            ...healthy().plan.policy.schedule,
            swapUntil: now + 40 * hour,
          },
        }),
      },
      says: [`warn ${mxKey}`],
    },
  ]);
});
