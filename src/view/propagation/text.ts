import { answerLines } from './answers-text.ts';
import { answersOf, varietyNote } from './answers.ts';
import { bogusNote, dnssecPhrase } from './dnssec.ts';
import { eachLines, forgetLines, marked, placeLines, resolverLines } from './list.ts';
import { outlookTexts } from './outlook.ts';
import { type Dimension, placesOf } from './places.ts';
import { attentionOf, isOver, type PropagationRow } from './rows.ts';
import {
  authorityAnswered,
  authorityIsNew,
  type AuthorityRow,
  type Picture,
  placeText,
  proxyHint,
  sliceOfPicture,
} from './propagation.ts';
import { clockText, setBrief } from './words.ts';
import { hang, type Look, shown, symbolsOf, table, wrap } from '../table.ts';
import { nameText } from '../names.ts';
import { count, everyServer, withoutPlace } from '../words.ts';

/**
 * The whole picture: one sentence, the authoritative servers, the answers, every resolver, what to bear in
 * mind. `by`: in the place of the resolvers, how those that belong together stand.
 */
export function propagationText(picture: Picture, look: Look, by: Dimension | null = null): string {
  const { rows } = picture;
  const section = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : ['', look.paint.bold(title), ...lines];
  const list = rows.length === 0 ? ['  none was asked'] : resolverLines(rows, look);
  return [
    ...linesAbove(picture, look),
    ...section('Answers', hasAnswers(picture) ? answerLines(picture, look) : []),
    ...section(
      'By continent (anycast services apart)',
      by === null && isWide(rows) ? placeLines(picture, 'continent', look) : [],
    ),
    ...section(
      by === null ? 'Resolvers' : `Resolvers by ${by}`,
      by === null ? list : placeLines(picture, by, look),
    ),
    ...section('Can be asked to forget it', forgetLines(picture, look)),
    ...linesBelow(picture, look),
  ].join('\n');
}

/** Where everybody gives what was named there is nothing to tell apart. */
const hasAnswers = (picture: Picture): boolean =>
  picture.rows.some(({ verdict }) => verdict !== null) &&
  (picture.expectedFrom !== 'given' || answersOf(picture).length > 1);

const wideFrom = 12;

/** Enough of them, in enough places, for places to mean something. */
const isWide = (rows: readonly PropagationRow[]): boolean =>
  rows.length >= wideFrom &&
  placesOf(rows, 'continent').filter(({ name }) => name !== 'unknown').length > 1;

/** The same on a screen of so many rows: of the resolvers those that need attention, and how many more. */
export function propagationScreen(
  picture: Picture,
  look: Look & { readonly rows: number },
  by: Dimension | null = null,
): readonly string[] {
  const whole = propagationText(picture, look, by).split('\n');
  if (whole.length <= look.rows) return whole;
  const title = by === null ? 'Resolvers' : `Resolvers by ${by}`;
  const above = [...linesAbove(picture, look), '', look.paint.bold(title)];
  const below = linesBelow(picture, look);
  const room = Math.max(0, look.rows - above.length - below.length - 1);
  const stragglers = picture.rows.filter(row => attentionOf(row) === 'straggler');
  // Whom it waits for is told whole where all of them have room, else in a line each.
  const brief = eachLines(stragglers, look).length > room;
  const { kept, lines } =
    by === null
      ? fitting(picture.rows, room, some => eachLines(some, look, brief))
      : fitting(placesOf(picture.rows, by), room, some =>
          placeLines({ ...picture, rows: some.flatMap(one => one.rows) }, by, look),
        );
  const all = by === null ? picture.rows.length : placesOf(picture.rows, by).length;
  const more = `  ${look.ascii ? '...' : '…'} ${String(all - kept)} more`;
  return [...above, ...lines, look.paint.dim(more), ...below].slice(0, look.rows);
}

/** As many of them as there is room for: one takes a line at least, and columns are as wide as they need. */
function fitting<One>(
  all: readonly One[],
  room: number,
  linesOf: (some: readonly One[]) => readonly string[],
): { readonly kept: number; readonly lines: readonly string[] } {
  let kept = Math.min(room, all.length);
  while (kept > 0 && linesOf(all.slice(0, kept)).length > room) kept -= 1;
  return { kept, lines: linesOf(all.slice(0, kept)) };
}

