import { type Now } from '../clock.ts';
import { type Cutover } from './cutover.ts';

/** Every moment that elapsed time is counted from. */
function mapMoments(cutover: Cutover, move: (moment: Now) => Now): Partial<Cutover> {
  const orNull = (moment: Now | null): Now | null => (moment === null ? null : move(moment));
  const { snapshot, authority, drain, lingering, rollback, ending } = cutover;
  return {
    started: move(cutover.started),
    entered: move(cutover.entered),
    written: orNull(cutover.written),
    swaps: cutover.swaps.map(move),
    lingering: lingering && { ...lingering, seen: move(lingering.seen) },
    snapshot: snapshot && { ...snapshot, at: move(snapshot.at) },
    authority: authority && {
      ...authority,
      since: move(authority.since),
      troubled: orNull(authority.troubled),
    },
    drain: drain && { ...drain, since: move(drain.since), silent: orNull(drain.silent) },
    rollback: rollback && {
      ...rollback,
      asked: move(rollback.asked),
      delivered: orNull(rollback.delivered),
    },
    ending: ending && { ...ending, since: move(ending.since) },
  };
}

/**
 * The wall clock was set: what it would have shown then, had it been right. Within one boot the uptime
 * counts and this changes nothing but what is displayed. A moment that a reboot made us reckon by the wall
 * clock is different: set back now, that clock was ahead then, and less time had passed than was counted.
 */
export const afterJump = (cutover: Cutover, byMs: number): Partial<Cutover> =>
  mapMoments(cutover, moment => {
    const wall = moment.wall + byMs;
    if (moment.reckoned === undefined || byMs >= 0) return { ...moment, wall };
    // Not less than what has passed since the reboot: that was counted by the uptime.
    return { ...moment, wall, up: Math.min(moment.up - byMs, moment.reckoned) };
  });

/**
 * The machine was booted anew: the uptime that had passed is gone, so the time until now is taken from the
 * wall clock, never negative, and from now on counted by the new uptime.
 */
export const afterReboot = (cutover: Cutover, now: Now): Partial<Cutover> =>
  mapMoments(cutover, moment => {
    if (moment.boot === now.boot) return moment;
    const passed = Math.max(0, now.wall - moment.wall);
    return { boot: now.boot, wall: now.wall - passed, up: now.up - passed, reckoned: now.up };
  });
