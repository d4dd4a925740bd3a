import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseName } from '../../src/dns/name.ts';
import { type Expectation } from '../../src/propagation/expectation.ts';
import { type OnEnd, quickZone, revive } from '../support/scene.ts';
import { type RunningServer } from '../support/server.ts';
import { bind } from '../support/servers.ts';
import { bindCache, unboundCache } from './caches.ts';
import { newMx, oldMx, ttl } from './internet.ts';
import { type Monitor, monitor } from './monitor.ts';
import { pollerFor, put, runner, sleep, toWholeSecond } from './stage.ts';
import { direct, type Reply, users } from './witness.ts';

// The only authoritative server stops and returns with the new set; meanwhile some serve what is stale.

/** `killed`: its port is closed. `hung`: it takes questions, and answers them when it is back. */
export type How = 'killed' | 'hung';

export interface Outage {
  /** When the last entry of before had ended; when the server came back. */
  readonly endedAt: number;
  readonly returnedAt: number;
  readonly watch: Monitor;
  /** What users heard who ask all the time. */
  readonly heard: ReadonlyMap<string, readonly Reply[]>;
}

const zone = 'charlie.example';
const key = { name: parseName(`quiet.${zone}`), type: 'MX' as const };
/** Milliseconds from the first question. Unbound asks a server that was gone again after some 16 s. */
const timeline = { asked: 500, stopped: 2000, swap: 3000, returned: 16_000, end: 60_000 };
const usersEveryMs = 400;

const stale = ['serve-expired: yes', 'ede-serve-expired: yes'];
const staleBind = 'stale-answer-enable yes; stale-cache-enable yes; max-stale-ttl 3600;';
const habits: readonly (readonly [string, typeof unboundCache, readonly string[]])[] = [
  ['plain', unboundCache, []],
  ['stale', unboundCache, stale],
  ['stale-unsigned', unboundCache, ['serve-expired: yes']],
  ['stale-wait', unboundCache, [...stale, 'serve-expired-client-timeout: 300']],
  ['bind', bindCache, []],
  ['bind-stale', bindCache, [staleBind, 'stale-answer-client-timeout 0;']],
  ['bind-stale-wait', bindCache, [staleBind, 'stale-answer-client-timeout off;']],
];
const always = ['stale', 'stale-unsigned', 'stale-wait', 'bind-stale'];
/** Those that have something to answer when the server is gone, and those that have not. */
export const serving = { killed: [...always, 'bind-stale-wait'], hung: always };
/** For a server that hangs BIND waits ten seconds, which nobody else does for BIND. */
export const failing = { killed: ['plain', 'bind'], hung: ['plain', 'bind', 'bind-stale-wait'] };

const zoneWith = (mx: string): string => quickZone(zone, [`quiet ${ttl} IN MX ${mx}`]);

/** The server comes back, with the new set. */
async function comeBack(how: How, primary: RunningServer, onEnd: OnEnd): Promise<void> {
  if (how === 'killed') {
    writeFileSync(join(primary.dir, 'zone.db'), zoneWith(newMx));
    return revive(primary, onEnd, zone);
  }
  primary.signal('SIGCONT');
  await put(primary, [key], { ttl, rdata: [newMx] });
}

/** Runs it once; everything is stopped at the end of the test. */
export async function outage(how: How, onEnd: OnEnd): Promise<Outage> {
  const run = runner(onEnd);
  const primary = await run(() => bind(zone, { zoneText: zoneWith(oldMx) }));
  const caches = await Promise.all(
    habits.map(async ([id, start, extra]) => {
      const at = await run(() => start(`${how}-${id}`, zone, { authority: [primary], extra }));
      return { id, at, members: [at] };
    }),
  );
  const watch = monitor({ ...pollerFor(onEnd), key, caches, compareEnds: false });
  await toWholeSecond();
  const start = Date.now();
  await Promise.all(caches.map(({ at }) => direct(at, key.name)));
  const crowd = new Map(caches.map(({ id, at }) => [id, users(at, key, usersEveryMs)]));
  const everybody = [...crowd.values(), watch];
  onEnd(async () => {
    for (const one of everybody) await one.stop();
  });
  const before: Omit<Expectation, 'key'> = {
    ...{ old: [[oldMx]], new: null, ttl: { old: ttl, low: ttl }, lowSince: start - 1000 },
    ...{ swappedAt: null, authorityNewSince: null },
  };
  await sleep(start + timeline.asked - Date.now());
  watch.begin('baseline', before);
  await sleep(start + timeline.stopped - Date.now());
  primary.signal(how === 'killed' ? 'SIGKILL' : 'SIGSTOP');
  await sleep(start + timeline.swap - Date.now());
  const after = { ...before, new: [newMx], swappedAt: Date.now() };
  watch.begin('watch', after);
  await sleep(start + timeline.returned - Date.now());

  // One that hung hands out old until the new set is put.
  const returnedAt = Date.now();
  await comeBack(how, primary, onEnd);
  watch.begin('watch', { ...after, authorityNewSince: Date.now() });
  const known = () => caches.every(({ id }) => watch.states.get(id)?.verdict === 'new');
  while (Date.now() < start + timeline.end && !known()) await sleep(100);
  await sleep(3000);
  for (const one of everybody) await one.stop();
  const heard = new Map([...crowd].map(([id, { replies }]) => [id, replies] as const));
  return { endedAt: start + (ttl + 1) * 1000, returnedAt, watch, heard };
}