function linesAbove(picture: Picture, look: Look): readonly string[] {
  const { distrust = null } = picture;
  const seen = [
    distrust === null ? null : `${distrust.why}. To mend it: ${distrust.remedy}.`,
    ...[bogusNote(picture.rows), varietyNote(picture)],
  ];
  const notes = [...picture.notes, ...seen.filter(note => note !== null)];
  const warn = symbolsOf(look).warn;
  return [
    ...headLines(picture, look),
    ...notes.flatMap(note =>
      hang(`${warn} `, shown(note, look), look.width).map(look.paint.yellow),
    ),
    '',
    look.paint.bold('Authoritative servers'),
    ...authorityLines(picture, look),
  ];
}

const linesBelow = ({ rows }: Picture, look: Look): readonly string[] =>
  rows.length === 0 ? [] : ['', ...wrap(proxyHint, look.width).map(look.paint.dim)];

function headLines(picture: Picture, look: Look): readonly string[] {
  const { key, authority, expected, expectedFrom, old, oldFrom } = picture;
  const agreed =
    authority.length === 1
      ? 'what the authoritative server gives'
      : 'what all authoritative servers agree on';
  const from = expectedFrom === 'given' ? '' : ` (${agreed})`;
  const wanted =
    expected === null ? 'nobody knows: see below, or name it with --expect' : setBrief(expected);
  const sets = old.map(setBrief).join('; ');
  const seen = oldFrom === 'given' ? '' : ' (any other set seen counts as old; --old names it)';
  const label = (text: string) => text.padEnd(5);
  const signed = dnssecPhrase(picture.rows);
  return [
    look.paint.bold(shown(`${nameText(key.name)} ${key.type}`, look)),
    ...aliasLines(picture, look),
    ...hang(label('new'), shown(wanted + (expected === null ? '' : from), look), look.width),
    ...(old.length === 0 ? [] : hang(label('old'), shown(sets + seen, look), look.width)),
    '',
    ...wrap(shown(`${propagationSentence(picture, look)}.`, look), look.width),
    ...outlookTexts(picture, look).flatMap(text => hang('', shown(text, look), look.width)),
    ...(signed === null ? [] : hang('DNSSEC: ', shown(`${signed}.`, look), look.width)),
  ];
}

const aliasLines = ({ aliases = [] }: Picture, look: Look): readonly string[] =>
  aliases.flatMap(({ name, target, ttl }) =>
    hang(
      'via  ',
      shown(`${nameText(name)} is an alias (CNAME) of ${nameText(target)}, TTL ${ttl}`, look),
      look.width,
    ),
  );

/** The whole picture in one sentence, without its full stop. */
export function propagationSentence(picture: Picture, look: Pick<Look, 'zone' | 'now'>): string {
  return `${authorityPhrase(picture)}; ${resolverPhrase(picture, look)}`;
}

function authorityPhrase(picture: Picture): string {
  const { authority, expected, authorityTrouble } = picture;
  const some = count(authority.length, 'authoritative server');
  if (authorityTrouble !== null && authority.length === 0)
    return 'the authoritative servers could not be found';
  if (!authorityAnswered(picture)) return 'no authoritative server answers';
  const newOnes = authority.filter(({ verdict }) => verdict === 'new');
  if (authorityIsNew(picture)) return `new at ${everyServer(authority.length)}`;
  if (expected === null)
    return authority.every(({ verdict }) => verdict === 'old')
      ? `old at ${everyServer(authority.length)}`
      : `the ${some} disagree`;
  const rest = (['old', 'other', 'empty', 'silent', 'mixed', 'refused'] as const)
    .map(verdict => ({ verdict, of: authority.filter(one => one.verdict === verdict).length }))
    .filter(({ of }) => of > 0)
    .map(({ verdict, of }) => `${of} ${verdict}`);
  return `new at ${newOnes.length} of ${some} (${rest.join(', ')})`;
}

