import { type Instant, type Now } from '../clock.ts';
import { type Cutover } from './cutover.ts';
import { elapsed, wallAfter } from './elapsed.ts';
import { troubled } from './standing.ts';

/** One reason why the old TTL may still be cached, and until when. */
export interface Term {
  readonly why: string;
  /** Wall clock, as far as one can know. */
  readonly until: Instant;
  readonly leftMs: number;
}

/** The proof that no honest cache can hold the old TTL any more: it holds when no term is left. */
export interface Proof {
  readonly holds: boolean;
  readonly until: Instant;
  readonly leftMs: number;
  readonly terms: readonly Term[];
}

const words = (ms: number): string => `${String(Math.round(ms / 1000))} s`;

/**
 * Copies of the old RRset that were fetched one instant before every server turned live for the whole
 * old TTL (RFC 2181 5.2 and 8); a set that did not exist was denied for its negative TTL (RFC 2308 5).
 */
function ttlTerm(cutover: Cutover, since: Now, now: Now): Term {
  const longestMs = cutover.longest * 1000;
  const marginMs = cutover.plan.policy.ttl.margin * 1000;
  const { ms, by } = elapsed(since, now);
  return {
    why: `the longest TTL seen (${words(longestMs)}) and ${words(marginMs)} margin since every server showed the low TTL, by ${by}`,
    until: wallAfter(since, longestMs + marginMs, cutover.clock),
    leftMs: Math.max(0, longestMs + marginMs - ms),
  };
}

/** Milliseconds tell nothing there. */
const isoSecond = (at: Instant): string => new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');

/**
 * Somebody may have lowered the TTL before we looked: its history counts as the configuration tells it.
 * It is a moment of the wall clock, but from the start on it is measured by the uptime.
 */
function historyTerm({ plan, started, startedAt, clock }: Cutover, now: Now): Term | null {
  const { history, margin } = plan.policy.ttl;
  if (history === null) return null;
  const served = history.until ?? startedAt;
  const wholeMs = (history.longest + margin) * 1000;
  const waitFrom = (start: Instant): number => served + wholeMs - start;
  // A clock that was set since was ahead at the start, or is wrong now: never does it shorten the wait.
  const setBack = Math.min(wholeMs, waitFrom(wallAfter(started, 0, clock)));
  const waitMs = Math.max(waitFrom(startedAt), setBack);
  return {
    why: `a TTL of ${String(history.longest)} s was served until ${isoSecond(served)}`,
    until: wallAfter(started, waitMs, clock),
    leftMs: Math.max(0, waitMs - elapsed(started, now).ms),
  };
}

/**
 * A server that was silent may have served the old TTL meanwhile: the proof is extended by the longest
 * TTL, once. What is silent for longer is named at the gate.
 */
function silenceTerm(
  cutover: Cutover,
  { since, silent }: { since: Now; silent: Now | null },
  now: Now,
): Term | null {
  const silentNow = troubled(cutover, 'silent').length > 0;
  const last = silentNow ? now : silent;
  if (last === null) return null;
  const longestMs = cutover.longest * 1000;
  const marginMs = cutover.plan.policy.ttl.margin * 1000;
  const afterSilence = longestMs + marginMs - elapsed(last, now).ms;
  const capped = 2 * longestMs + marginMs - elapsed(since, now).ms;
  const leftMs = Math.max(0, Math.min(afterSilence, capped));
  const cap = wallAfter(since, 2 * longestMs + marginMs, cutover.clock);
  return {
    why: 'a server was silent during the drain; the proof is extended by the longest TTL at most',
    until: silentNow ? cap : Math.min(cap, wallAfter(last, longestMs + marginMs, cutover.clock)),
    leftMs,
  };
}

/** How long the proof waits for an entry of a resolver at most: the longest TTL more than without it. */
export function entryCap({ drain, longest, plan }: Cutover, now: Now): number {
  if (drain === null) return 0;
  const wholeMs = (2 * longest + plan.policy.ttl.margin) * 1000;
  return Math.max(0, wholeMs - elapsed(drain.since, now).ms);
}

/**
 * A resolver was seen to hold what the authoritative servers cannot have given for so long, or our own
 * question planted it late. Its end is known, and waited for; what outlives the cap is named at the gate.
 */
function entryTerm(cutover: Cutover, since: Now, now: Now): Term | null {
  const { entry } = cutover.world;
  if (entry === null) return null;
  const { longest, clock, plan } = cutover;
  // A little later: the next one that ends a moment after it is then no news.
  const wholeMs = entry.leftMs + Math.max(1000, plan.policy.ttl.margin * 1000);
  const cap = wallAfter(since, (2 * longest + plan.policy.ttl.margin) * 1000, clock);
  return {
    why: `${entry.resolver} held an entry for ${words(entry.leftMs)} more; the proof is extended by the longest TTL at most`,
    until: Math.min(cap, wallAfter(entry.seen, wholeMs, clock)),
    leftMs: Math.max(0, Math.min(entryCap(cutover, now), wholeMs - elapsed(entry.seen, now).ms)),
  };
}

/** Null while there is no unbroken run of low rounds yet. */
export function proof(cutover: Cutover, now: Now): Proof | null {
  const { drain } = cutover;
  if (drain === null) return null;
  const terms = [
    ttlTerm(cutover, drain.since, now),
    historyTerm(cutover, now),
    silenceTerm(cutover, drain, now),
    entryTerm(cutover, drain.since, now),
  ].filter(term => term !== null);
  const leftMs = Math.max(...terms.map(term => term.leftMs));
  return { holds: leftMs === 0, until: Math.max(...terms.map(term => term.until)), leftMs, terms };
}
