import { type Seconds } from '../clock.ts';
import { type RRset } from '../dns/rrset.ts';
import { type Cause } from '../propagation/straggler.ts';
import { type Verdict } from '../propagation/verdict.ts';
import { type Habit } from './cache.ts';
import * as habits from './habits.ts';

/** A cache of the rehearsal, and what a monitor that is right says of it. */
export interface Inhabitant {
  readonly id: string;
  /** What it is, in a few words. */
  readonly what: string;
  readonly habit: Habit;
  readonly weight: number;
  /** How often, on average, its other users ask; null: it has none. */
  readonly everySeconds: Seconds | null;
  /** Several caches answer at its address, and that is known. */
  readonly anycast: boolean;
  /** What it can be called once it was asked after the swap. */
  readonly verdicts: readonly Verdict[];
  /** Why it can be said not to be new. */
  readonly causes: readonly Cause[];
}

/** Nodes of the authority: the two that the world is told of, and one that trails far behind. */
export const node = { primary: 0, secondary: 1, straggling: 2 } as const;

/** A countdown that is first seen at 30 s, after another entry ended, looks like stale data until it moves. */
const counts: readonly Cause[] = ['waiting for its TTL', 'serves stale'];
/** The rest of a raised TTL can be mistaken for an entry that was fetched since, until the floor is seen. */
const raises: readonly Cause[] = ['raises TTLs', 'fetched old again', ...counts];
const turns: readonly Verdict[] = ['old', 'mixed', 'new'];

const cache = (
  id: string,
  what: string,
  more: Partial<Inhabitant> & { readonly habit: Habit },
): Inhabitant => ({
  ...{ id, what, weight: 8, everySeconds: null, anycast: false, verdicts: turns, causes: counts },
  ...more,
});

/** Those that hold entries and let go of them, sooner or later. */
const keepers: readonly Inhabitant[] = [
  cache('plain', 'counts its TTL down; has many users', {
    ...{ habit: habits.plain, weight: 20, everySeconds: 40 },
  }),
  cache('unused', 'counts its TTL down; nobody else asks it', { habit: habits.exact }),
  cache('prefetching', 'fetches anew before its entry ends', {
    ...{ habit: habits.prefetching, everySeconds: 12 },
  }),
  cache('ceiling', 'keeps nothing for longer than 60 s', {
    ...{ habit: habits.ceiling(60), everySeconds: 40 },
  }),
  cache('floor', 'keeps everything for 1,800 s at least', {
    ...{ habit: habits.floor(1800), everySeconds: 90 },
    causes: raises,
  }),
  cache('stale', 'answers what has ended once more, and says so (EDE 3)', {
    ...{ habit: habits.staleSigned },
    causes: counts,
  }),
  cache('stale-silent', 'answers what has ended once more, with TTL 30 and no sign', {
    ...{ habit: habits.staleUnsigned },
    causes: counts,
  }),
  cache('farm', 'two caches behind one address, one with a floor of 900 s', {
    ...{ habit: habits.farm([habits.plain, habits.floor(900)], false) },
    ...{ everySeconds: 50, anycast: true },
    causes: ['several caches disagree', ...raises],
  }),
  cache('farm-named', 'two caches behind one address that give their names (NSID)', {
    ...{ habit: habits.farm([habits.floor(600), habits.plain], true) },
    ...{ everySeconds: 50, anycast: true },
    causes: ['several caches disagree', ...raises],
  }),
  cache('frozen', 'always shows the same TTL; keeps its entries for two hours', {
    ...{ habit: habits.frozen(7200), weight: 3 },
    // Until it has shown the same TTL a few times, it looks like one that fetches old again and again.
    causes: ['does not count down', 'fetched old again', ...counts],
  }),
  cache('trailing', 'hears from a server that trails by eight minutes', {
    ...{ habit: habits.behind(node.straggling), everySeconds: 30 },
    // Its server gives the long TTL for eight minutes more than anybody can know.
    causes: raises,
  }),
  cache('slow', 'takes 1.2 s for every answer', {
    ...{ habit: habits.slow(1200), everySeconds: 200 },
  }),
];

/** What a captive network might answer: records of these types and no others. */
const captive: Readonly<Record<string, string>> = {
  MX: '10 mx.captive.example.',
  TXT: '"captive"',
  A: '192.0.2.66',
  AAAA: '2001:db8::66',
  CNAME: 'captive.example.',
};

const captured = (sets: readonly RRset[]): readonly RRset[] =>
  sets.flatMap(({ name, type }) => {
    const rdata = captive[type];
    return rdata === undefined ? [] : [{ name, type, ttl: 60, rdata: [rdata] }];
  });

/** Those that never tell what the world says; most people do not ask them. */
function deniers(swapped: readonly RRset[]): readonly Inhabitant[] {
  const rewritten = { verdicts: ['other'], causes: ['filtered or rewritten'] } as const;
  const cannotTell = ['silent or refused'] as const;
  const forged = captured(swapped);
  const all = [
    cache('silent', 'gives no answer', {
      ...{ habit: habits.silent, weight: 2, verdicts: ['silent'], causes: cannotTell },
    }),
    cache('refusing', 'refuses to answer', {
      ...{ habit: habits.refusing, weight: 2, verdicts: ['refused'], causes: cannotTell },
    }),
    cache('filtering', 'answers a host of its own, and says that it filters (EDE 17)', {
      ...{ habit: habits.filtering(forged), weight: 0.5, ...rewritten },
    }),
    cache('forging', 'answers a host of its own as if the world said so', {
      ...{ habit: habits.inventing(forged), weight: 0.5, ...rewritten },
    }),
    cache('hasty', 'answered the new set before it was written', {
      ...{ habit: habits.inventing(swapped), weight: 0.5, ...rewritten },
      // After a rollback what it always shows is a set that was there, with a TTL that never moves.
      causes: [...rewritten.causes, 'does not count down'],
    }),
  ];
  // Where nothing can be made up they would be what they are not.
  return all.filter(({ habit }) => habit.invents?.sets.length !== 0);
}

/** The caches of the rehearsal's world, which lie about what the cutover swaps in. */
export const population = (swapped: readonly RRset[]): readonly Inhabitant[] => [
  ...keepers,
  ...deniers(swapped),
];
