import { performance } from 'node:perf_hooks';
import { type Name } from '../../../src/dns/name.ts';
import { formatRRset, type Key, type RRset } from '../../../src/dns/rrset.ts';
import { type Double, type SeedZone } from './double.ts';
import { type HttpReply, type HttpRequest, listen, type Service } from './listen.ts';
import { mischief, type MischiefOptions, randomOf } from './mischief.ts';
import { judge } from './route53-batch.ts';
import { fault, type FaultForm, found, refuseBatch, unauthorized } from './route53-answers.ts';
import { changeTree, listSets, listZones, protectionsOf, zoneTree } from './route53-listings.ts';
import { type AwsKey, signatureRefusal } from './route53-signature.ts';
import { parseXml } from './route53-xml.ts';
import {
  askedOf,
  bySeek,
  servedOf,
  setKey,
  storedOf,
  type StoredSet,
  type StoredZone,
  zoneFrom,
} from './route53-zone.ts';

export interface Route53DoubleOptions {
  readonly zones: readonly SeedZone[];
  readonly mischief?: Partial<MischiefOptions>;
  /** Keys that are good; one for tests if none is given. */
  readonly keys?: readonly AwsKey[];
  /** How long its name servers trail the API. */
  readonly lagMs?: number;
  /** Sets a page when the request does not say: 300 at the real one. */
  readonly pageSize?: number;
  /** Requests a second; the real account has 5. Off unless given. */
  readonly perSecond?: number;
}

/** What tests of Route 53 alone do to it. */
export interface Route53Double extends Double {
  /** The key that works. */
  readonly key: AwsKey;
  zoneId(apex: Name): string;
  nameServers(zoneId: string): readonly string[];
  /** Another zone, perhaps of a name that is there already. Gives its id. */
  addZone(zone: SeedZone, options?: { readonly isPrivate?: boolean }): string;
  /** Puts a set with a routing policy, an alias or the like into a zone. */
  put(zone: Name, set: StoredSet): void;
  protect(zone: Name, key: Key, comment: string | null): void;
  /** Each change from now on is PENDING for so many questions. */
  pending(asks: number): void;
  /** The form of every InvalidChangeBatch from now on; null: by chance. */
  form(form: FaultForm | null): void;
  /** Keys that are good from now on. */
  keys(keys: readonly AwsKey[]): void;
}

interface Change {
  readonly id: string;
  readonly at: string;
  asksLeft: number;
  served: boolean;
}

interface State {
  readonly options: Route53DoubleOptions;
  readonly zones: Map<string, StoredZone>;
  readonly changes: Map<string, Change>;
  readonly listeners: Set<(zone: Name) => void>;
  readonly timers: Set<NodeJS.Timeout>;
  readonly random: () => number;
  keys: readonly AwsKey[];
  rights: 'full' | 'read only' | 'none';
  aimed: (() => void) | null;
  pendingAsks: number;
  form: FaultForm | null;
  /** Moments of the last requests, for the limit a second. */
  asked: number[];
}

const testKey: AwsKey = {
  accessKeyId: 'AKIDEXAMPLE00000001',
  secretAccessKey: 'test-secret/of+the/double0000000000000001',
};

/** What is there becomes what is served, at once or after the lag. */
function publish(state: State, zone: StoredZone, change?: Change): void {
  const sets = [...zone.sets.values()];
  const serve = () => {
    zone.published = sets;
    if (change !== undefined) change.served = true;
    for (const listener of [...state.listeners]) listener(zone.apex);
  };
  const lag = state.options.lagMs ?? 0;
  if (lag === 0) {
    serve();
    return;
  }
  const timer = setTimeout(() => {
    state.timers.delete(timer);
    serve();
  }, lag);
  state.timers.add(timer);
}

function change(state: State, zone: StoredZone, body: string): HttpReply {
  const asked = askedOf(parseXml(body));
  const form =
    state.form ?? (['bracket', 'messages', 'root'] as const)[Math.floor(state.random() * 3)];
  const nameDuplicates = state.random() < 0.5;
  let judged = judge(zone, asked, nameDuplicates);
  if ('after' in judged && state.aimed !== null) {
    const edit = state.aimed;
    state.aimed = null;
    edit();
    judged = judge(zone, asked, nameDuplicates);
  }
  if ('problems' in judged) return refuseBatch(judged.problems, form ?? 'bracket');
  zone.sets.clear();
  for (const [key, set] of judged.after) zone.sets.set(key, set);
  zone.writes++;
  const made: Change = {
    id: `C${String(state.changes.size + 1).padStart(12, '0')}DOUBLE`,
    at: new Date().toISOString(),
    asksLeft: state.pendingAsks,
    served: false,
  };
  state.changes.set(made.id, made);
  publish(state, zone, made);
  return found('ChangeResourceRecordSetsResponse', { ChangeInfo: changeTree(made, 'PENDING') });
}

function getChange(state: State, id: string): HttpReply {
  const known = state.changes.get(id);
  // API reference, GetChange: NoSuchChange, 404.
  if (known === undefined)
    return fault(404, 'NoSuchChange', `Could not find resource with ID: ${id}`);
  const pending = known.asksLeft > 0 || !known.served;
  known.asksLeft = Math.max(0, known.asksLeft - 1);
  return found('GetChangeResponse', {
    ChangeInfo: changeTree(known, pending ? 'PENDING' : 'INSYNC'),
  });
}

/** Five requests a second for the account (developer guide, "Quotas"); more are Throttling, HTTP 400. */
function tooOften(state: State): boolean {
  const { perSecond } = state.options;
  if (perSecond === undefined) return false;
  const now = performance.now();
  state.asked = state.asked.filter(at => at > now - 1000);
  if (state.asked.length >= perSecond) return true;
  state.asked.push(now);
  return false;
}

