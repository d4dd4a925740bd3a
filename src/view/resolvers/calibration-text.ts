import { type Deviation, type DeviationReport } from './calibration.ts';
import { took } from '../markdown.ts';
import { type SpreadReport } from '../report/spread.ts';

/** `12 s later (8 %)`, `3 min earlier (-40 %)`, `in time` of the last moment, which is a bound; `-`. */
export function errorText({
  percent,
  errorSeconds,
  errorPercent,
}: SpreadReport['reached'][number]): string {
  if (errorSeconds === null) return '-';
  if (percent === 100 && errorSeconds <= 0) return `in time, by ${took(-errorSeconds)}`;
  if (errorSeconds === 0) return 'none';
  const part = errorPercent === null ? '' : ` (${errorPercent} %)`;
  return `${took(Math.abs(errorSeconds))} ${errorSeconds > 0 ? 'later' : 'earlier'}${part}`;
}

const meanings: Readonly<Record<Deviation, string>> = {
  'lagging authority': 'an authoritative server gave out the old set for a while after the swap',
  'went back to old': 'went back from new to old',
  'served stale': 'served data that was over',
  'raised TTLs that were not known': 'raised TTLs, which nobody knew before',
  'no known end': 'gave answers whose end nothing tells',
  'one weighs much': 'so much of the weight that one alone decides',
  'fewer held an entry': 'fewer caches held an old entry at the swap than was reckoned with',
};

const namedMost = 5;

/** Why a share came otherwise than foreseen, a phrase each. */
export const deviationTexts = (all: readonly DeviationReport[]): readonly string[] =>
  all.map(({ why, resolvers }) => {
    if (resolvers.length === 0) return meanings[why];
    const more = resolvers.length - namedMost;
    const names = resolvers.slice(0, namedMost).join(', ');
    return `${names}${more > 0 ? ` and ${more} more` : ''}: ${meanings[why]}`;
  });
