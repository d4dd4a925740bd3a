import { verdictOfAll } from '../propagation/service.ts';
import { type Verdict } from '../propagation/verdict.ts';
import { type Watched } from '../propagation/watched.ts';
import { type Internet } from './internet.ts';
import { type Inhabitant } from './population.ts';

/** A cache of the rehearsal: what it is, and what the monitor said of it. */
export interface CacheRow {
  readonly id: string;
  readonly what: string;
  /** `keyText` of what was asked for. */
  readonly key: string;
  /** Null: it was never heard of. */
  readonly verdict: Verdict | null;
  /** Why it was not new, in the order of time. */
  readonly causes: readonly string[];
  /** This machine was too busy to hear it in time: it may look silent, or like several caches. */
  readonly late: boolean;
  /** False where it was called new while it held another set, or anything that it is not. */
  readonly right: boolean;
}

/** Follows what the monitor says of the caches. */
export interface Story {
  readonly hear: (watched: readonly Watched[]) => void;
  readonly rows: () => readonly CacheRow[];
}

const words: readonly (readonly [Verdict, string])[] = [
  ['old', 'old'],
  ['mixed', 'old and new'],
  ['other', 'something else'],
];

/** `5 of 17 new, 9 old, 2 cannot tell`. */
function summary(all: readonly Watched[]): string {
  const count = (verdict: Verdict): number =>
    all.filter(one => verdictOfAll(one) === verdict).length;
  const mute = count('silent') + count('refused') + count('empty');
  const rest = words
    .map(([verdict, word]) => ({ many: count(verdict), word }))
    .filter(({ many }) => many > 0)
    .map(({ many, word }) => `${String(many)} ${word}`);
  return [
    `${String(count('new'))} of ${String(all.length)} new`,
    ...rest,
    ...(mute > 0 ? [`${String(mute)} cannot tell`] : []),
  ].join(', ');
}

const causesOf = ({ spells, straggler }: Watched): readonly string[] => [
  ...new Set([
    ...spells.map(({ cause }) => cause),
    ...(straggler === null ? [] : [straggler.cause]),
  ]),
];

export interface StoryOf {
  /** Hears a line whenever another number of caches is new. */
  readonly tell: (what: string) => void;
  /** True once somebody else changed the zone: then any cache may have held what they wrote. */
  readonly meddled: () => boolean;
}

/** Whoever holds what somebody else wrote answers neither old nor new, and why cannot be seen from outside. */
const foreign = 'filtered or rewritten';
/** Whoever asked a secondary that trailed behind. */
const again = 'fetched old again';
/** Whose answers come late, or not in time. */
const lateVerdicts: readonly Verdict[] = ['silent'];
const lateCauses = ['several caches disagree', 'silent or refused', again];

/** Follows what the monitor says of the caches of this internet, and holds it against the truth. */
export function storyOf(internet: Internet, { tell, meddled }: StoryOf): Story {
  const latest = new Map<string, Watched>();
  const wronged = new Set<string>();
  let [news, asked] = [new Map<string, number>(), false];
  const places = new Map(internet.resolvers.map(({ id }, index) => [id, index]));
  const place = ({ resolver }: Watched): number => places.get(resolver.id) ?? places.size;
  const share = (key: string): void => {
    const all = [...latest.values()].filter(one => one.key === key);
    const turned = all.filter(one => verdictOfAll(one) === 'new').length;
    // Before the swap there is nothing new; that the caches were asked is told once.
    if (all.every(({ state }) => state.aim === 'null')) {
      if (!asked && all.length === internet.resolvers.length) {
        asked = true;
        tell('caches: each was asked once, and now they are left alone until the swap');
      }
      return;
    }
    if (turned === (news.get(key) ?? 0)) return;
    news = new Map([...news, [key, turned]]);
    tell(`caches: ${summary(all)}`);
  };
  return {
    hear: watched => {
      for (const one of watched) {
        const name = `${one.key} ${one.resolver.id}`;
        latest.set(name, one);
        if (internet.belied(one)) wronged.add(name);
      }
      for (const key of new Set(watched.map(one => one.key))) share(key);
    },
    rows: () =>
      [...latest]
        .toSorted(([, one], [, other]) => place(one) - place(other))
        .map(([name, one]) => {
          const { id } = one.resolver;
          const late = internet.late(id);
          const more = [
            ...(meddled() ? [foreign] : []),
            ...(internet.trailed(id) ? [again] : []),
            ...(late ? lateCauses : []),
          ];
          const row = rowOf(one, internet.inhabitant(id), { late, causes: more });
          return { ...row, right: row.right && !wronged.has(name) };
        }),
  };
}

interface Around {
  readonly late: boolean;
  /** Those that fit it in this world, whatever its habit. */
  readonly causes: readonly string[];
}

function rowOf(one: Watched, inhabitant: Inhabitant | null, around: Around): CacheRow {
  const { late } = around;
  const verdict = verdictOfAll(one);
  const causes = causesOf(one);
  const known: readonly string[] = [...(inhabitant?.causes ?? []), ...around.causes];
  const can: readonly Verdict[] = [...(inhabitant?.verdicts ?? []), ...(late ? lateVerdicts : [])];
  const said = verdict !== null && can.includes(verdict);
  const right = said && causes.every(cause => known.includes(cause));
  const { id } = one.resolver;
  return { id, what: inhabitant?.what ?? '', key: one.key, verdict, causes, late, right };
}
