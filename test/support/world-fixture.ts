import { observe } from '../../src/propagation/cachestate.ts';
import { type Expectation } from '../../src/propagation/expectation.ts';
import { forecastOf } from '../../src/propagation/forecast.ts';
import { type Observation } from '../../src/propagation/observation.ts';
import { type Participant } from '../../src/propagation/participant.ts';
import { stragglerOf } from '../../src/propagation/straggler.ts';
import { tallyOf } from '../../src/propagation/tally.ts';
import {
  type Minute,
  type Spell,
  type Watched,
  type WatchRecord,
} from '../../src/propagation/watched.ts';
import { parseName } from '../../src/dns/name.ts';
import { dawn } from './view-plan.ts';
import { type Story } from './view-fixture.ts';

const oldSet = ['10 mail.example.org.', '20 mail2.example.org.'];
const newSet = ['0 mx.new.example.'];

/** One answer: when, in seconds from the swap, and what, with which TTL. */
export type Answer = readonly [
  at: number,
  what: 'old' | 'new' | 'stale' | 'other' | 'silent',
  ttl?: number,
];

export interface Habit {
  readonly id: string;
  readonly operator?: string;
  readonly weight?: number;
  readonly answers: readonly Answer[];
}

/** Steady time of the watch trails the wall by a minute: nothing may pass for the other. */
export const steady = { boot: 'b1', offset: dawn - 60_000 };

/** Twelve resolvers of different habits, the low TTL being 300 s. */
export const habits: readonly Habit[] = [
  {
    id: 'quad-one',
    weight: 30,
    answers: [
      [-3600, 'old', 250],
      [10, 'old', 200],
      [212, 'new', 300],
    ],
  },
  {
    id: 'eight',
    weight: 40,
    operator: 'octo',
    answers: [
      [-3600, 'old', 300],
      [8, 'old', 90],
      [100, 'new', 300],
    ],
  },
  {
    id: 'eight-v6',
    weight: 5,
    operator: 'octo',
    answers: [
      [-3600, 'old', 300],
      [9, 'old', 120],
      [131, 'new', 300],
    ],
  },
  {
    id: 'nine',
    weight: 10,
    answers: [
      [-3600, 'old', 900],
      [11, 'old', 880],
      [893, 'new', 900],
    ],
  },
  {
    id: 'sleepy',
    weight: 2,
    answers: [
      [-3600, 'old', 300],
      [12, 'stale', 30],
      [14, 'stale', 30],
      [200, 'new', 300],
    ],
  },
  { id: 'cold-one', weight: 3, answers: [[5, 'new', 300]] },
  { id: 'cold-two', weight: 3, answers: [[6, 'new', 300]] },
  {
    id: 'late',
    weight: 2,
    answers: [
      [-3600, 'old', 300],
      [13, 'old', 295],
      [310, 'new', 300],
    ],
  },
  {
    id: 'filter',
    weight: 2,
    answers: [
      [-3600, 'old', 300],
      [15, 'other', 60],
    ],
  },
  {
    id: 'mute',
    weight: 1,
    answers: [
      [-3600, 'silent'],
      [16, 'silent'],
      [40, 'silent'],
      [90, 'silent'],
    ],
  },
  {
    id: 'back',
    weight: 1,
    answers: [
      [-3600, 'old', 300],
      [17, 'old', 20],
      [39, 'new', 300],
      [345, 'old', 300],
      [650, 'new', 300],
    ],
  },
  {
    id: 'third',
    weight: 1,
    answers: [
      [-3600, 'old', 300],
      [18, 'old', 150],
      [170, 'new', 300],
    ],
  },
];

const key = 'example.org. MX';

function observation(id: string, received: number, [, what, ttl = 0]: Answer): Observation {
  const asking = {
    ...{ resolver: id, address: '192.0.2.77', transport: 'udp' as const },
    ...{ asked: received - 5, received, rttMs: 5 },
  };
  if (what === 'silent')
    return { ...asking, outcome: { kind: 'silent', why: 'no answer within 3000 ms' } };
  const rdata = what === 'new' ? newSet : what === 'other' ? ['0 walled.example.'] : oldSet;
  const ede = what === 'stale' ? [{ code: 3, text: 'Stale Answer' }] : [];
  const said = { rcodeName: 'NOERROR', rdata, ttl, ede, nsid: null, ad: false };
  return { ...asking, outcome: { kind: 'answered', ...said } };
}

