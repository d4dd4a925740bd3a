import { limits } from '../../limits.ts';
import { type Status } from '../status/status.ts';
import { brief } from '../words.ts';
import { type CachesView } from '../world/world.ts';

/*
 * What a stream carries of a status. Twice a second it may go to ten thousand viewers, and an own list may
 * have ten thousand resolvers with names of any length: whoever wants each of them asks for pages of them.
 */

/** The same with its texts cut, and its lists of texts too, however deep. */
function cut<Value>(value: Value): Value;
function cut(value: unknown): unknown {
  if (typeof value === 'string') return brief(value, limits.frameCharacters);
  if (Array.isArray(value)) return value.slice(0, limits.frameTexts).map(one => cut<unknown>(one));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, cut(one)]));
}

/** The first of them, as many as have room. */
function fitting<Row extends object>(rows: readonly Row[]): readonly Row[] {
  let characters = 0;
  const first = rows.slice(0, limits.frameResolvers).map(row => cut(row));
  const over = first.findIndex(row => {
    characters += JSON.stringify(row).length;
    return characters > limits.frameRowsCharacters;
  });
  return over === -1 ? first : first.slice(0, over);
}

function resolversIn(caches: CachesView): CachesView {
  const { stragglers, quarantined, outlook } = caches;
  return {
    ...caches,
    stragglers: fitting(stragglers),
    outlook: cut(outlook),
    ...(quarantined !== undefined && { quarantined: fitting(quarantined) }),
  };
}

/** The status with as many resolvers named as a frame holds; counts and causes speak of all of them. */
export function framed(status: Status): Status {
  const { propagation } = status;
  const resolvers = propagation?.resolvers ?? null;
  if (propagation === null || resolvers === null) return status;
  return { ...status, propagation: { ...propagation, resolvers: resolversIn(resolvers) } };
}
