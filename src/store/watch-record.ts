import { type Minute, type WatchRecord } from '../propagation/watched.ts';

/** Which minute it is, counted like its `at`: of one RRset and minute only the last is kept. */
export const minuteOf = ({ at }: Minute): number => Math.floor(at / 60_000);

/**
 * The record as every store gives it: minutes by time, resolvers by RRset and id. By code unit and
 * never by the order of a database, which depends on the collation there.
 */
export const inOrder = ({ watched, minutes, ...rest }: WatchRecord): WatchRecord => ({
  ...rest,
  watched: watched.toSorted(
    (one, other) => compare(one.key, other.key) || compare(one.resolver.id, other.resolver.id),
  ),
  minutes: minutes.toSorted((one, other) => one.at - other.at || compare(one.key, other.key)),
});

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
