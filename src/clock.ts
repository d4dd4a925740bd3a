/** Milliseconds since 1970-01-01T00:00:00Z by the wall clock. Schedules and windows use it. */
export type Instant = number;

/** Whole seconds, the unit of TTLs. */
export type Seconds = number;

/** One moment on both clocks. Elapsed time is judged by `up` while `boot` is the same. */
export interface Now {
  readonly wall: Instant;
  /** Milliseconds since the machine booted; survives the process, not the machine. */
  readonly up: number;
  /** Names one boot of one machine. */
  readonly boot: string;
  /**
   * Only on a moment that lies before a reboot: the uptime at that reboot. What had passed until then
   * was reckoned by the wall clock, and `up` was made to say so in the new count.
   */
  readonly reckoned?: number;
}

export interface Clock {
  now(): Now;
  /** Resolves after `ms` of real time, rejects with ABORTED when the signal is aborted. Any length works. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** Resolves once the wall clock has reached `at`, or earlier when the wall clock was set (jumped). */
  until(at: Instant, signal: AbortSignal): Promise<void>;
}

/** Chance is handed in as well, so that a simulated run can be replayed from its seed. */
export interface Chance {
  /** In [0, 1). */
  float(): number;
  /** `bytes` random bytes in hexadecimal. */
  hex(bytes: number): string;
}
