import { type Now } from '../../clock.ts';
import { type Acceptance, type Finding } from '../../cutover/finding.ts';
import { canaryKey, canaryTtl, withCanary } from '../../cutover/canary.ts';
import { type Plan } from '../../cutover/plan.ts';
import { type Survey } from '../../cutover/survey.ts';
import { type Mx, parseMx } from '../../dns/mx.ts';
import { displayName } from '../../dns/name.ts';
import { keyText } from '../../dns/rrset.ts';
import { moveNotes, moveText } from '../../mail/presets/presets.ts';
import { changesOf, type ChangeView } from '../changes.ts';
import { pathOf, type TrackView } from '../position.ts';
import { risksOf, type Risk } from './risks.ts';
import { type Moment } from './moment.ts';
import { courseOf, timelineOf, type Course } from './timeline.ts';
import { isoText, timeText } from '../words.ts';

export { planText } from './text.ts';

/** A plan for programs and people alike. Additive changes only. */
export interface PlanView {
  readonly hash: string;
  /** Without the final dot. */
  readonly domain: string;
  readonly provider: string;
  readonly path: readonly TrackView[];
  readonly changes: readonly ChangeView[];
  /** As if it were started at `madeAt`. */
  readonly timeline: readonly Moment[];
  readonly findings: readonly Finding[];
  readonly risks: readonly Risk[];
  /** From which provider to which, where one of them is known, and what to know of both. */
  readonly move: { readonly what: string; readonly notes: readonly string[] } | null;
  /** What is written and removed besides; null: nothing. */
  readonly canary: { readonly key: string; readonly ttl: number } | null;
  readonly zone: string;
  readonly positions: readonly string[];
  readonly steps: readonly string[];
  readonly accepted: readonly Acceptance[];
  /** The worst case in one sentence. */
  readonly worst: string;
  readonly madeAt: string;
}

export interface PlanGround {
  readonly plan: Plan;
  readonly findings: readonly Finding[];
  readonly now: Now;
  /** What the world showed; without it the TTLs of the plan count. */
  readonly survey?: Survey;
}

/** What would be done, when, and what may go wrong. Reads nothing and changes nothing. */
export function planView({ plan, findings, now, survey }: PlanGround): PlanView {
  const course = courseOf(plan, now, survey);
  const changes = changesOf(plan);
  return {
    hash: plan.hash,
    domain: displayName(plan.domain),
    provider: plan.provider,
    path: pathOf(plan),
    changes,
    timeline: timelineOf(plan, course),
    findings,
    risks: risksOf({ plan, course, changes, findings, survey }),
    move: moveOf(plan),
    canary: withCanary(plan)
      ? {
          key: keyText(canaryKey(plan.domain)),
          ttl: canaryTtl(plan, survey?.capabilities.minTtl ?? null),
        }
      : null,
    zone: displayName(plan.zone),
    positions: plan.positions,
    steps: plan.steps,
    accepted: plan.policy.accept,
    worst: worstCase(plan, course),
    madeAt: isoText(now.wall),
  };
}

/** Who took the mail before, and who takes it in the end. */
function moveOf({ tracks, domain }: Plan): PlanView['move'] {
  const track = tracks.find(({ name, type }) => name === domain && type === 'MX');
  if (track === undefined) return null;
  const set = (at: number): readonly Mx[] => (track.positions.at(at)?.rdata ?? []).map(parseMx);
  const what = moveText(set(0), set(-1), domain);
  return what === null ? null : { what, notes: moveNotes(set(0), set(-1), domain) };
}

function worstCase({ policy }: Plan, { steps }: Course): string {
  const spread = steps.at(-1)?.spread;
  const until =
    spread === undefined ? '' : `, here until ${timeText(spread, policy.schedule.timeZone)}`;
  return (
    `A cache that asked just before the last swap sends mail to the old host for the low TTL and the margin more${until}. ` +
    'Caches that keep records beyond their TTL do so for longer, and nobody can stop them: the old host must take mail until its last sweep.'
  );
}
