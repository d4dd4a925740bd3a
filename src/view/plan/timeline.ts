import { type Instant, type Now, type Seconds } from '../../clock.ts';
import { swappable, unfrozen } from '../../cutover/calendar.ts';
import { canaryKey, withCanary } from '../../cutover/canary.ts';
import { canaryNeedsMs } from '../../cutover/canary-course.ts';
import { type Plan } from '../../cutover/plan.ts';
import { boundSeconds } from '../../cutover/stages/propagate.ts';
import { type Survey } from '../../cutover/survey.ts';
import { longestTtl } from '../longest.ts';
import { moment, type Moment } from './moment.ts';
import { prepareEnds, type PreparedEnd, prepareMoments } from './timeline-prepare.ts';
import { gateLooks, mailMoments, retireCourse } from './timeline-mail.ts';
import { count, durationText, secondText } from '../words.ts';

/** The instants of a cutover that would be started now and wait for nobody, in ms. */
export interface Course {
  readonly start: Instant;
  /** Where the TTL is low: later than `start` in a freeze. */
  readonly lower: Instant;
  readonly drained: Instant;
  readonly terms: readonly string[];
  /** When nothing can hold any more what stood in place of a prepare record. */
  readonly prepared: readonly PreparedEnd[];
  /** A swap for each step, and when no honest cache holds the set before it. */
  readonly steps: readonly {
    readonly name: string;
    /** When its gate is reached. */
    readonly gate: Instant;
    readonly swap: Instant;
    readonly spread: Instant;
  }[];
  readonly sweep: Instant;
  readonly restore: Instant;
  readonly afterwards: Instant | null;
  /** When the old host is first asked whether it refuses, or hands on, and why not before. */
  readonly retire: { readonly at: Instant; readonly terms: readonly string[] };
}

/** When everything would happen if the plan were started now and nobody had to be waited for. */
export function courseOf(plan: Plan, now: Now, survey?: Survey): Course {
  const { ttl, schedule } = plan.policy;
  const start = now.wall;
  const lower = unfrozen(schedule, start);
  const longest = longestTtl({ plan, survey, now });
  const margin = durationText(ttl.margin * 1000);
  const seen = lower + (longest + ttl.margin) * 1000;
  const terms = [`the longest TTL seen, ${longest} s, and a margin of ${margin}`];
  const { history } = ttl;
  if (history !== null)
    terms.push(
      `a TTL of ${history.longest} s served until ${history.until === null ? 'the start' : secondText(history.until)}, and the margin`,
    );
  const served =
    history === null ? 0 : (history.until ?? start) + (history.longest + ttl.margin) * 1000;
  const drained = Math.max(seen, served);
  // How long an absence may be remembered (RFC 2308 5); without a survey nobody knows.
  const soa = survey?.soa ?? null;
  const negative = soa === null ? 0 : Math.min(soa.ttl, soa.minimum);
  const prepared = prepareEnds(plan, { lower, negative });
  let ready = Math.max(drained, ...prepared.map(({ at }) => at));
  // A calendar that is known to no further end says so among the risks.
  const atLeast = (at: Instant): Instant => swappable(schedule, at) ?? at;
  const steps = plan.steps.map((name, step) => {
    const gate = ready;
    const swap = atLeast(Math.max(gate, schedule.swapFrom ?? 0));
    const spread = swap + boundSeconds(plan, { step, negative }) * 1000;
    ready = spread;
    return { name, gate, swap, spread };
  });
  const last = steps.at(-1)?.swap ?? drained;
  const settled = (after: Seconds): Instant =>
    unfrozen(schedule, Math.max(ready, last + after * 1000));
  const hasAfterwards = plan.tracks.some(({ afterwards }) => afterwards);
  return {
    start,
    lower,
    drained,
    terms,
    prepared,
    steps,
    sweep: ready,
    restore: settled(ttl.restoreAfter),
    afterwards: hasAfterwards ? settled(plan.policy.afterwards) : null,
    retire: retireCourse(plan, { longest, last, sweep: ready }),
  };
}

