import { positionsOf, valueAt, type Track } from '../cutover/path.ts';
import { claimedRun, claimKey } from '../cutover/write.ts';
import { displayName } from '../dns/name.ts';
import { keyText, sameRRset } from '../dns/rrset.ts';
import { type Check, type Verdict } from './check.ts';
import { ttlDrained } from './drained.ts';
import { type CheckInput } from './input.ts';
import { mxIsExplicit, mxOwnerNotCname, nullMxAlone } from './mx.ts';
import { answers, hostedValue, placeOf, sightings, unasked } from './seen.ts';
import { atomicReplaceAvailable, ttlProviderMinimum } from './promise.ts';
import { ttlHistoryUnknown, ttlObserved } from './time.ts';
import { shown } from './words.ts';

const unread = ({ plan }: CheckInput, { key }: Track): Verdict => ({
  outcome: 'could-not-test',
  subject: key,
  summary: `What ${plan.provider} holds for ${key} was not read.`,
  observed: 'nothing',
  remedy: 'Check again.',
});

const snapshotComplete: Check = {
  id: 'snapshot-complete',
  family: 'state',
  severity: 'blocker',
  what: 'every server shows exactly what the provider holds',
  expected: 'the records and the TTL that the provider holds, at every address',
  consequence: 'What would be put back by a rollback is not what the world sees now.',
  refs: ['RFC 2181 5'],
  judge: input => {
    const { plan, survey } = input;
    const subject = displayName(plan.zone);
    if (answers(survey).length === 0) return [unasked(input, subject)];
    const verdicts = plan.tracks.flatMap((track): readonly Verdict[] => {
      const hosted = hostedValue(survey, track);
      if (hosted === undefined) return [unread(input, track)];
      const others = sightings(survey, track).filter(
        ({ served }) => !sameRRset(served.rrset, hosted),
      );
      if (others.length === 0) return [];
      return [
        {
          outcome: 'bad',
          subject: track.key,
          summary: `${track.key} is not what ${plan.provider} holds: a change is on its way, or something changes it behind the provider.`,
          observed: others
            .map(({ server, served }) => `${server}: ${shown(served.rrset)}`)
            .join('; '),
          expected: shown(hosted),
          remedy:
            'Wait until the servers have it; if they do not get it, find out what feeds them.',
        },
      ];
    });
    if (verdicts.length > 0) return verdicts;
    const summary = `The servers show what ${plan.provider} holds.`;
    return [{ outcome: 'pass', subject, summary, observed: `zone ${subject}` }];
  },
};

const oldSetAsExpected: Check = {
  id: 'old-set-as-expected',
  family: 'state',
  severity: 'blocker',
  what: 'the provider holds what the plan says is there now',
  expected: 'the value that the plan has at this point',
  consequence: 'The next write would overwrite an edit of somebody else; it is not made.',
  refs: [],
  judge: input => {
    const { plan, survey } = input;
    const verdicts = plan.tracks.flatMap((track): readonly Verdict[] => {
      const expected = valueAt(track, placeOf(input, track));
      const found = hostedValue(survey, track);
      if (found === undefined) return [unread(input, track)];
      if (sameRRset(expected, found)) return [];
      const [place] = positionsOf(track, found);
      const label = place === undefined ? undefined : plan.positions[place];
      return [
        {
          outcome: 'bad',
          subject: track.key,
          summary: `The plan says that ${track.key} is ${shown(expected)}; ${plan.provider} holds ${shown(found)}. Somebody changed it.`,
          observed: label === undefined ? shown(found) : `${shown(found)}, as at "${label}"`,
          expected: shown(expected),
          remedy: 'Find out who and why; then put it back, or plan again.',
        },
      ];
    });
    if (verdicts.length > 0) return verdicts;
    const subject = displayName(plan.domain);
    const summary = `${plan.provider} holds what the plan expects.`;
    const observed = plan.tracks.map(({ key }) => key).join(', ');
    return [{ outcome: 'pass', subject, summary, observed }];
  },
};

const concurrentRunLock: Check = {
  id: 'concurrent-run-lock',
  family: 'state',
  severity: 'blocker',
  what: 'no other run has claimed the domain',
  expected: 'no claim, or that of this run',
  consequence: 'Two runs would undo the work of each other.',
  refs: [],
  judge: ({ plan, survey, runs }) => {
    const subject = keyText(claimKey(plan.domain));
    const observed = shown(survey.claim);
    if (!plan.policy.claim)
      return [
        {
          outcome: 'skipped',
          subject,
          summary: 'Claims are off in the configuration: another run elsewhere is not seen.',
          observed,
        },
      ];
    const run = claimedRun(survey.claim);
    if (survey.claim === null)
      return [{ outcome: 'pass', subject, summary: 'Nobody claims the domain.', observed }];
    if (run !== null && runs.includes(run))
      return [{ outcome: 'pass', subject, summary: `Run ${run} holds the claim.`, observed }];
    return [
      {
        outcome: 'bad',
        subject,
        summary:
          run === null
            ? `A TXT stands at ${subject} that is no claim of this program.`
            : `Run ${run} claims ${displayName(plan.domain)}.`,
        observed,
        remedy:
          run === null
            ? 'Find out whose it is and remove it, or set `claim: off`.'
            : `Let that run end; if it is dead, start with --take-claim=${run} and a reason.`,
      },
    ];
  },
};

const valuesLost: Check = {
  id: 'values-lost',
  family: 'state',
  severity: 'info',
  what: 'every record that is gone in the end is named',
  expected: 'only what is meant to go',
  consequence: 'Whoever still needs one of these records misses it.',
  refs: [],
  judge: ({ plan }) => {
    const verdicts = plan.tracks.flatMap((track): readonly Verdict[] => {
      const kept = track.positions.at(-1)?.rdata ?? [];
      const lost = (track.positions[0]?.rdata ?? []).filter(text => !kept.includes(text));
      if (lost.length === 0) return [];
      // Names end with a full stop of their own.
      const summary = `${track.key} loses ${lost.join(' | ')}`.replace(/\.?$/, '.');
      return [
        {
          outcome: 'told',
          subject: track.key,
          summary,
          observed: `kept: ${kept.join(' | ') || 'nothing'}`,
          remedy: 'Keep in the plan what is still needed; accept this finding for what may go.',
        },
      ];
    });
    if (verdicts.length > 0) return verdicts;
    const subject = displayName(plan.domain);
    const observed = plan.tracks.map(({ key }) => key).join(', ');
    return [{ outcome: 'pass', subject, summary: 'No record is lost.', observed }];
  },
};

/** What is there, what the plan makes of it, and what the provider promises. */
export const state: readonly Check[] = [
  snapshotComplete,
  oldSetAsExpected,
  mxIsExplicit,
  mxOwnerNotCname,
  nullMxAlone,
  valuesLost,
  ttlObserved,
  ttlHistoryUnknown,
  ttlProviderMinimum,
  ttlDrained,
  atomicReplaceAvailable,
  concurrentRunLock,
];
