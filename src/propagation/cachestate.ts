import { type Instant, type Seconds } from '../clock.ts';
import { cleanAfter } from './clean.ts';
import { aimOf, type Expectation, statedSet, type Value, valueOf } from './expectation.ts';
import { type SameTtl } from './habits.ts';
import { type Member, membersAfter } from './members.ts';
import { type Observation } from './observation.ts';
import { remembered } from './recent.ts';
import { keptFor } from './revived.ts';
import { aliveAt, endOf, type Series, type Sighting } from './series.ts';
import { sharing } from './sharing.ts';
import { sighted } from './sighted.ts';
import { type Dropped, droppedAlive, othersAlive, type Verdict, verdictOf } from './verdict.ts';

/** What the observations of one resolver add up to. Bounded in size; survives JSON. */
export interface CacheState {
  readonly resolver: string;
  /** Null before anything was heard or given up. */
  readonly verdict: Verdict | null;
  /** The entries seen, oldest first; 12 at most. */
  readonly series: readonly Series[];
  readonly dropped: Dropped;
  /** The new set as JSON: another aim, other counters. */
  readonly aim: string;
  /** Answers, silences included. */
  readonly samples: number;
  /** Answers in a row that said new while nothing else could be alive. */
  readonly clean: number;
  /** The last kept connection of which one was counted. Absent: none was. */
  readonly cleanOver?: number;
  /** `cold`: new at first sight. `flipped`: an old entry was seen that lived at the swap or after it. */
  readonly arrival: 'cold' | 'flipped' | null;
  /** Since when the verdict has been `new`. */
  readonly newSince: Instant | null;
  readonly firstNewAt: Instant | null;
  readonly lastNewAt: Instant | null;
  readonly lastOldAt: Instant | null;
  /** The longest TTL shown that the authoritative servers cannot have given: the resolver's floor. */
  readonly floor: Seconds | null;
  /** The longest TTL shown at the start of two entries, if below what the servers give: its ceiling. */
  readonly ceiling: Seconds | null;
  /** The longest TTL that an entry began with, and how many entries did. */
  readonly longest: { readonly ttl: Seconds; readonly entries: number } | null;
  /** Stale answers (EDE 3 or 19, or what looks like it) that were not new: in all, in a row, the last. */
  readonly stale: {
    readonly count: number;
    readonly streak: number;
    readonly at: Instant;
  } | null;
  /** New, and then an old entry that was not there before. */
  readonly regressions: number;
  /** Old entries that were fetched after the swap. */
  readonly refetchedOld: number;
  /** Answers from several entries in turn: more than one cache behind the address. */
  readonly interleaved: boolean;
  /** The same TTL again and again, while time passes. */
  readonly frozen: boolean;
  readonly sameTtl: SameTtl | null;
  /** The members that named themselves; 8 at most. */
  readonly nsids: readonly string[];
  /** What each machine said last, once two were heard; 16 at most. */
  readonly members?: readonly Member[];
  /** Silences, refusals and empty answers in a row. */
  readonly mute: number;
  /** It said REFUSED: not asked again in this session. */
  readonly refused: boolean;
  /** It answered the new set before that was written anywhere; it never counts as `new`. */
  readonly lied: boolean;
  /** The aims that it lied about: it is a liar again when one of them is tried again; 4 at most. */
  readonly liedAbout?: readonly string[];
  readonly last: Observation;
  /** The observations that show what it is, oldest first; 6 at most. */
  readonly recent: readonly Observation[];
}

const nsidsMax = 8;
const liesMax = 4;
const muteOften = 3;

/**
 * What is known of a resolver after one more observation; `state` null: nothing so far. The
 * observations come in the order in which they were received; one that is late counts as of now.
 */
