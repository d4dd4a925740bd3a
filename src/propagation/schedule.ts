import { type Instant } from '../clock.ts';
import { type CacheState, isSettled, oldUntil } from './cachestate.ts';
import { aimOf, type Expectation } from './expectation.ts';
import { staleTtl } from './habits.ts';
import { type Pace, paceOf } from './pace.ts';
import { aliveAt, endOf, type Series } from './series.ts';
import { cleanOfMany, cleanWanted, isFarm } from './verdict.ts';

/** How one resolver is to be asked. */
export interface SchedulePolicy {
  /**
   * `baseline`: one answer before the swap and then silence. `look`: one answer that is not stale, asked
   * for shortly. `watch`: until it is known.
   */
  readonly mode: 'baseline' | 'look' | 'watch';
  /** In [0, 1), fresh for every call. */
  readonly chance: number;
  /** Clean answers that are enough: 1 for one cache, 11 for an anycast address. */
  readonly samples: number;
  /** Between two questions (or bursts) to this resolver. */
  readonly gapMs: number;
  /** A resolver that is not settled is never left unasked for longer. */
  readonly longestMs: number;
  /** At how many places it can be asked: addresses, and ways to each. Left out: one. */
  readonly places?: number;
  /** How often a settled resolver is looked at again; null: never. */
  readonly settledMs: number | null;
}

/** When to ask next, and how many questions then; odd, since an even burst sees half a round robin. */
export interface NextAsk {
  readonly at: Instant;
  readonly burst: number;
}

/** Of who is to answer once. */
const triesMost = 3;
/** Who looks waits no longer than this for another question. */
const glanceMs = 5000;
const burstMax = 5;
/** After a stale answer the resolver fetches, which takes it a moment; some fail, and try again later. */
const staleAskMs = { least: 500, spread: 500, most: 60_000, patience: 5 };
const muteMs = { first: 2000, most: 600_000 };
/** An entry is looked at so long before and after its TTL is over, and at its end: never 0.7 s apart. */
const nearEndMs = [-300, 400];
/** Where questions may follow each other no sooner than this, only its end is looked at. */
const frequentMs = 1000;
/** So short a TTL is brief, in seconds; so many that ended and said the same are a habit. */
const brief = 10;
const brieflyOften = 3;
/** From the start of a brief entry to the next look, at most. */
const againMs = 30_000;
/** Between two looks at a cache that does not count down, at least. */
const frozenMs = 5000;
const jitterMs = 500;

/**
 * When this resolver is to be asked next; null: not again. A state of null has never been asked.
 * Never before `now`; the caller's budget may make it later. An hour after the swap, and again a day after
 * it, pauses grow; the end of an entry is still met, a little later. Who has just been stale or silent is
 * asked again as promptly as ever, since that is what its verdict waits for.
 */
export function nextAsk(
  state: CacheState | null,
  expectation: Expectation,
  { policy, now }: { readonly policy: SchedulePolicy; readonly now: Instant },
): NextAsk | null {
  if (state === null) return { at: now, burst: 1 };
  if (state.refused) return null;
  const heardAt = state.last.received;
  // The clock went back over a reboot: nobody knows how long ago that was.
  if (heardAt > now) return { at: now, burst: 1 };
  const soonest = Math.max(now, heardAt + policy.gapMs);
  // What it said was held against something else.
  if (state.aim !== aimOf(expectation)) return { at: soonest, burst: 1 };
  if (policy.mode === 'baseline') {
    // Every question before the swap plants the old entry that the swap then waits for.
    const heard = state.last.outcome.kind === 'answered' || state.samples >= triesMost;
    return heard ? null : { at: Math.max(soonest, heardAt + muteDelay(state, policy)), burst: 1 };
  }
  if (policy.mode === 'look') {
    const heard = state.last.outcome.kind === 'answered' && !isStaleNow(state);
    if (heard || state.samples >= triesMost) return null;
    if (state.last.outcome.kind !== 'silent')
      return { at: Math.max(soonest, heardAt + shortly(policy)), burst: 1 };
    // A question is two datagrams and a connection: once more only another place can tell, and nobody who
    // looks waits a minute for that.
    const places = policy.gapMs > glanceMs ? 1 : (policy.places ?? 1);
    return state.mute < places ? { at: now, burst: 1 } : null;
  }
  const pace = paceOf(expectation, now);
  if (isSettled(state, expectation, policy.samples)) {
    if (policy.settledMs === null) return null;
    return { at: Math.max(soonest, heardAt + policy.settledMs * pace.times), burst: 1 };
  }
  const slowed: Slowed = { ...policy, pace, longestMs: policy.longestMs * pace.times };
  const { delay, burst, near = false } = pause(state, expectation, slowed);
  const late = Math.max(heardAt + delay, againAt(state, slowed));
  const wanted = Math.min(late, heardAt + Math.max(slowed.longestMs, policy.gapMs));
  return { at: Math.max(near ? now : soonest, wanted), burst };
}

