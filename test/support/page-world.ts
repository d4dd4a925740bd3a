import { readFileSync } from 'node:fs';
import { type Watched, type WatchRecord } from '../../src/propagation/watched.ts';
import { type Story } from './view-fixture.ts';
import { recordOf, type Answer, type Habit } from './world-fixture.ts';

/** Of the list that comes along what a page shows of a resolver. */
interface Listed {
  readonly id: string;
  readonly name: string;
  readonly operator: string;
  readonly country?: string;
  readonly latitude?: number;
  readonly longitude?: number;
  readonly anycast?: boolean;
  readonly weight: number;
}

export const { resolvers: listed } = JSON.parse(
  readFileSync(`${import.meta.dirname}/../../config/resolvers.json`, 'utf8'),
) as { readonly resolvers: readonly Listed[] };

const before: Answer = [-3600, 'old', 300];

/** Every way not to be new, two minutes after the swap. */
const odd: readonly (readonly [id: string, answers: readonly Answer[]])[] = [
  ['cloudflare', [before, [8, 'old', 292], [20, 'new', 300], [31, 'old', 269], [44, 'new', 276]]],
  ['google', [before, [8, 'old', 52], [62, 'new', 300]]],
  [
    'quad9',
    [
      [-3600, 'old', 900],
      [11, 'old', 880],
    ],
  ],
  [
    'opendns',
    [
      [-3600, 'old', 1800],
      [12, 'old', 1640],
    ],
  ],
  ['adguard', [before, [15, 'other', 60], [60, 'other', 60]]],
  ['dns-sb', [before, [10, 'old', 300], [50, 'old', 300], [100, 'old', 300]]],
  ['yandex', [before, [17, 'old', 20], [39, 'new', 300], [90, 'old', 300]]],
  ['hurricane-electric', [before, [16, 'silent'], [40, 'silent'], [90, 'silent']]],
];

/** Each resolver of the list with a habit: most turn when their entry ends, between 5 s and 5 min. */
const habits: readonly Habit[] = listed.map(({ id, operator, weight }, index): Habit => {
  const strange = odd.find(([who]) => who === id)?.[1];
  // Most entries were fetched long before the swap, so that more of them end early than late.
  const left = 8 + Math.round(286 * (((index * 61) % 148) / 148) ** 2.6);
  if (strange !== undefined) return { id, operator, weight, answers: strange };
  if (index % 41 === 40)
    return { id, operator, weight, answers: [before, [7, 'silent'], [80, 'silent']] };
  if (index % 29 === 28)
    return { id, operator, weight, answers: [before, [9, 'stale', 30], [11, 'stale', 30]] };
  const at = 5 + (index % 9);
  const turned = at + left + 2;
  return { id, operator, weight, answers: [before, [at, 'old', left], [turned, 'new', 300]] };
});

/** The watch names what the list knows; the copies have no habits of their own. */
function named(record: WatchRecord, change: (one: Watched, index: number) => Watched): WatchRecord {
  const known = new Map(listed.map(one => [one.id, one]));
  const watched = record.watched.map((one, index) => {
    const { name = one.resolver.id, country = null } = known.get(one.resolver.id) ?? {};
    return change({ ...one, resolver: { ...one.resolver, name, country } }, index);
  });
  return { ...record, watched };
}

/** What the resolvers of the list answered up to the moment of a story. */
export const worldOf = (story: Story, change = (one: Watched): Watched => one): WatchRecord =>
  named(recordOf(story, habits), change);

/** The same with so many resolvers, each a copy of one of the list under a name of its own. */
export function crowdOf(story: Story, number: number): WatchRecord {
  const record = worldOf(story);
  const { watched } = record;
  const crowd = Array.from({ length: number }, (_, index): Watched => {
    const one = watched[index % watched.length];
    if (one === undefined) throw new Error('the list is empty');
    const id = `${one.resolver.id}-${String(index)}`;
    return {
      ...one,
      resolver: { ...one.resolver, id, name: `${one.resolver.name} ${String(index)}` },
    };
  });
  return { ...record, watched: crowd };
}
