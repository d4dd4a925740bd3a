import { type Instant } from '../../src/clock.ts';
import { midnight } from './orders.ts';

/** A command line without its verb, in the shapes that commands like to have it. */
export interface Words {
  readonly text: string;
  readonly words: readonly string[];
  readonly first: string;
  /** Everything after the first word, options left out. */
  readonly rest: string;
  readonly options: Readonly<Record<string, string>>;
}

const isOption = (word: string): boolean => /^[a-z-]+=\S+$/.test(word);

export const optionsOf = (words: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    words.filter(isOption).map(word => {
      const equals = word.indexOf('=');
      return [word.slice(0, equals), word.slice(equals + 1)];
    }),
  );

export function wordsOf(text: string): Words {
  const all = text.split(/\s+/).filter(word => word !== '');
  const words = all.filter(word => !isOption(word));
  const [first = '', ...others] = words;
  return { text, words, first, rest: others.join(' '), options: optionsOf(all) };
}

const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** `90s`, `5m`, `1h`, `7d` and sums such as `1h30m`, in milliseconds. */
export function parseDuration(text: string): number {
  if (!/^(\d+[smhd])+$/.test(text)) throw new Error(`${text} is not a duration`);
  return [...text.matchAll(/(\d+)([smhd])/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * (units[unit ?? ''] ?? 0) * 1000,
    0,
  );
}

/** `06:00`, or `1d06:00` for the next day. */
export function instantOf(text: string): Instant {
  const match = /^(?:(\d+)d)?(\d\d):(\d\d)$/.exec(text);
  if (match === null) throw new Error(`${text} is not a time`);
  const [, days = '0', hours, minutes] = match;
  return midnight + ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60_000;
}
