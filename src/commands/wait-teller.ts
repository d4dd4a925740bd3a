import { type Clock } from '../clock.ts';
import { type Cutover } from '../cutover/cutover.ts';
import { nextOf } from '../view/next.ts';
import { waitText } from '../view/watch/lines.ts';
import { type Context, type Terminal } from './context.ts';

type Telling = Pick<Context, 'json'> & { readonly terminal: Pick<Terminal, 'out' | 'look'> };

/**
 * Says once for each wait that a person is next, and what to type: the journal has no line for it, and
 * whoever only sees lines would take the silence for work. Programs read the events, which stay as they are.
 */
export function waitTeller(
  { terminal, json }: Telling,
  clock: Pick<Clock, 'now'>,
): (cutover: Cutover) => void {
  let told = '';
  return cutover => {
    // What nobody has taken up yet is just being started.
    if (json || cutover.owner === null || cutover.outcome !== null) return;
    const next = nextOf(cutover, clock.now());
    const waits = next.who === 'person' || next.who === 'orchestrator';
    const { stage, step, hold } = cutover;
    const wait = waits
      ? JSON.stringify([stage, step, hold?.since ?? null, next.what, next.command])
      : '';
    if (wait !== '' && wait !== told) terminal.out(waitText(next, terminal.look()));
    told = wait;
  };
}
