import { type Fault, toFault } from '../../src/errors.ts';
import { type CacheState } from '../../src/propagation/cachestate.ts';
import { makePoller, type PollerWithin } from '../../src/poller/poller.ts';
import { type Politeness, type PollerParts, type Subject } from '../../src/poller/subject.ts';
import { seededChance } from '../../src/rehearsal/chance.ts';
import { virtualClock, type VirtualClock } from '../support/virtual-clock.ts';
import { expected, type Habit, internet, type Internet, mx } from './caches.ts';

export interface Watch {
  /** What was heard, by resolver: its last state. */
  readonly states: Map<string, CacheState>;
  readonly leftOut: string[];
  readonly heard: () => number;
  readonly abort: () => void;
  /** How it ended; null while it goes on. */
  readonly end: () => 'done' | Fault | null;
}

export interface Site {
  readonly clock: VirtualClock;
  readonly net: Internet;
  readonly poller: PollerWithin;
  readonly told: Fault[];
  /** Numbers drawn and sleeps begun. */
  readonly work: { readonly chances: number; readonly sleeps: number };
  readonly renewed: () => number;
  readonly up: () => number;
  readonly watch: (
    subject: Partial<Subject> & Pick<Subject, 'resolvers'>,
    heard?: () => void,
  ) => Watch;
  /** Lets time pass. */
  readonly pass: (ms: number) => Promise<void>;
}

/** A poller under a virtual clock, before caches with these habits. */
export function site(
  habits: Readonly<Record<string, Habit>> = {},
  {
    politeness = { total: 20, operator: 1 },
    seed = 1,
    sweep,
  }: {
    politeness?: Politeness;
    seed?: number;
    /** In the place of one that asks those caches over UDP. */
    sweep?: (clock: VirtualClock, net: Internet) => PollerParts['sweep'];
  } = {},
): Site {
  const clock = virtualClock();
  const net = internet(clock, new Map(Object.entries(habits)));
  const told: Fault[] = [];
  const work = { chances: 0, sleeps: 0 };
  let renewed = 0;
  const chance = seededChance(seed);
  const own = clock.clockFor(act => {
    act();
  });
  const poller = makePoller({
    clock: {
      ...own,
      sleep: (ms, signal) => {
        work.sleeps += 1;
        return own.sleep(ms, signal);
      },
    },
    chance: {
      ...chance,
      float: () => {
        work.chances += 1;
        return chance.float();
      },
    },
    sweep: sweep?.(clock, net) ?? {
      ask: net.ask,
      renew: () => {
        renewed += 1;
      },
    },
    politeness: async () => politeness,
    tell: fault => told.push(fault),
  });
  return {
    ...{ clock, net, poller, told, work, renewed: () => renewed, up: () => clock.now().up },
    watch: (subject, also = () => undefined) => {
      const stop = new AbortController();
      const states = new Map<string, CacheState>();
      const leftOut: string[] = [];
      let heard = 0;
      let end: 'done' | Fault | null = null;
      const whole: Subject = {
        ...{ key: mx, mode: 'watch', expectation: expected(), offset: 0 },
        leftOut: ({ id }) => leftOut.push(id),
        ...subject,
      };
      poller
        .watch(
          whole,
          (one, state) => {
            heard += 1;
            states.set(one.id, state);
            also();
          },
          stop.signal,
        )
        .then(
          () => {
            end = 'done';
          },
          (fault: unknown) => {
            end = toFault(fault);
          },
        );
      return {
        ...{ states, leftOut, heard: () => heard, end: () => end },
        abort: () => {
          stop.abort();
        },
      };
    },
    pass: async ms => {
      let there = false;
      clock.after(ms, () => {
        there = true;
      });
      await clock.run(() => there, Infinity);
    },
  };
}
