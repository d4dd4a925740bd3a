import { type Instant } from '../../clock.ts';
import { distinctSets, sameSet } from '../../dns/rrset.ts';
import { type CacheState, observe } from '../../propagation/cachestate.ts';
import { aimOf, type Expectation, valueOf } from '../../propagation/expectation.ts';
import { type PropagationRow } from '../../view/propagation/rows.ts';
import { serialIn, stepsBehind } from '../../view/soa-serial.ts';
import { type AuthorityRow, type Picture } from '../../view/propagation/propagation.ts';
import { agreedSet, type Look } from './authority.ts';
import { type Found } from './finding.ts';
import { type Terms } from './terms.ts';

/** What counts as new and as old, from what was said and what the servers show. */
export interface Belief {
  readonly expected: readonly string[] | null;
  readonly expectedFrom: Picture['expectedFrom'];
  readonly old: readonly (readonly string[])[];
  readonly oldFrom: Picture['oldFrom'];
  /** What servers were seen to give, each set once. */
  readonly served: readonly (readonly string[])[];
  /** The servers agreed on something else before, and what they agree on now is what counts. */
  readonly followed: boolean;
}

/** More sets than this are no old set any more, but a name whose answers vary. */
const oldMost = 8;
const servedMost = 16;

/**
 * `before`: what was believed so far; sets that were seen once stay known. Where nobody said what is
 * new, and all servers went over from one set to another, the change itself says it.
 */
export function beliefOf(
  { expect, old }: Pick<Terms, 'expect' | 'old'>,
  look: Look,
  before: Belief | null,
): Belief {
  const agreed = agreedSet(look);
  // What was named as old is not what is waited for, even where it is all that is served.
  const fresh = agreed !== null && old !== null && sameSet(agreed, old) ? null : agreed;
  const last = before?.expected ?? null;
  // An empty answer may be a failure in disguise: none is followed.
  const follows =
    expect === null && last !== null && (fresh?.length ?? 0) > 0 && !sameSet(fresh ?? [], last);
  const expected = expect ?? (follows ? fresh : (last ?? fresh));
  const expectedFrom =
    expect !== null ? 'given' : expected === null ? null : 'authoritative servers';
  const left = follows && last.length > 0 ? [last] : [];
  const given = look.rows.flatMap(({ rdata }) => (rdata === null ? [] : [rdata]));
  const served = distinctSets([...(before?.served ?? []), ...given]).slice(0, servedMost);
  // A server denies with authority, and resolvers keep that as they keep data (RFC 2308 5).
  const denied = old === null && expected !== null ? served.filter(set => set.length === 0) : [];
  const past = [...(old === null ? [] : [old]), ...(before?.old ?? []), ...left, ...denied];
  const belief: Belief = {
    ...{ expected, expectedFrom, oldFrom: old === null ? 'seen' : 'given' },
    old: distinctSets(past).filter(set => expected === null || !sameSet(set, expected)),
    served,
    followed: follows || before?.followed === true,
  };
  return given.reduce(withSeen, belief);
}

/** One more set that was seen: where nobody said what is old, whatever else is there counts as old. */
export function withSeen(belief: Belief, set: readonly string[]): Belief {
  const { expected, old, oldFrom } = belief;
  // An empty answer may be a refusal in disguise: only who names absence as old means it.
  if (oldFrom === 'given' || expected === null || set.length === 0) return belief;
  if (sameSet(set, expected) || old.some(one => sameSet(one, set)) || old.length >= oldMost)
    return belief;
  return { ...belief, old: [...old, set] };
}

/** What else speaks for a set. */
export interface Vouching {
  readonly type: string;
  readonly vouchedFor: (set: readonly string[]) => boolean;
}

/**
 * A set that counts as old only because it is another one: nobody said so, no server gave it, and nothing
 * vouches for it.
 */
