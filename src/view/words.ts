import { type Instant } from '../clock.ts';

const second = 1;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

const units: readonly (readonly [seconds: number, word: string])[] = [
  [day, 'd'],
  [hour, 'h'],
  [minute, 'min'],
  [second, 's'],
];

/** A span in its two largest units, rounded up for what is awaited: `45 s`, `12 min`, `1 h 5 min`, `2 d 3 h`. */
export const durationText = (ms: number): string => spanText(ms, Math.ceil);

/** A span that is over, rounded to the nearest. */
export const tookText = (ms: number): string => spanText(ms, Math.round);

function spanText(ms: number, round: (value: number) => number): string {
  const exact = Math.max(0, round(ms / 1000));
  // Seconds are noise beside ten minutes, minutes beside a day.
  const grain = exact >= day ? hour : exact >= 10 * minute ? minute : second;
  let left = round(exact / grain) * grain;
  const words: string[] = [];
  for (const [size, word] of units) {
    const count = Math.floor(left / size);
    left -= count * size;
    if (count > 0) words.push(`${count} ${word}`);
  }
  return words.length === 0 ? '0 s' : words.slice(0, 2).join(' ');
}

/** How far an instant is from now: `in 12 min`, `5 min ago`, `now`. */
export function distanceText(at: Instant, now: Instant): string {
  if (at > now) return `in ${durationText(at - now)}`;
  const ago = Math.floor((now - at) / 1000) * 1000;
  return ago === 0 ? 'now' : `${tookText(ago)} ago`;
}

/** An instant as programs read it: ISO 8601 in UTC. */
export const isoText = (at: Instant): string => new Date(at).toISOString();

/** The same in sentences, where milliseconds tell nothing. */
export const secondText = (at: Instant): string => isoText(at).replace(/\.\d+Z$/, 'Z');

/** The same where there may be none. */
export const isoOrNull = (at: Instant | null): string | null => (at === null ? null : isoText(at));

/**
 * An instant as people of a time zone read it, with its offset from UTC, so that nobody has to guess:
 * `2026-12-05 06:00:00 +01:00`. `zone` is an IANA name or `UTC`; an unknown one throws RangeError.
 */
export function timeText(at: Instant, zone: string): string {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'longOffset',
  }).formatToParts(at);
  const part = (type: string): string => parts.find(one => one.type === type)?.value ?? '';
  const offset = part('timeZoneName').replace('GMT', '').replace('\u2212', '-');
  const date = `${part('year')}-${part('month')}-${part('day')}`;
  const time = `${part('hour')}:${part('minute')}:${part('second')}`;
  return `${date} ${time} ${offset === '' ? '+00:00' : offset}`;
}

const escapeCharacter = (character: string): string => {
  const code = character.codePointAt(0) ?? 0;
  return code < 256 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
};

/**
 * Text of any origin, safe to be printed: control characters (ESC, CR and line ends among them), marks
 * that turn the direction of writing, and everything invisible stand as `\xHH` or `\u{H}`.
 */
export const printable = (text: string): string =>
  text.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu, escapeCharacter);

/** Printable text in ASCII only, for terminals that know nothing else. */
export const asciiPrintable = (text: string): string =>
  printable(text).replaceAll(/[^\x20-\x7e]/gu, escapeCharacter);

/** At most `length` characters, the rest cut with a mark. */
export const brief = (text: string, length: number): string =>
  text.length > length ? `${text.slice(0, length - 3)}...` : text;

/** An argument as a POSIX shell reads it back. */
const quoteArgument = (text: string): string =>
  /^[a-zA-Z0-9@%+=:,./_-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;

/** A command line of this program that can be pasted. */
export const commandText = (...args: readonly string[]): string =>
  ['dns-cutover', ...args].map(argument => quoteArgument(printable(argument))).join(' ');

/** `1 server`, `2 servers`, `3 addresses` with another ending. */
export const count = (number: number, noun: string, ending = 's'): string =>
  `${number} ${noun}${number === 1 ? '' : ending}`;

/** `the authoritative server`, `both authoritative servers`, `all 4 authoritative servers`. */
export const everyServer = (number: number): string =>
  number === 1
    ? 'the authoritative server'
    : `${number === 2 ? 'both' : `all ${number}`} authoritative servers`;

/** The transport names the server in front of what went wrong; here the server stands there anyway. */
export const withoutPlace = (why: string): string =>
  why.replace(/^\S+ \((?:udp|tcp|tls|https)\): /, '');

/** The first letter in upper case, for a sentence made of a phrase. */
export const sentence = (phrase: string): string =>
  `${phrase.slice(0, 1).toUpperCase()}${phrase.slice(1)}${/[.!?]$/.test(phrase) ? '' : '.'}`;
