import { type Key } from '../../src/dns/rrset.ts';
import { Fault } from '../../src/errors.ts';
import { type Poller, type Subject } from '../../src/poller/subject.ts';
import { type CacheState } from '../../src/propagation/cachestate.ts';
import { type Expectation } from '../../src/propagation/expectation.ts';
import { endOf as endOfSeries } from '../../src/propagation/series.ts';
import { type Cause, stragglerOf } from '../../src/propagation/straggler.ts';
import { type Verdict } from '../../src/propagation/verdict.ts';
import { type Cache } from './internet.ts';
import { burst, direct, endOf, type Reply, type Sets } from './witness.ts';

/** What the watch said of one cache, and what the cache said at once to somebody else. */
export interface Claim {
  readonly cache: string;
  readonly at: number;
  readonly verdict: Verdict;
  readonly cause: Cause | null;
  readonly until: number | null;
  /** False while an authoritative server may still hand out old. */
  readonly final: boolean;
  /** Answers within the second after it said `new`. */
  readonly after: Reply[];
  /** When the entries end that the members hold, where it said until when. */
  readonly ends: number[];
  /** When the entries end that the watch itself has met by then, those that are new left out. */
  readonly met: readonly number[];
}

export interface Monitor {
  readonly claims: readonly Claim[];
  readonly states: ReadonlyMap<string, CacheState>;
  readonly questions: () => number;
  /** Another mode, or something else that is expected; goes on with what is known. */
  readonly begin: (mode: Subject['mode'], expectation: Omit<Expectation, 'key'>) => void;
  readonly stop: () => Promise<void>;
}

/** A cache that is watched; others ask it over UDP. */
export type Watched = Pick<Cache, 'id' | 'at' | 'members' | 'way'>;

export interface Watching {
  readonly poller: Poller;
  readonly key: Key;
  readonly caches: readonly Watched[];
  /** Whether an `until` is compared with what the cache itself says at once. */
  readonly compareEnds: boolean;
  readonly up: () => number;
  /** Other sets than the usual ones. */
  readonly sets?: Sets;
}

/** An entry with less is not asked for: some caches fetch before the end when they are asked then. */
const leftAlone = 3500;

/** Watches one RRset at real caches and keeps whatever is said of them. */
export function monitor({ poller, key, caches, compareEnds, up, sets }: Watching): Monitor {
  const claims: Claim[] = [];
  const states = new Map<string, CacheState>();
  const confirming: Promise<unknown>[] = [];
  const offset = Date.now() - up();
  const questions = { name: key.name, ...(sets && { sets }) };
  let asked = 0;
  let session: { readonly abort: () => void; readonly done: Promise<void> } | null = null;
  const resolvers = caches.map(({ id, at, way }) => ({
    ...{ id, name: id, operator: id, country: null, addresses: [at.address] },
    ...(way ?? { port: at.port }),
    ...{ tier: 'core' as const, weight: 1, anycast: false },
  }));

  const confirm = async (claim: Claim, cache: Watched): Promise<void> => {
    const many = cache.members.length > 1;
    if (claim.verdict === 'new')
      claim.after.push(...(await burst(cache.at, questions, many ? 11 : 3)));
    else if (compareEnds && claim.until !== null && claim.until > claim.at + leftAlone)
      for (const member of cache.members) {
        const reply = await direct(member, key.name, sets);
        if (reply?.said === 'old' && !reply.stale) claim.ends.push(endOf(reply));
      }
  };
  const hear = (id: string, state: CacheState, expectation: Expectation): void => {
    asked += 1;
    states.set(id, state);
    if (state.verdict === null) return;
    const straggler = stragglerOf(state, expectation);
    const { verdict } = state;
    const [cause, until] = [straggler?.cause ?? null, straggler?.until ?? null];
    const final = expectation.authorityNewSince !== null;
    const before = claims.findLast(({ cache }) => cache === id);
    const same =
      before?.verdict === verdict &&
      before.cause === cause &&
      before.final === final &&
      Math.abs((before.until ?? 0) - (until ?? 0)) < 100;
    if (same) return;
    const at = Date.now();
    const met = state.series.filter(({ value }) => value !== 'new').map(endOfSeries);
    const claim = { cache: id, at, verdict, cause, until, final, after: [], ends: [], met };
    claims.push(claim);
    const cache = caches.find(one => one.id === id);
    if (cache !== undefined) confirming.push(confirm(claim, cache));
  };
  const stop = async (): Promise<void> => {
    session?.abort();
    await session?.done;
    session = null;
    await Promise.all(confirming);
  };
  return {
    ...{ claims, states, stop, questions: () => asked },
    begin: (mode, expected) => {
      session?.abort();
      const aborter = new AbortController();
      const expectation = { ...expected, key };
      const subject = { key, resolvers, mode, expectation, offset, known: new Map(states) };
      const done = poller
        .watch(
          subject,
          ({ id }, state) => {
            hear(id, state, expectation);
          },
          aborter.signal,
        )
        .catch((error: unknown) => {
          if (!(error instanceof Fault) || error.code !== 'ABORTED') throw error;
        });
      session = {
        done,
        abort: () => {
          aborter.abort();
        },
      };
    },
  };
}
