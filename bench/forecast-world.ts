// The simulated worlds of bench/forecast: resolvers of mixed habits, each cache with users of its own.
import { parseName } from '../src/dns/name.ts';
import { type Key, rrset } from '../src/dns/rrset.ts';
import { type Resolver } from '../src/propagation/watched.ts';
import { type Cache, cacheOf, type Habit } from '../src/rehearsal/cache.ts';
import { type seededChance } from '../src/rehearsal/chance.ts';
import * as habits from '../src/rehearsal/habits.ts';

export const key: Key = { name: parseName('example.org'), type: 'MX' };
export const oldSet = ['10 mx1.oldhost.example.'];
export const newSet = ['10 mx1.newhost.example.'];
const s = 1000;

export type Chance = ReturnType<typeof seededChance>;
export const one = <T>(all: readonly T[], chance: Chance): T =>
  all[Math.min(all.length - 1, Math.floor(chance.float() * all.length))]!;
/** Normally distributed: the sum of twelve even ones (Irwin and Hall). */
const normal = (chance: Chance): number =>
  Array.from({ length: 12 }, () => chance.float()).reduce((sum, part) => sum + part, -6);

/** Habits with their part in sixty. */
const mixture: readonly (readonly [number, (chance: Chance) => Habit])[] = [
  [22, () => habits.plain],
  [14, () => habits.exact],
  [6, () => habits.prefetching],
  [5, chance => habits.floor(one([600, 1200, 1800, 3600], chance))],
  [4, chance => habits.ceiling(one([30, 60], chance))],
  [3, () => habits.staleSigned],
  [1, () => habits.staleUnsigned],
  [3, () => habits.farm([habits.plain, habits.exact, habits.plain], true)],
  [1, () => habits.farm([habits.plain, habits.floor(1200)], true)],
  [1, () => habits.silent],
];

/** One cache with the users that it has besides us. */
interface Member {
  readonly cache: Cache;
  readonly habit: Habit;
  /** Questions a second. */
  readonly rate: number;
  /** The time that it lives in; behind ours, when its users are to be heard first. */
  at: number;
}

export interface Site {
  readonly resolver: Resolver;
  readonly members: readonly Member[];
  readonly floor: number;
  turn: number;
}

/** When the servers gave what: everything is counted from the moment when they give the low TTL. */
export interface Course {
  readonly old: number;
  readonly low: number;
  readonly swap: number;
  /** How long the second server trails the first. */
  readonly lag: number;
}

function memberOf(habit: Habit, rate: number, { course, chance }: Place): Member {
  const { low, old, swap, lag } = course;
  const served = (turn: number) => () => {
    const ttl = member.at < 0 ? old : low;
    return { answer: [rrset({ ...key, ttl, rdata: member.at < turn ? oldSet : newSet })] };
  };
  const servers = [served(swap), served(swap + lag)];
  const cache = cacheOf(habit, { servers, now: () => member.at, chance });
  const member: Member = { cache, habit, rate, at: 0 };
  const life = Math.max(habit.floor, Math.min(old, habit.ceiling));
  const part = (rate * life) / (1 + rate * life);
  if (chance.float() < part) {
    member.at = -chance.float() * life * s;
    cache.answer(key);
  }
  return member;
}

/** Its users ask until that moment. What they ask while an entry is there changes nothing, but to prefetch. */
export function liveUntil(member: Member, until: number, chance: Chance): void {
  const { cache, habit, rate } = member;
  const wait = () => (-Math.log(1 - chance.float()) / rate) * s;
  for (;;) {
    const ends = cache.holds(key).map(({ endsAt, fetchedAt }) => {
      const early = habit.prefetches ? 0.1 * (endsAt - fetchedAt) : 0;
      return endsAt - early;
    });
    const next = Math.max(member.at, ...ends.filter(end => end < Infinity)) + wait();
    if (!(next < until)) break;
    member.at = next;
    cache.answer(key);
  }
  member.at = until;
}

interface Place {
  readonly course: Course;
  readonly chance: Chance;
}

export /** Questions a second that are usual in a world: once a day to once in five seconds. */
const usualOf = (chance: Chance): number =>
  Math.exp(Math.log(1 / 86_400) + chance.float() * Math.log(86_400 / 5));

export function sitesOf(place: Place, usual: number): readonly Site[] {
  const { chance } = place;
  const made = mixture.flatMap(([count, habit]) => Array.from({ length: count }, () => habit));
  return made.map((make, index): Site => {
    const habit = make(chance);
    const core = index % 3 !== 2;
    const rate = () => usual * Math.exp(1.5 * normal(chance));
    const all = habit.members.length > 0 ? habit.members : [habit];
    return {
      turn: 0,
      floor: Math.max(...all.map(({ floor }) => floor)),
      members: all.map(member => memberOf(member, rate(), place)),
      resolver: {
        ...{ id: `r${index}`, name: `r${index}`, operator: `o${index % 30}`, country: null },
        ...{ addresses: [`192.0.2.${index + 1}`], port: 53, tier: core ? 'core' : 'regional' },
        // A few are used by very many, as in the world.
        weight: core ? Math.exp(1.2 * normal(chance)) : 0.2,
        anycast: habit.members.length > 0,
      },
    };
  });
}
