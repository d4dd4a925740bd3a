import { type Random } from '../simulation/random.ts';
import { type Ended, type Event, type Running } from './cli.ts';
import { type After, type Before, type Hooks, type SeenUpdate } from './proxy.ts';

/**
 * Where around a write the process is killed. `before`: it was sent and never arrives. `late`: it
 * arrives when the next process is already at work. `after`: it took effect, the answer is lost.
 * `answered`: the answer is on its way.
 */
export const moments = ['before', 'late', 'after', 'answered'] as const;
export type Moment = (typeof moments)[number];

/** One kill, for the count at the end. */
export interface Kill {
  readonly where: string;
  readonly pid: number;
}

export interface Killer {
  readonly kills: readonly Kill[];
  /** The hooks of this cutover's zone. */
  readonly hooks: Required<Hooks>;
  /** Kills in these stages as well, once each, at some moment of the chance. */
  inStages(stages: readonly string[]): void;
  /** Runs the same command again and again until it ends by itself, or until `enough`. */
  run(command: () => Running, enough?: (event: Event) => boolean): Promise<Ended>;
}

const pause = (ms: number): Promise<undefined> =>
  new Promise(resolve => {
    setTimeout(() => {
      resolve(undefined);
    }, ms);
  });

/** The longest that a process lives in a stage in which it is to be killed. */
const stageMs = 900;
/** The same where another kill came first: the stage may be over soon after the next start. */
const againMs = 150;
/** Stages that are over as soon as they are seen. */
const brief: readonly string[] = ['snapshot', 'gate', 'swap'];

/** Kills the process of one cutover around each of its writes, and where it is told to. */
export function killer(chance: Random, first: number): Killer {
  const kills: Kill[] = [];
  const struck = new Map<string, Moment>();
  let pending: string[] = [];
  const missed = new Set<string>();
  let stage = '';
  let process: Running | null = null;

  const strike = async (where: string): Promise<void> => {
    if (process === null) return;
    const { pid, ended } = process;
    kills.push({ where, pid });
    process.kill('SIGKILL');
    await ended;
  };
  const beforeUpdate = async (update: SeenUpdate): Promise<Before | undefined> => {
    // Each change is struck once; what comes again passes.
    if (process === null || struck.has(update.effect)) return undefined;
    const moment = moments[(first + struck.size) % moments.length] ?? 'before';
    struck.set(update.effect, moment);
    if (moment !== 'before' && moment !== 'late') return undefined;
    await strike(`${moment} write ${struck.size}`);
    if (moment === 'before') return 'swallow';
    await pause(chance.between(200, 1500));
    return 'forward';
  };
  const afterUpdate = async (update: SeenUpdate): Promise<After | undefined> => {
    const moment = struck.get(update.effect);
    const where = `${String(moment)} write ${[...struck.keys()].indexOf(update.effect) + 1}`;
    if (kills.some(kill => kill.where === where) || process === null) return undefined;
    if (moment === 'after') {
      await strike(where);
      return 'drop';
    }
    if (moment !== 'answered') return undefined;
    const wait = chance.between(0, 30);
    void pause(wait).then(() => strike(where));
    return 'pass';
  };
  /** Kills in the stage that the process is in, when it is one of those. */
  const lurk = (own: Running): void => {
    if (!pending.includes(stage)) return;
    pending = pending.filter(one => one !== stage);
    const here = stage;
    const longest = missed.has(here) ? againMs : stageMs;
    void pause(brief.includes(here) ? 0 : chance.between(0, longest)).then(async () => {
      if (process === own) {
        await strike(`stage ${here}`);
        return;
      }
      // Somebody else struck first: then it is for the next process.
      missed.add(here);
      pending.push(here);
    });
  };
  const life = async (command: () => Running, enough: (event: Event) => boolean) => {
    const own = command();
    process = own;
    lurk(own);
    const end = own.ended.then(ended => ({ ended }));
    for (let read = 0; ;) {
      // What it printed last is there before its end is.
      const next = await Promise.race([end, pause(20)]);
      for (; read < own.events.length; read++) {
        const event = own.events[read];
        const entered = event?.type === 'stage.entered';
        if (entered) stage = String(event.data['stage']);
        if (event?.type === 'cutover.created') stage = 'snapshot';
        if (entered || stage === 'snapshot') lurk(own);
        if (event !== undefined && enough(event)) await strike('enough');
      }
      if (next !== undefined) return next.ended;
    }
  };
  return {
    kills,
    hooks: { beforeUpdate, afterUpdate },
    inStages: stages => {
      pending = [...stages];
    },
    run: async (command, enough = () => false) => {
      for (;;) {
        const ended = await life(command, enough);
        process = null;
        const last = kills.at(-1);
        if (ended.signal !== 'SIGKILL' || last?.where === 'enough') return ended;
      }
    },
  };
}
