import { type RRset } from '../dns/rrset.ts';
import { type Habit } from './cache.ts';

/** Counts its TTLs down and does what RFC 1034 says; 86,400 s is the usual ceiling. */
export const plain: Habit = {
  ...{ mute: null, floor: 0, ceiling: 86_400, truncates: true, frozen: null, stale: null },
  ...{ prefetches: false, server: null, invents: null, nsid: null, slowMs: 0, members: [] },
};

/** Shows 1 in its last second where the plain one shows 0. */
export const exact: Habit = { ...plain, truncates: false };

/** Keeps everything for so long at least; the TTL it shows says so. */
export const floor = (seconds: number): Habit => ({ ...plain, floor: seconds });

/** Keeps nothing for longer. */
export const ceiling = (seconds: number): Habit => ({ ...plain, ceiling: seconds });

/** Answers what has ended, says so, and fetches then (RFC 8767; RFC 8914 code 3). */
export const staleSigned: Habit = { ...plain, stale: 'signed' };

/** The same without a word: only the TTL of 30 gives it away. */
export const staleUnsigned: Habit = { ...plain, stale: 'unsigned' };

export const prefetching: Habit = { ...exact, prefetches: true };

/** Several caches behind one address that answer in turn; with names, each says which one it is. */
export const farm = (members: readonly Habit[], named: boolean): Habit => ({
  ...plain,
  members: members.map((member, index) => ({
    ...member,
    nsid: named ? `member-${String(index + 1)}` : null,
  })),
});

/** Shows the same TTL all the time and keeps its entries for so many seconds. */
export const frozen = (seconds: number): Habit => ({ ...plain, frozen: seconds });

/** Hears of the world from this authoritative server only. */
export const behind = (server: number): Habit => ({ ...plain, server });

export const silent: Habit = { ...plain, mute: 'silent' };

export const refusing: Habit = { ...plain, mute: 'refuses' };

/** Filtered (RFC 8914 4.18). */
const filtered = 17;

/** Answers these sets instead of what the world says, and that it filters. */
export const filtering = (sets: readonly RRset[]): Habit => ({
  ...plain,
  invents: { sets, error: filtered },
});

/** Answers these sets as if the world said so; the new ones before they are served make it a liar. */
export const inventing = (sets: readonly RRset[]): Habit => ({
  ...plain,
  invents: { sets, error: null },
});

export const slow = (ms: number): Habit => ({ ...plain, slowMs: ms });
