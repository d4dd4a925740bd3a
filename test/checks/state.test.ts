import { describe } from 'vitest';
import { type CheckInput } from '../../src/checks/input.ts';
import { type Track } from '../../src/cutover/path.ts';
import { type Plan } from '../../src/cutover/plan.ts';
import { type RecordType, rrset, type RRset } from '../../src/dns/rrset.ts';
import {
  claim,
  domain,
  healthy,
  mx,
  plan,
  planWith,
  run,
  silent,
  txt,
  withReadings,
  withSurvey,
} from './example.ts';
import { table } from './table.ts';

const mxKey = 'example.org. MX';
const allSilent = withReadings(readings => readings.map(server => silent(server)));

const hosting = (value: RRset | null, input: CheckInput = healthy()): CheckInput =>
  withSurvey(
    {
      hosted: {
        ...input.survey.hosted,
        [mxKey]: value === null ? null : { rrset: value, extras: null, token: null },
      },
    },
    input,
  );

const unread = withSurvey({
  hosted: Object.fromEntries(
    Object.entries(healthy().survey.hosted).filter(([key]) => key !== mxKey),
  ),
});

/** A plan whose only track is this one; its last value lasts to the end of the path. */
const only = (type: RecordType, positions: readonly (RRset | null)[]): Plan => ({
  ...plan,
  tracks: [
    track(
      type,
      plan.positions.map((_, index) => positions[Math.min(index, positions.length - 1)] ?? null),
    ),
  ],
});

const track = (type: RecordType, positions: readonly (RRset | null)[]): Track => ({
  ...{ key: `${domain} ${type}`, name: domain, type, positions },
  ...{ prepared: false, swapped: true, afterwards: false },
});

/** At snapshot and low one value, then another. */
const swap = (before: RRset | null, after: RRset | null) => [before, before, after, after, after];

const strange = mx(3600, '10 mx.strange.example.');
const withoutMx = healthy(0, only('TXT', swap(txt(60, '"a"'), txt(60, '"b"'))));

describe('what is there', () => {
  table('snapshot-complete', [
    { when: 'all see what the provider holds', input: healthy(), says: ['pass example.org'] },
    { when: 'all see it later on', input: healthy(3), says: ['pass example.org'] },
    {
      when: 'the provider holds something else',
      input: hosting(strange),
      says: [`fail ${mxKey}`],
      words: ['ns2.example.net. 192.0.2.2: 10 mx.old.example.', 'mx.strange.example.'],
    },
    {
      when: 'the servers are a step behind',
      input: { ...healthy(1), survey: { ...healthy(1).survey, round: healthy(0).survey.round } },
      says: ['fail example.org. TXT', 'fail s1._domainkey.example.org. TXT', `fail ${mxKey}`],
    },
    { when: 'the provider was not read', input: unread, says: [`could-not-test ${mxKey}`] },
    { when: 'nobody answers', input: allSilent, says: ['could-not-test example.org'] },
  ]);

  table('old-set-as-expected', [
    { when: 'it is', input: healthy(), says: ['pass example.org'] },
    {
      when: 'somebody changed it',
      input: hosting(strange),
      says: [`fail ${mxKey}`],
      words: ['Somebody changed it'],
    },
    { when: 'somebody removed it', input: hosting(null), says: [`fail ${mxKey}`] },
    {
      when: 'it is at another position of the path',
      input: hosting(plan.tracks.find(({ key }) => key === mxKey)!.positions[1]!),
      says: [`fail ${mxKey}`],
      words: ['as at \\"low\\"'],
    },
    {
      when: 'nobody answers, but the provider',
      input: allSilent,
      says: ['pass example.org'],
    },
    { when: 'the provider was not read', input: unread, says: [`could-not-test ${mxKey}`] },
  ]);

  table('concurrent-run-lock', [
    { when: 'nobody claims it', input: healthy(), says: ['pass _dns-cutover.example.org. TXT'] },
    {
      when: 'we do',
      input: healthy(1),
      says: ['pass _dns-cutover.example.org. TXT'],
      words: [run],
    },
    {
      when: 'another run does',
      input: withSurvey({ claim: claim('"dns-cutover run=beef host=h since=now"') }),
      says: ['fail _dns-cutover.example.org. TXT'],
      words: ['Run beef claims example.org', '--take-claim=beef'],
    },
    {
      when: 'another run does, which may be replaced',
      input: {
        ...withSurvey({ claim: claim('"dns-cutover run=beef host=h since=now"') }),
        runs: [run, 'beef'],
      },
      says: ['pass _dns-cutover.example.org. TXT'],
    },
    {
      when: 'a strange TXT stands there',
      input: withSurvey({ claim: claim('"hello"') }),
      says: ['fail _dns-cutover.example.org. TXT'],
      words: ['no claim of this program'],
    },
    {
      when: 'claims are off',
      input: withSurvey(
        { claim: claim('"dns-cutover run=beef host=h since=now"') },
        healthy(0, planWith({ claim: false })),
      ),
      says: ['skipped _dns-cutover.example.org. TXT'],
    },
  ]);
});