export function observe(
  state: CacheState | null,
  said: Observation,
  expectation: Expectation,
): CacheState {
  const aim = aimOf(expectation);
  const observation = sharing(said, state ?? unknown, expectation);
  const before = state === null ? unseen(observation, aim) : aimed(state, aim);
  const at = Math.max(observation.received, before.last.received);
  const heard: CacheState = {
    ...before,
    aim,
    series: before.series.map(one => valued(one, valueOf(one.rdata, expectation))),
    ...(before.members !== undefined && {
      members: before.members.map(one => valued(one, valueOf(one.rdata, expectation))),
    }),
    samples: before.samples + 1,
    clean: turnedSince(before, at, expectation) ? 0 : before.clean,
    last: observation,
    recent: remembered(before.recent, observation),
  };
  const { outcome, rttMs } = observation;
  const rdata = outcome.kind === 'answered' ? statedSet(outcome, expectation) : null;
  const stated = rdata === null ? null : valueOf(rdata, expectation);
  const isNewAim = state !== null && state.aim !== aim;
  const honest = withoutLies(heard, { said: stated, at, expectation, isNewAim });
  if (outcome.kind !== 'answered' || rdata === null || stated === null || outcome.ttl === null)
    return muted(honest, at);
  const { nsid, ttl } = outcome;
  const value = stated === 'new' && honest.lied ? 'other' : stated;
  return answered(honest, { value, rdata, nsid, ttl, at, rttMs }, { outcome, expectation });
}

/** The first answer since the servers turned: what was new before may have been fetched old again. */
const turnedSince = (
  before: CacheState,
  at: Instant,
  { authorityNewSince }: Expectation,
): boolean =>
  authorityNewSince !== null && authorityNewSince > before.last.received && at >= authorityNewSince;

const valued = <T extends Series | Member>(one: T, value: Value): T =>
  one.value === value ? one : { ...one, value };

/** What is said of most resolvers for ever, and so is there once for all of them. */
const unknown = {
  series: [],
  nsids: [],
  dropped: { new: null, old: null, other: null },
} as const;

/** Written out, as objects that begin with a spread take more room: there are very many of these. */
function unseen(observation: Observation, aim: string): CacheState {
  return {
    resolver: observation.resolver,
    verdict: null,
    series: unknown.series,
    dropped: unknown.dropped,
    aim,
    samples: 0,
    clean: 0,
    arrival: null,
    newSince: null,
    firstNewAt: null,
    lastNewAt: null,
    lastOldAt: null,
    floor: null,
    ceiling: null,
    longest: null,
    stale: null,
    regressions: 0,
    refetchedOld: 0,
    interleaved: false,
    frozen: false,
    sameTtl: null,
    nsids: unknown.nsids,
    mute: 0,
    refused: false,
    lied: false,
    last: observation,
    recent: [],
  };
}

/** What is counted towards one aim, before anything is. */
const noProgress = {
  ...{ clean: 0, arrival: null, newSince: null, firstNewAt: null, lastNewAt: null },
  ...{ regressions: 0, refetchedOld: 0, lied: false },
} as const;

/** Entries and habits stay when something else becomes new; what was counted towards it does not. */
function aimed(state: CacheState, aim: string): CacheState {
  if (state.aim === aim) return state;
  const ends = Object.values(state.dropped).filter(end => end !== null);
  // Nobody knows any more which of them would be new now.
  const until = ends.length === 0 ? null : Math.max(...ends);
  const dropped = { new: until, old: until, other: until };
  const lied = state.liedAbout?.includes(aim) ?? false;
  return { ...state, aim, dropped, verdict: null, ...noProgress, lied };
}

interface Statement {
  /** Null: it stated nothing. */
  readonly said: Value | null;
  readonly at: Instant;
  readonly expectation: Expectation;
  readonly isNewAim: boolean;
}

/**
 * Who answered the new set before it was written makes answers up: none of them counts as new. Entries are
 * judged once, as an aim is taken up: a clock that is set later makes nobody a liar.
 */
function withoutLies(
  state: CacheState,
  { said, at, expectation, isNewAim }: Statement,
): CacheState {
  const { swappedAt, firstSentAt: first = swappedAt } = expectation;
  const early = (seen: Instant) => first !== null && seen < first;
  const lied =
    state.lied ||
    (said === 'new' && early(at)) ||
    (isNewAim && state.series.some(({ value, firstSeen }) => value === 'new' && early(firstSeen)));
  if (!lied) return state;
  const madeUp = <T extends Series | Member>(one: T): T =>
    one.value === 'new' ? valued(one, 'other') : one;
  const { aim, liedAbout = [], members } = state;
  const about = liedAbout.includes(aim) ? liedAbout : [...liedAbout, aim].slice(-liesMax);
  return {
    ...{ ...state, lied, liedAbout: about, series: state.series.map(madeUp) },
    ...(members !== undefined && { members: members.map(madeUp) }),
  };
}

