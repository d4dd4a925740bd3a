import { parseName } from '../../src/dns/name.ts';
import { type Key } from '../../src/dns/rrset.ts';
import { type Expectation } from '../../src/propagation/expectation.ts';
import { type OnEnd } from '../support/scene.ts';
import { nsdTransfer } from '../support/servers.ts';
import { type Cache, internet, laggingZone, names, newMx, oldMx, ttl, zone } from './internet.ts';
import { type Monitor, monitor } from './monitor.ts';
import { pollerFor, put, sleep, toWholeSecond } from './stage.ts';
import { direct, endOf, type Reply, type Users, users } from './witness.ts';

/** What happened around one swap, from both sides. */
export interface Story {
  readonly swappedAt: number;
  /** When the entries of `quiet` end that users fetched, by cache: of each member of its twin. */
  readonly ends: ReadonlyMap<string, readonly number[]>;
  /** When the primary, and so the zone without a secondary, had turned. */
  readonly turnedAt: number;
  readonly transferredAt: number;
  readonly early: Monitor;
  readonly quiet: Monitor;
  readonly busy: Monitor;
  readonly behind: Monitor;
  /**
   * What users heard, by `CACHE NAME`, the twin's by `CACHE twin NAME`: of the names `early` and `busy`
   * everywhere, of `quiet` only at the twins and only around the ends of its entries.
   */
  readonly heard: ReadonlyMap<string, readonly Reply[]>;
}

/** Milliseconds from the beginning. The longest that a cache of ours keeps is 18 s. */
const timeline = { fetched: 15_000, asked: 1000, swap: 3000, transfer: 12_500, end: 45_000 };
export const usersEveryMs = 300;

const keyOf = (label: string, of = zone): Key => ({
  name: parseName(`${label}.${of}`),
  type: 'MX',
});
const behindKey = keyOf('quiet', laggingZone);

/** Runs the story once; everything is stopped at the end of the test. */
export async function story(onEnd: OnEnd): Promise<Story> {
  const { primary, secondary, caches, lagging, trust } = await internet(onEnd);
  const { poller, up } = pollerFor(onEnd, trust);
  const watching = (key: Key, some: readonly Cache[], compareEnds: boolean) =>
    monitor({ poller, key, caches: some, compareEnds, up });
  const [early, quiet, busy] = [
    watching(keyOf('early'), caches, false),
    watching(keyOf('quiet'), caches, false),
    watching(keyOf('busy'), caches, false),
  ];
  const behind = watching(behindKey, lagging, true);
  const crowd = new Map<string, Users>();
  onEnd(async () => {
    for (const one of crowd.values()) await one.stop();
    for (const one of [early, quiet, busy, behind]) await one.stop();
  });
  const ask = (id: string, at: Cache['at'] | Cache['members'][number], name: string) =>
    crowd.set(`${id} ${name}`, users(at, { name: `${name}.${zone}` }, usersEveryMs));
  const both = (name: string) => {
    for (const { id, at, twin } of caches)
      if (twin !== null) {
        ask(id, at, name);
        ask(`${id} twin`, twin.at, name);
      }
  };

  await toWholeSecond();
  const start = Date.now();
  const before: Omit<Expectation, 'key'> = {
    ...{ old: [[oldMx]], new: null, ttl: { old: ttl, low: ttl }, lowSince: start - 1000 },
    ...{ swappedAt: null, authorityNewSince: null },
  };
  early.begin('baseline', before);
  await sleep(start + timeline.fetched - Date.now());

  await toWholeSecond();
  const fetched = Date.now();
  const ends = new Map<string, readonly number[]>();
  const fetch = async ({ id, members, twin }: Cache): Promise<void> => {
    if (twin === null) return;
    for (const at of [...members, ...twin.members]) await direct(at, `busy.${zone}`);
    for (const at of members) await direct(at, `quiet.${zone}`);
    const replies = await Promise.all(twin.members.map(at => direct(at, `quiet.${zone}`)));
    ends.set(
      id,
      replies.flatMap(reply => (reply === null ? [] : [endOf(reply)])),
    );
  };
  await Promise.all([...caches.map(fetch), ...lagging.map(({ at }) => direct(at, behindKey.name))]);
  both('busy');
  await sleep(fetched + timeline.asked - Date.now());
  for (const one of [quiet, busy, behind]) one.begin('baseline', before);
  await sleep(fetched + timeline.swap - Date.now());

  const swappedAt = Date.now();
  await put(primary, [...names.map(name => keyOf(name)), behindKey], { ttl, rdata: [newMx] });
  const turnedAt = Date.now();
  const after = { ...before, new: [newMx], swappedAt };
  for (const one of [early, quiet, busy])
    one.begin('watch', { ...after, authorityNewSince: turnedAt });
  behind.begin('watch', after);
  both('early');
  // Not before the end: then nobody but the watch has a cache fetch early.
  const lookAtTwins = caches.map(async ({ id, twin }) => {
    if (twin === null) return;
    await sleep(Math.min(...(ends.get(id) ?? [])) - 500 - Date.now());
    ask(`${id} twin`, twin.at, 'quiet');
  });
  await sleep(swappedAt + timeline.transfer - Date.now());

  nsdTransfer(secondary, laggingZone);
  while ((await direct(secondary, behindKey.name))?.said !== 'new') await sleep(20);
  const transferredAt = Date.now();
  behind.begin('watch', { ...after, authorityNewSince: transferredAt });
  await Promise.all(lookAtTwins);
  await untilKnown([early, quiet, busy, behind], start + timeline.end);
  for (const one of [...crowd.values(), early, quiet, busy, behind]) await one.stop();
  const heard = new Map([...crowd].map(([name, { replies }]) => [name, replies] as const));
  return {
    ...{ swappedAt, turnedAt, transferredAt, early, quiet, busy, behind },
    ...{ heard, ends },
  };
}

/** Those that never turn. */
export const hopeless = ['rewriting', 'refusing', 'silent'];

/** Until every cache that can turn is `new`, and then as long as a false claim would take to show. */
async function untilKnown(monitors: readonly Monitor[], deadline: number): Promise<void> {
  const known = ({ states }: Monitor): boolean =>
    [...states].every(([id, { verdict }]) => hopeless.includes(id) || verdict === 'new');
  while (Date.now() < deadline && !monitors.every(known)) await sleep(100);
  await sleep(3000);
}