describe('what the plan makes of it', () => {
  table('mx-is-explicit', [
    { when: 'it is', input: healthy(), says: [`pass ${mxKey}`] },
    {
      when: 'there is none',
      input: healthy(0, only('MX', [null, mx(60, '5 a.example.'), mx(60, '5 b.example.')])),
      says: [`warn ${mxKey}`],
      words: ['mail goes to its A and AAAA records', 'for 600 s'],
    },
    { when: 'the plan has no MX', input: withoutMx, says: ['skipped example.org'] },
  ]);

  const alias = rrset({ name: domain, type: 'CNAME', ttl: 60, rdata: ['www.example.net.'] });
  table('mx-owner-not-cname', [
    { when: 'it is none', input: healthy(), says: [`pass ${mxKey}`] },
    {
      when: 'the plan makes it one',
      input: healthy(0, { ...plan, tracks: [...plan.tracks, track('CNAME', swap(null, alias))] }),
      says: [`fail ${mxKey}`],
      words: ['The plan makes example.org an alias'],
    },
    { when: 'nobody answers', input: allSilent, says: [`could-not-test ${mxKey}`] },
    { when: 'the plan has no MX', input: withoutMx, says: ['skipped example.org'] },
  ]);

  // What the zone holds is read, not judged; so it may be worse than what a plan may hold.
  const mixed: RRset = { ...strange, rdata: ['0 .', '10 mx.strange.example.'] };
  const heavy: RRset = { ...strange, rdata: ['10 .'] };
  const none = mx(3600, '0 .');
  table('null-mx-alone', [
    { when: 'none is planned', input: healthy(), says: [`pass ${mxKey}`] },
    {
      when: 'one is planned',
      input: healthy(0, only('MX', swap(strange, none))),
      says: [`pass ${mxKey}`],
      words: ['will take no mail at all'],
    },
    {
      when: 'one is planned beside a host',
      input: healthy(0, only('MX', swap(strange, mixed))),
      says: [`fail ${mxKey}`],
      words: ['must be the only MX'],
    },
    {
      when: 'one is planned with a preference',
      input: healthy(0, only('MX', swap(strange, heavy))),
      says: [`fail ${mxKey}`],
    },
    {
      when: 'the swap mends a mixture',
      input: healthy(0, only('MX', swap(mixed, strange))),
      says: [`pass ${mxKey}`],
    },
    { when: 'the plan has no MX', input: withoutMx, says: ['skipped example.org'] },
  ]);

  const added = swap(mx(60, '10 a.example.'), mx(60, '10 a.example.', '20 b.example.'));
  table('values-lost', [
    {
      when: 'each is named',
      input: healthy(),
      says: ['pass example.org. TXT', `pass ${mxKey}`],
      words: ['loses 10 mx.old.example. | 20 mx2.old.example.', 'loses \\"v=spf1 mx -all\\"'],
    },
    {
      when: 'somebody wants to be stopped by it',
      input: healthy(0, planWith({ severity: { 'values-lost': 'blocker' } })),
      says: ['fail example.org. TXT', `fail ${mxKey}`],
    },
    {
      when: 'somebody wants to be warned of it',
      input: healthy(0, planWith({ severity: { 'values-lost': 'warning' } })),
      says: ['warn example.org. TXT', `warn ${mxKey}`],
    },
    {
      when: 'nothing is lost',
      input: healthy(0, only('MX', added)),
      says: ['pass example.org'],
      words: ['No record is lost'],
    },
  ]);
});
