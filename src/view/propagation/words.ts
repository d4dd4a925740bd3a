import { type Instant } from '../../clock.ts';
import { extendedErrorName } from '../../dns/edns.ts';
import { bogusErrors } from '../../propagation/dnssec.ts';
import { type Verdict } from '../../propagation/verdict.ts';
import { membersBrief } from '../resolvers/members-text.ts';
import { attentionOf, isOver, type PropagationRow } from './rows.ts';
import { type Look, type Paint, type Symbols } from '../table.ts';
import { dataText } from '../names.ts';
import { distanceText, timeText, withoutPlace } from '../words.ts';

/** How a verdict looks; the word always stands beside the mark. */
export const verdictMarks: Record<Verdict, { symbol: keyof Symbols; paint: keyof Paint }> = {
  new: { symbol: 'done', paint: 'green' },
  old: { symbol: 'current', paint: 'yellow' },
  mixed: { symbol: 'change', paint: 'yellow' },
  other: { symbol: 'fail', paint: 'red' },
  empty: { symbol: 'unknown', paint: 'yellow' },
  refused: { symbol: 'unknown', paint: 'yellow' },
  silent: { symbol: 'unknown', paint: 'yellow' },
};

/** `06:14:05 (in 12 min)`; with its date where that is not today. */
export function clockText(at: Instant, { zone, now }: Pick<Look, 'zone' | 'now'>): string {
  const whole = timeText(at, zone);
  const today = timeText(now, zone).slice(0, 10) === whole.slice(0, 10);
  return `${today ? whole.slice(11, 19) : whole} (${distanceText(at, now)})`;
}

/** A set of records on one line. */
export const setText = (rdata: readonly string[]): string =>
  rdata.length === 0 ? 'no such records' : rdata.map(dataText).join(' | ');

/** Longer records are cut in the middle; JSON and --explain have the whole. */
const recordMost = 80;
const kept = { head: 46, tail: 12, records: 6 };

/** One record, or its two ends and how long it is: TXT and keys may have thousands of characters. */
const recordBrief = (text: string): string =>
  text.length <= recordMost
    ? dataText(text)
    : `${text.slice(0, kept.head)}...${text.slice(-kept.tail)} (${text.length} characters)`;

/** A set on one line, the long records and the many of them shortened. */
export function setBrief(rdata: readonly string[]): string {
  if (rdata.length === 0) return setText(rdata);
  const first = rdata.slice(0, rdata.length > kept.records + 1 ? kept.records : rdata.length);
  const more = rdata.length - first.length;
  return [...first.map(recordBrief), ...(more === 0 ? [] : [`${more} more records`])].join(' | ');
}

/** `EDE 3 Stale Answer: text`. */
export const errorsText = (ede: PropagationRow['ede']): string =>
  ede
    .map(
      ({ code, text }) => `EDE ${code} ${extendedErrorName(code)}${text === '' ? '' : `: ${text}`}`,
    )
    .join(', ');

/** Why a resolver is what it is, as a phrase. */
export function whyText(row: PropagationRow, look: Pick<Look, 'zone' | 'now'>): string {
  const remarks = row.ede.length === 0 ? '' : `; ${errorsText(row.ede)}`;
  const attention = attentionOf(row);
  if (attention === 'not asked') return 'not asked yet';
  if (attention === 'new')
    return (row.arrival === 'flipped' ? 'seen to turn' : 'new at first sight') + remarks;
  if (attention === 'cannot tell') return cannotTell(row) + remarks;
  return straggling(row, look) + remarks;
}

/** `answers SERVFAIL`, and what is known of why; or why nobody believes what it answers. */
export function failureText({ rcode, dnssec, ede, silence }: PropagationRow): string {
  if (silence !== null) return `not believed: ${silence}`;
  const said = `answers ${rcode ?? 'with an error'}`;
  if (dnssec !== 'bogus') return said;
  return bogusErrors(ede).length > 0
    ? `${said}, as the signatures are wrong`
    : `${said}, and the data when told not to validate (CD): to it the signatures are wrong`;
}

function cannotTell(row: PropagationRow): string {
  const { verdict, silence, rcode } = row;
  if (verdict === 'silent') return withoutPlace(silence ?? 'no answer');
  if (verdict === 'refused') return failureText(row);
  return rcode === 'NXDOMAIN' ? 'says that the name does not exist' : 'answers without data';
}

/** Of a set that counts as old only because it is something else. */
export const guessText =
  'a set that no server was seen to give: old, or filtered or rewritten; --old decides';

const answersText = ({ rdata }: PropagationRow): string =>
  rdata === null ? '' : `; answers ${setBrief(rdata)}`;

function straggling(row: PropagationRow, look: Pick<Look, 'zone' | 'now'>): string {
  const { cause, until, explained, final, verdict, rdata, sampled } = row;
  const data = verdict === 'other' ? answersText(row) : '';
  if (sampled !== undefined)
    return `new so far: ${sampled.came} of ${sampled.wanted} answers of an anycast address${membersText(row)}`;
  if (row.guessed === true) return guessText + answersText(row);
  // Nothing was expected of it.
  if (cause === 'other' && explained && rdata !== null) return `answers ${setBrief(rdata)}`;
  // An end that is told lies behind the last answer: it was due, and nobody has looked.
  if (isOver(row, look.now)) return `its entry is over; not asked since${data}`;
  const end = until === null ? '' : ` until ${clockText(until, look)}`;
  if (!explained)
    return cause === null || cause === 'other'
      ? `unexplained: nothing seen accounts for it${data}`
      : `unexplained: ${cause}${end}, longer than TTLs account for${data}`;
  const open = final || until === null ? '' : ', or longer while a server gives out old';
  return `${cause ?? 'not new'}${membersText(row)}${end}${open}${data}`;
}

/** What the members of a service said last, where several were heard: ` (7 new, 2 old of 9 members)`. */
function membersText({ members }: PropagationRow): string {
  const said = members === undefined ? null : membersBrief(members);
  return said === null ? '' : ` (${said})`;
}
