import { parseName } from '../../src/dns/name.ts';
import { type Expectation } from '../../src/propagation/expectation.ts';
import { type OnEnd } from '../support/scene.ts';
import { dig } from '../support/dig.ts';
import { type RunningServer } from '../support/server.ts';
import { bind } from '../support/servers.ts';
import { bindCache, unboundCache } from './caches.ts';
import { newMx, ttl } from './internet.ts';
import { type Monitor, monitor } from './monitor.ts';
import { pollerFor, put, runner, sleep, toWholeSecond } from './stage.ts';
import { direct, type Reply, users } from './witness.ts';

// In a signed zone a denial speaks for the names beside it, also for those nobody asked for (RFC 8198).

export interface Denied {
  readonly madeAt: number;
  readonly watch: Monitor;
  /** What users heard of the name that was made: `CACHE` of the watched, `CACHE twin` of the other. */
  readonly heard: ReadonlyMap<string, readonly Reply[]>;
}

const zone = 'delta.example';
const key = { name: parseName(`made.${zone}`), type: 'MX' as const };
const sets = { old: '', new: newMx };
/** Seconds; what every denial may be kept for (RFC 2308 5). */
const negativeTtl = 10;
/** Milliseconds from the first denial. */
const timeline = { made: 1500, end: 40_000 };
const usersEveryMs = 300;

/** Without a wildcard, and `made` beside `nobody` between the same two names. */
const zoneFile = `$TTL ${ttl}
@ 3600 IN SOA ns1 hostmaster 1 3600 3600 86400 ${negativeTtl}
@ IN NS ns1
a IN A 192.0.2.1
ns1 IN A 127.0.0.1
`;

/** The key that the zone is signed with, as `CacheOptions` want it. */
function anchorOf(primary: RunningServer): string {
  const line = dig(primary, zone, 'DNSKEY').find(text => text.includes(' DNSKEY 257 '));
  const [flags, protocol, algorithm, ...parts] = line?.split(' DNSKEY ')[1]?.split(' ') ?? [];
  return `${flags} ${protocol} ${algorithm} ${parts.join('')}`;
}

const kinds = { unbound: unboundCache, bind: bindCache };
export const validating = Object.keys(kinds);

/** Runs it once; everything is stopped at the end of the test. */
export async function denied(onEnd: OnEnd): Promise<Denied> {
  const run = runner(onEnd);
  const primary = await run(() => bind(zone, { zoneText: zoneFile, signed: 'dynamic' }));
  const options = { authority: [primary], anchor: anchorOf(primary) };
  const opened = Object.entries(kinds).map(async ([id, open]) => {
    const at = await run(() => open(id, zone, options));
    return { id, at, members: [at], twin: await run(() => open(`${id}-twin`, zone, options)) };
  });
  const caches = await Promise.all(opened);
  const watch = monitor({ ...pollerFor(onEnd), key, caches, compareEnds: false, sets });
  const crowd = new Map<string, ReturnType<typeof users>>();
  onEnd(async () => {
    for (const one of [watch, ...crowd.values()]) await one.stop();
  });
  await toWholeSecond();
  const start = Date.now();
  for (const { at, twin } of caches)
    for (const one of [at, twin]) await direct(one, `nobody.${zone}`, sets);
  await sleep(start + timeline.made - Date.now());

  await put(primary, [key], { ttl, rdata: [newMx] });
  const madeAt = Date.now();
  for (const { id, at, twin } of caches) {
    crowd.set(id, users(at, { name: key.name, sets }, usersEveryMs));
    crowd.set(`${id} twin`, users(twin, { name: key.name, sets }, usersEveryMs));
  }
  const expectation: Omit<Expectation, 'key'> = {
    ...{ old: [[]], new: [newMx], ttl: { old: negativeTtl, low: negativeTtl } },
    ...{ lowSince: start - 1000, swappedAt: madeAt, authorityNewSince: madeAt },
  };
  watch.begin('watch', expectation);
  const known = () => caches.every(({ id }) => watch.states.get(id)?.verdict === 'new');
  while (Date.now() < start + timeline.end && !known()) await sleep(100);
  await sleep(2000);
  for (const one of [watch, ...crowd.values()]) await one.stop();
  const heard = new Map([...crowd].map(([id, { replies }]) => [id, replies] as const));
  return { madeAt, watch, heard };
}