function handle(state: State, request: HttpRequest): HttpReply {
  const refusal = signatureRefusal(request, state.keys);
  if (refusal !== null) return fault(403, refusal.code, refusal.message);
  if (tooOften(state)) return fault(400, 'Throttling', 'Rate exceeded');
  const { method, query } = request;
  const write = method === 'POST';
  if (state.rights === 'none' || (write && state.rights === 'read only'))
    return unauthorized(request);
  const path = request.path.replace(/^\/2013-04-01\//, '').replace(/\/$/, '');
  if (path === 'hostedzonesbyname') return listZones([...state.zones.values()], query);
  const [kind = '', id = '', part = ''] = path.split('/');
  if (kind === 'change') return getChange(state, id);
  const zone = kind === 'hostedzone' ? state.zones.get(id) : undefined;
  // The same words for a zone of another account: NoSuchHostedZone, 404.
  if (zone === undefined)
    return fault(404, 'NoSuchHostedZone', `No hosted zone found with ID: ${id}`);
  if (part === '' && !write) return found('GetHostedZoneResponse', zoneTree(zone));
  if (part === 'rrsetprotection' && !write) return protectionsOf(zone);
  if (part !== 'rrset') return fault(400, 'InvalidAction', 'The action is not valid');
  if (write) return change(state, zone, request.body);
  return listSets([...zone.sets.values()].sort(bySeek), query, state.options.pageSize ?? 300);
}

function serviceOf(state: State, troubles: ReturnType<typeof mischief>): Service {
  return {
    mischief: troubles,
    kind: ({ method }) => (method === 'POST' ? 'write' : 'read'),
    handle: request => handle(state, request),
    trouble: (kind, request) => {
      if (kind === 'unauthorized') return unauthorized(request);
      if (kind === 'server error')
        return fault(503, 'ServiceUnavailable', 'The service is unavailable. Please try again.');
      const headers = kind === 'throttled' ? {} : { 'retry-after': '1' };
      // chef-boneyard/route53 issue 79, and certbot pull request 6071: both with HTTP 400.
      const reply =
        request.method === 'POST' && state.random() < 0.5
          ? fault(
              400,
              'PriorRequestNotComplete',
              'The request was rejected because Route 53 was still processing a prior request.',
            )
          : fault(400, 'Throttling', 'Rate exceeded');
      return { ...reply, headers: { ...reply.headers, ...headers } };
    },
  };
}

/** Starts the double of Route 53 on loopback. */
export async function route53Double(options: Route53DoubleOptions): Promise<Route53Double> {
  const keys = options.keys ?? [testKey];
  const state: State = {
    ...{ options, keys, zones: new Map(), changes: new Map(), listeners: new Set() },
    ...{ timers: new Set(), random: randomOf((options.mischief?.seed ?? 1) + 1), rights: 'full' },
    ...{ aimed: null, pendingAsks: 0, form: null, asked: [] },
  };
  const addZone: Route53Double['addZone'] = (seed, { isPrivate = false } = {}) => {
    const zone = zoneFrom(seed, state.zones.size + 1, isPrivate);
    state.zones.set(zone.id, zone);
    return zone.id;
  };
  for (const seed of options.zones) addZone(seed);
  const zoneOf = (apex: Name): StoredZone => {
    const zone = [...state.zones.values()].find(one => one.apex === apex && !one.isPrivate);
    if (zone === undefined) throw new Error(`the double has no zone ${apex}`);
    return zone;
  };
  const troubles = mischief(options.mischief);
  const listening = await listen(serviceOf(state, troubles));
  return {
    ...listening,
    stop: async () => {
      for (const timer of state.timers) clearTimeout(timer);
      await listening.stop();
    },
    ...{ mischief: troubles, key: keys[0] ?? testKey, addZone },
    published: apex => publishedOf(zoneOf(apex)),
    subscribe: listener => {
      state.listeners.add(listener);
      return () => {
        state.listeners.delete(listener);
      };
    },
    edit: (apex, key, after) => {
      const zone = zoneOf(apex);
      const stored = after === null ? null : storedOf(after);
      if (stored === null) zone.sets.delete(`${key.name} ${key.type} `);
      else zone.sets.set(setKey(stored), stored);
      zone.writes++;
      publish(state, zone);
    },
    writes: apex => zoneOf(apex).writes,
    ...controls(state, zoneOf),
  };
}

type Controls = Pick<
  Route53Double,
  'aim' | 'rights' | 'zoneId' | 'nameServers' | 'put' | 'protect' | 'pending' | 'form' | 'keys'
>;

function controls(state: State, zoneOf: (apex: Name) => StoredZone): Controls {
  return {
    aim: edit => {
      state.aimed = edit;
    },
    rights: of => {
      state.rights = of;
    },
    zoneId: apex => zoneOf(apex).id,
    nameServers: id => state.zones.get(id)?.nameServers ?? [],
    put: (apex, set) => {
      zoneOf(apex).sets.set(setKey(set), set);
    },
    protect: (apex, { name, type }, comment) => {
      zoneOf(apex).protections.set(`${name} ${type}`, { name, type, comment });
    },
    pending: asks => {
      state.pendingAsks = asks;
    },
    form: form => {
      state.form = form;
    },
    keys: keys => {
      state.keys = keys;
    },
  };
}

function publishedOf({ apex, published }: StoredZone): readonly RRset[] {
  return published
    .filter(({ name, type }) => type !== 'SOA' && !(type === 'NS' && name === apex))
    .filter(({ special }) => special === undefined)
    .map(servedOf)
    .sort((a, b) => (formatRRset(a) < formatRRset(b) ? -1 : 1));
}
