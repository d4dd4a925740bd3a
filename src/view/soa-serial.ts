import { type Instant } from '../clock.ts';
import { distanceText } from './words.ts';

/** The serial in the rdata of an SOA; null where it is none. */
export function serialIn(rdata: string): number | null {
  const serial = Number(rdata.split(' ')[2] ?? NaN);
  return Number.isInteger(serial) ? serial : null;
}

/** How many steps `serial` lies behind `latest`; negative if ahead (RFC 1982 3.2: 32 bits that wrap). */
export const stepsBehind = (serial: number, latest: number): number => (latest - serial) | 0;

const dayMs = 86_400_000;
/** No DNS server of before 1990 is still counting, and a clock may be a day ahead. */
const earliest = Date.UTC(1990, 0, 1);

/**
 * When a serial says that it was made, as far as it follows a custom: the day and a number (RFC 1912 2.2), or
 * the seconds of the system clock. Null for a plain counter.
 */
export function serialAge(serial: number, now: Instant): string | null {
  const inTime = (at: Instant) => at >= earliest && at <= now + dayMs;
  const [, year, month, day] = /^(\d{4})(\d\d)(\d\d)\d\d$/.exec(String(serial)) ?? [];
  if (year !== undefined && month !== undefined && day !== undefined) {
    const at = Date.UTC(Number(year), Number(month) - 1, Number(day));
    const isDay = new Date(at).getUTCDate() === Number(day) && Number(month) <= 12;
    if (isDay && Number(month) >= 1 && inTime(at)) return `of ${year}-${month}-${day}`;
  }
  const made = serial * 1000;
  return inTime(made) ? `made ${distanceText(made, now)}` : null;
}
