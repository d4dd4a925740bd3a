import { type Way } from '../../src/propagation/watched.ts';
import { authority as certificates } from '../support/certificates.ts';
import { type At, freePort, type RunningServer } from '../support/server.ts';
import { type OnEnd, quickZone } from '../support/scene.ts';
import { bind, nsd } from '../support/servers.ts';
import { bindCache, farm, unboundCache } from './caches.ts';
import { runner } from './stage.ts';

// A small internet of real servers: caches of known habits, and a twin of each that nobody watches.

export const zone = 'alpha.example';
/** A zone whose secondary stays behind until it is told. */
export const laggingZone = 'bravo.example';
export const ttl = 10;
const floorTtl = 16;
const ceilingTtl = 5;
export const oldMx = '10 mx1.oldhost.example.';
export const newMx = '10 mx1.newhost.example.';

/**
 * `early`: asked by the watch alone, long before the swap. `quiet`: fetched by users once before the
 * watch asks. `busy`: users ask all the time, the twins as well.
 */
export const names = ['early', 'quiet', 'busy'] as const;

export interface Cache {
  readonly id: string;
  readonly at: RunningServer;
  /** Behind a farm; else the cache itself. */
  readonly members: readonly At[];
  /** How it is watched, where that is not over UDP; others ask it so. */
  readonly way?: Way;
  /** Null for what needs none. */
  readonly twin: { readonly at: At; readonly members: readonly At[] } | null;
}

export interface Internet {
  readonly primary: RunningServer;
  readonly secondary: RunningServer;
  readonly caches: readonly Cache[];
  /** Caches of the zone whose secondary lags. */
  readonly lagging: readonly Cache[];
  /** Whom those that answer over TLS and HTTPS have their certificates from. */
  readonly trust: readonly string[];
}

const staleBind = [
  'stale-answer-enable yes; stale-cache-enable yes; max-stale-ttl 3600;',
  'stale-answer-ttl 30; stale-answer-client-timeout 0;',
];
const habits: readonly (readonly [string, typeof unboundCache, readonly string[]])[] = [
  ['unbound-plain', unboundCache, []],
  ['unbound-floor', unboundCache, [`cache-min-ttl: ${floorTtl}`]],
  ['unbound-ceiling', unboundCache, [`cache-max-ttl: ${ceilingTtl}`]],
  ['unbound-stale', unboundCache, ['serve-expired: yes', 'ede-serve-expired: yes']],
  ['unbound-stale-unsigned', unboundCache, ['serve-expired: yes']],
  ['unbound-prefetch', unboundCache, ['prefetch: yes']],
  ['bind-plain', bindCache, []],
  ['bind-stale', bindCache, staleBind],
];
const local = (name: string, kind: string): string => `local-zone: "${name}.${zone}." ${kind}`;
const liars: readonly (readonly [string, readonly string[]])[] = [
  [
    'rewriting',
    names.flatMap(name => [
      local(name, 'static'),
      `local-data: "${name}.${zone}. 60 IN MX 10 mx.elsewhere.example."`,
    ]),
  ],
  ['refusing', names.map(name => local(name, 'refuse'))],
];

/** All of it; it takes some seconds, and is stopped at the end of the test. */
export async function internet(onEnd: OnEnd): Promise<Internet> {
  const run = runner(onEnd);
  const mx = `${ttl} IN MX ${oldMx}`;
  const primary = await run(() =>
    bind(zone, {
      zoneText: quickZone(
        zone,
        names.map(name => `${name} ${mx}`),
      ),
      zones: { [laggingZone]: quickZone(laggingZone, [`quiet ${mx}`]) },
    }),
  );
  const secondary = await run(async () =>
    nsd(laggingZone, { primary, port: await freePort('127.0.0.1') }),
  );
  const authority = [primary];
  const one = async ([id, start, extra]: (typeof habits)[number]): Promise<Cache> => {
    const open = (name: string) => run(() => start(name, zone, { authority, extra }));
    const at = await open(id);
    const twin = await open(`${id}-twin`);
    return { id, at, members: [at], twin: { at: twin, members: [twin] } };
  };
  /** dnsdist before caches with these floors; 0 is none. */
  const several = async (name: string, floors: readonly number[]) => {
    const open = (floor: number, index: number) =>
      run(() =>
        unboundCache(`${name}-${index}`, zone, {
          ...{ authority, extra: floor === 0 ? [] : [`cache-min-ttl: ${floor}`] },
        }),
      );
    const members = await Promise.all(floors.map(open));
    return { at: await run(() => farm(zone, members)), members };
  };
  const farmOf = async (id: string, floors: readonly number[]): Promise<Cache> => ({
    ...{ id, ...(await several(id, floors)), twin: await several(`${id}-twin`, floors) },
  });
  /** Behind one whose only customer it is, its entries are what was left there. */
  const forwarding = async (id: string): Promise<Cache> => {
    const open = async (name: string) => {
      const upstream = await run(() => unboundCache(`${name}-upstream`, zone, { authority }));
      return run(() => unboundCache(name, zone, { authority: [upstream], forwards: true }));
    };
    const [at, twin] = [await open(id), await open(`${id}-twin`)];
    return { id, at, members: [at], twin: { at: twin, members: [twin] } };
  };
  const ca = certificates();
  const secure = async (transport: 'tls' | 'https'): Promise<Cache> => {
    const [id, host, port] = [`unbound-${transport}`, 'dns.example', await freePort('127.0.0.1')];
    const listener = { transport, port, identity: ca.issue([`DNS:${host}`]) };
    const at = await run(() => unboundCache(id, zone, { authority, secure: listener }));
    const twin = await run(() => unboundCache(`${id}-twin`, zone, { authority }));
    const template = `https://${host}:${port}/dns-query{?dns}`;
    const over = transport === 'tls' ? { transport, host } : { transport, template };
    return { id, at, members: [at], way: { port, over }, twin: { at: twin, members: [twin] } };
  };
  const alone = async (id: string, start: () => Promise<RunningServer>): Promise<Cache> => {
    const at = await run(start);
    return { id, at, members: [at], twin: null };
  };
  const caches: Cache[] = [];
  for (const habit of habits) caches.push(await one(habit));
  caches.push(await farmOf('dnsdist-farm', [0, floorTtl]));
  // Seconds apart: an entry that lives three seconds beside a newer one may still be one cache's.
  caches.push(await farmOf('dnsdist-floors', [floorTtl - 5, floorTtl + 1]));
  caches.push(await forwarding('unbound-forwarding'));
  for (const transport of ['tls', 'https'] as const) caches.push(await secure(transport));
  for (const [id, extra] of liars)
    caches.push(await alone(id, () => unboundCache(id, zone, { authority, extra })));
  const silent = await alone('silent', () => unboundCache('silent', zone, { authority }));
  silent.at.signal('SIGSTOP');
  const behind = { authority: [secondary] };
  const both = { authority: [primary, secondary], extra: ['cache-max-ttl: 3'] };
  return {
    ...{ primary, secondary, caches: [...caches, silent], trust: [ca.pem] },
    lagging: [
      await alone('behind', () => unboundCache('behind', laggingZone, behind)),
      await alone('torn', () => unboundCache('torn', laggingZone, both)),
    ],
  };
}
