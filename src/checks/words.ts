import { type Instant, type Seconds } from '../clock.ts';
import { type Reading } from '../cutover/survey.ts';
import { serverLabel } from '../cutover/standing.ts';
import { type RRset } from '../dns/rrset.ts';

/** `10 mx1.example.net. | 20 mx2.example.net. (TTL 300 s)`, or `nothing`. */
export const shown = (rrset: RRset | null): string =>
  rrset === null ? 'nothing' : `${rrset.rdata.join(' | ')} (TTL ${rrset.ttl} s)`;

/** `1 address`, `3 addresses`. */
export const count = (many: number, one: string, plural = `${one}s`): string =>
  `${many} ${many === 1 ? one : plural}`;

/** `90 s`, `86400 s (24 h)`: TTLs in the unit of zone files, and readable. */
export function inSeconds(seconds: Seconds): string {
  const hours = seconds / 3600;
  const minutes = seconds / 60;
  if (hours >= 1 && Number.isInteger(hours)) return `${seconds} s (${hours} h)`;
  if (minutes >= 2 && Number.isInteger(minutes)) return `${seconds} s (${minutes} min)`;
  return `${seconds} s`;
}

/** Milliseconds tell nothing here. */
export const iso = (instant: Instant): string =>
  new Date(instant).toISOString().replace(/\.\d+Z$/, 'Z');

/** Why an address did not answer, with its label. */
export const silence = (reading: Reading): string =>
  `${serverLabel(reading)}: ${reading.error ?? 'no answer'}`;
