import { type Chance, type Clock, type Instant } from '../clock.ts';
import { withDeadline } from '../deadline.ts';
import { isFault } from '../errors.ts';
import { limits } from '../limits.ts';
import { type CacheState } from '../propagation/cachestate.ts';
import { type Fitness, judge, type Judgement, unheard } from '../propagation/fitness.ts';
import { type Grounds, type Hearing } from '../propagation/hearing.ts';
import { exposureOf } from '../propagation/exposure.ts';
import { type Resolver } from '../propagation/watched.ts';
import { type Ask } from '../transport/transport.ts';
import { type Ground, groundsOf } from './grounds.ts';
import { hear } from './hearing.ts';
import { interceptedAt } from './interception.ts';
import { type Errands } from './errand.ts';

/** The hearings of one watch: who answers for the first time is heard before it counts. */
export interface Hearings {
  readonly fitness: () => Fitness;
  readonly judgement: () => Judgement;
  /** True while it is not known whether something on the way answers for others. */
  readonly probing: () => boolean;
  /** It was heard by the watch, and may be due. */
  note(resolver: Resolver, state: CacheState): void;
}

export interface HearingsOf {
  readonly errands: Errands;
  readonly clock: Clock;
  readonly chance: Chance;
  /** For authoritative servers, and for resolvers. */
  readonly ask: Ask;
  readonly sweep: { readonly ask: Ask };
  readonly ground: Ground | null;
  readonly resolvers: readonly Resolver[];
  /** What was kept of this watch before; null: nothing. */
  readonly kept: Fitness | null;
  readonly now: () => Instant;
}

/** More is known. */
type Changed = () => void;

/**
 * Hears each resolver once it has answered, and again after hours; who was found unfit, which may be mended
 * by then, after minutes. All within the budget of the watch, and with what was kept from before.
 */
export function hearingsOf(of: HearingsOf, changed: Changed, signal: AbortSignal): Hearings {
  const { resolvers, kept, now, chance } = of;
  const open = resolvers.filter(one => exposureOf(one) === 'open');
  let fitness = keptFor(kept ?? unheard, of);
  const hearings = new Map(fitness.hearings.map(one => [one.resolver, one]));
  const underWay = new Set<string>();
  const asked = new Set<string>();
  let judgement = judge(fitness);
  let grounds: Promise<Grounds> | null = null;
  let probing = false;
  const change = (more: Partial<Fitness>): void => {
    fitness = { ...fitness, ...more };
    judgement = judge(fitness);
    changed();
  };
  const found = (): Promise<Grounds> =>
    (grounds ??= groundsOf(of.ground, { ask: of.ask, chance }, signal).catch((error: unknown) => {
      grounds = null;
      throw error;
    }));
  /** What sits on the way is near: nobody waits for it as for one at the other end of the world. */
  const near: Ask = (question, at, given) => {
    const terms = { ms: limits.probeMs, what: `the question to ${at.address}`, signal: given };
    return withDeadline(of.clock, terms, over => of.sweep.ask(question, at, over));
  };
  const probe = async (): Promise<void> => {
    probing = true;
    try {
      const taken = new Set(resolvers.flatMap(({ addresses }) => addresses));
      const intercepted = await interceptedAt({ ask: near, chance, taken }, signal);
      change({ intercepted, probedAt: now() });
    } finally {
      probing = false;
    }
  };
  const put = ({ zone, absence }: Grounds, hearing: Hearing): void => {
    const { resolver: id } = hearing;
    // Of a second question for the same name the countdown tells of the first.
    hearings.set(id, asked.has(id) ? { ...hearing, denial: null } : hearing);
    change({ zone, absence, hearings: [...hearings.values()] });
  };
  const one = async (resolver: Resolver, address: string): Promise<void> => {
    const parts = { errands: of.errands, now };
    const its = await found();
    const heard = (hearing: Hearing): void => {
      put(its, hearing);
    };
    await hear({ resolver, address }, { grounds: its, parts }, { heard, signal });
    asked.add(resolver.id);
  };
  return {
    fitness: () => fitness,
    judgement: () => judgement,
    probing: () => open.length > 0 && fitness.probedAt === null,
    note: (resolver, { last }) => {
      if (last.outcome.kind !== 'answered' || underWay.has(resolver.id)) return;
      if (isProbeDue(fitness, { open, now: now() }) && !probing) quietly(probe());
      const known = hearings.get(resolver.id);
      const way = heardOver(resolver, last);
      // Over another way somebody else may stand between.
      const same = known?.exposure === exposureOf(way);
      if (same && now() - known.at < restMs(judgement, known)) return;
      underWay.add(resolver.id);
      quietly(
        one(way, last.address).finally(() => {
          underWay.delete(resolver.id);
        }),
      );
    },
  };
}

/** Of those who are in the list now, at the places that it names. */
const keptFor = (kept: Fitness, { resolvers }: HearingsOf): Fitness => {
  const addresses = new Map(resolvers.map(one => [one.id, one.addresses]));
  return {
    ...kept,
    hearings: kept.hearings.filter(
      ({ resolver, address }) => addresses.get(resolver)?.includes(address) === true,
    ),
  };
};

/** The resolver as it was asked when it answered: it is heard the same way. */
function heardOver(resolver: Resolver, { transport }: CacheState['last']): Resolver {
  const { otherwise = [], over, ...bare } = resolver;
  const ways = [{ port: resolver.port, ...(over !== undefined && { over }) }, ...otherwise];
  // What did not fit into UDP came over TCP.
  const way = ways.find(one => (one.over?.transport ?? 'udp') === transport) ?? ways[0];
  return { ...bare, ...way };
}

/** Who was silent then is asked again soon after it has answered. */
function restMs({ unfit }: Judgement, { resolver, trouble }: Hearing): number {
  if (trouble === 'silent') return limits.hearingSilentMs;
  return unfit.has(resolver) ? limits.hearingAgainMs : limits.hearingKeptMs;
}

function isProbeDue(
  { probedAt, intercepted }: Fitness,
  { open, now }: { readonly open: readonly Resolver[]; readonly now: Instant },
): boolean {
  if (open.length === 0) return false;
  const rest = intercepted === null ? limits.hearingKeptMs : limits.hearingAgainMs;
  return probedAt === null || now - probedAt >= rest;
}

/** A hearing that was given up is no news, and one that failed is tried again with the next answer. */
function quietly(doing: Promise<void>): void {
  doing.catch((error: unknown) => {
    if (!isFault(error)) throw error;
  });
}