/** Nothing was said about the data. What was known stays for a while if it still can be true. */
function muted(state: CacheState, at: Instant): CacheState {
  const { outcome } = state.last;
  const mute = state.mute + 1;
  const refused = state.refused || ('rcodeName' in outcome && outcome.rcodeName === 'REFUSED');
  const cannotTell = outcome.kind === 'answered' ? 'empty' : outcome.kind;
  const { verdict } = state;
  const holds =
    verdict === 'new' ||
    state.series.some(one => one.value !== 'new' && aliveAt(one, at)) ||
    droppedAlive(state.dropped, 'old', at);
  const keeps = verdict !== null && holds && mute < muteOften;
  const certain = outcome.kind === 'answered' || refused;
  return settle({ ...state, mute, refused, verdict: certain || !keeps ? cannotTell : verdict }, at);
}

function answered(
  state: CacheState,
  seen: Sighting,
  about: { readonly outcome: Parameters<typeof sighted>[2]['outcome']; expectation: Expectation },
): CacheState {
  const { value, at, nsid } = seen;
  const { nsids } = state;
  const isKnown = nsid === null || nsids.includes(nsid) || nsids.length >= nsidsMax;
  const heard = {
    ...{ ...state, ...sighted(state, seen, about), mute: 0 },
    nsids: isKnown ? nsids : [...nsids, nsid],
  };
  const members = membersAfter(heard, seen);
  const kept = { ...heard, dropped: keptFor(heard, seen, about.expectation) };
  const now = members === undefined ? kept : { ...kept, members };
  const grounds = {
    ...now,
    ...(value === 'new' && !othersAlive(now, at, true) ? cleanAfter(now) : { clean: 0 }),
    ...(value === 'new' && { firstNewAt: state.firstNewAt ?? at, lastNewAt: at }),
    ...(value === 'old' && { lastOldAt: at }),
  };
  const verdict = verdictOf(grounds, seen, at);
  const arrived = verdict === 'new' ? arrivalOf(grounds, about.expectation) : null;
  return settle({ ...grounds, verdict, arrival: state.arrival ?? arrived }, at);
}

const settle = (state: CacheState, at: Instant): CacheState => ({
  ...state,
  newSince: state.verdict === 'new' ? (state.newSince ?? at) : null,
});

/** `flipped` if an old entry was seen that lived at the swap or later. */
function arrivalOf(state: CacheState, { swappedAt }: Expectation): 'cold' | 'flipped' {
  const { lastOldAt, series, dropped } = state;
  if (lastOldAt === null) return 'cold';
  if (swappedAt === null || lastOldAt >= swappedAt || droppedAlive(dropped, 'old', swappedAt))
    return 'flipped';
  const lived = series.some(one => one.value === 'old' && endOf(one) > swappedAt);
  return lived ? 'flipped' : 'cold';
}

/**
 * Until when an entry that is not new and was seen can be answered; null: none is alive, or nothing
 * tells. The TTL of what looks stale is when to ask again, not an end (RFC 8767 5).
 */
export function oldUntil({ series, dropped }: CacheState, at: Instant): Instant | null {
  const counting = series.filter(({ value, looksStale }) => value !== 'new' && !looksStale);
  const ends = counting.map(endOf);
  const until = Math.max(dropped.old ?? -Infinity, dropped.other ?? -Infinity, ...ends);
  return until > at ? until : null;
}

/**
 * True when nothing that was seen can bring old back: it is `new`, said so since the last
 * authoritative address turned, and often enough. `samples`: clean answers wanted at least.
 */
export function isSettled(
  state: CacheState,
  { authorityNewSince }: Expectation,
  samples: number,
): boolean {
  if (state.verdict !== 'new' || authorityNewSince === null) return false;
  const { lastNewAt, clean } = state;
  return lastNewAt !== null && lastNewAt >= authorityNewSince && clean >= samples;
}