function stepMoments(plan: Plan, course: Course): readonly Moment[] {
  const { ttl, schedule, approval, attest } = plan.policy;
  const waits = [
    'checks',
    ...(attest.length === 0 ? [] : [`${count(attest.length, 'sentence')} to attest`]),
    ...(approval === 'required' ? ['an approval'] : []),
  ].join(', ');
  const low = (ttl.low + ttl.margin) * 1000;
  // Where there is one step its name tells nothing.
  const of = (name: string): string => (course.steps.length === 1 ? '' : ` of ${name}`);
  return course.steps.flatMap(({ name, gate, swap, spread }) => [
    moment(
      gate,
      'earliest',
      `gate${of(name)}: ${waits}`,
      'it opens when nothing is left to wait for',
    ),
    moment(
      swap,
      schedule.swapFrom !== null && swap === schedule.swapFrom ? 'planned' : 'earliest',
      `swap${of(name)}`,
      swapRule(plan),
    ),
    moment(
      spread,
      'earliest',
      `${course.steps.length === 1 ? 'the new set' : name} is expected everywhere`,
      `${durationText(spread - swap)} after the swap: ${spread - swap > low ? 'how long an absence is remembered' : 'the low TTL'} and the margin bound every honest cache`,
    ),
  ]);
}

function swapRule({ policy: { schedule } }: Plan): string {
  const { calendar, swapFrom } = schedule;
  const rules = calendar?.swapOn.map(
    ({ cron, for: length }) => `${cron} for ${durationText(length * 1000)}`,
  );
  if (rules !== undefined && rules.length > 0)
    return `in the calendar (${rules.join('; ')}; ${schedule.timeZone}), once the gate is open`;
  return swapFrom === null
    ? 'as soon as the gate is open'
    : 'in the window, once the gate is open; never after the window';
}

/** What is written besides, while nothing else is. */
function canaryMoments(plan: Plan, course: Course): readonly Moment[] {
  if (!withCanary(plan)) return [];
  const { name } = canaryKey(plan.domain);
  const ttl = plan.policy.ttl.low;
  const short = course.drained - course.lower < canaryNeedsMs(ttl);
  const what = `a canary is written: ${name} TXT, TTL ${ttl}`;
  return [
    short
      ? moment(course.lower, 'earliest', 'no canary is written', 'the drain is too short for it')
      : moment(
          course.lower,
          'earliest',
          what,
          'once every authoritative address shows the low TTL; its value is changed once, as a rehearsal, and it is removed before the swap, or whatever the end is',
        ),
  ];
}

/** The moments in order, each with the rule that makes it then. */
export function timelineOf(plan: Plan, course: Course): readonly Moment[] {
  const { ttl, schedule } = plan.policy;
  const { swapFrom, swapUntil } = schedule;
  const after = (seconds: number): string => `${durationText(seconds * 1000)} after the last swap`;
  const window = [
    ...(swapFrom === null
      ? []
      : [
          moment(
            swapFrom,
            'planned',
            'the window for the swap opens',
            'swapFrom: no swap is made before it',
          ),
        ]),
    ...(swapUntil === null
      ? []
      : [moment(swapUntil, 'planned', 'the window closes', 'swapUntil: no swap is sent after it')]),
  ];
  const prepared = plan.tracks.some(track => track.prepared) ? 'prepare records and ' : '';
  const moments = [
    moment(
      course.lower,
      course.lower === course.start ? 'planned' : 'earliest',
      `${prepared}the low TTL ${prepared === '' ? 'is' : 'are'} written`,
      'every authoritative address must then show it in 3 rounds',
    ),
    ...canaryMoments(plan, course),
    ...prepareMoments(course),
    moment(
      course.drained,
      'earliest',
      'the old TTL is drained',
      `the latest of: ${course.terms.join('; ')}`,
    ),
    ...window,
    ...gateLooks(plan, course),
    ...stepMoments(plan, course),
    moment(
      course.sweep,
      'earliest',
      'last sweep of the old host',
      'somebody confirms `mail-swept`',
    ),
    moment(
      course.restore,
      'earliest',
      'the TTL is restored',
      `${after(ttl.restoreAfter)}; until then a rollback is one write and caches follow within ${durationText(ttl.low * 1000)}, from then on they keep the new set for its full TTL`,
    ),
    ...(course.afterwards === null
      ? []
      : [
          moment(
            course.afterwards,
            'earliest',
            'the records for afterwards are written',
            after(plan.policy.afterwards),
          ),
        ]),
    ...mailMoments(plan, course),
  ];
  return moments.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
}
