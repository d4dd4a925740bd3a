import { limits } from '../../limits.ts';
import { type Resolver } from '../../propagation/watched.ts';

type Named = Pick<Resolver, 'id' | 'operator'>;

/** Whoever asked to be left alone is, by all that would ask it and whatever way. */
export interface Rests {
  /** It is to be left alone for so long, though not for ever. */
  readonly rest: (resolver: Named, ms: number) => void;
  /** Until when, by `up`; it may be past. */
  readonly restsUntil: (resolver: Named) => number;
}

/** `began` is called with each that begins to rest. */
export function restsOf(up: () => number, began: (resolver: Named) => void): Rests {
  const rests = new Map<string, number>();
  const nameOf = ({ operator, id }: Named): string => JSON.stringify([operator, id]);
  return {
    rest: (resolver, ms) => {
      const name = nameOf(resolver);
      const until = up() + Math.min(ms, limits.restMostMs);
      rests.set(name, Math.max(until, rests.get(name) ?? until));
      began(resolver);
    },
    restsUntil: resolver => {
      if (rests.size === 0) return -Infinity;
      const name = nameOf(resolver);
      const until = rests.get(name) ?? -Infinity;
      if (until <= up()) rests.delete(name);
      return until;
    },
  };
}
