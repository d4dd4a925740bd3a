import { type Now } from '../clock.ts';
import { type Cutover } from './cutover.ts';
import { mapMail } from './mail/seen.ts';

/** Every moment that elapsed time is counted from. */
function mapMoments(cutover: Cutover, move: (moment: Now) => Now): Partial<Cutover> {
  const orNull = (moment: Now | null): Now | null => (moment === null ? null : move(moment));
  const { snapshot, authority, drain, lingering, world, canary, rollback, ending, retire } =
    cutover;
  return {
    started: move(cutover.started),
    entered: move(cutover.entered),
    written: orNull(cutover.written),
    swaps: cutover.swaps.map(move),
    prepared: Object.fromEntries(
      Object.entries(cutover.prepared).map(([key, since]) => [key, move(since)]),
    ),
    lingering: lingering && { ...lingering, seen: move(lingering.seen) },
    snapshot: snapshot && { ...snapshot, at: move(snapshot.at) },
    authority: authority && {
      ...authority,
      since: move(authority.since),
      troubled: orNull(authority.troubled),
    },
    drain: drain && { ...drain, since: move(drain.since), silent: orNull(drain.silent) },
    canary: canary && { ...canary, since: orNull(canary.since) },
    rollback: rollback && {
      ...rollback,
      asked: move(rollback.asked),
      delivered: orNull(rollback.delivered),
    },
    world: {
      ...world,
      entry: world.entry && { ...world.entry, seen: move(world.entry.seen) },
      since: orNull(world.since),
      sent: world.sent.map(move),
    },
    mail: mapMail(cutover.mail, move),
    turned: orNull(cutover.turned),
    retire: retire && { ...retire, since: move(retire.since), seen: orNull(retire.seen) },
    ending: ending && { ...ending, since: move(ending.since) },
  };
}

/**
 * The wall clock was set. Within one boot the uptime counts, and only what a later reboot will reckon with
 * changes: a moment never lies earlier than any clock has placed it, since one that was set back in error
 * would have time pass that did not. A moment that a reboot made us reckon by the wall clock is different:
 * set back now, that clock was ahead then, and less time had passed than was counted.
 */
export function afterJump(cutover: Cutover, byMs: number): Partial<Cutover> {
  const offset = cutover.clock.offset + byMs;
  return mapMoments(cutover, moment => {
    const { reckoned } = moment;
    // Not less than what has passed since the reboot: that was counted by the uptime.
    const setBack = reckoned !== undefined && byMs < 0;
    const up = setBack ? Math.min(moment.up - byMs, reckoned) : moment.up;
    return { ...moment, up, wall: Math.max(moment.wall, Math.round(offset + up)) };
  });
}

/**
 * The machine was booted anew: the uptime that had passed is gone, so the time until now is taken from the
 * wall clock, never negative, and from now on counted by the new uptime. The moment keeps its place on the
 * wall clock even where that lies ahead: the next reboot reckons from there, whatever the clock shows now.
 */
export const afterReboot = (cutover: Cutover, now: Now): Partial<Cutover> =>
  mapMoments(cutover, moment => {
    if (moment.boot === now.boot) return moment;
    const passed = Math.max(0, now.wall - moment.wall);
    return { boot: now.boot, wall: moment.wall, up: now.up - passed, reckoned: now.up };
  });
