import { type Instant } from '../clock.ts';
import { keyText } from '../dns/rrset.ts';
import { limits } from '../limits.ts';
import { type CacheState } from '../propagation/cachestate.ts';
import { aimOf, type Expectation } from '../propagation/expectation.ts';
import { nextAsk } from '../propagation/schedule.ts';
import { verdictOfAll } from '../propagation/service.ts';
import { type Straggler, stragglerOf } from '../propagation/straggler.ts';
import { type Verdict } from '../propagation/verdict.ts';
import { type Resolver, type Spell, type Watched } from '../propagation/watched.ts';
import { policyOf, usualPoliteness } from './policy.ts';

/** One resolver of the watch of a cutover. */
export interface Row {
  readonly resolver: Resolver;
  /** Null before anything was heard. */
  readonly watched: Watched | null;
  /** Heard, or given up, since this watch began; or nothing more is to be asked for now. */
  readonly current: boolean;
  /** It cannot be asked from this machine. */
  readonly leftOut: boolean;
  /** What it says does not count yet, or at all; see `judgedRow`. Left out: it counts. */
  readonly standing?: 'not heard' | 'unfit';
}

/** What its rows are held against. */
export interface Aim {
  readonly mode: 'baseline' | 'watch';
  readonly expectation: Expectation;
}

/** The row of a resolver as a watch begins; `known`: what is kept of it. */
export function rowOf(
  resolver: Resolver,
  known: Watched | null,
  { aim, now }: { readonly aim: Aim; readonly now: Instant },
): Row {
  const row = { resolver, watched: null, current: false, leftOut: false };
  if (known === null) return row;
  const { state } = known;
  const same = state.aim === aimOf(aim.expectation);
  const spells = same ? known.spells : closed(known.spells, now);
  const idle = same && state.verdict !== null && !isDue(resolver, state, { aim, now });
  return { ...row, watched: { ...known, resolver, spells }, current: idle || state.refused };
}

function isDue(
  resolver: Resolver,
  state: CacheState,
  { aim, now }: { readonly aim: Aim; readonly now: Instant },
): boolean {
  const { mode, expectation } = aim;
  const policy = policyOf(resolver, usualPoliteness, { mode, chance: 0 });
  const next = nextAsk(state, expectation, { policy, now });
  return next !== null && next.at <= now;
}

/** The row after one more observation, which the state holds as its last. */
export function heardOf(row: Row, state: CacheState, { mode, expectation }: Aim): Row {
  const { resolver, watched, current } = row;
  const straggler = stragglerOf(state, expectation);
  const at = state.last.received;
  const before = watched?.spells ?? [];
  // Before the swap nobody is late.
  const spells = expectation.new === null ? closed(before, at) : spellsOf(before, straggler, at);
  const givenUp = state.mute >= limits.pollSilences || (mode === 'baseline' && state.samples > 2);
  return {
    ...{ resolver, leftOut: false },
    watched: { key: keyText(expectation.key), resolver, state, straggler, spells },
    current: current || state.last.outcome.kind !== 'silent' || givenUp,
  };
}

const closed = (spells: readonly Spell[], at: Instant): readonly Spell[] =>
  spells.map(spell => (spell.to === null ? { ...spell, to: at } : spell));

/** The causes so far: the last goes on, or ends where another begins. */
function spellsOf(
  spells: readonly Spell[],
  straggler: Straggler | null,
  at: Instant,
): readonly Spell[] {
  const last = spells.at(-1);
  if (straggler === null) return closed(spells, at);
  const { cause, until } = straggler;
  if (last?.to === null && last.cause === cause)
    return until === null ? spells : [...spells.slice(0, -1), { ...last, until }];
  const begun = { cause, from: at, to: null, until };
  return [...closed(spells, at), begun].slice(-limits.spellsPerResolver);
}

/**
 * What it is, as far as this aim goes; who refused is asked no more, whatever the aim. What was heard
 * of one that cannot be asked any more says nothing of now.
 */
export function verdictTowards(
  { watched, leftOut, resolver, standing }: Row,
  expectation: Expectation,
): Verdict | null {
  if (standing === 'unfit') return 'refused';
  if (standing === 'not heard') return null;
  if (watched === null || leftOut) return null;
  const { state } = watched;
  const { aim, refused } = state;
  if (aim === aimOf(expectation)) return verdictOfAll({ resolver, state });
  return refused ? 'refused' : null;
}
