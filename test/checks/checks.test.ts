import fc from 'fast-check';
import { expect, it } from 'vitest';
import { catalogue, surveyChecks, surveyFindings } from '../../src/checks/checks.ts';
import { type CheckInput } from '../../src/checks/input.ts';
import { writeFindings } from '../../src/checks/write.ts';
import { blocks } from '../../src/cutover/finding.ts';
import { type Reading, type Signature, type Survey } from '../../src/cutover/survey.ts';
import { memoryProvider } from '../../providers/memory/memory.ts';
import { memoryZone } from '../../providers/memory/zone.ts';
import { answered, claim, domain, healthy, plan, planWith, silent } from './example.ts';

const last = plan.positions.length - 1;
const places = Array.from({ length: last + 1 }, (_, place) => place);

it.each(places)('a healthy survey at position %i gives no blocker and no warning', place => {
  const findings = surveyFindings(healthy(place));
  expect(findings.filter(({ status }) => status !== 'pass' && status !== 'skipped')).toEqual([]);
});

it('a healthy survey gives none while the prepare records are written one by one', () => {
  const mixed = (pick: (key: string) => number): CheckInput => {
    const [early, late] = [healthy(0), healthy(1)];
    const of = (key: string) => (pick(key) === 0 ? early : late);
    return {
      ...late,
      places: Object.fromEntries(plan.tracks.map(({ key }) => [key, pick(key)])),
      survey: {
        ...late.survey,
        hosted: Object.fromEntries(
          plan.tracks.map(({ key }) => [key, of(key).survey.hosted[key] ?? null]),
        ),
        round: {
          ...late.survey.round,
          readings: late.survey.round.readings.map((reading, index) => ({
            ...reading,
            served: plan.tracks.map(
              ({ key }, n) => of(key).survey.round.readings[index]!.served[n]!,
            ),
          })),
        },
      },
    };
  };
  const findings = surveyFindings(mixed(key => (key.startsWith('s1.') ? 1 : 0)));
  expect(findings.filter(finding => blocks(finding, []))).toEqual([]);
});

const stateOf = fc.constantFrom<Signature>('unsigned', 'signed', 'missing', 'expired');

const readingOf = (server: Reading): fc.Arbitrary<Reading> =>
  fc
    .record({
      kind: fc.constantFrom('answered', 'silent', 'lacking'),
      place: fc.integer({ min: 0, max: last }),
      signature: stateOf,
      serial: fc.option(fc.integer({ min: 0, max: 2 ** 32 - 1 })),
    })
    .map(({ kind, place, signature, serial }) => {
      if (kind === 'silent' || kind === 'lacking') return silent(server, kind);
      const reading = answered(server, plan, place);
      return { ...reading, serial, served: reading.served.map(one => ({ ...one, signature })) };
    });

/** Surveys as odd as they may come. */
const surveys: fc.Arbitrary<Survey> = fc
  .record({
    readings: fc.tuple(...healthy().survey.round.readings.map(readingOf)),
    hosted: fc.integer({ min: 0, max: last }),
    source: fc.constantFrom('discovered' as const, 'configured' as const),
    child: fc.constantFrom([], ['ns1.example.net.'], ['ns1.example.net.', 'ns2.example.net.']),
    claim: fc.constantFrom(null, claim('"dns-cutover run=beef host=h"'), claim('"other"')),
    soa: fc.constantFrom(healthy().survey.soa, null),
    minTtl: fc.constantFrom(null, 60, 900),
  })
  .map(({ readings, hosted, source, child, minTtl, ...rest }) => {
    const base = healthy(hosted).survey;
    return {
      ...base,
      ...rest,
      round: { ...base.round, readings },
      delegation: { ...base.delegation, source, childNameServers: child },
      capabilities: { ...base.capabilities, minTtl },
    };
  });

it('every finding is in the catalogue, each subject has one, and every check says something', () => {
  const known = catalogue.map(({ id }) => id);
  fc.assert(
    fc.property(surveys, fc.integer({ min: 0, max: last }), (survey, place) => {
      const findings = surveyFindings({ ...healthy(place), survey });
      const told = new Set(findings.map(({ id }) => id));
      expect(known).toEqual(expect.arrayContaining([...told]));
      expect([...told]).toEqual(surveyChecks.map(({ id }) => id));
      const named = findings.map(({ id, subject }) => `${id} ${subject}`);
      expect(new Set(named).size).toBe(named.length);
      for (const { status, consequence, summary } of findings) {
        expect(consequence === undefined).toBe(status === 'pass' || status === 'skipped');
        expect(summary).not.toMatch(/undefined|NaN|\[object/);
      }
    }),
    { numRuns: 200 },
  );
});

const asks = ['provider-write-dry-run', 'rollback-writable'];

it('the checks that ask the provider are in the catalogue as well', async () => {
  const zone = memoryZone(domain, []);
  const provider = memoryProvider({ name: 'onprem', zones: [zone] });
  const { survey } = healthy();
  const findings = await writeFindings({
    ...{ plan, provider, places: {}, step: 0, hosted: survey.hosted, claim: null },
    signal: new AbortController().signal,
  });
  expect(findings.map(({ id }) => id)).toEqual(asks);
  // What is true of one kind of provider is no reference for all of them.
  expect(findings.flatMap(({ refs }) => refs)).not.toContainEqual(expect.stringContaining('2136'));
  expect(catalogue.map(({ id }) => id)).toEqual(expect.arrayContaining(asks));
  expect(zone.log()).toEqual([]);
});

it('the catalogue names each check once, with a sentence', () => {
  expect(new Set(catalogue.map(({ id }) => id)).size).toBe(catalogue.length);
  for (const { id, what } of catalogue) {
    expect(id).toMatch(/^[a-z]+(-[a-z0-9]+)+$/);
    expect(what.length).toBeGreaterThan(20);
  }
});

it('the configuration can make a blocker of every warning, and a warning of every blocker', () => {
  const strange = {
    ...healthy(),
    survey: { ...healthy().survey, round: { ...healthy(2).survey.round } },
  };
  const turned = (severity: 'blocker' | 'warning') =>
    planWith({ severity: Object.fromEntries(catalogue.map(({ id }) => [id, severity])) });
  const statuses = (severity: 'blocker' | 'warning') =>
    surveyFindings({ ...strange, plan: turned(severity) }).map(({ status }) => status);
  expect(statuses('blocker')).toContain('fail');
  expect(statuses('blocker')).not.toContain('warn');
  expect(statuses('warning')).toContain('warn');
  expect(statuses('warning')).not.toContain('fail');
});
