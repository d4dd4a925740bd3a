import { type PropagationRow } from '../../view/propagation/rows.ts';
import {
  authorityLines,
  propagationScreen,
  propagationSentence,
} from '../../view/propagation/text.ts';
import { propagationJson } from '../../view/propagation/json.ts';
import { isUncertain, type Picture } from '../../view/propagation/propagation.ts';
import { clockText, whyText } from '../../view/propagation/words.ts';
import { hang, shown } from '../../view/table.ts';
import { type Canvas, type Context } from '../context.ts';
import { type Terms } from './terms.ts';
import { openScreen } from '../screen.ts';

type Shower = (picture: Picture) => void;

/** How a session is shown while it lasts. */
export interface Showing {
  /** Told of every picture on the way. */
  readonly show: Shower;
  /** Nothing stays of what was shown on the way, unless it was lines of their own. */
  readonly close: () => void;
}

/** Redrawn no more often than this: faster nobody reads. */
const redrawMs = 200;
/** Off a terminal a wait says this often that it goes on. */
const aliveMs = 10_000;

/** The way that fits: a screen, a few lines that are replaced, lines that stay, or nothing. */
export function showingFor(context: Context, terms: Terms): Showing {
  const { terminal } = context;
  const close = () => undefined;
  if (terms.watch && terms.form === 'json') return { show: eachChange(context), close };
  if (terms.watch) {
    const canvas = terminal.canvas();
    return canvas === null
      ? { show: changedLines(context), close }
      : onScreen(context, canvas, terms);
  }
  const progress = terminal.live('talk');
  if (progress !== null)
    return {
      show: seldom(picture => {
        progress.show(progressLines(picture, context).join('\n'));
      }),
      close: () => {
        progress.show('');
      },
    };
  const show = terms.form === 'text' ? progressNowAndThen(context, terms) : () => undefined;
  return { show, close };
}

/** The whole terminal, as large as it is at the moment. */
function onScreen({ terminal, signal }: Context, canvas: Canvas, { by }: Terms): Showing {
  let last: Picture | null = null;
  const redraw = (): void => {
    if (last === null) return;
    const { width, rows } = screen.size();
    screen.draw(propagationScreen(last, { ...terminal.look(), width, rows }, by));
  };
  const screen = openScreen(canvas, { signal, resized: redraw });
  const show = seldom(picture => {
    last = picture;
    redraw();
  });
  return { show, close: screen.close };
}

function seldom(show: Shower): Shower {
  let last = 0;
  return picture => {
    if (picture.at - last < redrawMs) return;
    last = picture.at;
    show(picture);
  };
}

const heard = ({ rows }: Picture): string => {
  const done = rows.filter(({ verdict }) => verdict !== null).length;
  const again = rows.filter(isUncertain).length;
  const more = again === 0 ? '' : `, ${String(again)} of them asked again to be sure`;
  return `${String(done)} of ${String(rows.length)} resolvers heard${more}`;
};

function progressLines(picture: Picture, { terminal }: Context): readonly string[] {
  const look = terminal.look();
  const notes = picture.notes.flatMap(note => hang('  ', shown(note, look), look.width));
  return [
    ...[...authorityLines(picture, look), ...notes.map(look.paint.yellow)],
    look.paint.dim(`  ${heard(picture)}`),
  ];
}

/** What the servers say at once, then a line when something is new, or that it goes on. */
function progressNowAndThen({ terminal }: Context, terms: Terms): Shower {
  let last = 0;
  let said = '';
  const fresh = freshNotes();
  return picture => {
    const look = terminal.look();
    const begins = last === 0;
    if (!begins && (terms.until === null || picture.at - last < aliveMs)) return;
    last = picture.at;
    if (begins) terminal.talk(authorityLines(picture, look).join('\n'));
    for (const note of fresh(picture)) terminal.talk(shown(note, look));
    const sentence = shown(`${propagationSentence(picture, look)}; ${heard(picture)}`, look);
    if (!begins && sentence !== said) terminal.talk(sentence);
    said = sentence;
  };
}

/** The notes that were not there before. */
function freshNotes(): (picture: Picture) => readonly string[] {
  let before: readonly string[] = [];
  return ({ notes }) => {
    const fresh = notes.filter(note => !before.includes(note));
    before = notes;
    return fresh;
  };
}

const rowMark = ({ id, verdict, cause, rdata, explained, dnssec }: PropagationRow) =>
  JSON.stringify([id, verdict, cause, rdata, explained, dnssec ?? null]);

/** What must differ for a change to be one: countdowns alone are none. */
const markOf = ({ authority, rows, notes, expected }: Picture): string =>
  JSON.stringify([
    ...[expected, notes, rows.map(rowMark).sort()],
    authority.map(({ address, port, verdict, serial, rdata }) => [
      ...[address, port, verdict, serial, rdata],
    ]),
  ]);

/** One JSON object a line for each change. */
function eachChange({ terminal }: Context): Shower {
  let mark = '';
  return picture => {
    const now = markOf(picture);
    if (now === mark) return;
    mark = now;
    terminal.out(JSON.stringify(propagationJson(picture)));
  };
}

/** Off a terminal: who changed, and how far it is now. */
function changedLines({ terminal }: Context): Shower {
  let before = new Map<string, PropagationRow>();
  let mark = '';
  let said = -Infinity;
  const fresh = freshNotes();
  return picture => {
    const now = markOf(picture);
    if (now === mark) return;
    const look = terminal.look();
    const time = clockText(picture.at, { ...look, now: picture.at }).replace(/ \(.*$/, '');
    const line = (text: string): void => {
      terminal.out(`${time}  ${shown(text, look)}`);
    };
    for (const row of picture.rows) {
      const last = before.get(row.id);
      if (row.verdict === null || (last !== undefined && rowMark(last) === rowMark(row))) continue;
      const from = last?.verdict == null ? '' : `${last.verdict} -> `;
      line(`${row.id}  ${from}${row.verdict}: ${whyText(row, look)}`);
    }
    for (const note of fresh(picture)) line(note);
    before = new Map(picture.rows.map(row => [row.id, row]));
    mark = now;
    // Until each was asked once, how far it is changes with every line.
    const isFirstSweep = picture.rows.some(({ verdict }) => verdict === null);
    if (isFirstSweep && picture.at - said < aliveMs) return;
    said = picture.at;
    line(propagationSentence(picture, look));
  };
}
