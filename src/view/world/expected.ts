import { type Instant, type Seconds } from '../../clock.ts';
import { type Foreseen } from '../../cutover/news.ts';
import { count, durationText, isoOrNull } from '../words.ts';

/** Who makes the last moment of a forecast. */
export interface MakerView {
  readonly id: string;
  readonly seconds: Seconds;
  /** From where it is known that it keeps entries for so long. */
  readonly source: string;
  /** When that was learnt; null: in this watch. */
  readonly learntAt: string | null;
}

/** What was foreseen before the swap: seconds from the last authoritative server's turn. */
export interface ExpectedView {
  readonly p50: Seconds;
  readonly p95: Seconds;
  readonly worst: Seconds;
  /** Who keeps entries for longer than the low TTL; three at most. */
  readonly makers: readonly MakerView[];
  /** How many may keep them for longer, as nothing tells; null: not known. */
  readonly unsure: number | null;
  /** How many could not tell, and have no part in it; null: not known. */
  readonly blind: number | null;
}

export const expectedView = (foreseen: Foreseen): ExpectedView => {
  const { p50, p95, worst, makers = [], unsure = null, blind = null } = foreseen;
  return {
    ...{ p50, p95, worst, unsure, blind },
    makers: makers.map(({ resolver, seconds, source, learntAt }) => ({
      ...{ id: resolver, seconds, source, learntAt: isoOrNull(learntAt) },
    })),
  };
};

const sources: Readonly<Record<string, string>> = {
  seen: 'seen in this watch',
  canary: 'measured by a canary',
  watch: 'met in another cutover',
};

/** `nine: keeps entries for 900 s, measured by a canary 12 days before`. */
function makerText({ id, seconds, source, learntAt }: MakerView, now: Instant): string {
  if (source === 'entry') return `${id}: an entry that outlives the swap by ${seconds} s`;
  const from = sources[source];
  const age =
    learntAt === null ? '' : ` ${durationText(Math.max(0, now - Date.parse(learntAt)))} ago`;
  return `${id}: keeps entries for ${seconds} s${from === undefined ? '' : `, ${from}${age}`}`;
}

/** Who makes the worst of it, and what it leaves out; empty where nothing is to be said. */
export function groundsText({ makers, unsure, blind }: ExpectedView, now: Instant): string {
  const kept = makers.map(one => makerText(one, now));
  return [
    ...kept,
    ...(unsure === null || unsure === 0
      ? []
      : [`of ${count(unsure, 'resolver')} it is not known whether they raise TTLs`]),
    ...(blind === null || blind === 0 ? [] : [`${blind} cannot tell`]),
  ].join('; ');
}

/** When half, 95 % and all are expected, and who makes the last moment. */
export function foreseenText(expected: ExpectedView, now: Instant): string {
  const span = (seconds: Seconds) => durationText(seconds * 1000);
  const { p50, p95, worst, makers } = expected;
  const [last] = makers;
  const maker = last === undefined ? '' : ` (${makerText(last, now)})`;
  return `50 % in ${span(p50)}, 95 % in ${span(p95)}, all in ${span(worst)}${maker}`;
}
