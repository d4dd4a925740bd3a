import { createHash } from 'node:crypto';
import { type Instant } from '../clock.ts';
import { type LineBody } from './lines.ts';

/** One thing that happened, as `step` decides it. */
export type Line = LineBody & { readonly v: 1; readonly at: Instant };

export interface Actor {
  readonly kind: 'person' | 'controller' | 'system';
  readonly name: string;
}

/** A line as the journal keeps it. `seq` counts within the cutover from 1, `n` over the whole store. */
export interface Entry {
  readonly n: number;
  readonly cutover: string;
  readonly seq: number;
  readonly actor: Actor;
  /** The event that caused it. */
  readonly cause: string;
  readonly line: Line;
  /** The text that was hashed and stored: the line in JSON. */
  readonly text: string;
  readonly hash: string;
}

/** A line ready to be stored. */
export type Sealed = Omit<Entry, 'n'>;

/** The hash that the first line of a cutover is chained to. */
export const genesis = (cutover: string): string =>
  createHash('sha256').update(`dns-cutover journal ${cutover}`).digest('hex');

interface Chained {
  readonly cutover: string;
  readonly seq: number;
  readonly actor: Actor;
  readonly cause: string;
  readonly text: string;
}

/** The hash of a line covers the one before it, so that no line can be changed, dropped or moved. */
export function chain(previous: string, line: Chained): string {
  const head = [previous, line.cutover, line.seq, line.actor.kind, line.actor.name, line.cause];
  return createHash('sha256')
    .update(JSON.stringify(head))
    .update('\n')
    .update(line.text)
    .digest('hex');
}

export interface Provenance {
  readonly cutover: string;
  /** The last line's sequence number and hash; 0 and `genesis` for the first line. */
  readonly seq: number;
  readonly hash: string;
  readonly actor: Actor;
  readonly cause: string;
}

/** Numbers and chains lines behind the last one of the cutover. */
export function seal(
  lines: readonly Line[],
  { cutover, seq, hash, actor, cause }: Provenance,
): Sealed[] {
  let previous = hash;
  return lines.map((line, index) => {
    const text = JSON.stringify(line);
    const chained = { cutover, seq: seq + index + 1, actor, cause, text };
    previous = chain(previous, chained);
    return { ...chained, line, hash: previous };
  });
}