/** Spells as a poller keeps them: one for each cause, with the end that was told last. */
function spelled(spells: readonly Spell[], straggler: Watched['straggler'], at: number) {
  const last = spells.at(-1);
  const cause = straggler?.cause ?? null;
  const open = last?.to === null ? last : undefined;
  const closed = open === undefined ? spells : [...spells.slice(0, -1), { ...open, to: at }];
  if (cause === null) return closed;
  const until = straggler?.until ?? null;
  if (open?.cause === cause) return [...spells.slice(0, -1), { ...open, until }];
  return [...closed, { cause, from: at, to: null, until }];
}

function watchedOf(habit: Habit, swap: number, until: number): Watched | null {
  const { id, operator = id, weight = 1, answers } = habit;
  const resolver = {
    ...{ id, name: id, operator, country: null, addresses: ['192.0.2.77'], port: 53 },
    ...{ tier: 'core' as const, weight, anycast: false },
  };
  let state: Watched['state'] | null = null;
  let straggler: Watched['straggler'] = null;
  let spells: readonly Spell[] = [];
  for (const answer of answers) {
    const at = swap + answer[0] * 1000;
    if (at > until) break;
    const begun = answer[0] >= 0;
    const expectation: Expectation = {
      key: { name: parseName('example.org'), type: 'MX' },
      old: [oldSet],
      new: begun ? newSet : null,
      ttl: { old: 3600, low: 300 },
      lowSince: swap - 7_200_000,
      swappedAt: begun ? swap : null,
      authorityNewSince: begun ? swap + 2000 : null,
    };
    state = observe(state, observation(id, at, answer), expectation);
    straggler = stragglerOf(state, expectation);
    if (begun) spells = spelled(spells, straggler, at);
  }
  return state === null ? null : { key, resolver, state, straggler, spells };
}

const seenBy = (swap: number, until: number, list: readonly Habit[]): readonly Watched[] =>
  list.flatMap(habit => watchedOf(habit, swap, until) ?? []);

const sliceOf = (watched: readonly Watched[], at: number): Minute['slice'] => {
  const ballots = watched.map(
    ({ resolver: { operator, country, weight }, state: { verdict, arrival } }) => ({
      ...{ operator, country, weight, verdict, arrival },
    }),
  );
  const { counts, weights, total, unasked, flipped, cold, share, ableToTell } = tallyOf(
    ballots,
    at,
  );
  return { counts, weights, total, unasked, flipped, cold, share, ableToTell };
};

/** What the store keeps of the watch of a story at its moment; `list` are the resolvers. */
export function recordOf({ cutover, now }: Story, list: readonly Habit[] = habits): WatchRecord {
  const swapUp = cutover.swaps[0]?.up ?? now.up + 3_600_000;
  const swap = swapUp + steady.offset;
  const until = now.up + steady.offset;
  const watched = seenBy(swap, until, list);
  const participants = seenBy(swap, swap - 1, list).map(
    ({ resolver: { id, weight }, state: { floor } }): Participant => ({
      ...{ resolver: id, weight, life: Math.max(300, floor ?? 0), learntAt: null, holds: 1 },
      ...{ source: floor === null ? 'plain' : 'seen', left: null, caches: 1 },
      ...{ asking: 0, askingMost: 0 },
    }),
  );
  const forecast = forecastOf(participants, { low: 300, blind: 0 });
  const moments = list.flatMap(({ answers }) => answers.map(([at]) => Math.ceil(at / 20) * 20_000));
  const minutes = [...new Set(moments)]
    .sort((one, other) => one - other)
    .map(ms => swap + ms)
    .filter(at => at <= until)
    .map((at): Minute => ({ at, key, slice: sliceOf(seenBy(swap, at, list), at), forecast }));
  return { steady, watched, minutes };
}
