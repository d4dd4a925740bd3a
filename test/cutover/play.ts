import { type Capabilities } from '../../src/cutover/capabilities.ts';
import { expect } from 'vitest';
import { type Instant, type Now } from '../../src/clock.ts';
import { apply } from '../../src/cutover/apply.ts';
import { due } from '../../src/cutover/course.ts';
import { type Cutover } from '../../src/cutover/cutover.ts';
import { type Event } from '../../src/cutover/event.ts';
import { type Line } from '../../src/cutover/line.ts';
import { type Policy } from '../../src/cutover/order.ts';
import { step } from '../../src/cutover/step.ts';
import { isFault } from '../../src/errors.ts';
import { midnight, policy } from './orders.ts';
import { roundOf, type Oddity } from './reports.ts';
import { effectText } from './speak-effects.ts';
import { clockText, lineText } from './speak.ts';

/** One cutover being played: its journal, its clocks, and the world that answers it. */
export interface Play {
  state: Cutover | null;
  readonly journal: Line[];
  /** What is told about the block that runs. */
  told: string[];
  /** False while a stretch is played of which only the stages are told. */
  talkative: boolean;
  /** False where somebody else checks what must always be true. */
  careful: boolean;
  wall: Instant;
  up: number;
  boot: number;
  process: number;
  policy: Policy;
  order: string;
  /** Null: the domain has no MX yet. */
  mxTtl: number | null;
  atomicSets: boolean;
  syncStatus: Capabilities['syncStatus'];
  servers: readonly string[];
  nameServers: readonly string[];
  signed: boolean;
  validated: boolean;
  /** Wakes that this process has had. */
  readonly woken: Set<string>;
  shownDue: string;
  identical: number;
  lastRound: string;
  /** What is checked already: so many lines, and the state that they fold to as they are stored. */
  read: { lines: number; state: Cutover | null };
}

export const newPlay = (): Play => ({
  state: null,
  journal: [],
  told: [],
  talkative: true,
  careful: true,
  wall: midnight,
  up: 1_000_000,
  boot: 1,
  process: 0,
  policy,
  order: 'mx',
  mxTtl: 3600,
  atomicSets: true,
  syncStatus: 'observed',
  servers: ['ns1', 'ns2'],
  nameServers: ['ns1.example.net.', 'ns2.example.net.'],
  signed: false,
  validated: false,
  woken: new Set(),
  shownDue: 'unknown',
  identical: 0,
  lastRound: '',
  read: { lines: 0, state: null },
});

export const nowOf = ({ wall, up, boot }: Play): Now => ({
  wall,
  up,
  boot: `boot-${String(boot)}`,
});

export function running(play: Play): Cutover {
  if (play.state === null) throw new Error('nothing was started yet');
  return play.state;
}

const transition = (line: Line, before: Cutover): string | null => {
  if (line.type !== 'stage.entered') return null;
  const { stage, step: index } = line.data;
  const several = before.plan.steps.length > 1 && (stage === 'gate' || stage === 'swap');
  const name = several ? ` (${before.plan.steps[index] ?? '?'})` : '';
  return `${before.stage} -> ${stage}${name}`;
};

function tell(play: Play, line: Line, before: Cutover | null): void {
  const after = running(play);
  const time = clockText(play.wall);
  const entered = before === null ? null : transition(line, before);
  if (entered !== null) play.told.push(`${time} ${entered}`);
  else if (play.talkative || line.type === 'held' || line.type === 'ended')
    play.told.push(
      ...lineText(line, after).map((text, index) =>
        index === 0 ? `${time}   ${text}` : `           ${text}`,
      ),
    );
}

/** What must be true after every event, whatever it was. Lines that were read once are not read again. */
function verify(play: Play): void {
  const state = running(play);
  const { read } = play;
  for (const line of play.journal.slice(read.lines)) {
    const stored = JSON.parse(JSON.stringify(line)) as Line;
    expect(stored).toStrictEqual(line);
    read.state = apply(read.state, stored);
  }
  read.lines = play.journal.length;
  expect(read.state).toStrictEqual(state);
  expect(JSON.parse(JSON.stringify(state))).toStrictEqual(state);
  const keys = due(state).map(effect => effect.key);
  expect(keys).toStrictEqual([...new Set(keys)]);
}

/** Gives an event to the core, tells its lines, and checks what must always be true. */
export function give(play: Play, event: Event): void {
  let lines: readonly Line[];
  try {
    lines = step(play.state, event, nowOf(play));
  } catch (error) {
    if (!isFault(error, 'REFUSED')) throw error;
    play.told.push(
      `${clockText(play.wall)} refused: ${error.message}`,
      `         ${error.fix ?? ''}`,
    );
    return;
  }
  for (const line of lines) {
    const before = play.state;
    play.state = apply(before, line);
    play.journal.push(line);
    tell(play, line, before);
  }
  if (play.state !== null && play.careful) verify(play);
}

const nextWake = (play: Play): { readonly key: string; readonly at: Instant } | null => {
  const wakes = (play.state === null ? [] : due(play.state)).filter(effect => effect.do === 'wake');
  return (
    wakes.filter(({ key }) => !play.woken.has(key)).sort((one, other) => one.at - other.at)[0] ??
    null
  );
};

/** Lets time pass on both clocks; wakes that come due on the way are delivered at their time. */
export function pass(play: Play, ms: number): void {
  const end = play.up + ms;
  for (;;) {
    const wake = nextWake(play);
    const inMs = wake === null ? Infinity : Math.max(0, wake.at - play.wall);
    if (wake === null || play.up + inMs > end) break;
    play.up += inMs;
    play.wall += inMs;
    play.woken.add(wake.key);
    give(play, { type: 'woke' });
  }
  play.wall += end - play.up;
  play.up = end;
}

/** When the next wake comes, or null. */
export const untilWake = (play: Play): number | null => {
  const wake = nextWake(play);
  return wake === null ? null : Math.max(0, wake.at - play.wall);
};

/** One round over every authoritative address. */
export function round(play: Play, oddities: readonly Oddity[] = []): void {
  const { servers, nameServers, signed, validated } = play;
  const world = { servers, nameServers, signed, validated, oddities };
  const now = nowOf(play);
  const made = roundOf(running(play), world, now);
  const shown = JSON.stringify([made.readings, nameServers]);
  play.identical = shown === play.lastRound ? play.identical + 1 : 1;
  play.lastRound = shown;
  give(play, { type: 'observed', round: made, identical: play.identical });
}

/** What ought to be running, told when it is not what was told before. */
export function tellDue(play: Play): void {
  if (play.state === null) return;
  const words = due(play.state).map(effectText).join(', ');
  if (words === play.shownDue) return;
  play.shownDue = words;
  play.told.push(`  due: ${words === '' ? 'nothing' : words}`);
}