export const isGuessed = (
  { verdict, rdata }: Pick<PropagationRow, 'verdict' | 'rdata'>,
  { oldFrom, served }: Belief,
  { type, vouchedFor }: Vouching,
): boolean =>
  oldFrom === 'seen' &&
  verdict === 'old' &&
  rdata !== null &&
  rdata.length > 0 &&
  !served.some(set => sameSet(set, rdata) || (type === 'SOA' && isEarlier(rdata, set))) &&
  !vouchedFor(rdata);

/**
 * Somebody validated its signatures, or operators in several countries hold the same: nobody makes up the
 * same set everywhere. Within one country the law may have them all give the same page.
 */
export function vouchedBy(rows: readonly PropagationRow[]): Vouching['vouchedFor'] {
  const holders = Map.groupBy(rows, ({ rdata }) => JSON.stringify(rdata));
  return set => {
    const some = holders.get(JSON.stringify(set)) ?? [];
    if (some.some(({ dnssec }) => dnssec === 'validated')) return true;
    const operators = new Set(some.map(({ operator }) => operator));
    const countries = new Set(some.flatMap(({ country }) => country ?? []));
    return operators.size > 1 && countries.size > 1;
  };
}

/** The same SOA but for a lower serial: nobody makes that up on the way. */
function isEarlier([one = '']: readonly string[], [served = '']: readonly string[]): boolean {
  const [serial, now] = [serialIn(one), serialIn(served)];
  const rest = (text: string) => text.split(' ').toSpliced(2, 1).join(' ');
  return (
    serial !== null && now !== null && stepsBehind(serial, now) > 0 && rest(one) === rest(served)
  );
}

/** Forged Answer, Blocked, Censored, Filtered, Prohibited (RFC 8914): such a set is nobody's old one. */
const filterCodes = [4, 15, 16, 17, 18];

/** The set by which a resolver is `other`, if it may be the old one; null otherwise. */
export function strangeSet({ verdict, last: { outcome } }: CacheState): readonly string[] | null {
  if (verdict !== 'other' || outcome.kind !== 'answered') return null;
  return outcome.ede.some(({ code }) => filterCodes.includes(code)) ? null : outcome.rdata;
}

/**
 * What a resolver that was `other`, or was held against something else, is by what is known now. Those
 * observations say all of it.
 */
export const judgedAnew = (state: CacheState, expectation: Expectation): CacheState =>
  state.verdict === 'other' || state.aim !== aimOf(expectation)
    ? state.recent.reduce<CacheState>(
        (before, one) => observe(before === state ? null : before, one, expectation),
        state,
      )
    : state;

/** The servers with their verdicts. */
export const verdictsOf = (
  { rows }: Look,
  key: Expectation['key'],
  { expected, old }: Belief,
): readonly AuthorityRow[] =>
  rows.map(row => {
    if (row.rdata === null)
      return { ...row, verdict: refusal.test(row.trouble ?? '') ? 'refused' : 'silent' };
    const about = { ...blank, key, old, new: expected };
    const value = valueOf(row.rdata, about);
    return { ...row, verdict: value !== 'new' && row.rdata.length === 0 ? 'empty' : value };
  });

/** As `answers REFUSED`: an RCODE, and no data. */
const refusal = /(?:^|\s)answers [A-Z]{2}/;

const blank = {
  ...{ ttl: { old: null, low: null }, lowSince: null },
  ...{ swappedAt: null, authorityNewSince: null },
};

/** What the servers showed. `since`: when every one was first seen to be new; null while one is not. */
interface Shown {
  readonly look: Look;
  readonly found: Pick<Found, 'aliases'>;
  readonly since: Instant | null;
}

export function expectationOf(
  key: Expectation['key'],
  { expected, old }: Belief,
  { look, found, since }: Shown,
): Expectation {
  // Any RRset on the way may be the one that a resolver still holds.
  const ttls = [...look.rows, ...found.aliases].flatMap(({ ttl }) => (ttl === null ? [] : [ttl]));
  const aliases = found.aliases.map(({ name, target }) => ({ name, target }));
  return {
    ...{ ...blank, key, aliases, old, new: expected, authorityNewSince: since },
    ttl: { old: null, low: ttls.length === 0 ? null : Math.max(...ttls) },
  };
}
