import { type Instant, type Now } from '../clock.ts';

export interface Elapsed {
  readonly ms: number;
  /** `wall clock` when the machine was booted in between: then a clock that was set can deceive. */
  readonly by: 'uptime' | 'wall clock';
}

/** Time since `from`, never negative. The uptime decides as long as the machine was not rebooted. */
export function elapsed(from: Now, now: Now): Elapsed {
  const by = from.reckoned === undefined ? 'uptime' : 'wall clock';
  if (from.boot === now.boot) return { ms: Math.max(0, now.up - from.up), by };
  return { ms: Math.max(0, now.wall - from.wall), by: 'wall clock' };
}

/** What the wall clock will show when `ms` have elapsed since `from`, as far as one can know. */
export function wallAfter(
  from: Now,
  ms: number,
  clock: { readonly boot: string; readonly offset: number },
): Instant {
  const base = from.boot === clock.boot ? clock.offset + from.up : from.wall;
  return Math.ceil(base + ms);
}
