import { type Instant } from '../clock.ts';
import { due } from '../cutover/course.ts';
import { type Cutover } from '../cutover/cutover.ts';

/** How many times faster than time; `max`: as fast as it goes, in memory; null: a minute for all of it. */
export type Pace = number | 'max' | null;

/** Real time that one wait takes when the pace is free. */
const waitMs = 4000;
/** The pace while something is done rather than awaited, and the most that may be asked for. */
const busyPace = 30;
const busyPaceMost = 200;
/** The pace at which an old host is asked that is asked seldom: it speaks without sockets. */
const oldHostPace = 150;
/** The pace at which caches are watched that turn within half an hour. */
const watchPace = 30;

export const busy = (asked: number | null): number =>
  asked === null ? busyPace : Math.min(asked, busyPaceMost);

/** The next instant that this state waits for, or null while something is done rather than awaited. */
export function awaited(cutover: Cutover, wall: Instant): Instant | null {
  const wakes = due(cutover).flatMap(effect => (effect.do === 'wake' ? [effect.at] : []));
  // The end of the window is a limit, nothing that is waited for.
  const next = Math.min(...wakes.filter(at => at > wall && at !== cutover.window.swapUntil));
  const waits = ['drain', 'propagate', 'settle', 'gate', 'rollback'].includes(cutover.stage);
  return waits && cutover.intent === null && Number.isFinite(next) ? next : null;
}

const watches = ({ stage, plan }: Cutover): boolean =>
  stage === 'propagate' && plan.policy.watch.resolvers !== 'none';

const asksOldHost = ({ stage, retire, intent }: Cutover): boolean =>
  stage === 'settle' && retire !== null && intent === null;

/** Whether the caches still matter: from the first round that lowers to the end of the last swap's spread. */
export const isWatched = ({ stage, outcome }: Cutover): boolean =>
  outcome === null && !['sweep', 'settle', 'done'].includes(stage);

/**
 * The pace of this state: the one asked for, or else so that the next wait takes a few seconds. What is
 * done rather than awaited is not hurried: deadlines must leave the machine time to answer. Nor is the
 * turning of the caches, whose end nobody knows beforehand.
 */
export function paceOf(cutover: Cutover, wall: Instant, asked: number | null): number {
  const next = awaited(cutover, wall);
  // The old host is asked again after a while, and no wait is said for it.
  if (next === null && asked === null && asksOldHost(cutover)) return oldHostPace;
  if (next === null) return busy(asked);
  if (asked !== null) return asked;
  return watches(cutover) ? watchPace : Math.max(busyPace, (next - wall) / waitMs);
}
