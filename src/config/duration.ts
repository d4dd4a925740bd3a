import { type Seconds } from '../clock.ts';

const units = { d: 86_400, h: 3600, m: 60, s: 1 } as const;

/** A year. Nothing here is meant to last longer, so more is a slip of the pen. */
export const DURATION_MAX: Seconds = 365 * units.d;

/** How a duration is written, for the schema. */
export const durationPattern = '^(?:0|[1-9][0-9]{0,9})[smhd]?$';

/** Reads seconds, or a whole number with s, m, h or d. Null for anything else; any size. */
export function parseDuration(written: number | string): Seconds | null {
  if (typeof written === 'number')
    return Number.isSafeInteger(written) && written >= 0 ? written : null;
  const [, digits, unit] = /^(0|[1-9]\d{0,9})([smhd]?)$/.exec(written) ?? [];
  if (digits === undefined) return null;
  return Number(digits) * (unit === '' ? 1 : units[unit as keyof typeof units]);
}

/** The shortest exact way to write it: `5m`, `24h`, `7d`, `90s`. */
export function formatDuration(seconds: Seconds): string {
  if (seconds === 0) return '0s';
  // One day reads better as 24h beside 2h and 72h, so days begin where they are many.
  if (seconds % units.d === 0 && seconds >= 7 * units.d) return `${seconds / units.d}d`;
  if (seconds % units.h === 0) return `${seconds / units.h}h`;
  return seconds % units.m === 0 ? `${seconds / units.m}m` : `${seconds}s`;
}
