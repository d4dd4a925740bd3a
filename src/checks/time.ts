import { type Instant, type Seconds } from '../clock.ts';
import { type Schedule } from '../cutover/order.ts';
import { closures } from '../cutover/calendar.ts';
import { LOW, SNAPSHOT, valueAt } from '../cutover/path.ts';
import { type Plan } from '../cutover/plan.ts';
import { displayName } from '../dns/name.ts';
import { type Check, type Verdict } from './check.ts';
import { placeOf, sightings, unasked } from './seen.ts';
import { count, inSeconds, iso } from './words.ts';

export const ttlObserved: Check = {
  id: 'ttl-observed',
  family: 'state',
  severity: 'info',
  what: 'how long copies of what the swap changes live today',
  expected: 'known before the TTL is lowered',
  consequence:
    'Copies live this long after the TTL was lowered; a swap before that splits the mail.',
  refs: ['RFC 2181 5.2', 'RFC 2308 5'],
  judge: input => {
    const { plan, survey } = input;
    const { margin } = plan.policy.ttl;
    const { swapFrom } = plan.policy.schedule;
    return plan.tracks
      .filter(track => track.swapped)
      .map((track): Verdict => {
        const seen = sightings(survey, track).map(({ served }) => served);
        if (seen.length === 0) return unasked(input, track.key);
        const longest = Math.max(
          0,
          ...seen.map(({ rrset, negativeTtl }) => rrset?.ttl ?? negativeTtl ?? 0),
        );
        const absent = seen.every(({ rrset }) => rrset === null);
        const what = absent ? `The absence of ${track.key}` : track.key;
        const lowered = placeOf(input, track) !== SNAPSHOT;
        const by =
          swapFrom === null || lowered
            ? ''
            : `: to swap at ${iso(swapFrom)} the TTL must be low by ${iso(swapFrom - (longest + margin) * 1000)}`;
        return {
          outcome: 'told',
          subject: track.key,
          summary: `${what} may be cached for ${inSeconds(longest)}${by}.`,
          observed: `${longest} s`,
          remedy: 'Start the cutover early enough: it lowers the TTL and waits by itself.',
        };
      });
  },
};

export const ttlHistoryUnknown: Check = {
  id: 'ttl-history-unknown',
  family: 'state',
  severity: 'blocker',
  what: 'it is known which TTL was served before anybody prepared the move',
  expected: 'the longest TTL served lately, and when it was last served (ttl.history)',
  consequence:
    'If somebody lowered the TTL by hand an hour ago, caches still hold the old one: the drain would end too early, and mail would go to both hosts.',
  refs: ['RFC 2181 5.2'],
  judge: ({ plan }) => {
    const { history } = plan.policy.ttl;
    const subject = displayName(plan.domain);
    if (history !== null) {
      const until = history.until === null ? 'the start' : iso(history.until);
      const summary = `A TTL of ${inSeconds(history.longest)} was served until ${until}; the drain counts it.`;
      return [{ outcome: 'pass', subject, summary, observed: `${history.longest} s` }];
    }
    return [
      {
        outcome: 'bad',
        subject,
        summary:
          'Only the TTL of today can be seen. A longer one that was served before lives on in caches, and nobody said whether there was one.',
        observed: 'ttl.history is not set',
        remedy:
          'Set ttl.history { longest, until }; or accept ttl-history-unknown with a reason, if nobody touched the TTL: then only the TTL seen counts.',
      },
    ];
  },
};

interface Span {
  readonly from: Instant;
  readonly until: Instant;
}

/** The longest unbroken time in a window that no freeze covers, in ms. */
function longestFree(window: Span, freeze: Schedule['freeze']): number {
  const free = freeze.reduce<readonly Span[]>(
    (spans, closed) =>
      spans.flatMap(({ from, until }) =>
        [
          { from, until: Math.min(until, closed.from) },
          { from: Math.max(from, closed.until), until },
        ].filter(span => span.from < span.until),
      ),
    [window],
  );
  return Math.max(0, ...free.map(({ from, until }) => until - from));
}

