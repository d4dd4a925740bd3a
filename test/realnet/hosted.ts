import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseName } from '../../src/dns/name.ts';
import { formatRRset, rrset, type RRset } from '../../src/dns/rrset.ts';
import { type Ended } from '../support/cli.ts';
import { leapingClock } from '../support/leap.ts';
import { type OnEnd } from '../support/scene.ts';
import { directory, type RunningServer } from '../support/server.ts';
import { bind, cutoverKey } from '../support/servers.ts';
import { site, type Site, type SiteOptions } from '../support/site.ts';
import { unboundCache } from './caches.ts';
import { type Cloud, type OpenCloud } from './clouds.ts';
import { type Publishing, publishing } from './publishing.ts';

// A zone at a cloud: its API is a double, its name servers and the caches of the world are real.

export const zone = 'alpha.example';
export const apex = parseName(zone);
export const mxKey = { name: apex, type: 'MX' };
export const newMx = '0 mx.newhost.example.';
export const oldMx = ['10 mx1.oldhost.example.', '20 mx2.oldhost.example.'];

/** Copies in the cache are gone this soon, whatever their TTL: seconds. */
const cacheTtl = 2;

export interface Hosted extends OpenCloud {
  /** The name server of the cloud, and what brings it the changes. */
  readonly server: RunningServer;
  readonly publishing: Publishing;
  readonly cache: RunningServer;
  /** The TTL of the MX, as it is served, and the low one; how often the zone was changed already. */
  readonly before: { readonly ttl: number; readonly low: number; readonly writes: number };
  readonly desk: Site;
  /** Puts the clock of the desk forward over the wait for a TTL; where that is brief it does nothing. */
  readonly pass: (ttl: 'old' | 'low') => void;
  /** All that any command of the desk printed, and all files that it left. */
  readonly everythingSaid: () => string;
}

/** What stands in the zone, besides SOA and NS; none of it is for the cutover but the MX. */
const setsOf = (ttl: number): readonly RRset[] =>
  (
    [
      ['@', 'MX', ttl, oldMx],
      ['@', 'A', 3600, ['192.0.2.80']],
      ['@', 'TXT', 3600, ['"v=spf1 mx -all"']],
      ['www', 'CNAME', 3600, [`${zone}.`]],
      ['*', 'TXT', 3600, ['"a wildcard"']],
      ['_dmarc', 'TXT', 3600, ['"v=DMARC1; p=none"']],
      ['mail', 'AAAA', 3600, ['2001:db8::29']],
      ['sub', 'MX', 3600, ['10 mx.sub.example.net.']],
    ] as const
  ).map(([label, type, seconds, rdata]) =>
    rrset({
      name: label === '@' ? apex : parseName(`${label}.${zone}`),
      ...{ type, ttl: seconds, rdata },
    }),
  );

/** The zone file of the name server at the beginning; denials are forgotten as fast as in `quickZone`. */
const zoneFile = (sets: readonly RRset[]): string =>
  [
    '$TTL 3600',
    '@ 3600 IN SOA ns1 hostmaster 1 3600 3600 86400 2',
    '@ 3600 IN NS ns1',
    'ns1 3600 IN A 127.0.0.1',
    ...sets.map(formatRRset),
    '',
  ].join('\n');

/** Every file below a directory, as one text. */
/** What stands in all files of a directory; nothing where there is none. */
export function filesOf(dir: string): string {
  if (!existsSync(dir)) return '';
  const names = readdirSync(dir, { recursive: true, withFileTypes: true });
  return names
    .filter(entry => entry.isFile())
    .map(entry => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n');
}

export interface HostedOptions {
  /** Of the double's answers, how many are troubles; writes may be lost, or done without an answer. */
  readonly mischief?: { readonly seed: number; readonly rate: number; readonly wild: boolean };
  readonly site?: Partial<SiteOptions>;
}

/** Everything runs until the end of the test. */
export async function hosted(
  cloud: Cloud,
  onEnd: OnEnd,
  { mischief = { seed: 1, rate: 0, wild: false }, site: more = {} }: HostedOptions = {},
): Promise<Hosted> {
  const low = cloud.minTtl ?? 2;
  const ttl = cloud.autoTtl ?? 3;
  const opened = await cloud.open({ apex, sets: setsOf(ttl), mischief });
  const { double, provider, env } = opened;
  const before = { ttl, low, writes: double.writes(apex) };
  onEnd(() => double.stop());
  const server = await bind(zone, { zoneText: zoneFile(double.published(apex)) });
  onEnd(() => server.stop('SIGKILL'));
  const follower = publishing(double, { zone: apex, server, key: cutoverKey });
  onEnd(() => follower.stop());
  const extra = [`cache-max-ttl: ${cacheTtl}`, 'cache-max-negative-ttl: 1'];
  const cache = await unboundCache('cache', zone, { authority: [server], extra });
  onEnd(() => cache.stop('SIGKILL'));

  const home = directory('hosted');
  onEnd(async () => {
    rmSync(home, { recursive: true, force: true });
  });
  const { address, port } = cache;
  const resolvers = join(home, 'resolvers.json');
  writeFileSync(resolvers, JSON.stringify([{ id: 'cache', addresses: [address], port }]));
  const clock = leapingClock(home);
  const said: string[] = [];
  const desk = site({
    ...{ dir: join(home, 'desk'), zone, servers: [server], provider },
    env: { ...clock.env, ...env },
    // The cache is ours: it may be asked often.
    root: { politeness: { total: 200, operator: 20 } },
    hear: ({ out, err }: Ended) => {
      said.push(out, err);
    },
    ...more,
    ttl: { low, history: { longest: ttl }, ...more.ttl },
    more: {
      approval: 'required',
      watch: { resolvers, target: 95, atMost: '1h' },
      rollback: { automatic: 'never', settleAfter: '2s' },
      ...more.more,
    },
  });
  return {
    ...opened,
    ...{ server, publishing: follower, cache, before, desk },
    pass: which => {
      if (cloud.minTtl === null) return;
      const ms = (which === 'old' ? ttl : low) * 1000;
      // The cloud's clock goes along: one that disagreed would keep the gate shut, and rightly.
      double.leap(ms);
      clock.leap(ms);
    },
    everythingSaid: () => [...said, filesOf(join(desk.dir, 'state'))].join('\n'),
  };
}
