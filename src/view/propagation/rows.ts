import { type Instant, type Now, type Seconds } from '../../clock.ts';
import { isSettled } from '../../propagation/cachestate.ts';
import { type Distribution, distributionOf } from '../../propagation/distribution.ts';
import { dnssecOf, type DnssecState } from '../../propagation/dnssec.ts';
import { type ErrorSeen, type TransportName } from '../../propagation/observation.ts';
import { type Expectation } from '../../propagation/expectation.ts';
import { isSampling, samplesOf, verdictOfAll } from '../../propagation/service.ts';
import { type Cause, isExplained } from '../../propagation/straggler.ts';
import { type Ballot, type Slice, tallyOf } from '../../propagation/tally.ts';
import { tells, type Verdict } from '../../propagation/verdict.ts';
import { type Resolver, type Steady, type Watched } from '../../propagation/watched.ts';

/** One resolver of one watch, as every surface shows it; all moments by the wall clock. */
export interface PropagationRow {
  readonly id: string;
  readonly name: string;
  readonly operator: string;
  readonly country: string | null;
  readonly weight: number;
  /** The address that was asked last. */
  readonly address: string;
  readonly port: number;
  /** Null before it was asked. */
  readonly transport: TransportName | null;
  /** Null before it was asked. */
  readonly verdict: Verdict | null;
  /** Of the verdict `new`: seen to turn, or new at first sight. */
  readonly arrival: 'cold' | 'flipped' | null;
  /** What it said last; empty for an answer without such records, null where it never said. */
  readonly rdata: readonly string[] | null;
  /** As it was answered; null where nothing was. */
  readonly ttl: Seconds | null;
  /** What is left of it now. */
  readonly ttlLeft: Seconds | null;
  /** Null when it is `new`, was not asked yet, or is sampled: see `sampled`. */
  readonly cause: Cause | null;
  /** The last moment at which what was seen can be answered; null: nothing seen tells. */
  readonly until: Instant | null;
  /** False while an authoritative server may hand out old again. */
  readonly final: boolean;
  /** False where nothing that was seen accounts for its not being `new`. */
  readonly explained: boolean;
  /** `NOERROR`; null where the last question had no answer. */
  readonly rcode: string | null;
  /** Nothing that was seen can bring old back, and it was asked often enough; null: not judged. */
  readonly settled: boolean | null;
  readonly ede: readonly ErrorSeen[];
  readonly nsid: string | null;
  /** Why there was no answer the last time, in words. */
  readonly silence: string | null;
  readonly rttMs: number | null;
  /** Answers, silences included. */
  readonly samples: number;
  /**
   * True where what it said counts as old only because it is something else, and no server was seen to
   * give it: it may be the old set, or made up on the way. Left out: false.
   */
  readonly guessed?: boolean;
  /**
   * Of an anycast service that said nothing but new so far: the clean answers that came, and how many
   * are wanted. It is `mixed` until then. Left out: nothing more is wanted.
   */
  readonly sampled?: { readonly came: number; readonly wanted: number };
  /** The least TTL that it was seen to use; left out: no other than that of the servers. */
  readonly floor?: Seconds;
  /** What the members of an anycast service or a farm said last. Left out: one cache, or nothing heard. */
  readonly members?: Distribution;
  /** Many machines in many places answer: its country is that of who runs it. Left out, or null: not known. */
  readonly anycast?: boolean | null;
  /** A page where a person can ask it to forget a name. Left out, or null: none is known. */
  readonly flushUrl?: string | null;
  /** What its last answer says of signatures. Left out, or null: nothing. */
  readonly dnssec?: DnssecState | null;
  /** When its last answer ends by its TTL. Left out: it had none. */
  readonly ttlEnds?: Instant;
  /** Since when its cause has been this one. Left out: it has none, or nobody kept it. */
  readonly since?: Instant;
}

/** Its entry is over by now, and it was not asked since: what it would say nobody knows. */
export const isOver = ({ until }: PropagationRow, now: Instant): boolean =>
  until !== null && until < now;

export interface RowsAt {
  /** The clock of the watch; null: nothing was kept yet, and instants count as wall time. */
  readonly steady: Steady | null;
  readonly now: Now;
  /** What the answers were held against, by the same clock; without it no bound is known. */
  readonly expectation?: Expectation;
  /** Nobody is asked again, so last words count, also those of one machine of many. Left out: false. */
  readonly once?: boolean;
}

/**
 * A moment of a watch by the wall clock of now: watches count on a clock that nobody sets. After a
 * reboot that clock is gone, and its moments count as what the wall showed then.
 */
export function wallOf(at: Instant, { steady, now }: RowsAt): Instant {
  if (steady?.boot !== now.boot) return at;
  return at - (now.up + steady.offset) + now.wall;
}

/** The rows of a watch, what needs attention first. */
export const rowsOf = (watched: readonly Watched[], at: RowsAt): readonly PropagationRow[] =>
  byAttention(watched.map(one => rowOf(one, at)));

const namesOf = ({ id, name, operator, country, weight, port, ...more }: Resolver) => ({
  ...{ id, name, operator, country, weight, port },
  ...{ anycast: more.anycast, flushUrl: more.flushUrl ?? null },
});

