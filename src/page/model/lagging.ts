import { type CachesView, type StragglerView } from '../../view/world/world.ts';
import { causeWords, seesText } from './causes.ts';
import { clockText, countdownText, type Here } from './moments.ts';
import { type Look } from './shape.ts';

export type GroupBy = 'cause' | 'operator' | 'country';
export type SortBy = 'attention' | 'until' | 'name';

/** How somebody wants to see who is not new yet. */
export interface Choice {
  readonly by: GroupBy;
  readonly sort: SortBy;
  /** A part of a name, an operator, a country, an address or a cause; not a pattern. */
  readonly filter: string;
}

export const plainChoice: Choice = { by: 'cause', sort: 'attention', filter: '' };

export interface Group {
  readonly key: string;
  readonly title: string;
  readonly look: Look;
  /** Of all, also of those that are not named here. */
  readonly count: number;
  readonly rows: readonly StragglerView[];
  /** When the last of them is over; null: not known. */
  readonly until: string | null;
  /** Of a cause: what it means, and what can be done. */
  readonly explanation: { readonly means: string; readonly remedy: string } | null;
}

const textsOf = (one: StragglerView): readonly string[] => [
  ...[one.name, one.id, one.operator, one.country ?? '', one.address],
  ...[causeWords[one.cause].name, seesText(one)],
];

const fits = (one: StragglerView, filter: string): boolean =>
  filter === '' || textsOf(one).some(text => text.toLowerCase().includes(filter));

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

/** What has no known end is awaited the longest. */
const endOf = ({ until }: StragglerView): string => until ?? '9999';

function sorted(rows: readonly StragglerView[], sort: SortBy): readonly StragglerView[] {
  if (sort === 'attention') return rows;
  const key = sort === 'until' ? endOf : ({ name }: StragglerView) => name.toLowerCase();
  return rows.toSorted((one, other) => compare(key(one), key(other)));
}

function keyOf(one: StragglerView, by: GroupBy): string {
  if (by === 'cause') return one.cause;
  return by === 'operator' ? one.operator : (one.country ?? 'not known');
}

function lastOf(rows: readonly StragglerView[]): string | null {
  const ends = rows.map(({ until }) => until);
  if (ends.includes(null)) return null;
  return ends.reduce((last, end) => (last === null || (end ?? '') > last ? end : last), null);
}

const plain: Look = { shape: 'old', tone: 'old' };

function groupOf(caches: CachesView, choice: Choice) {
  return (key: string, rows: readonly StragglerView[]): Group => {
    const cause = choice.by === 'cause' ? caches.causes.find(one => one.cause === key) : undefined;
    if (cause === undefined || choice.filter !== '') {
      const until = lastOf(rows);
      const words = cause === undefined ? undefined : causeWords[cause.cause];
      const base = { key, title: words?.name ?? key, look: words ?? plain, rows, until };
      return { ...base, count: rows.length, explanation: words ?? null };
    }
    const words = causeWords[cause.cause];
    const { count, until } = cause;
    return { key, title: words.name, look: words, count, rows, until, explanation: words };
  };
}

/** Who is not new yet, in groups: the larger first, but of causes the one that needs attention most. */
export function groupsOf(caches: CachesView, choice: Choice): readonly Group[] {
  const filter = choice.filter.trim().toLowerCase();
  const rows = caches.stragglers.filter(one => fits(one, filter));
  const made = Map.groupBy(rows, one => keyOf(one, choice.by));
  const make = groupOf(caches, { ...choice, filter });
  const named = [...made].map(([key, some]) => make(key, sorted(some, choice.sort)));
  if (choice.by !== 'cause') return named.toSorted((one, other) => other.count - one.count);
  // A cause may have so many before it that none of its own is named.
  const unnamed = caches.causes.filter(({ cause }) => filter === '' && !made.has(cause));
  return [...named, ...unnamed.map(({ cause }) => make(cause, []))];
}

/** So many rows of a group are read; the others of it are alike, and stand before what comes below. */
export const rowsAtFirst = 8;

/** How many there are, named or not. */
export const laggingCount = ({ causes }: CachesView): number =>
  causes.reduce((sum, { count }) => sum + count, 0);

/** Until when one can go on, counting down: `0:41`, `due now`, `no known end`. */
export function leftText({ cause, until, explained }: StragglerView, { now }: Here): string {
  if (cause === 'silent or refused') return 'cannot tell';
  if (!explained) return 'unexplained';
  if (until === null) return 'no known end';
  const left = Date.parse(until) - now;
  return left <= 0 ? 'due now' : countdownText(left);
}

/** Of a group: `by 06:21`, or what stands against it. */
export function clearsText({ key, until }: Group, here: Here): string {
  if (key === 'silent or refused') return 'keeps nothing waiting';
  if (until === null) return 'no known end';
  return Date.parse(until) <= here.now ? 'due now' : `clears by ${clockText(until, here)}`;
}

/** What is left of the TTL of its last answer; empty where none was given. */
export function ttlText({ ttlEnds }: StragglerView, { now }: Here): string {
  if (ttlEnds === null) return '–';
  return `${Math.max(0, Math.ceil((Date.parse(ttlEnds) - now) / 1000))} s`;
}

export const placeText = ({ anycast, country }: StragglerView): string =>
  anycast === true ? 'anycast' : (country ?? '–');

/** One line of evidence: what it answers, and what its members said where there are several. */
export function evidenceOf(one: StragglerView): readonly string[] {
  const { rdata, address, members, remarks, final } = one;
  const answers =
    rdata === null ? [] : [`answers ${rdata.length === 0 ? 'no such records' : rdata.join(' | ')}`];
  const said =
    members === null || members.seen < 2
      ? []
      : [`${members.new} of ${members.seen} members heard were new the last time`];
  const again = final ? [] : ['an authoritative server may hand out old again'];
  return [`asked at ${address}`, ...answers, ...said, ...remarks, ...again];
}
