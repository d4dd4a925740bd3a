import { type Freeze, type Recurrence, type Schedule, type Span } from '../cutover/order.ts';
import { knownUntil, readRule } from './calendar.ts';
import { type Path } from './document.ts';
import { momentAt, type Reading, refuse } from './reading.ts';
import { type CutoverEntry } from './schema.ts';
import { type TimeZone } from './time-zone.ts';

type Entry = CutoverEntry['schedule'];

interface Times {
  readonly path: Path;
  readonly entry: Entry;
  readonly zone: TimeZone;
}

interface Recurring {
  readonly rules: readonly Recurrence[];
  readonly spans: readonly Span[];
}

/** When nothing is written, and when swaps are: instants, and the rules that some of them come from. */
export function readTimes(reading: Reading, times: Times): Pick<Schedule, 'freeze' | 'calendar'> {
  const { path, entry, zone } = times;
  const fixed: Freeze[] = [];
  const frozen: Recurring[] = [];
  for (const [index, freeze] of entry.freeze.entries()) {
    const at = { path: [...path, 'freeze', index], freeze, zone };
    const span = readSpan(reading, at);
    if (span !== null) fixed.push(span);
    const recurring = readRecurring(reading, at);
    if (recurring !== null) frozen.push(recurring);
  }
  const open = entry.swapOn.flatMap((rule, index): readonly Recurring[] => {
    const at = { path: [...path, 'swapOn', index], ...rule, kind: 'opening' as const };
    const read = readRule(reading, at, zone);
    return read === null ? [] : [{ rules: [read.rule], spans: read.spans }];
  });
  const recurs = merged(frozen.flatMap(({ spans }) => spans));
  const freeze = [...fixed, ...recurs.map(span => ({ ...span, recurs: true as const }))];
  checkAlways(reading, times, recurs);
  if (frozen.length + open.length === 0) return { freeze };
  return {
    freeze,
    calendar: {
      freeze: frozen.flatMap(({ rules }) => rules),
      swapOn: open.flatMap(({ rules }) => rules),
      openings: merged(open.flatMap(({ spans }) => spans)),
      knownUntil: knownUntil(reading.now),
    },
  };
}

interface FreezeAt {
  readonly path: Path;
  readonly freeze: Entry['freeze'][number];
  readonly zone: TimeZone;
}

/** The one freeze that an entry with two ends names; null for a rule, and after noting what is wrong. */
function readSpan(reading: Reading, { path, freeze, zone }: FreezeAt): Span | null {
  if (freeze.cron !== undefined || freeze.for !== undefined) return null;
  if (freeze.from === undefined || freeze.until === undefined) {
    refuse(reading, path, {
      found: 'a freeze without two ends',
      expected: 'from and until, or cron and for',
      fix: "Write { from: 2026-12-24T12:00:00, until: … }, or { cron: '0 17 * * 5', for: 64h }.",
    });
    return null;
  }
  const from = momentAt(reading, { path: [...path, 'from'], text: freeze.from }, zone);
  const until = momentAt(reading, { path: [...path, 'until'], text: freeze.until }, zone);
  if (from === null || until === null) return null;
  if (until > from) return { from, until };
  refuse(reading, [...path, 'until'], {
    expected: `a time after ${freeze.from}`,
    fix: 'Swap the two times, or correct one of them.',
  });
  return null;
}

function readRecurring(reading: Reading, { path, freeze, zone }: FreezeAt): Recurring | null {
  const { cron, for: length, from, until } = freeze;
  if (cron === undefined && length === undefined) return null;
  if (cron === undefined || length === undefined || from !== undefined || until !== undefined) {
    refuse(reading, path, {
      found: 'a freeze that is half a rule',
      expected: 'cron and for, or from and until',
      fix: "Write { cron: '0 17 * * 5', for: 64h }, without from and until.",
    });
    return null;
  }
  const read = readRule(reading, { path, cron, for: length, kind: 'freeze' }, zone);
  return read === null ? null : { rules: [read.rule], spans: read.spans };
}

/** In order, and those that touch made one. */
function merged(spans: readonly Span[]): readonly Span[] {
  const whole: Span[] = [];
  for (const { from, until } of spans.toSorted((a, b) => a.from - b.from)) {
    const last = whole.at(-1);
    if (last === undefined || from > last.until) whole.push({ from, until });
    else whole[whole.length - 1] = { from: last.from, until: Math.max(last.until, until) };
  }
  return whole;
}

/** A freeze that begins again before it ends would keep everything back for ever. */
function checkAlways(reading: Reading, { path }: Times, spans: readonly Span[]): void {
  const { now } = reading;
  if (!spans.some(({ from, until }) => from <= now && until >= knownUntil(now))) return;
  refuse(reading, [...path, 'freeze'], {
    found: 'rules that leave no time between two freezes',
    expected: 'a freeze that ends before the next one begins',
    fix: 'Shorten for, or write a rule that comes less often.',
  });
}
