import { type Instant } from '../clock.ts';
import { type TimeZone } from './time-zone.ts';

/** Why a text is no moment, in the parts of a problem. */
export interface NoMoment {
  readonly found: string;
  readonly expected: string;
  readonly fix: string;
}

const DAY_MS = 86_400_000;

/**
 * Reads `2026-12-05T06:00:00`: local time in the zone, or exact with `Z` or an offset. A local time
 * that does not exist, or that comes twice, is refused: a window must not move by an hour unseen.
 */
export function readMoment(text: string, zone: TimeZone): Instant | NoMoment {
  const found = JSON.stringify(text);
  const match =
    /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d)(?::(\d\d))?(?: ?([Zz]|[+-]\d\d:?\d\d))?$/.exec(text);
  if (match === null)
    return {
      found,
      expected: 'a time such as 2026-12-05T06:00:00',
      fix: 'Write year-month-day, T, hours:minutes:seconds, and an offset if one is meant.',
    };
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map(digits => Number((digits as string | undefined) ?? 0));
  const local = Date.UTC(year, month - 1, day, hour, minute, second);
  // Date.UTC lets the 31st of February run over into March.
  const exists =
    new Date(local).toISOString().slice(0, 10) === text.slice(0, 10) &&
    hour < 24 &&
    minute < 60 &&
    second < 60;
  if (!exists)
    return {
      found: `${found}, which is in no calendar`,
      expected: 'a day and a time that exist',
      fix: 'Look at the number of days of the month, and at hours 0 to 23.',
    };
  if (year < 2000 || year > 2199)
    return { found, expected: 'a year from 2000 to 2199', fix: 'Correct the year.' };
  if (match[7] === undefined) return resolveLocal(local, found, zone);
  const offset = readOffset(match[7]);
  if (offset === null)
    return { found, expected: 'an offset up to 18 hours', fix: 'Write it like +01:00.' };
  return local - offset;
}

function readOffset(text: string): number | null {
  if (text.toUpperCase() === 'Z') return 0;
  const [hours, minutes] = [Number(text.slice(1, 3)), Number(text.slice(-2))];
  if (hours > 18 || minutes > 59) return null;
  return (text.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}

/** The instants at which the clocks of the zone show this: none in a gap, two where an hour comes twice. */
function instantsOf(local: number, zone: TimeZone): readonly Instant[] {
  // An offset is at most 14 hours, so a day to either side lies surely before and behind.
  const offsets = new Set([zone.offsetAt(local - DAY_MS), zone.offsetAt(local + DAY_MS)]);
  return [...offsets]
    .map(offset => local - offset)
    .filter(instant => instant + zone.offsetAt(instant) === local)
    .sort((a, b) => a - b);
}

/** The end of the gap that swallows this local time. */
function gapEnd(local: number, zone: TimeZone): Instant {
  const before = zone.offsetAt(local - DAY_MS);
  const after = zone.offsetAt(local + DAY_MS);
  return transition(local - before - DAY_MS, local - after + DAY_MS, zone);
}

/**
 * When the clocks of the zone have gone on by so much since `from`. Where an hour comes twice a freeze ends
 * in the second, an opening in the first; in the hour that is left out both end at its end.
 */
export function localEnd(
  from: Instant,
  span: { readonly seconds: number; readonly kind: 'freeze' | 'opening' },
  zone: TimeZone,
): Instant {
  const local = from + zone.offsetAt(from) + span.seconds * 1000;
  const ends = instantsOf(local, zone).filter(end => end > from);
  return (span.kind === 'freeze' ? ends.at(-1) : ends[0]) ?? gapEnd(local, zone);
}

function resolveLocal(local: number, found: string, zone: TimeZone): Instant | NoMoment {
  const instants = instantsOf(local, zone);
  const [only, second] = instants;
  if (only !== undefined && second === undefined) return only;
  if (only !== undefined) {
    const choices = instants.map(instant => formatMoment(instant, zone));
    return {
      found: `${found}, which comes twice in ${zone.name} that day`,
      expected: 'one moment',
      fix: `The clocks go back then; write ${choices.join(' or ')}.`,
    };
  }
  return {
    found: `${found}, which does not exist in ${zone.name}`,
    expected: 'a time that the clocks show',
    fix: `The clocks go forward then; the next time that exists is ${localText(gapEnd(local, zone), zone)}.`,
  };
}

/** The first instant with the later offset. */
function transition(from: Instant, until: Instant, zone: TimeZone): Instant {
  let [early, late] = [from, until];
  const offset = zone.offsetAt(late);
  while (late - early > 1000) {
    const middle = Math.floor((early + late) / 2000) * 1000;
    if (zone.offsetAt(middle) === offset) late = middle;
    else early = middle;
  }
  return late;
}

const localText = (instant: Instant, zone: TimeZone): string =>
  new Date(instant + zone.offsetAt(instant)).toISOString().slice(0, 19);

/** An instant as a person in that zone writes it, with the offset: `2026-12-05T06:00:00+01:00`. */
export function formatMoment(instant: Instant, zone: TimeZone): string {
  const minutes = Math.round(zone.offsetAt(instant) / 60_000);
  const two = (number: number): string => String(number).padStart(2, '0');
  const size = Math.abs(minutes);
  const sign = minutes < 0 ? '-' : '+';
  return `${localText(instant, zone)}${sign}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}
