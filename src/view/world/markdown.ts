import { code, escaped, tableLines, took, when, type Times } from '../markdown.ts';
import { barText, percentText } from './text.ts';
import { deviationTexts, errorText } from '../resolvers/calibration-text.ts';
import { groundsText, expectedView } from './expected.ts';
import { type SpreadReport } from '../report/spread.ts';
import { type SpellReport, type WorldReport } from './report.ts';
import { count } from '../words.ts';

const note = (noun: WorldReport['noun']): string =>
  `${noun === 'resolver' ? 'These' : 'Public'} resolvers are a proxy: those of the senders are others and cannot be asked. Weights are estimates.`;

/** How it stood at the last: after a rollback that is the way back, which waited for no share. */
function lastText({ share, target, flipped, cold, back, spread: swaps }: WorldReport): string {
  if (back && share === null) return 'the swap was taken back, and nobody was heard since';
  if (share === null) return swaps.length === 0 ? 'nothing was swapped' : 'nobody was heard since';
  return back
    ? `the swap was taken back; ${percentText(share)} back to what was before at the last`
    : `${percentText(share)} new at the last (${target} % wanted); ${flipped} turned, ${cold} were new at first sight`;
}

const span = (seconds: number | null): string => (seconds === null ? 'not reached' : took(seconds));

/** Foretold and measured beside each other, in seconds since every authoritative address agreed. */
function reached({ reached: list }: SpreadReport, times: Times): readonly string[] {
  const rows = list.map(one => [
    `${one.percent} %`,
    one.at === null ? '-' : when(one.at, times),
    span(one.seconds),
    one.forecast === null ? '-' : took(one.forecast),
    errorText(one),
  ]);
  return tableLines(['share', 'reached', 'after', 'forecast', 'difference'], rows);
}

/** What the forecast was made from, and why it came otherwise. */
function calibration({ forecast, deviations, swappedAt }: SpreadReport): readonly string[] {
  if (forecast === null) return [];
  const grounds = groundsText(expectedView(forecast), Date.parse(swappedAt));
  const why = deviationTexts(deviations).map(text => `- ${escaped(text)}`);
  return [
    ...(grounds === '' ? [] : ['', `What it reckoned with: ${escaped(grounds)}.`]),
    ...(why.length === 0 ? [] : ['', 'Why it came otherwise:', '', ...why]),
  ];
}

function course({ course: points }: SpreadReport): readonly string[] {
  if (points.length === 0) return [];
  const rows = points.map(({ seconds, share, counts, flipped, cold }) => [
    took(seconds),
    percentText(share),
    // Signs that every terminal and every editor shows.
    code(barText(share, 20, true)),
    `${flipped} + ${cold}`,
    `${counts.old + counts.mixed + counts.other}`,
    `${counts.empty + counts.refused + counts.silent}`,
  ]);
  const title = ['after', 'new', '', 'turned + new at first sight', 'not new', 'cannot tell'];
  return ['', ...tableLines(title, rows)];
}

function spread(one: SpreadReport, times: Times): readonly string[] {
  const { step, swappedAt, agreedAt, forecast } = one;
  const told =
    forecast === null
      ? 'no forecast could be made'
      : `forecast from ${forecast.from === 'baseline' ? 'the answers before the swap' : 'the first answers after it'} of ${count(forecast.resolvers, 'resolver')}`;
  return [
    `Step ${escaped(step)}, swapped ${when(swappedAt, times)}; at every authoritative address ${agreedAt === null ? 'at no time that was seen' : when(agreedAt, times)}; ${told}.`,
    '',
    ...reached(one, times),
    ...calibration(one),
    ...course(one),
    '',
  ];
}

/** An end within so many seconds of what was told is as told: answers come when somebody asks. */
const asTold = 2;

const ordinary = ({ cause, lateSeconds }: SpellReport): boolean =>
  cause === 'waiting for its TTL' && lateSeconds !== null && Math.abs(lateSeconds) <= asTold;

const lateText = (late: number | null): string =>
  late === null
    ? '-'
    : Math.abs(late) <= asTold
      ? 'as told'
      : `${took(Math.abs(late))} ${late > 0 ? 'later' : 'earlier'}`;

function stragglers({ stragglers: list }: WorldReport, times: Times): readonly string[] {
  const plain = list.filter(({ spells }) => spells.every(ordinary));
  const rows = list
    .filter(one => !plain.includes(one))
    .flatMap(({ id, spells }) =>
      spells.map(({ cause, from, to, told, lateSeconds }, index) => [
        index === 0 ? code(id) : '',
        cause,
        when(from, times),
        to === null ? 'at the end of the watch still' : when(to, times),
        told === null ? 'no end' : when(told, times),
        lateText(lateSeconds),
      ]),
    );
  const title = ['straggler', 'cause', 'from', 'to', 'told until', 'difference'];
  return [
    ...(plain.length === 0
      ? []
      : [`- ${count(plain.length, 'resolver')} waited for a TTL and turned as told (${asTold} s)`]),
    ...(rows.length === 0 ? [] : ['', ...tableLines(title, rows)]),
  ];
}

/** How the world turned, for a report. */
export function worldSection(world: WorldReport | null, times: Times): readonly string[] {
  if (world === null) return [];
  const { key, resolvers, share, back, noun, operators } = world;
  const rows = operators.map(one => [
    escaped(one.operator),
    `${one.resolvers}`,
    `${one.new}`,
    percentText(one.share),
  ]);
  return [
    `${count(resolvers, noun)} asked for ${code(key)}: ${lastText(world)}. ${note(noun)}`,
    '',
    ...world.spread.flatMap(one => spread(one, times)),
    ...(share === null
      ? []
      : [...tableLines(['operator', 'resolvers', back ? 'back' : 'new', 'share'], rows), '']),
    ...stragglers(world, times),
    '',
    ...world.regressions.map(
      ({ id, times: often }) => `- ${code(id)} was new and old again, ${count(often, 'time')}`,
    ),
    ...world.couldNotTell.map(({ id, why }) => `- ${code(id)} could not tell: ${escaped(why)}`),
  ];
}
