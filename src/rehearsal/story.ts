import { type Verdict } from '../propagation/verdict.ts';
import { type Watched } from '../propagation/watched.ts';
import { type Internet } from './internet.ts';

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
    all.filter(({ state }) => state.verdict === verdict).length;
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

/** Tells in a line whenever another number of caches is new; `tell` hears nothing else. */
export function storyOf(internet: Internet, tell: (what: string) => void): Story {
  const known = new Map<string, Watched>();
  const wronged = new Set<string>();
  let [news, asked] = [new Map<string, number>(), false];
  const share = (key: string): void => {
    const all = [...known.values()].filter(one => one.key === key);
    const turned = all.filter(({ state }) => state.verdict === 'new').length;
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
        known.set(name, one);
        if (internet.belied(one)) wronged.add(name);
      }
      for (const key of new Set(watched.map(one => one.key))) share(key);
    },
    rows: () =>
      [...known].map(([name, one]) => {
        const inhabitant = internet.inhabitant(one.resolver.id);
        const { verdict } = one.state;
        const causes = causesOf(one);
        const said = verdict !== null && (inhabitant?.verdicts.includes(verdict) ?? false);
        const explained = causes.every(cause => inhabitant?.causes.some(fits => fits === cause));
        return {
          ...{ id: one.resolver.id, what: inhabitant?.what ?? '', key: one.key, verdict, causes },
          right: said && explained && !wronged.has(name),
        };
      }),
  };
}
