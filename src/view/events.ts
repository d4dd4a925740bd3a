import { type Actor, type Entry } from '../cutover/line.ts';
import { type LineBody, type LineType } from '../cutover/lines.ts';
import { lineText } from './sentences.ts';
import { columnsOf, hang, shown, type Look, type Paint } from './table.ts';
import { isoText, timeText } from './words.ts';

/** A line of the journal as `events --json`, the API and webhooks give it. Additive changes only. */
export interface EventView {
  /** `<epoch>-<n>`: unique in the store, in the order of the commits. */
  readonly id: string;
  /** Within the cutover, from 1, without gaps. */
  readonly seq: number;
  readonly type: LineType;
  /** ISO 8601 in UTC. */
  readonly time: string;
  readonly cutover: string;
  readonly actor: Actor;
  readonly data: LineBody['data'] | Hidden;
  /** The event that caused it. */
  readonly cause: string;
  /** What it says, in one sentence for people; times in it are in UTC. May hold text of strangers. */
  readonly text: string;
}

/** In the place of what a line is made of, for who looks by a share link. */
export interface Hidden {
  readonly hidden: true;
}

/** `epoch` names the store; it changes when a store is restored from a backup. */
export const eventOf = (entry: Entry, epoch: string): EventView => ({
  id: `${epoch}-${entry.n}`,
  seq: entry.seq,
  type: entry.line.type,
  time: isoText(entry.line.at),
  cutover: entry.cutover,
  actor: entry.actor,
  data: entry.line.data,
  cause: entry.cause,
  text: lineText(entry.line, 'UTC'),
});

/** What is worth a colour; everything else stays calm. */
const colours: Partial<Record<LineType, keyof Paint>> = {
  'stage.entered': 'bold',
  held: 'red',
  'hold.lifted': 'green',
  'write.conflict': 'red',
  'write.not-applied': 'yellow',
  'drain.proven': 'green',
  'drain.reset': 'yellow',
  'caches.milestone': 'cyan',
  'caches.entry': 'yellow',
  'caches.propagated': 'green',
  'rollback.asked': 'yellow',
  'mail.judged': 'cyan',
  'mail.advice': 'red',
  'mail.advice-over': 'green',
  'old-host.asked': 'cyan',
  'trouble.seen': 'yellow',
  'authority.seen': 'dim',
  'findings.changed': 'dim',
  ended: 'bold',
};

/** Lines that say what somebody asked for; the others only follow from them. */
const acts: readonly LineType[] = [
  'cutover.created',
  'approved',
  'accepted',
  'paused',
  'resumed',
  'hold.lifted',
  'claim.allowed',
  'window.extended',
  'rollback.asked',
  'rollback.withdrawn',
  'confirmed',
  'ending',
];

/** `2026-12-05 06:00:00 +01:00  what happened (who)`, wrapped; one readable line for each kind. */
export function eventText(
  { line, actor }: Pick<Entry, 'line' | 'actor'>,
  look: Pick<Look, 'width' | 'ascii' | 'paint' | 'zone'>,
): string {
  const time = `${timeText(line.at, look.zone)}  `;
  const who = actor.kind === 'person' && acts.includes(line.type) ? ` (by ${actor.name})` : '';
  const text = shown(lineText(line, look.zone) + who, look);
  const colour = colours[line.type];
  const paint = colour === undefined ? (one: string) => one : look.paint[colour];
  const indent = columnsOf(time);
  return hang(time, text, look.width)
    .map(one => one.slice(0, indent) + paint(one.slice(indent)))
    .join('\n');
}
