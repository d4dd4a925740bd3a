import { type Now, type Seconds } from '../clock.ts';
import { apply } from '../cutover/apply.ts';
import { type Cutover } from '../cutover/cutover.ts';
import { type Event } from '../cutover/event.ts';
import { SNAPSHOT } from '../cutover/path.ts';
import { type Plan } from '../cutover/plan.ts';
import { step } from '../cutover/step.ts';
import { type Survey } from '../cutover/survey.ts';

/**
 * The longest TTL that the drain will wait for. The core is asked what it would decide on this survey, so
 * that no forecast can differ from what is done. Without a survey the TTLs of the plan count.
 */
export function longestTtl(ground: {
  readonly plan: Plan;
  readonly survey: Survey | undefined;
  readonly now: Now;
}): Seconds {
  const { plan, survey, now } = ground;
  const planned = plan.tracks
    .filter(({ swapped, prepared }) => swapped || prepared)
    .map(({ positions }) => positions[SNAPSHOT]?.ttl ?? 0);
  const known = Math.max(0, ...planned);
  if (survey === undefined) return known;
  const nobody = { accept: [], takeClaim: null, reason: null };
  const start: Event = { type: 'start', id: plan.domain, plan, run: '-', host: '-', ...nobody };
  // What may hold the cutover has no part in this: neither findings nor the claim of another run.
  const surveyed: Event = {
    type: 'surveyed',
    survey: { ...survey, claim: null },
    findings: [],
    digest: '',
  };
  const tell = (state: Cutover | null, event: Event): Cutover | null =>
    step(state, event, now).reduce<Cutover | null>(apply, state);
  return tell(tell(null, start), surveyed)?.snapshot?.longest ?? known;
}