/** The policy as it is so long after the swap. */
interface Slowed extends SchedulePolicy {
  readonly pace: Pace;
}

interface Pause {
  /** Milliseconds after the last observation. */
  readonly delay: number;
  readonly burst: number;
  /** Something may turn any moment: only the budget says how soon. */
  readonly near?: boolean;
}

function pause(state: CacheState, expectation: Expectation, policy: Slowed): Pause {
  const heardAt = state.last.received;
  const { pace } = policy;
  const gapMs = policy.gapMs * pace.times;
  const jitter = policy.chance * jitterMs;
  const afresh = sinceTurn(state, expectation) / 2;
  if (state.mute > 0) {
    const anew = muteDelay({ mute: 1 }, policy) + afresh;
    return { delay: Math.min(muteDelay(state, policy, pace.times), anew), burst: 1 };
  }
  if (isStaleNow(state)) {
    const delay = Math.min(staleDelay(state, policy), shortly(policy) + afresh);
    return { delay, burst: 3, near: policy.gapMs <= frequentMs };
  }
  // Two full TTLs running, or a countdown that stood: look again while it would still move.
  const { sameTtl, frozen } = state;
  if (sameTtl !== null && !frozen && sameTtl.repeats > 1 && sameTtl.ttl > 3)
    return { delay: 2500 + jitter, burst: 1 };
  const burst = isFarm(state) ? burstMax : 1;
  const alive = state.series.filter(one => one.value !== 'new' && aliveAt(one, heardAt));
  const justAfter = policy.chance * pace.lateMs;
  if (frozen && alive.length > 0 && state.lastNewAt !== heardAt)
    return { delay: frozenDelay(alive, heardAt) * pace.times + jitter, burst };
  // The first of several entries to end is the next thing that can be seen to turn.
  const counting = alive.filter(one => !one.looksStale);
  if (counting.length > 0) {
    const end = Math.min(...counting.map(endOf));
    const at = isTurning(state)
      ? end
      : Math.min(end, ...counting.map(one => lookAt(one, state, policy)));
    const delay = Math.max(at - heardAt + justAfter, pace.leastMs);
    const near = policy.gapMs <= frequentMs;
    return { delay, burst: at < end ? 1 : burst, near };
  }
  const until = oldUntil(state, heardAt);
  if (until !== null && alive.length === 0)
    return { delay: Math.max(until - heardAt + justAfter, pace.leastMs), burst };
  if (state.verdict === 'new' && expectation.authorityNewSince === null) {
    // Not final: what is new now may be fetched old from a server that lags, when its entry ends.
    const fresh = state.series.filter(one => one.value === 'new').map(endOf);
    return { delay: Math.max(gapMs, Math.max(heardAt, ...fresh) - heardAt) + jitter, burst };
  }
  return { delay: gapMs + jitter, burst: oddUpTo(missing(state, policy)) };
}

/**
 * Not before this where brief entries follow each other and all say the same: a TTL of 0 or 1 would have
 * us ask each second for ever. Whoever makes its answers up is asked least, however long they last.
 */
