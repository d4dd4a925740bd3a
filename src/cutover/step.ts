import { type Now } from '../clock.ts';
import { Fault } from '../errors.ts';
import { limits } from '../limits.ts';
import { act } from './act.ts';
import { apply } from './apply.ts';
import { type Cutover } from './cutover.ts';
import { type Act, type Event } from './event.ts';
import { hear } from './hear.ts';
import { type Line } from './line.ts';
import { type LineBody } from './lines.ts';
import { advance } from './course.ts';

const acts: readonly Event['type'][] = [
  'start',
  'approve',
  'pause',
  'resume',
  'rollback',
  'retry',
  'take-claim',
  'confirm',
  'observe',
  'abandon',
] satisfies readonly Act['type'][];

const isAct = (event: Event): event is Act => acts.includes(event.type);

/** More lines than this from one event mean that two stages hand it back and forth. */
const linesMax = 100;

/**
 * Decides what an event means for a cutover: the lines to append, none when nothing changes. Pure.
 * Throws REFUSED, with the way out, when an act is not possible now.
 */
export function step(cutover: Cutover | null, event: Event, now: Now): readonly Line[] {
  const lines: Line[] = [];
  let state = cutover;
  const tell = (bodies: readonly LineBody[]): void => {
    for (const body of bodies) {
      const line: Line = { v: 1, at: now.wall, ...body };
      state = apply(state, line);
      lines.push(line);
    }
  };
  if (state !== null) tell(clockLines(state, now));
  if (isAct(event)) tell(act(state, event, now));
  else if (state !== null) tell(hear(state, event, now));
  for (;;) {
    if (state === null) return lines;
    const more = advance(state, event, now);
    if (more.length === 0) return lines;
    tell(more);
    if (lines.length > linesMax)
      throw new Fault('BUG', `one ${event.type} made more than ${String(linesMax)} lines`);
  }
}

/** A clock that was set, and a reboot, are told once: elapsed time is judged by them. */
function clockLines(cutover: Cutover, now: Now): readonly LineBody[] {
  if (cutover.outcome !== null) return [];
  if (now.boot !== cutover.clock.boot) return [{ type: 'clock.rebooted', data: { now } }];
  const byMs = Math.round(now.wall - now.up - cutover.clock.offset);
  return Math.abs(byMs) > limits.clockJumpMs ? [{ type: 'clock.jumped', data: { byMs, now } }] : [];
}
