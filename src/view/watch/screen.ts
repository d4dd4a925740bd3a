import { type Entry } from '../../cutover/line.ts';
import { canaryLines } from '../canary/canary.ts';
import { mailBlocks } from '../mail/status-text.ts';
import { lineText } from '../sentences.ts';
import { momentText, stageMarks, stageText, stateOf, whoWords } from '../status/text.ts';
import { type Status } from '../status/status.ts';
import { missingStart } from '../runner.ts';
import { columnsOf, shown, symbolsOf, whenText, wrap, type Cell, type Look } from '../table.ts';
import { cells, fitted, labelRoom, more, type Block, type Row } from './rows.ts';
import { cachesBlocks } from './world.ts';
import { nameText } from '../names.ts';
import { durationText, timeText, withoutPlace } from '../words.ts';
import { type Name } from '../../dns/name.ts';

/** How a screen is to look; `width` and `rows` are those of the terminal. */
export interface ScreenLook extends Look {
  readonly rows: number;
}

/** What a screen shows. */
export interface Scene {
  readonly status: Status;
  /** The last lines of the journal, oldest first. */
  readonly recent: readonly Pick<Entry, 'line' | 'actor'>[];
}

/** `06:15:03 +01:00`. */
const clockText = (at: number, zone: string): string => timeText(at, zone).slice(11);

function head({ id, domain }: Status, look: ScreenLook): Row {
  const name = look.ascii ? domain : nameText(`${domain}.` as Name);
  const title = `${shown(id, look)}  ${shown(name, look)}`;
  const clock = clockText(look.now, look.zone);
  const room = look.width - columnsOf(title) - clock.length;
  return [
    { text: title, paint: look.paint.bold },
    ...(room < 2 ? [] : [{ text: ' '.repeat(room) }, { text: clock, paint: look.paint.dim }]),
  ];
}

const joined = (items: readonly Cell[], gap: string): Row =>
  items.flatMap((item, index) => (index === 0 ? [item] : [{ text: gap }, item]));

const widthOf = (row: Row): number => row.reduce((sum, { text }) => sum + columnsOf(text), 0);

/** Every stage with its mark; where that is too wide, what lies behind and ahead as marks alone. */
function track({ stages }: Status, look: ScreenLook): Row {
  const symbols = symbolsOf(look);
  const items = stages.map(({ stage, state }) => {
    const { symbol, paint } = stageMarks[state];
    const named = state === 'current' || state === 'stopped';
    return { mark: symbols[symbol], stage, named, paint: look.paint[paint] };
  });
  const whole = items.map(({ mark, stage, paint }) => ({ text: `${mark} ${stage}`, paint }));
  const brief = items.map(({ mark, stage, named, paint }) => ({
    text: named ? `${mark} ${stage}` : mark,
    paint,
  }));
  const rows = [joined(whole, '  '), joined(whole, ' '), joined(brief, ' ')];
  return rows.find(row => widthOf(row) <= look.width) ?? joined(brief, '');
}

function state(status: Status, look: ScreenLook): readonly Row[] {
  const { word, symbol, paint } = stateOf(status);
  const since = durationText(Math.max(0, look.now - Date.parse(status.enteredAt)));
  const command = missingStart(status);
  const missing = `no controller runs it: ${shown(command ?? '', look)}`;
  return [
    [
      { text: `${symbolsOf(look)[symbol]} ${word}`, paint: look.paint[paint] },
      ...(status.outcome === null
        ? [{ text: ` in stage ${shown(stageText(status), look)}, for ${since}` }]
        : []),
    ],
    ...(command === null
      ? []
      : wrap(missing, look.width).map((text): Row => [{ text, paint: look.paint.red }])),
  ];
}

/** What happens next, and by whom; a command stands in its own lines. */
function next(status: Status, look: ScreenLook): readonly Row[] {
  const { next: one, hold } = status;
  const { who, what, at, command } = one;
  const text = who === 'nobody' ? what : `${whoWords[who]}: ${what}`;
  const room = labelRoom(look);
  const said = hold === null ? cells('next', wrap(shown(text, look), room), look) : [];
  return [
    ...said,
    ...(at === null || hold !== null
      ? []
      : cells('', wrap(momentText(status, at, look), room), look)),
    ...(command === null || hold !== null || command === missingStart(status)
      ? []
      : cells('', wrap(shown(command, look), room), { ...look, colour: look.paint.cyan })),
  ];
}

function held({ hold }: Status, look: ScreenLook): readonly Block[] {
  if (hold === null) return [];
  const room = labelRoom(look);
  const { arrow } = symbolsOf(look);
  const ways = hold.waysOut.flatMap(({ command, does }, index) => [
    ...cells(index === 0 ? 'ways out' : '', wrap(shown(command ?? 'wait', look), room), {
      ...look,
      colour: look.paint.cyan,
    }),
    ...(look.rows < 20 ? [] : cells('', wrap(`${arrow} ${shown(does, look)}`, room), look)),
  ]);
  const sentence = cells('held', wrap(shown(hold.sentence, look), room), look);
  const seen = hold.seen.flatMap(text => wrap(shown(text, look), room));
  return [
    { rank: 9, least: sentence.length, rows: sentence, joined: true },
    { rank: 4, least: 1, rows: cells('seen', seen, look), cut: more(look) },
    { rank: 8.5, least: ways.length, rows: ways, cut: more(look) },
  ];
}

