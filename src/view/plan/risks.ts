import { swappable } from '../../cutover/calendar.ts';
import { blocks, blocksStart, type Finding } from '../../cutover/finding.ts';
import { LOW } from '../../cutover/path.ts';
import { type Plan } from '../../cutover/plan.ts';
import { type Survey } from '../../cutover/survey.ts';
import { type ChangeView } from '../changes.ts';
import { mailRisks } from './risks-mail.ts';
import { strategyRisks } from './risks-strategy.ts';
import { type Course } from './timeline.ts';
import { resolverNoun } from '../world/aim.ts';
import { count, durationText, timeText } from '../words.ts';

/** Something that may go wrong, or that nobody guards against, the gravest first. */
export interface Risk {
  /** Stable, kebab-case. */
  readonly id: string;
  readonly what: string;
}

export interface RiskGround {
  readonly plan: Plan;
  readonly course: Course;
  readonly changes: readonly ChangeView[];
  readonly findings: readonly Finding[];
  readonly survey: Survey | undefined;
}

/** Less than this between the earliest swap and the end of the window is close. */
const closeMs = 30 * 60_000;

const risk = (holds: boolean, id: string, what: string): readonly Risk[] =>
  holds ? [{ id, what }] : [];

function windowRisks({ plan, course }: RiskGround): readonly Risk[] {
  const { swapUntil, timeZone } = plan.policy.schedule;
  if (swapUntil === null) return [];
  const end = timeText(swapUntil, timeZone);
  const late = course.steps.find(({ swap }) => swap >= swapUntil);
  if (late !== undefined) {
    const drains = course.drained >= swapUntil;
    const what = drains
      ? `the drain ends ${timeText(course.drained, timeZone)}, after swapUntil ${end}: the swap would not be made`
      : `${late.name} is possible ${timeText(late.swap, timeZone)} at the earliest, after swapUntil ${end}: it would not be made`;
    return [{ id: 'window-before-swap', what: `${what}. Start earlier or move the window.` }];
  }
  const left = swapUntil - Math.max(0, ...course.steps.map(({ swap }) => swap));
  return risk(
    left < closeMs,
    'window-close',
    `the window closes ${durationText(left)} after the earliest swap: any delay, and the swap is not made.`,
  );
}

function findingRisks({ plan, findings, changes }: RiskGround): readonly Risk[] {
  const { accept } = plan.policy;
  const blocking = findings.filter(finding => blocksStart(finding, accept)).length;
  const later = findings.filter(finding => blocks(finding, accept)).length - blocking;
  return [
    ...risk(
      blocking > 0,
      'findings-block',
      `${count(blocking, 'finding')} will hold the cutover before its first write (see below).`,
    ),
    ...risk(
      later > 0,
      'findings-keep-the-gate',
      `${count(later, 'finding')} will keep the gate shut until solved or accepted (see below).`,
    ),
    ...accept.map(({ id, subject, reason }) => ({
      id: 'finding-accepted',
      what: `${id}${subject === null ? '' : ` about ${subject}`} was accepted: ${reason}`,
    })),
    ...changes
      .filter(({ lost }) => lost.length > 0)
      .map(({ key, at, lost }) => ({
        id: 'values-lost',
        what: `${key} loses ${count(lost.length, 'value')} at ${at}: ${lost.join(' | ')}`,
      })),
  ];
}

function ttlRisks({ plan }: RiskGround): readonly Risk[] {
  const { ttl } = plan.policy;
  const mx = plan.tracks.find(({ type, swapped }) => swapped && type === 'MX');
  const before = mx?.positions[0]?.ttl;
  const final = mx?.positions.at(-1)?.ttl;
  const low = mx?.positions.at(LOW)?.ttl ?? ttl.low;
  return [
    ...risk(
      ttl.history === null,
      'ttl-history-unknown',
      'nobody said which TTL was served lately: only the one seen now counts. If it was lowered by hand, some caches hold the old MX for longer.',
    ),
    ...risk(
      low > 900,
      'low-ttl-long',
      `the low TTL is ${durationText(low * 1000)}: a swap and a rollback each take that long to be seen.`,
    ),
    ...risk(
      before !== undefined && final !== undefined && before !== final,
      'ttl-final',
      `the TTL does not come back as it was: ${before ?? 0} s before, ${final ?? 0} s at the end.`,
    ),
  ];
}

function guardRisks({ plan, survey }: RiskGround): readonly Risk[] {
  const { policy, authority, tracks } = plan;
  const capabilities = survey?.capabilities;
  const several = tracks.filter(({ swapped }) => swapped).length > 1;
  return [
    ...risk(
      !policy.claim,
      'claim-off',
      'no claim is left in the zone: another controller elsewhere would not notice this run.',
    ),
    ...risk(
      policy.approval === 'none',
      'approval-none',
      'nobody has to approve: the swap is made as soon as checks and window allow it.',
    ),
    ...risk(
      capabilities?.compareAndSwap === 'checked',
      'compare-and-swap-checked',
      `${plan.provider} compares and writes in two acts: an edit in the moment between is overwritten.`,
    ),
    ...risk(
      capabilities?.atomicSets === false && several,
      'sets-one-by-one',
      `${plan.provider} writes one RRset at a time: for a moment only a part of a step is out. The MX turns last.`,
    ),
    ...risk(
      capabilities?.shrinks === 'by union',
      'shrinks-by-union',
      `${plan.provider} passes through the union of both sets: for a moment both hosts get mail.`,
    ),
    ...risk(
      authority.replace.length > 0,
      'authority-replaced',
      'the authoritative servers come from the configuration: the delegation is not checked.',
    ),
  ];
}

/** Nobody can ask the resolvers that senders use, so what is told of the world is an estimate. */
function watchRisks({ plan }: RiskGround): readonly Risk[] {
  const { resolvers, target, atMost } = plan.policy.watch;
  if (resolvers === 'none')
    return [
      {
        id: 'resolvers-not-watched',
        what: 'no resolvers are watched: the authoritative servers and the bound decide.',
      },
    ];
  return [
    {
      id: 'resolvers-are-a-proxy',
      what: `the spread is told by ${resolverNoun({ plan })}s (${resolvers}; ${target} % within ${durationText(atMost * 1000)}), a proxy for those that senders use, by estimated weights; the authoritative servers decide.`,
    },
  ];
}

/** What recurs is known so far ahead only. */
function calendarRisks({ plan, course }: RiskGround): readonly Risk[] {
  const { schedule } = plan.policy;
  const { calendar, timeZone } = schedule;
  if (calendar === undefined) return [];
  const known = timeText(calendar.knownUntil, timeZone);
  const late = course.steps.find(({ swap }) => swappable(schedule, swap) !== swap);
  return [
    ...risk(
      late !== undefined,
      'calendar-before-swap',
      `no time for a swap is known once ${late?.name ?? ''} could be made: the calendar is reckoned until ${known}.`,
    ),
    {
      id: 'calendar-reckoned',
      what: `the calendar is reckoned until ${known}: until then freezes and times for swaps come as written${calendar.swapOn.length === 0 ? ', and after it no freeze comes' : ', and after it nothing is swapped'}.`,
    },
  ];
}

/** Everything that may go wrong, the gravest first. */
export const risksOf = (ground: RiskGround): readonly Risk[] => [
  ...windowRisks(ground),
  ...calendarRisks(ground),
  ...findingRisks(ground),
  ...ttlRisks(ground),
  ...guardRisks(ground),
  ...watchRisks(ground),
  ...strategyRisks(ground.plan),
  ...mailRisks(ground.plan),
];
