import { type Capabilities } from '../../src/cutover/capabilities.ts';
import { type Now } from '../../src/clock.ts';
import { type Cutover } from '../../src/cutover/cutover.ts';
import { type Event } from '../../src/cutover/event.ts';
import { type Finding } from '../../src/cutover/finding.ts';
import { type Laggard, type News } from '../../src/cutover/news.ts';
import { valueAt } from '../../src/cutover/path.ts';
import { observedTracks } from '../../src/cutover/standing.ts';
import {
  type Reading,
  type Round,
  type Served,
  type ServerAddress,
  type Survey,
} from '../../src/cutover/survey.ts';
import { claimKey } from '../../src/cutover/write.ts';
import { rrset, type RRset } from '../../src/dns/rrset.ts';
import { capabilities, domain } from './orders.ts';

/** A server and what is odd about it in one round. */
export interface Oddity {
  readonly server: string;
  readonly is:
    | 'silent'
    | 'lacking'
    | 'unsigned'
    | 'bogus'
    | 'indeterminate'
    | 'well'
    | { readonly position: number };
  /** What it serves for the MX instead. */
  readonly foreign?: RRset | null;
}

/** The authoritative addresses of the scenarios; `ns2v6` is another address of ns2. */
export const addresses: Readonly<Record<string, ServerAddress>> = {
  ns1: { name: 'ns1.example.net.', address: '192.0.2.1', port: 53 },
  ns2: { name: 'ns2.example.net.', address: '192.0.2.2', port: 53 },
  ns2v6: { name: 'ns2.example.net.', address: '2001:db8::2', port: 53 },
  ns3: { name: 'ns3.example.net.', address: '192.0.2.3', port: 53 },
};

export function addressOf(server: string): ServerAddress {
  const address = addresses[server];
  if (address === undefined) throw new Error(`no server is called ${server}`);
  return address;
}

interface World {
  readonly servers: readonly string[];
  readonly nameServers: readonly string[];
  readonly signed: boolean;
  /** Whether what is served was validated, too. */
  readonly validated?: boolean;
  readonly oddities: readonly Oddity[];
}

function reading(cutover: Cutover, server: string, world: World): Reading {
  const address = addressOf(server);
  const odd = world.oddities.find(one => one.server === server);
  const is = odd?.is ?? 'well';
  if (is === 'silent')
    return { ...address, state: 'silent', error: 'no answer in 3 s', serial: null, served: [] };
  if (is === 'lacking')
    return { ...address, state: 'lacking', error: 'no route', serial: null, served: [] };
  const served = observedTracks(cutover).map((track): Served => {
    const place = typeof is === 'object' ? is.position : (cutover.places[track.key] ?? 0);
    const value =
      track.type === 'MX' && odd?.foreign !== undefined ? odd.foreign : valueAt(track, place);
    const signature = !world.signed ? 'unsigned' : is === 'unsigned' ? 'missing' : 'signed';
    return { key: track.key, rrset: value, negativeTtl: value === null ? 3600 : null, signature };
  });
  const answered = {
    ...address,
    state: 'answered',
    error: null,
    serial: 2026120500,
    served,
  } as const;
  if (!world.signed || world.validated !== true) return answered;
  const bogus = { is: 'bogus', why: 'its signature does not fit what is served' } as const;
  const unknown = { is: 'indeterminate', why: 'there is no resolver to ask' } as const;
  const secure = { is: 'secure', why: 'validated from the root' } as const;
  const judged = is === 'bogus' ? bogus : is === 'indeterminate' ? unknown : secure;
  const validated = served.map(({ key }) => ({
    key,
    at: key,
    ...judged,
    remedy: null,
    lasts: null,
  }));
  return { ...answered, validated };
}

/** What every authoritative address answers, everything as it was written unless something is odd. */
export const roundOf = (cutover: Cutover, world: World, now: Now): Round => ({
  at: now,
  nameServers: world.nameServers,
  readings: world.servers.map(server => reading(cutover, server, world)),
});

export const finding = (
  status: Finding['status'],
  id: string,
  subject = 'example.org.',
): Finding => ({
  id,
  severity: status === 'warn' ? 'warning' : 'blocker',
  status,
  subject,
  summary: `${id} says ${status}`,
  observed: status,
  expected: 'pass',
  refs: [],
});

export const claimOf = (run: string): RRset =>
  rrset({
    ...claimKey(domain),
    ttl: 60,
    rdata: [`"dns-cutover run=${run} host=elsewhere since=2026-12-01T00:00:00.000Z"`],
  });

/** The answer of a survey in which nothing has changed since the plan was made. */
export function surveyed(
  cutover: Cutover,
  round: Round,
  own: {
    readonly findings?: readonly Finding[];
    readonly claim?: RRset | null;
    readonly mx?: RRset | null;
    readonly atomicSets?: boolean;
    readonly syncStatus?: Capabilities['syncStatus'];
  } = {},
): Extract<Event, { type: 'surveyed' }> {
  const servers = round.readings.map(({ name, address, port }) => ({ name, address, port }));
  const hosted = Object.fromEntries(
    cutover.plan.tracks.map(track => {
      const value = track.type === 'MX' && own.mx !== undefined ? own.mx : valueAt(track, 0);
      return [track.key, value === null ? null : { rrset: value, extras: null, token: null }];
    }),
  );
  const survey: Survey = {
    zone: domain,
    delegation: {
      source: 'discovered',
      zone: domain,
      parentNameServers: round.nameServers,
      childNameServers: round.nameServers,
      servers,
    },
    round,
    hosted,
    capabilities: {
      ...capabilities,
      atomicSets: own.atomicSets ?? true,
      syncStatus: own.syncStatus ?? 'observed',
    },
    claim: own.claim ?? null,
    soa: { serial: 2026120500, refresh: 7200, minimum: 3600, ttl: 3600 },
  };
  const findings = own.findings ?? [finding('pass', 'auth-servers-all-answer')];
  return { type: 'surveyed', survey, findings, digest: 'sha256:0' };
}

/** What forty resolvers say that all can tell, when nothing else is said of them. */
export function newsOf(own: Partial<News> & { readonly left?: readonly Laggard[] } = {}): News {
  const { left = [], ...rest } = own;
  const { total = 40, share = 1 } = rest;
  const turned = Math.round(total * (share ?? 0));
  return {
    share: total === 0 ? null : share,
    ableToTell: total === 0 ? null : share === null ? 0 : 1,
    complete: true,
    counts: { new: turned, old: total - turned },
    total,
    flipped: turned,
    cold: 0,
    laggards: left,
    unexplained: left.filter(({ explained }) => !explained).length,
    entry: null,
    forecast: null,
    ...rest,
  };
}
