import { type BarView, type StageState, type Status } from './status.ts';
import { canaryBlock } from '../canary/status.ts';
import { below, label, labelled, margin } from '../labelled.ts';
import { mailLines, oldHostLines } from '../mail/status-text.ts';
import { type PositionView } from '../position.ts';
import {
  hang,
  inline,
  shown,
  symbolsOf,
  table,
  whenText,
  type Cell,
  type Look,
  type Paint,
  type Symbols,
} from '../table.ts';
import { dataText, nameText } from '../names.ts';
import { commandText, durationText, timeText } from '../words.ts';
import { type Name } from '../../dns/name.ts';
import { missingLines, missingStart, runByText } from '../runner.ts';
import { serverLines } from './servers-text.ts';
import { resolverLines } from '../world/text.ts';

const at = (iso: string, look: Look): string => whenText(Date.parse(iso), look);

/** How the stages are marked in a track. */
export const stageMarks: Record<StageState, { symbol: keyof Symbols; paint: keyof Paint }> = {
  done: { symbol: 'done', paint: 'green' },
  current: { symbol: 'current', paint: 'bold' },
  waiting: { symbol: 'waiting', paint: 'dim' },
  stopped: { symbol: 'held', paint: 'yellow' },
};

/** One word for how it is going, with its mark: held, paused, not running, waits for a person, running, or the end. */
export function stateOf(status: Status): {
  readonly word: string;
  readonly symbol: keyof Symbols;
  readonly paint: keyof Paint;
} {
  if (status.outcome === 'done') return { word: 'done', symbol: 'done', paint: 'green' };
  if (status.outcome !== null) return { word: status.outcome, symbol: 'held', paint: 'yellow' };
  if (status.hold !== null) return { word: 'HELD', symbol: 'held', paint: 'red' };
  if (status.paused !== null) return { word: 'paused', symbol: 'paused', paint: 'yellow' };
  if (missingStart(status) !== null) return { word: 'not running', symbol: 'fail', paint: 'red' };
  if (status.ending !== null) return { word: 'ending', symbol: 'held', paint: 'yellow' };
  if (status.next.who === 'controller')
    return { word: 'running', symbol: 'current', paint: 'cyan' };
  return { word: 'waits for you', symbol: 'waiting', paint: 'yellow' };
}

/** The stage, and of several steps the one it is at. */
export function stageText(status: Status): string {
  const { stage, step, steps } = status;
  const name = steps[step]?.name;
  const several = steps.length > 1 && name !== undefined;
  const stepped = ['gate', 'swap', 'propagate'].includes(stage);
  return several && stepped ? `${stage} of step ${name} (${step + 1} of ${steps.length})` : stage;
}

function head(status: Status, look: Look): readonly string[] {
  const { paint } = look;
  const symbols = symbolsOf(look);
  const state = stateOf(status);
  const domain = shown(look.ascii ? status.domain : nameText(`${status.domain}.` as Name), look);
  const title = `${shown(status.id, look)}  ${domain}`;
  const mark = `${symbols[state.symbol]} ${state.word}`;
  const stage = status.outcome === null ? ` in stage ${shown(stageText(status), look)}` : '';
  const stages = status.stages
    .filter(one => one.stage !== 'done')
    .map(one => {
      const { symbol, paint: colour } = stageMarks[one.state];
      return { text: `${symbols[symbol]} ${one.stage}`, paint: paint[colour] };
    });
  return [
    paint.bold(title),
    `${paint[state.paint](mark)}${stage}`,
    ...missingLines(status, look),
    ...inline(stages, { width: look.width, indent: 2 }),
    '',
  ];
}

/** Who is next, in words. */
export const whoWords: Record<Status['next']['who'], string> = {
  controller: 'controller',
  person: 'a person',
  orchestrator: 'a person or the orchestrator',
  nobody: 'nobody',
};