/** What fails: nothing goes on before it works again. */
function troubles({ trouble }: Status, look: ScreenLook): readonly Block[] {
  const rows = trouble.flatMap(({ effect, code, message, since }) => {
    const text = `${effect} (${code}) since ${clockText(Date.parse(since), look.zone)}: ${message}`;
    return cells('trouble', wrap(shown(text, look), labelRoom(look)), {
      ...look,
      colour: look.paint.yellow,
    });
  });
  return [{ rank: 8.2, least: 1, rows, cut: more(look), joined: true }];
}

/** What the stage waits for: the terms of the drain, the bars of the gate, the acts of settling. */
function stage(status: Status, look: ScreenLook): readonly Block[] {
  const { drain, gate, settling, outcome, canary } = status;
  if (outcome !== null) return [];
  const room = labelRoom(look);
  const symbols = symbolsOf(look);
  const blocks: Block[] = [];
  const add = (rank: number, rows: readonly Row[]) => {
    if (rows.length > 0) blocks.push({ rank, least: 1, rows, cut: more(look) });
  };
  if (drain !== null && (status.stage === 'drain' || status.stage === 'lower')) {
    const left = drain.proven
      ? 'proven'
      : `${durationText(drain.leftSeconds * 1000)} left, until ${clockText(Date.parse(drain.until), look.zone)}`;
    const terms = drain.terms.flatMap(({ why, leftSeconds }) =>
      wrap(`${leftSeconds === 0 ? symbols.done : symbols.current} ${shown(why, look)}`, room),
    );
    add(6, cells('drain', [left, ...terms], look));
  }
  if (canary !== null && ['drain', 'gate'].includes(status.stage))
    add(
      5,
      cells(
        'canary',
        canaryLines(canary).flatMap(text => wrap(shown(text, look), room)),
        look,
      ),
    );
  if (gate !== null) {
    const bars = gate.bars.flatMap(({ by, what }) =>
      wrap(`${symbols.held} ${by}: ${shown(what, look)}`, room),
    );
    const open = gate.findings.length === 0 ? 'the checks have not ended yet' : 'open';
    add(6, cells('gate', bars.length === 0 ? [open] : bars, look));
  }
  if (status.stage === 'settle') {
    const acts = settling.map(({ act, state: is, due }) => {
      const when = is === 'waiting' && due !== null ? `, ${whenText(Date.parse(due), look)}` : '';
      return `${is === 'waiting' ? symbols.waiting : symbols.done} ${act}: ${is}${when}`;
    });
    add(6, cells('settling', acts, look));
  }
  return blocks;
}

/** The authoritative servers in one line, and those that are not there. */
function servers({ propagation }: Status, look: ScreenLook): readonly Block[] {
  if (propagation === null) return [];
  const { there, total, servers: list } = propagation;
  const late = list
    .filter(({ is }) => is !== 'there' && is !== 'lacking')
    .map(
      ({ server, is, detail }) =>
        `${symbolsOf(look).unknown} ${is}  ${server}: ${withoutPlace(detail)}`,
    );
  const first = `${there} of ${total} authoritative addresses are up to date`;
  const rows = cells('servers', [first, ...late.map(text => shown(text, look))], look);
  return [{ rank: 7, least: 1, rows, cut: more(look) }];
}

/** Lines that the screen itself says better. */
const quiet = ['authority.seen', 'findings.changed', 'owner.changed'];

function journal(recent: Scene['recent'], look: ScreenLook): readonly Block[] {
  const lines = recent
    .filter(({ line }) => !quiet.includes(line.type))
    .slice(look.rows < 30 ? -5 : -10);
  if (lines.length === 0) return [];
  const rows = lines.map(({ line }): Row => [
    { text: `${timeText(line.at, look.zone).slice(11, 19)}  `, paint: look.paint.dim },
    { text: shown(lineText(line, look.zone), look) },
  ]);
  return [{ rank: 2, least: 1, rows, cut: (list, room) => list.slice(list.length - room) }];
}

const footer = ({ outcome }: Status, look: ScreenLook): Block => ({
  rank: 6,
  least: 1,
  rows: [
    [
      {
        text: outcome === null ? 'Ctrl-C leaves; watching changes nothing.' : 'It has ended.',
        paint: look.paint.dim,
      },
    ],
  ],
});

/**
 * A cutover on the screen of a terminal: at most `rows` lines, none wider than `width`, nothing that
 * moves the cursor. What there is no room for is cut, and said to be.
 */
export function watchScreen({ status, recent }: Scene, look: ScreenLook): readonly string[] {
  const said = next(status, look);
  const how = state(status, look);
  const blocks: readonly Block[] = [
    { rank: 10, least: 2, rows: [head(status, look), track(status, look)] },
    { rank: 10, least: how.length, rows: how },
    { rank: 9, least: said.length, rows: said, joined: true },
    ...held(status, look),
    ...troubles(status, look),
    ...stage(status, look),
    ...mailBlocks(status, look),
    ...servers(status, look),
    ...(status.outcome === null ? cachesBlocks(status.propagation?.resolvers ?? null, look) : []),
    ...journal(recent, look),
    footer(status, look),
  ];
  return fitted(blocks, look);
}
