import { type CacheState } from './cachestate.ts';

/**
 * The clean answers after one more, which the state has as its last. All that comes over one connection
 * that is kept is of one cache, as whoever shares out the load sends the whole of it to one machine: it
 * counts once.
 */
export function cleanAfter({
  clean,
  cleanOver,
  last,
}: Pick<CacheState, 'clean' | 'cleanOver' | 'last'>): Pick<CacheState, 'clean' | 'cleanOver'> {
  const { connection } = last;
  if (connection === undefined) return { clean: clean + 1 };
  const counted = clean > 0 && connection === cleanOver;
  return { clean: counted ? clean : clean + 1, cleanOver: connection };
}