function next(status: Status, look: Look): readonly string[] {
  const { who, what, at: when, command } = status.next;
  const again = command === missingStart(status);
  const text = who === 'nobody' ? what : `${whoWords[who]}: ${what}`;
  return [
    ...labelled('next', text, look),
    ...(when === null ? [] : hang(margin, momentText(status, when, look), look.width)),
    ...(command === null || again ? [] : [`${margin}${look.paint.cyan(shown(command, look))}`]),
  ];
}

/** A moment; in a rollback also what happens then, because it is not what the sentence above is about. */
export function momentText({ stage, forecast }: Status, when: string, look: Look): string {
  const what = stage === 'rollback' && forecast?.until === when ? `: ${forecast.what}` : '';
  return `${at(when, look)}${shown(what, look)}`;
}

/** What fails, high up: nothing goes on before it works again. */
const troubles = ({ trouble }: Status, look: Look): readonly string[] =>
  trouble.flatMap(({ effect, code, message, since }) =>
    labelled('trouble', `${effect} (${code}) since ${at(since, look)}: ${message}`, look),
  );

function hold({ hold: held }: Status, look: Look): readonly string[] {
  if (held === null) return [];
  const { arrow } = symbolsOf(look);
  return [
    ...labelled('held', held.sentence, look),
    `${margin}since ${at(held.since, look)}`,
    ...labelled('seen', held.seen[0] ?? 'nothing more', look),
    ...held.seen.slice(1).flatMap(text => hang(margin, shown(text, look), look.width)),
    ...held.waysOut.flatMap(({ command, does }, index) => {
      const text = command === null ? 'wait' : shown(command, look);
      const start = index === 0 ? label('ways out') : margin;
      return [
        `${start}${look.paint.cyan(text)}`,
        ...hang(`${margin}  ${arrow} `, shown(does, look), look.width),
      ];
    }),
    '',
  ];
}

function paused({ paused: stop }: Status, look: Look): readonly string[] {
  if (stop === null) return [];
  const reason = stop.reason === null ? '' : `: ${stop.reason}`;
  return labelled('paused', `since ${at(stop.since, look)}${reason}`, look);
}

const sameValue = (one: PositionView | null, other: PositionView | null): boolean =>
  one?.ttl === other?.ttl && one?.rdata.join('\n') === other?.rdata.join('\n');

/** Where each RRset is on its path, and what that position is. */
function path(status: Status, look: Look): readonly string[] {
  const index = status.positions.indexOf(status.position);
  const sets = status.path.flatMap(({ key, positions, place }) => {
    const value = positions[place] ?? null;
    const name = status.positions[place] ?? `position ${place}`;
    const what = value === null ? 'does not exist' : `TTL ${value.ttl}`;
    const same = sameValue(value, positions[index] ?? null);
    const text = `${dataText(key)}  ${what}${same ? '' : ` (at ${name})`}`;
    const values = value?.rdata ?? [];
    return [
      ...hang(margin, shown(text, look), look.width),
      // Never broken: what is copied from here has to be what stands in the zone.
      ...values.map(rdata => `${margin}  ${shown(dataText(rdata), look)}`),
    ];
  });
  return [
    ...labelled('zone', `at ${status.position} (${index + 1} of ${status.positions.length})`, look),
    ...sets,
  ];
}

function drain({ drain: run, stage, outcome }: Status, look: Look): readonly string[] {
  if (run === null || outcome !== null || (run.proven && stage !== 'drain' && stage !== 'gate'))
    return [];
  const symbols = symbolsOf(look);
  const words = run.proven
    ? 'proven: no honest cache can hold the old TTL any more'
    : `${durationText(run.leftSeconds * 1000)} left, until ${timeText(Date.parse(run.until), look.zone)}`;
  return [
    ...labelled('drain', words, look),
    ...run.terms.flatMap(({ why, leftSeconds }) =>
      below(leftSeconds === 0 ? symbols.done : symbols.current, why, look),
    ),
  ];
}