/** How long one step takes to reach everybody: the low TTL that will be served, and the margin. */
function stepSeconds({ tracks, policy }: Plan): Seconds {
  const lows = tracks.flatMap(track => (track.swapped ? [valueAt(track, LOW)?.ttl] : []));
  return Math.max(...lows.map(ttl => ttl ?? policy.ttl.low), 0) + policy.ttl.margin;
}

/** Resolvers that raise short TTLs: 95 % of all are through after this, whatever the low TTL. */
const CLAMPED_SECONDS = 300;
/** Three rounds of probes, and time to read what they say. */
const PROBING_SECONDS = 300;

/**
 * What a step needs until it was seen to work, with what a rollback takes after that; only where mail hosts
 * are asked after the swap.
 */
function reservedSeconds({ tracks, policy, steps }: Plan): Seconds {
  if (policy.mail?.ask !== true) return 0;
  const lows = tracks.flatMap(track => (track.swapped ? [valueAt(track, LOW)?.ttl] : []));
  const low = Math.max(...lows.map(ttl => ttl ?? policy.ttl.low), CLAMPED_SECONDS);
  const spread = policy.ttl.lag + low;
  return steps.length * (spread + PROBING_SECONDS) + spread;
}

const windowed = (free: Seconds, plan: Plan) => {
  const steps = plan.steps.length;
  const least = steps * stepSeconds(plan);
  const whole = reservedSeconds(plan);
  // Where mail hosts are asked a swap that is not seen to work in time has nobody left who acts on it.
  const graver = free === 0 || (plan.policy.mail?.ask === true && free < least);
  return { least, whole: Math.max(least, whole), graver };
};

export const windowLongEnough: Check = {
  id: 'window-long-enough',
  family: 'people',
  first: true,
  severity: 'blocker',
  what: 'every step can be swapped, seen everywhere, probed and rolled back within the window',
  expected:
    'for every step the lag, the low TTL and five minutes of probes, and once more lag and TTL for a rollback',
  consequence: 'The window closes before the world has turned, or before the last step.',
  refs: [],
  judge: ({ plan }) => {
    const { swapFrom, swapUntil, freeze } = plan.policy.schedule;
    const subject = displayName(plan.domain);
    if (swapFrom === null || swapUntil === null)
      return [
        {
          outcome: 'skipped',
          subject,
          summary: 'The schedule has no window with two ends.',
          observed: `from ${swapFrom === null ? 'any time' : iso(swapFrom)}, until ${swapUntil === null ? 'any time' : iso(swapUntil)}`,
        },
      ];
    const window = { from: swapFrom, until: swapUntil };
    const taken = [...freeze, ...closures(plan.policy.schedule, window)];
    const free = Math.floor(longestFree(window, taken) / 1000);
    const { least, whole, graver } = windowed(free, plan);
    const observed = `${inSeconds(free)} from ${iso(swapFrom)} to ${iso(swapUntil)}, freezes taken off`;
    const expected = `${inSeconds(whole)} for ${count(plan.steps.length, 'step')}${whole > least ? ' and a rollback' : ''}`;
    if (free >= whole) {
      const summary = 'The window is long enough for every step to be seen everywhere.';
      return [{ outcome: 'pass', subject, summary, observed, expected }];
    }
    return [
      {
        outcome: 'bad',
        // A window without any open moment can only be missed.
        ...(graver ? {} : { severity: 'warning' as const }),
        subject,
        summary: tooShort(free, { least, whole }),
        observed,
        expected,
        remedy: 'Move schedule.swapUntil, lift the freeze, or lower ttl.low.',
      },
    ];
  },
};

function tooShort(free: Seconds, { least, whole }: { least: Seconds; whole: Seconds }): string {
  if (free === 0) return 'The window has no moment in which a swap could be written.';
  if (free < least)
    return `The window is open for ${inSeconds(free)}; until every step is seen everywhere takes ${inSeconds(least)}.`;
  return `The window is open for ${inSeconds(free)}; with probes and time for a rollback it takes ${inSeconds(whole)}.`;
}