function againAt({ series, verdict }: CacheState, policy: Slowed): Instant {
  if (series.length === 0) return -Infinity;
  const current = series.reduce((one, other) => (other.lastSeen > one.lastSeen ? other : one));
  if (current.value === 'new' && verdict !== 'new') return -Infinity;
  const others = series.filter(({ value }) => value !== current.value);
  const since = Math.max(-Infinity, ...others.map(({ lastSeen }) => lastSeen));
  const counted = series.filter(
    ({ value, firstSeen, ttl }) =>
      value === current.value && firstSeen > since && (verdict === 'other' || ttl <= brief),
  );
  let [ended, end] = [-1, -Infinity];
  for (const { firstSeen, expiresAt } of counted) {
    if (firstSeen < end) continue;
    ended += 1;
    end = expiresAt;
  }
  // Now and then an entry is met in its last seconds, and fetched old again.
  if (ended < brieflyOften || !counted.includes(current)) return -Infinity;
  const most = verdict === 'other' ? policy.longestMs : againMs * policy.pace.times;
  return current.firstSeen + Math.min(policy.gapMs * 2 ** ended, most);
}

/**
 * TTLs are whole seconds: caches that round up turn up to a second before theirs is over, those that
 * round down up to a second later. In between it is looked at as often as the budget allows, unless
 * little may be asked or it is long since the swap.
 */
function lookAt(one: Series, { last }: CacheState, { gapMs, pace }: Slowed): Instant {
  if (gapMs > frequentMs || pace.times > 1) return endOf(one);
  const looks = nearEndMs.map(ms => one.expiresAt + ms);
  return looks.find(at => at >= last.received + gapMs / 3) ?? endOf(one);
}

/** One cache that said new just now: only the end of what it said before makes it certain. */
const isTurning = (state: CacheState): boolean =>
  state.lastNewAt === state.last.received && !isFarm(state);

/** No TTL tells when it turns: seen at most a tenth later than it could have been. */
function frozenDelay(alive: readonly Series[], heardAt: Instant): number {
  const since = heardAt - Math.min(...alive.map(({ firstSeen }) => firstSeen));
  return Math.max(frozenMs, since / 10);
}

/** Unsigned stale data is disregarded only after as many clean answers as a farm needs. */
function missing(state: CacheState, { samples }: SchedulePolicy): number {
  const unsigned = state.series.some(one => one.looksStale && aliveAt(one, state.last.received));
  return Math.max(samples, unsigned ? cleanOfMany : cleanWanted(state)) - state.clean;
}

/** Odd, from 1 to 5. */
const oddUpTo = (count: number): number => (count <= 1 ? 1 : count <= 3 ? 3 : burstMax);

/** A stale answer, signed or not; or the very first one at the TTL that stale data has. */
function isStaleNow({ stale, verdict, last, samples }: CacheState): boolean {
  if (stale !== null && stale.streak > 0) return true;
  const first = samples === 1 && verdict === 'old' && last.outcome.kind === 'answered';
  return first && 'ttl' in last.outcome && last.outcome.ttl === staleTtl;
}

const shortly = ({ chance }: SchedulePolicy): number =>
  staleAskMs.least + chance * staleAskMs.spread;

function staleDelay({ stale }: CacheState, policy: Slowed): number {
  const { most, patience } = staleAskMs;
  const soon = shortly(policy);
  const over = Math.max(0, (stale?.streak ?? 0) - patience);
  return Math.min(soon * 2 ** Math.min(over, 20), most * policy.pace.times);
}

/**
 * How long ago the last authoritative server had turned when this resolver was heard last. What has been
 * silent or stale since before that may have been so for want of a server: pauses grow anew from then on,
 * by half of what has passed. Else it is for ever.
 */
function sinceTurn({ last, series }: CacheState, { authorityNewSince }: Expectation): number {
  const well = series.filter(({ looksStale }) => !looksStale).map(({ lastSeen }) => lastSeen);
  const wanted = authorityNewSince !== null && well.length > 0;
  if (!wanted || Math.max(...well) >= authorityNewSince) return Infinity;
  return Math.max(0, last.received - authorityNewSince);
}

/** Twice as long with each silence, spread by a quarter both ways. */
function muteDelay(
  { mute }: Pick<CacheState, 'mute'>,
  { chance }: SchedulePolicy,
  times = 1,
): number {
  const most = muteMs.most * times;
  const base = Math.min(muteMs.first * 2 ** Math.min(Math.max(mute - 1, 0), 20), most);
  return base * (0.75 + chance / 2);
}