function resolvers({ domain, propagation, outcome }: Status, look: Look): readonly string[] {
  const caches = propagation?.resolvers ?? null;
  return caches === null || outcome !== null ? [] : resolverLines(caches, domain, look);
}

const barText = ({ by, what, until }: BarView, look: Look): string =>
  `${by}: ${what}${until === null ? '' : `, ${at(until, look)}`}`;

function gate(status: Status, look: Look): readonly string[] {
  if (status.gate === null) return [];
  const { held, done } = symbolsOf(look);
  const { bars, findings } = status.gate;
  if (findings.length === 0) return labelled('gate', 'the checks have not ended yet', look);
  if (bars.length === 0) return labelled('gate', `${done} open`, look);
  return [
    ...labelled('gate', 'shut, because of', look),
    ...bars.flatMap(bar => below(held, barText(bar, look), look)),
  ];
}

function others(status: Status, look: Look): readonly string[] {
  const { settling, rollback, stage, outcome, startedAt, host } = status;
  const settled = stage === 'settle' || outcome === 'done';
  return [
    ...(rollback === null ? [] : rollbackLines(rollback, look)),
    ...(settled
      ? settling.flatMap(({ act, state, due }, index) => {
          const text = `${act}: ${state}${state === 'waiting' && due !== null ? `, ${at(due, look)}` : ''}`;
          return index === 0
            ? labelled('settling', text, look)
            : hang(margin, shown(text, look), look.width);
        })
      : []),
    ...labelled('plan', `${status.planHash} at ${status.provider}`, look),
    ...labelled('started', `${at(startedAt, look)} on ${host}`, look),
    ...(outcome === null ? labelled('run by', runByText(status), look) : []),
    ...(status.endedAt === null ? [] : labelled('ended', at(status.endedAt, look), look)),
  ];
}

function rollbackLines(rollback: NonNullable<Status['rollback']>, look: Look): readonly string[] {
  const back =
    rollback.deliveredAt === null
      ? 'the MX is not back yet'
      : `the MX is back since ${at(rollback.deliveredAt, look)}`;
  return [
    ...labelled('rollback', `to ${rollback.target}, asked for ${at(rollback.askedAt, look)}`, look),
    ...hang(margin, back, look.width),
    ...rollback.left.flatMap(text => below(symbolsOf(look).warn, `left alone: ${text}`, look)),
  ];
}

/** A cutover on one screen: how it is, who acts next, and what that rests on. */
export function statusText(status: Status, look: Look): string {
  return [
    ...head(status, look),
    ...hold(status, look),
    ...(status.hold === null ? next(status, look) : []),
    ...troubles(status, look),
    ...paused(status, look),
    ...gate(status, look),
    ...drain(status, look),
    ...canaryBlock(status, look),
    ...mailLines(status, look),
    ...oldHostLines(status, look),
    ...serverLines(status, look),
    ...resolvers(status, look),
    ...path(status, look),
    ...others(status, look),
  ].join('\n');
}

/** All cutovers, a line each. */
export function statusTable(statuses: readonly Status[], look: Look): string {
  if (statuses.length === 0)
    return `no cutover was started yet; see ${commandText('plan', '--help')}`;
  const { paint } = look;
  const symbols = symbolsOf(look);
  const title = ['CUTOVER', 'STATE', 'STAGE', 'ZONE AT', 'NEXT'].map((text): Cell => ({
    text,
    paint: paint.dim,
  }));
  const rows = statuses.map((status): readonly (string | Cell)[] => {
    const state = stateOf(status);
    const { at: when, what } = status.next;
    const next = when === null ? what : `${what} ${at(when, look)}`;
    return [
      shown(status.id, look),
      { text: `${symbols[state.symbol]} ${state.word}`, paint: paint[state.paint] },
      status.stage,
      shown(status.position, look),
      shown(next, look),
    ];
  });
  return table([title, ...rows], { width: look.width }).join('\n');
}
