import { memoryProvider } from '../../providers/memory/memory.ts';
import { memoryZone, type MemoryZone } from '../../providers/memory/zone.ts';
import { makeApp, type App } from '../../src/app.ts';
import { type Environment } from '../../src/controller/environment.ts';
import { type Capabilities } from '../../src/cutover/capabilities.ts';
import { type Order } from '../../src/cutover/order.ts';
import { isWithin, type Name } from '../../src/dns/name.ts';
import { keyText, type RRset } from '../../src/dns/rrset.ts';
import { decodeMessage, encodeQuery, encodeResponse } from '../../src/dns/wire.ts';
import { type Provider } from '../../src/provider.ts';
import { exampleOrder, exampleZone } from '../../src/rehearsal/example.ts';
import { memoryBacking, memoryStore, type MemoryBacking } from '../../src/store/memory.ts';
import { type Store } from '../../src/store/store.ts';
import { type Ask } from '../../src/transport/transport.ts';
import { virtualClock, type VirtualClock } from '../support/virtual-clock.ts';
import { noPolicies } from '../../src/mail/nobody.ts';
import { nobodyAnswers } from '../support/nobody.ts';

export const domain = exampleOrder.domain;

const { policy } = exampleOrder;

/** The example with one authoritative server that is named, and without resolvers. */
export const order: Order = {
  ...exampleOrder,
  provider: 'main',
  policy: { ...policy, watch: { ...policy.watch, resolvers: 'none' } },
  authority: { ...exampleOrder.authority, replace: [{ address: '192.0.2.1', port: 53 }] },
};

/** One server that serves what the zone holds at that moment. */
const askZone =
  (zone: MemoryZone): Ask =>
  async question => {
    const query = decodeMessage(encodeQuery({ id: 1, ...question }));
    const served = (one: { readonly name: RRset['name']; readonly type: string }) =>
      zone.get({ name: one.name, type: one.type })?.rrset ?? null;
    const found = served(question) ?? served({ ...question, type: 'CNAME' });
    const soa = served({ name: zone.apex, type: 'SOA' });
    const known = zone.all().some(({ name }) => isWithin(name, question.name));
    const bytes = encodeResponse({
      ...{ query, aa: true, rcode: known ? 0 : 3 },
      ...(found === null ? { authority: soa === null ? [] : [soa] } : { answer: [found] }),
    });
    return { message: decodeMessage(bytes), transport: 'udp', rttMs: 1 };
  };

export interface SiteOptions {
  readonly apex?: Name;
  readonly sets?: readonly RRset[];
  readonly capabilities?: Partial<Capabilities>;
  /** What stands between the product and the zone. */
  readonly provider?: (provider: Provider, site: { readonly clock: VirtualClock }) => Provider;
  readonly store?: (store: Store) => Store;
  /** One for several sites. */
  readonly clock?: VirtualClock;
}

export interface Site {
  readonly clock: VirtualClock;
  readonly zone: MemoryZone;
  readonly backing: MemoryBacking;
  readonly environment: Environment;
  readonly app: App;
  readonly files: Map<string, string>;
  /** How often the product changed the zone. */
  readonly writes: () => number;
  /** Another process on the same store. */
  readonly other: (id: string) => Environment;
  /** Lets time pass until the promise is settled. */
  readonly finish: <T>(doing: Promise<T>, withinMs?: number) => Promise<T>;
  /** Lets time pass until something holds, or fails. */
  readonly until: (holds: () => boolean, withinMs?: number) => Promise<void>;
}

const anHour = 3_600_000;

/** A zone, its provider and its server, a store in memory, and a clock that passes as the test wants. */
export function openSite(options: SiteOptions = {}): Site {
  const clock = options.clock ?? virtualClock();
  const zone = memoryZone(options.apex ?? domain, options.sets ?? exampleZone);
  const { capabilities = {} } = options;
  const plain = memoryProvider({ name: 'main', zones: [zone], capabilities });
  const provider = options.provider?.(plain, { clock }) ?? plain;
  const backing = memoryBacking('epoch');
  const files = new Map<string, string>();
  let drawn = 0;
  const chance = {
    float: () => 0.5,
    hex: (bytes: number) => String((drawn += 1)).padStart(2 * bytes, '0'),
  };
  const environmentOf = (id: string, wrap: (store: Store) => Store): Environment => ({
    clock: clock.clockFor(act => {
      act();
    }),
    chance,
    store: wrap(memoryStore(backing, { id, pid: 1, host: 'here' })),
    provider: async () => provider,
    ask: askZone(zone),
    sweep: { ask: askZone(zone), renew: () => undefined },
    resolvers: async () => [],
    politeness: async () => ({ total: 20, operator: 1 }),
    lookups: async () => [],
    converse: nobodyAnswers,
    fetchPolicy: noPolicies,
    backup: async (name, text) => {
      files.set(name, text);
    },
    host: 'here',
  });
  const environment = environmentOf('first', options.store ?? (store => store));
  const until: Site['until'] = async (holds, withinMs = anHour) => {
    const how = await clock.run(holds, clock.truth() + withinMs);
    if (how !== 'done') throw new Error(`what was waited for did not happen: ${how}`);
  };
  return {
    ...{ clock, zone, backing, environment, files, until },
    app: makeApp(environment),
    writes: () => zone.log().filter(({ by }) => by === 'main').length,
    other: id => environmentOf(id, store => store),
    finish: async (doing, withinMs) => {
      let ended = false;
      const end = () => {
        ended = true;
      };
      doing.then(end, end);
      await until(() => ended, withinMs);
      return doing;
    },
  };
}

export const never = new AbortController().signal;

/** A value for every RRset by its key, for plans. */
export const byKey = (sets: readonly RRset[]): Readonly<Record<string, RRset>> =>
  Object.fromEntries(sets.map(one => [keyText(one), one]));
