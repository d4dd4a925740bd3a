import { judge, type Judgement, unheard } from '../../propagation/fitness.ts';
import { type CacheState } from '../../propagation/cachestate.ts';
import { exposureOf } from '../../propagation/exposure.ts';
import { type Hearing, memberNamed } from '../../propagation/hearing.ts';
import { type Resolver } from '../../propagation/watched.ts';
import { commonHearings } from '../../poller/hearings/common-hearings.ts';
import { hearingsOf, type Hearings } from '../../poller/hearings/hearings.ts';
import { goesOn, type Known, type SessionOf } from './running.ts';

/**
 * Who can be believed. A look does without questions of its own, which would take longer than the look:
 * answers name the machines that they come from, so that resolvers that are one cache are known by that.
 */
export function believed(
  { states, intercepted, fitness }: Pick<Known, 'states' | 'intercepted' | 'fitness'>,
  resolvers: readonly Resolver[],
): Judgement {
  const heard = new Map(fitness?.hearings.map(one => [one.resolver, one]));
  const hearings = resolvers.flatMap(resolver => {
    const state = states.get(resolver.id);
    return heard.get(resolver.id) ?? (state === undefined ? [] : (seenOf(resolver, state) ?? []));
  });
  return judge({ ...(fitness ?? unheard), intercepted, hearings });
}

/** What an answer shows besides what was asked; null for who did not answer. */
function seenOf(resolver: Resolver, { last }: CacheState): Hearing | null {
  const { outcome, received, address } = last;
  if (outcome.kind !== 'answered') return null;
  const { id, operator, weight } = resolver;
  return {
    ...{ resolver: id, operator, weight, address, exposure: exposureOf(resolver) },
    ...{ at: received, trouble: null, invents: null, denial: null },
    member: memberNamed(outcome.nsid),
  };
}

/**
 * A session that goes on asks what the watch of a cutover asks as well: a share that is waited for is to be
 * of resolvers that can be believed. What will be created nobody knows here, so that no denial of the zone
 * is asked for; null for a look.
 */
export function hearingsFor(
  { terms, resolvers, world }: SessionOf,
  { known, now, changed }: HearingsIn,
  signal: AbortSignal,
): Hearings | null {
  if (!goesOn(terms)) return null;
  const { zone } = known.found;
  const { clock, chance, ask, probe, errands } = world;
  const ground = zone === null ? null : { zone, servers: [], coming: [] };
  const site = { clock, chance, ask, errands, sweep: { ask: probe } };
  let told = '';
  const heard = (): void => {
    known.fitness = hearings.fitness();
    const { unfit, distrust } = hearings.judgement();
    const mark = unfit.size === 0 && distrust === null ? '' : JSON.stringify([...unfit, distrust]);
    // That one more can be believed shows nowhere.
    if (mark !== told) changed();
    told = mark;
  };
  const hearings = hearingsOf(
    { ...site, ground, resolvers, kept: null, now, common: commonHearings() },
    heard,
    signal,
  );
  return hearings;
}

export interface HearingsIn {
  readonly known: Known;
  /** On the clock of the session. */
  readonly now: () => number;
  /** More is known. */
  readonly changed: () => void;
}