function resolverPhrase(picture: Picture, look: Pick<Look, 'zone' | 'now'>): string {
  const { rows, expected, distrust } = picture;
  const { share, counts, unasked } = sliceOfPicture(picture);
  const telling = counts.new + counts.old + counts.mixed + counts.other;
  const silent = rows.length - telling - unasked;
  if (rows.length === 0) return 'no resolver was asked';
  if (unasked === rows.length) return `${count(rows.length, 'resolver')} not asked yet`;
  const waiting = unasked === 0 ? '' : `, ${unasked} not asked yet`;
  if (distrust != null && telling === 0)
    return `no share can be shown (see below)${quiet(silent)}${waiting}`;
  if (distrust != null)
    return `${count(telling, 'resolver')} answered, but no share can be shown (see below)${quiet(silent)}${waiting}`;
  if (share === null) return `no resolver can tell (${rows.length} asked)${waiting}`;
  // Where nothing is expected nobody can have it.
  if (expected === null) return `${count(telling, 'resolver')} answered${quiet(silent)}${waiting}`;
  const percent = Math.floor(share * 100 + 1e-9);
  const part = `${counts.new} of ${count(telling, 'resolver')} (${percent} % by weight)`;
  return part + quiet(silent) + waiting + lastPhrase(rows, look);
}

const quiet = (silent: number): string => (silent === 0 ? '' : `, ${silent} cannot tell`);

function lastPhrase(rows: readonly PropagationRow[], look: Pick<Look, 'zone' | 'now'>): string {
  const stragglers = rows.filter(row => attentionOf(row) === 'straggler');
  if (stragglers.length === 0) return '';
  const guessed = stragglers.filter(row => row.guessed === true).length;
  const sampled = stragglers.filter(row => row.sampled !== undefined).length;
  const sure = stragglers.filter(row => row.guessed !== true && row.sampled === undefined);
  const over = sure.filter(row => isOver(row, look.now)).length;
  const ahead = sure.filter(row => !isOver(row, look.now));
  const ends = ahead.flatMap(({ until }) => (until === null ? [] : [until]));
  const endless = ahead.length - ends.length;
  const parts = [
    ...(ends.length === 0 ? [] : [`last by ${clockText(Math.max(...ends), look)}`]),
    ...(endless === 0 ? [] : [`${endless} without a known end`]),
    ...(over === 0
      ? []
      : [`${over} not asked since ${over === 1 ? 'its' : 'their'} entry was over`]),
    ...(sampled === 0 ? [] : [`${sampled} asked again to be sure`]),
    ...(guessed === 0 ? [] : [`${guessed} with a set that no server was seen to give`]),
  ];
  const [most, end] = [parts.slice(0, -1).join(', '), parts.slice(-1)];
  return parts.length === 0 ? '' : `, ${[...(most === '' ? [] : [most]), ...end].join(' and ')}`;
}

/** A line or more for each address, or why there is none. */
export function authorityLines(
  { authority, authorityTrouble, key }: Picture,
  look: Look,
): readonly string[] {
  const width = { width: look.width, indent: 2 };
  const trouble =
    authorityTrouble === null
      ? []
      : hang('  ', shown(authorityTrouble, look), look.width).map(look.paint.red);
  if (authority.length === 0) return trouble;
  const rows = authority.map(one => [
    marked(one.verdict, look),
    shown(one.name === one.address ? '' : displayNameOf(one), look),
    placeText(one.address, one.port),
    one.ttl === null ? '' : `TTL ${one.ttl}`,
    one.serial === null ? '' : `serial ${one.serial}`,
    shown(authorityWords(one, key.type), look),
  ]);
  // A column that nobody fills takes no room.
  const named = authority.some(one => one.name !== one.address);
  return [...trouble, ...table(named ? rows : rows.map(row => row.toSpliced(1, 1)), width)];
}

const displayNameOf = ({ name }: AuthorityRow): string => name.replace(/\.$/, '');

function authorityWords({ verdict, rdata, trouble }: AuthorityRow, type: string): string {
  if (verdict === 'silent' || verdict === 'refused') return withoutPlace(trouble ?? 'no answer');
  if (verdict === 'new') return '';
  return rdata === null || rdata.length === 0 ? `no ${type}` : setBrief(rdata);
}
