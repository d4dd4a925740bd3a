import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { proxy, type Proxy, type SeenUpdate } from './proxy.ts';
import { directory, freePort, type RunningServer, start } from './server.ts';
import { bind, knot, nsd } from './servers.ts';
import { site, type Site, type SiteOptions } from './site.ts';
import { zoneText } from './zone.ts';

/** Called with what must be stopped at the end of a test. */
export type OnEnd = (stop: () => Promise<void>) => void;

/** Real authoritative servers with a proxy before the one that takes updates. */
export interface Scene {
  readonly zone: string;
  readonly primary: RunningServer;
  /** Every server, the primary first. */
  readonly servers: readonly RunningServer[];
  readonly front: Proxy;
  /** A configuration and a state directory of their own. */
  readonly site: (name: string, options?: Partial<SiteOptions>) => Site;
}

export const zone = 'alpha.example';

/**
 * The TTL of what moves is 3 s, and 2 s is how long its absence may be remembered. A secondary looks
 * for changes by itself only after an hour.
 */
export const quickZone = (name: string, records: readonly string[] = []): string =>
  zoneText(name, { ttl: 3, records }).replace('40 20 86400 15\n', '3600 3600 86400 2\n');

/** A free port may be taken before the server has it. */
async function again<T>(start: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++)
    try {
      return await start();
    } catch (error) {
      if (attempt === 3) throw error;
    }
}

async function stage(
  servers: readonly [RunningServer, ...RunningServer[]],
  onEnd: OnEnd,
): Promise<Scene> {
  const [primary] = servers;
  const front = await again(() => proxy(primary));
  const home = directory('site');
  onEnd(async () => {
    await front.stop();
    for (const server of servers) await server.stop('SIGKILL');
    rmSync(home, { recursive: true, force: true });
  });
  return {
    ...{ zone, primary, servers, front },
    site: (name, options) =>
      site({ dir: join(home, name), zone, primary: front, servers, ...options }),
  };
}

/** BIND as primary and NSD as secondary; without `notify` NSD stays behind until it is told. */
export async function bindAndNsd(onEnd: OnEnd, { notify = true } = {}): Promise<Scene> {
  const servers = await again(async () => {
    const port = await freePort('127.0.0.1');
    const text = { zoneText: quickZone(zone) };
    const at = { address: '127.0.0.1', port };
    const primary = await bind(zone, notify ? { ...text, notify: at } : text);
    try {
      return [primary, await nsd(zone, { primary, port })] as const;
    } catch (error) {
      await primary.stop('SIGKILL');
      throw error;
    }
  });
  return stage(servers, onEnd);
}

export const knotAlone = async (
  onEnd: OnEnd,
  options: Parameters<typeof knot>[1] = {},
): Promise<Scene> =>
  stage([await again(() => knot(zone, { zoneText: quickZone(zone), ...options }))], onEnd);

export const bindAlone = async (
  onEnd: OnEnd,
  options: Parameters<typeof bind>[1] = {},
): Promise<Scene> =>
  stage([await again(() => bind(zone, { zoneText: quickZone(zone), ...options }))], onEnd);

const argvOf: Record<string, (dir: string) => [string, ...string[]]> = {
  bind: dir => ['named', '-g', '-n', '1', '-c', join(dir, 'named.conf')],
  knot: dir => ['knotd', '-c', join(dir, 'knot.conf')],
};

/** Knot compares its zone with the file at each start, which would take back every update. */
function trustJournal(path: string): void {
  const text = readFileSync(path, 'utf8');
  writeFileSync(path, text.replace('zonefile-load: difference-no-serial', 'zonefile-load: none'));
}

/** Starts a server that was killed again, in its own directory and at its own port. */
export async function revive(server: RunningServer, onEnd: OnEnd, of = zone): Promise<void> {
  const { name, address, port, dir } = server;
  const argv = argvOf[name]?.(dir);
  if (argv === undefined) throw new Error(`nobody knows how to start ${name}`);
  if (name === 'knot') trustJournal(join(dir, 'knot.conf'));
  const back = await again(() => start({ name, argv, address, port, dir, zone: of }));
  onEnd(() => back.stop('SIGKILL'));
}

/** Records that an UPDATE adds, as `MX 2 0 mx.newhost.example.`. */
export const added = ({ message }: SeenUpdate): readonly string[] =>
  message.updates.flatMap(update =>
    update.do === 'add'
      ? update.rrset.rdata.map(text => `${update.rrset.type} ${update.rrset.ttl} ${text}`)
      : [],
  );

export const isSwap = (update: SeenUpdate): boolean =>
  added(update).includes('MX 2 0 mx.newhost.example.');
