import { type Random } from './random.ts';

/** Every class of fault. A class that is never hit over a whole run is an error of the simulation. */
export const faultClasses = [
  'write-lost-before',
  'write-lost-after',
  'write-late',
  'write-silent',
  'write-refused',
  'write-rate-limited',
  'read-fails',
  'read-silent',
  'read-stale',
  'foreign-between',
  'foreign-after',
  'foreign-elsewhen',
  'foreign-unrelated',
  'foreign-ttl-only',
  'foreign-earlier',
  'foreign-claim',
  'authority-lags',
  'authority-silent',
  'authority-regresses',
  'authority-ns-changes',
  'clock-forward',
  'clock-back',
  'reboot',
  'killed-before',
  'killed-after',
  'killed-anywhere',
  'stopped',
  'lease-expires',
  'second-controller',
  'store-fails',
  'store-answer-lost',
  'backup-fails',
  'pause',
  'rollback-step',
  'rollback-snapshot',
  'retry-after-rollback',
  'abandon',
  'approval-late',
  'window',
  'primary-frozen',
  'watch-save-fails',
  'watch-answer-lost',
  'watch-killed',
  'resolvers-silent',
  'mail-lost',
  'mail-down',
  'mail-blip',
  'mail-greylists',
  'mail-blocks-us',
  'mail-old-closes',
  'mail-third-down',
  'mail-egress',
  'mail-reported',
] as const;

export type FaultClass = (typeof faultClasses)[number];
export type Hits = Record<FaultClass, number>;

export const noHits = (): Hits =>
  Object.fromEntries(faultClasses.map(one => [one, 0])) as unknown as Hits;

/** Which classes this seed has switched on, and how often each struck. */
export interface Faults {
  readonly hits: Hits;
  has(one: FaultClass): boolean;
  /** True when this class strikes now; counts it. Never again after `stop`. */
  strikes(one: FaultClass, probability: number): boolean;
  count(one: FaultClass): void;
  /** From now on nothing goes wrong any more. */
  stop(): void;
  readonly stopped: () => boolean;
}

/** Swarm: each seed draws a few classes only, so that one fault does not hide behind another. */
export function swarm(random: Random): ReadonlySet<FaultClass> {
  if (random.chance(0.03)) return new Set();
  const share = random.pick([0.08, 0.15, 0.15, 0.3, 0.6]);
  return new Set(faultClasses.filter(() => random.chance(share)));
}

export function makeFaults(enabled: ReadonlySet<FaultClass>, random: Random): Faults {
  const hits = noHits();
  let over = false;
  return {
    hits,
    has: one => enabled.has(one),
    strikes: (one, probability) => {
      if (over || !enabled.has(one) || !random.chance(probability)) return false;
      hits[one] += 1;
      return true;
    },
    count: one => {
      hits[one] += 1;
    },
    stop: () => {
      over = true;
    },
    stopped: () => over,
  };
}
