import { serialAge, serialIn, stepsBehind } from '../soa-serial.ts';
import { type AnswerGroup, answersOf, placeOf, type Reason, tallied } from './answers.ts';
import { type Picture, authorityAnswered } from './propagation.ts';
import { clockText, errorsText, failureText, guessText, setBrief } from './words.ts';
import { sameSet } from '../../dns/rrset.ts';
import { columnsOf, hang, type Look, type Paint, shown, symbolsOf } from '../table.ts';
import { count, everyServer } from '../words.ts';

/** Answers that are shown one by one; of a name whose answers vary by place there are very many. */
const groupsMost = 8;
const namesMost = 4;
const placesMost = 5;

/** What is said, by how many, by whom, and why it is not what the servers say; nothing where nobody said anything. */
export function answerLines(picture: Picture, look: Look): readonly string[] {
  const groups = answersOf(picture);
  const first = groups.slice(0, groupsMost);
  const widest = Math.max(0, ...first.map(({ rows }) => String(rows.length).length));
  const rest = groups.slice(groupsMost);
  const others = rest.reduce((sum, { rows }) => sum + rows.length, 0);
  const more = `${look.ascii ? '...' : '…'} ${count(rest.length, 'more answer')} of ${count(others, 'resolver')}: --json has them all`;
  return [
    ...first.flatMap(group => groupLines(group, { picture, widest, look })),
    ...(rest.length === 0 ? [] : hang('  ', more, look.width).map(look.paint.dim)),
  ];
}

interface About {
  readonly picture: Picture;
  readonly widest: number;
  readonly look: Look;
}

function groupLines(group: AnswerGroup, { picture, widest, look }: About): readonly string[] {
  const { symbol, paint } = markOf(group, picture);
  const mark = symbolsOf(look)[symbol];
  const number = String(group.rows.length).padStart(widest);
  const label = `  ${mark} ${number}  `;
  const margin = ' '.repeat(columnsOf(label));
  const below = (text: string) => hang(margin, shown(text, look), look.width);
  const [head = '', ...tail] = hang(label, shown(answerText(group, picture), look), look.width);
  const from = serversText(group, picture);
  return [
    `  ${look.paint[paint](`${mark} ${number}`)}${head.slice(label.length - 2)}`,
    ...tail,
    ...(from === '' ? [] : below(from)),
    ...below(whoText(group)),
    ...group.reasons.flatMap(reason => below(reasonText(reason, group, look))),
  ];
}

function markOf(
  { kind, rdata }: AnswerGroup,
  { expected }: Picture,
): { readonly symbol: 'done' | 'current' | 'waiting' | 'unknown'; readonly paint: keyof Paint } {
  if (kind === 'error' || kind === 'silence') return { symbol: 'unknown', paint: 'yellow' };
  if (expected === null) return { symbol: 'waiting', paint: 'cyan' };
  return sameSet(rdata ?? [], expected)
    ? { symbol: 'done', paint: 'green' }
    : { symbol: 'current', paint: 'yellow' };
}

function answerText({ kind, rdata, rows }: AnswerGroup, picture: Picture): string {
  const { type } = picture.key;
  if (kind === 'silence') return 'no answer';
  if (kind === 'no such name') return 'says that the name does not exist (NXDOMAIN)';
  if (kind === 'no such records') return `says that there is no ${type} here`;
  if (kind === 'error') {
    const said = new Set(rows.map(({ ede }) => errorsText(ede)).filter(text => text !== ''));
    const why = said.size === 0 ? '' : `; ${[...said].slice(0, 2).join('; ')}`;
    const [first] = rows;
    return `${first === undefined ? 'answers with an error' : failureText(first)}${why}`;
  }
  const text = setBrief(rdata ?? []);
  return type === 'SOA' ? `${serialText(rdata ?? [], picture)}: ${text}` : text;
}

/** Serials tell how far behind a cache is: each keeps its SOA for a TTL, so that some drift is normal. */
function serialText(rdata: readonly string[], { expected, at }: Picture): string {
  const serial = serialIn(rdata[0] ?? '');
  const latest = serialIn(expected?.[0] ?? '');
  if (serial === null) return 'no serial';
  const age = serialAge(serial, at);
  const behind = latest === null ? 0 : stepsBehind(serial, latest);
  return [
    `serial ${serial}`,
    ...(behind === 0 ? [] : [`${Math.abs(behind)} ${behind > 0 ? 'behind' : 'ahead'}`]),
    ...(age === null ? [] : [age]),
  ].join(', ');
}

function serversText({ kind, servers, ttlLeft }: AnswerGroup, picture: Picture): string {
  if (kind === 'error' || kind === 'silence') return '';
  const all = picture.authority.length;
  const some = [...new Set(servers)];
  const from =
    servers.length === 0
      ? authorityAnswered(picture)
        ? 'no authoritative server gives it now'
        : ''
      : servers.length === all
        ? `given by ${everyServer(all)} now`
        : `given by ${listed(some, namesMost)} of ${count(all, 'authoritative server')} now`;
  const left =
    ttlLeft === null
      ? ''
      : `TTL left ${ttlLeft.least === ttlLeft.most ? '' : `${ttlLeft.least} to `}${ttlLeft.most} s`;
  return [from, left].filter(text => text !== '').join('; ');
}

const listed = (names: readonly string[], most: number): string =>
  names.length <= most + 1
    ? names.join(', ')
    : `${names.slice(0, most).join(', ')} and ${names.length - most} more`;

function whoText({ rows }: AnswerGroup): string {
  const operators = new Set(rows.map(({ operator }) => operator)).size;
  const places = [...tallied(rows.map(placeOf))].filter(([place]) => place !== 'unknown');
  const first = places.slice(0, places.length > placesMost + 1 ? placesMost : places.length);
  const more = places.length - first.length;
  const named = first.map(([place, number]) => `${place} ${number}`).join(', ');
  const where = more === 0 ? named : `${named} and ${more} more countries`;
  const by = rows.length > namesMost + 1 ? ` (${count(operators, 'operator')})` : '';
  const ids = listed(
    rows.map(({ id }) => id),
    namesMost,
  );
  return `${ids}${by}${where === '' ? '' : `; ${where}`}`;
}

function reasonText(reason: Reason, group: AnswerGroup, look: Look): string {
  const why = whyOf(reason, look);
  // Where it holds for all of them nobody has to be named again.
  if (reason.rows.length === group.rows.length) return why;
  const ids = reason.rows.map(({ id }) => id);
  return `${why}: ${listed(ids, namesMost)}`;
}

function whyOf({ cause, until, explained, guessed, over }: Reason, look: Look): string {
  if (guessed) return guessText;
  if (over) return 'its entry is over; not asked since';
  const end = until === null ? '' : ` until ${clockText(until, look)}`;
  return explained ? `${cause}${end}` : `unexplained: ${cause}${end}, longer than TTLs account for`;
}
