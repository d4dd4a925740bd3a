import { type Chance, type Clock, type Instant } from '../../clock.ts';
import { withDeadline } from '../../deadline.ts';
import { isFault } from '../../errors.ts';
import { limits } from '../../limits.ts';
import { type CacheState } from '../../propagation/cachestate.ts';
import { type Fitness, judge, type Judgement, unheard } from '../../propagation/fitness.ts';
import { type Trial, type Hearing } from '../../propagation/hearing.ts';
import { exposureOf } from '../../propagation/exposure.ts';
import { type Resolver } from '../../propagation/watched.ts';
import { type Ask } from '../../transport/transport.ts';
import { type CommonHearings } from './common-hearings.ts';
import { type Ground, trialOf } from './trial.ts';
import { hear, type Witness } from './hearing.ts';
import { interceptedAt } from './interception.ts';
import { type Errands } from '../errand.ts';

/** The hearings of one watch: who answers for the first time is heard before it counts. */
export interface Hearings {
  readonly fitness: () => Fitness;
  readonly judgement: () => Judgement;
  /** Whether this resolver was heard. */
  readonly has: (id: string) => boolean;
  /** True while it is not known whether something on the way answers for others. */
  readonly probing: () => boolean;
  /** Whether what this resolver said last may be of another, which answered in its place until later. */
  readonly isDoubtful: (resolver: Resolver, state: CacheState) => boolean;
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
  /** What other watches of this process heard. */
  readonly common: CommonHearings;
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
  let judgement = judge(fitness);
  let trial: Promise<Trial> | null = null;
  let probing = false;
  const change = (more: Partial<Fitness>): void => {
    fitness = { ...fitness, ...more };
    judgement = judge(fitness);
    changed();
  };
  const probe = async (): Promise<void> => {
    probing = true;
    try {
      const intercepted = await probed(of, signal);
      const isOver = intercepted === null && fitness.intercepted !== null;
      change({ intercepted, probedAt: now(), ...(isOver && { clearedAt: now() }) });
    } finally {
      probing = false;
    }
  };
  const room: Room = {
    ...{ of, signal, hearings, asked: new Set() },
    put: (hearing, more) => {
      hearings.set(hearing.resolver, hearing);
      change({ ...more, hearings: [...hearings.values()] });
    },
    trial: () =>
      (trial ??= trialOf(of.ground, { ask: of.ask, chance }, signal).catch((error: unknown) => {
        trial = null;
        throw error;
      })),
  };
  return {
    fitness: () => fitness,
    judgement: () => judgement,
    has: id => hearings.has(id),
    probing: () => open.length > 0 && fitness.probedAt === null,
    isDoubtful: ({ id }, { last }) =>
      last.received < (fitness.clearedAt ?? -Infinity) && open.some(one => one.id === id),
    note: (resolver, { last, newSince }) => {
      if (last.outcome.kind !== 'answered') return;
      const turned = newSince === last.received;
      if (!probing && isProbeDue(fitness, { open, now: now(), turned })) quietly(probe());
      if (underWay.has(resolver.id)) return;
      const known = hearings.get(resolver.id);
      const way = heardOver(resolver, last);
      // Over another way somebody else may stand between.
      const same = known?.exposure === exposureOf(way);
      if (same && now() - known.at < restMs(judgement, known)) return;
      underWay.add(resolver.id);
      const witness = { resolver: way, address: last.address };
      quietly(
        hearIfNobodyDid(room, witness, known?.at ?? -Infinity).finally(() => {
          underWay.delete(resolver.id);
        }),
      );
    },
  };
}

/** What one watch hears with. */
interface Room {
  readonly of: HearingsOf;
  readonly signal: AbortSignal;
  readonly hearings: ReadonlyMap<string, Hearing>;
  /** Who was asked for the name that nobody made. */
  readonly asked: Set<string>;
  readonly trial: () => Promise<Trial>;
  readonly put: (hearing: Hearing, more: Partial<Fitness>) => void;
}

const clockOf = ({ now, clock }: HearingsOf) => ({ now: now(), offset: now() - clock.now().up });

async function hearNow(room: Room, witness: Witness): Promise<void> {
  const { of, asked, put, signal } = room;
  const { resolver } = witness;
  const trial = await room.trial();
  const { zone, absence } = trial;
  const heard = (hearing: Hearing): void => {
    // Of a second question for the same name the countdown tells of the first.
    put(asked.has(resolver.id) ? { ...hearing, denial: null } : hearing, { zone, absence });
  };
  const parts = { errands: of.errands, now: of.now };
  await hear(witness, { trial, parts }, { heard, signal });
  asked.add(resolver.id);
  const hearing = room.hearings.get(resolver.id);
  if (hearing !== undefined) of.common.keep(resolver, hearing, clockOf(of));
}

/** What another watch has heard since counts here as well; what one is hearing just now is waited for. */
async function hearIfNobodyDid(room: Room, witness: Witness, since: Instant): Promise<void> {
  const { of, put, signal } = room;
  const { resolver, address } = witness;
  for (;;) {
    const known = of.common.find(witness, clockOf(of), since);
    const other = known === null ? of.common.busy(resolver, address) : null;
    if (signal.aborted) return;
    if (known !== null) {
      put(known, { zone: of.ground?.zone ?? null });
      return;
    }
    if (other === null) break;
    await other;
  }
  await of.common.hold(resolver, address, hearNow(room, witness));
}

/** What sits on the way is near: nobody waits for it as for one at the other end of the world. */
async function probed(of: HearingsOf, signal: AbortSignal): Promise<string | null> {
  const { clock, chance, sweep, resolvers, common } = of;
  const ask: Ask = (question, at, given) => {
    const terms = { ms: limits.probeMs, what: `the question to ${at.address}`, signal: given };
    return withDeadline(clock, terms, over => sweep.ask(question, at, over));
  };
  const taken = new Set(resolvers.flatMap(({ addresses }) => addresses));
  const look = () => interceptedAt({ ask, chance, taken }, signal);
  return common.probe(look, () => clock.now().up);
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

interface ProbeDue {
  readonly open: readonly Resolver[];
  readonly now: Instant;
  /** Somebody has just begun to say new. */
  readonly turned: boolean;
}

/** Three questions to where nobody is cost nobody anything, and what answers for all turns all of them. */
function isProbeDue({ probedAt }: Fitness, { open, now, turned }: ProbeDue): boolean {
  if (open.length === 0) return false;
  const rest = turned ? limits.probeAgainMs : limits.hearingAgainMs;
  return probedAt === null || now - probedAt >= rest;
}

/** A hearing that was given up is no news, and one that failed is tried again with the next answer. */
function quietly(doing: Promise<void>): void {
  doing.catch((error: unknown) => {
    if (!isFault(error)) throw error;
  });
}