/** A resolver that was not asked yet. */
export const unaskedRow = (resolver: Resolver): PropagationRow => ({
  ...namesOf(resolver),
  ...{ address: resolver.addresses[0] ?? '', transport: null, verdict: null, arrival: null },
  ...{ rdata: null, ttl: null, ttlLeft: null, cause: null, until: null },
  ...{ final: false, explained: true, settled: null, rcode: null, ede: [], nsid: null },
  ...{ silence: null, rttMs: null, samples: 0 },
});

function rowOf(watched: Watched, at: RowsAt): PropagationRow {
  const { resolver, state, straggler } = watched;
  const { last, samples, arrival, clean } = state;
  const sampling = at.once !== true && isSampling(watched);
  const members = distributionOf(watched);
  const verdict = sampling ? verdictOfAll(watched) : state.verdict;
  const { outcome, address, transport } = last;
  const heard = outcome.kind === 'silent' ? null : outcome;
  const seen = wallOf(last.received, at);
  const ttl = outcome.kind === 'answered' ? outcome.ttl : null;
  const until = straggler?.until ?? null;
  const spell = watched.spells.at(-1);
  return {
    ...{ ...namesOf(resolver), address, transport, verdict, samples },
    arrival: verdict === 'new' ? arrival : null,
    rdata: rdataOf(state),
    ttl,
    ttlLeft: ttl === null ? null : Math.max(0, ttl - Math.floor((at.now.wall - seen) / 1000)),
    cause: straggler?.cause ?? null,
    until: until === null ? null : wallOf(until, at),
    final: straggler?.final ?? true,
    rcode: heard?.rcodeName ?? null,
    ede: heard?.ede ?? [],
    nsid: heard?.nsid ?? null,
    silence: outcome.kind === 'silent' ? outcome.why : null,
    rttMs: outcome.kind === 'silent' ? null : Math.round(last.rttMs * 10) / 10,
    dnssec: dnssecOf(outcome),
    explained: isAccountedFor(watched, at),
    settled:
      at.expectation === undefined ? null : isSettled(state, at.expectation, samplesOf(resolver)),
    ...(sampling && { sampled: { came: clean, wanted: samplesOf(resolver) } }),
    ...(members !== null && { members }),
    ...(state.floor !== null && { floor: state.floor }),
    ...(ttl !== null && { ttlEnds: seen + ttl * 1000 }),
    ...(spell?.to === null && { since: wallOf(spell.from, at) }),
  };
}

/** Of its last words; where they say nothing, of the entry that was seen last. */
function rdataOf({ last, series }: Watched['state']): PropagationRow['rdata'] {
  if (last.outcome.kind === 'answered') return last.outcome.rdata ?? [];
  const latest = series.toSorted((one, other) => other.lastSeen - one.lastSeen)[0];
  return latest?.rdata ?? null;
}

function isAccountedFor({ state, straggler }: Watched, at: RowsAt): boolean {
  if (straggler === null || state.verdict === null || !tells(state.verdict)) return true;
  const { expectation, steady, now } = at;
  if (expectation === undefined) return straggler.cause !== 'other';
  const { floor } = state;
  const here = steady === null ? now.wall : now.up + steady.offset;
  return isExplained(straggler, expectation, { floor, now: here });
}

/** What a row needs of a reader. */
export type Attention = 'straggler' | 'cannot tell' | 'not asked' | 'new';

export function attentionOf({ verdict }: Pick<PropagationRow, 'verdict'>): Attention {
  if (verdict === null) return 'not asked';
  if (verdict === 'new') return 'new';
  return tells(verdict) ? 'straggler' : 'cannot tell';
}

const attentions: readonly Attention[] = ['straggler', 'cannot tell', 'not asked', 'new'];

/** Those that somebody may have to act on come before those that time ends. */
const causes: readonly (Cause | null)[] = [
  ...(['other', 'fetched old again', 'does not count down', 'serves stale'] as const),
  ...(['filtered or rewritten', 'raises TTLs', 'several caches disagree'] as const),
  ...(['waiting for its TTL', 'silent or refused', null] as const),
];

// Infinity - Infinity would be no number, and sort nothing.
const endOf = ({ until }: PropagationRow): number => until ?? Number.MAX_SAFE_INTEGER;

/** Stragglers by cause, the unexplained first and then what lasts longest; then who cannot tell; then `new`. */
export const byAttention = (rows: readonly PropagationRow[]): readonly PropagationRow[] =>
  rows.toSorted(
    (a, b) =>
      attentions.indexOf(attentionOf(a)) - attentions.indexOf(attentionOf(b)) ||
      Number(a.explained) - Number(b.explained) ||
      causes.indexOf(a.cause) - causes.indexOf(b.cause) ||
      endOf(b) - endOf(a) ||
      b.weight - a.weight ||
      (a.id < b.id ? -1 : 1),
  );

/** Its part in a tally. */
export const ballotOf = ({
  operator,
  country,
  weight,
  verdict,
  arrival,
}: PropagationRow): Ballot => ({
  ...{ operator, country, weight, verdict, arrival },
});

/** How the rows stand, summed up. Shares are those of a proxy, by estimated weights. */
export const sliceOfRows = (rows: readonly PropagationRow[], at: Instant): Slice =>
  tallyOf(rows.map(ballotOf), at);
