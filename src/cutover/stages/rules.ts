import { type Instant, type Now } from '../../clock.ts';
import { limits } from '../../limits.ts';
import { keyText } from '../../dns/rrset.ts';
import { type Cutover } from '../cutover.ts';
import { type Effect } from '../effect.ts';
import { wallAfter } from '../elapsed.ts';
import { type Event } from '../event.ts';
import { type LineBody } from '../lines.ts';
import { type Stage } from '../stage.ts';
import { observedTracks, serverLabel } from '../standing.ts';

/** One stage: what it decides, and what it needs to be running. */
export interface StageRules {
  /**
   * The next lines that follow from the state and the event; asked again until there are none. Never
   * called while a write is open, a person must decide, or the cutover has ended.
   */
  readonly on: (cutover: Cutover, event: Event, now: Now) => readonly LineBody[];
  readonly due: (cutover: Cutover) => readonly Effect[];
}

export const enter = (stage: Stage, step: number, now: Now): LineBody => ({
  type: 'stage.entered',
  data: { stage, step, now },
});

export const wake = (at: Instant): Effect => ({ key: `wake:${String(at)}`, do: 'wake', at });

/**
 * A wake when `ms` have elapsed since a moment of this cutover. The clocks may disagree by almost a
 * jump without a word: later by that much, the uptime has surely elapsed and the wake is not in vain.
 */
export const wakeAfter = (cutover: Cutover, from: Now, ms: number): Effect =>
  wake(wallAfter(from, ms, cutover.clock) + limits.clockJumpMs);

/** Asks every authoritative address for what was written, a round each `everyMs`. */
export function observe(cutover: Cutover, everyMs: number): Effect {
  const keys = observedTracks(cutover).map(({ name, type }) => ({ name, type }));
  const asked = [...cutover.servers.map(serverLabel), ...keys.map(keyText)].join();
  return { key: `observe:${String(everyMs)}:${asked}`, do: 'observe', keys, everyMs };
}

/**
 * Wakes at the ends of the freezes to come: writes that waited for one go on. A calendar has hundreds: a
 * stage wakes at its first ones, and what outlasts those is found by the looks that go on meanwhile.
 */
export const freezeWakes = ({ plan, entered }: Cutover): readonly Effect[] =>
  plan.policy.schedule.freeze
    .map(({ until }) => until)
    .filter(until => until > entered.wall)
    .sort((a, b) => a - b)
    .slice(0, limits.freezeWakes)
    .map(at => wake(at));
