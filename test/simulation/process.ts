import { type Clock } from '../../src/clock.ts';
import { type Process } from '../../src/store/process.ts';
import { type World } from './world.ts';

/** Where a process dies: at the call of this number, before or after its effect. */
export interface Crash {
  readonly at: number;
  readonly when: 'before' | 'after';
}

/** One process of the product. Dead ones never hear of anything again; stopped ones hear it later. */
export interface SimulatedProcess extends Process {
  readonly clock: Clock;
  readonly state: () => 'alive' | 'stopped' | 'dead';
  /** Since when it has been running without a stop, in truth. */
  readonly awake: () => number;
  /** A call of one of its ports: traced, counted, and perhaps its last. */
  call<T>(name: string, act: () => Promise<T>): Promise<T>;
  /** Runs what wakes this process: now, when it goes on, or never. */
  readonly deliver: (act: () => void) => void;
  kill(why: string): void;
  stop(): void;
  resume(): void;
  /** Resolves never; tells the supervisor. */
  onDeath(act: () => void): void;
}

/** Counts port calls over all processes of a run. */
export interface Counter {
  calls: number;
  /** Every call by name. */
  readonly names: string[];
}

const forEver = <T>(): Promise<T> => new Promise<T>(() => undefined);

export function startProcess(
  world: World,
  { id, pid, crash, counter }: { id: string; pid: number; crash: Crash | null; counter: Counter },
): SimulatedProcess {
  const { clock, trace, faults, backing } = world;
  let state: 'alive' | 'stopped' | 'dead' = 'alive';
  let awake = clock.truth();
  const backlog: (() => void)[] = [];
  const mourners: (() => void)[] = [];
  const deliver = (act: () => void): void => {
    if (state === 'alive') act();
    else if (state === 'stopped') backlog.push(act);
  };
  const kill = (why: string): void => {
    if (state === 'dead') return;
    state = 'dead';
    trace.note(`${id} killed ${why}`);
    backing.kill(id);
    for (const act of mourners) act();
  };
  /** The answer reaches the process as it is then: alive, stopped or dead. */
  const guarded = <T>(answer: Promise<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      answer.then(
        value => {
          deliver(() => {
            resolve(value);
          });
        },
        (error: unknown) => {
          deliver(() => {
            // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- It is passed on as it came.
            reject(error);
          });
        },
      );
    });
  const dies = (when: 'before' | 'after', name: string): boolean => {
    if (state !== 'alive') return false;
    if (crash !== null) return crash.at === counter.calls && crash.when === when;
    const writes = name.startsWith('write') || name.startsWith('save');
    const killer = when === 'before' ? 'killed-before' : 'killed-after';
    if (name.startsWith('keep') && faults.strikes('watch-killed', 0.01)) return true;
    return faults.strikes(killer, writes ? 0.03 : 0.0004);
  };
  const call = <T>(name: string, act: () => Promise<T>): Promise<T> => {
    if (state === 'dead') return forEver<T>();
    counter.calls += 1;
    counter.names.push(name);
    trace.note(`${id} ${name}`);
    if (dies('before', name)) {
      kill(`before ${name}`);
      return forEver<T>();
    }
    const happening = act();
    if (!dies('after', name)) return guarded(happening);
    const end = () => {
      kill(`after ${name}`);
    };
    happening.then(end, end);
    return forEver<T>();
  };
  const bare = clock.clockFor(deliver);
  const own: Clock = {
    now: () => bare.now(),
    sleep: (ms, signal) => call(`sleep ${ms}`, () => bare.sleep(ms, signal)),
    until: (at, signal) => bare.until(at, signal),
  };
  return {
    ...{ id, pid, host: 'simulated' },
    clock: own,
    deliver,
    state: () => state,
    awake: () => awake,
    call,
    kill,
    stop: () => {
      if (state !== 'alive') return;
      state = 'stopped';
      trace.note(`${id} stopped`);
    },
    resume: () => {
      if (state !== 'stopped') return;
      state = 'alive';
      awake = clock.truth();
      trace.note(`${id} goes on`);
      for (const act of backlog.splice(0)) act();
    },
    onDeath: act => {
      mourners.push(act);
    },
  };
}
