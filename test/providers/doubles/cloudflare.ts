import { type Name, parseAnyName } from '../../../src/dns/name.ts';
import { keyText, type Key, type RRset } from '../../../src/dns/rrset.ts';
import { Fault } from '../../../src/errors.ts';
import * as errors from './cloudflare-errors.ts';
import { blankRecord, type Making, runBatch } from './cloudflare-batch.ts';
import { type Edge, openEdge, setsOf } from './cloudflare-published.ts';
import { fieldsFor, type Fields, isFields, recordFrom, Refused } from './cloudflare-record.ts';
import {
  type CloudflareZone,
  type DoubleRecord,
  shownName,
  shownZone,
  type ZoneState,
} from './cloudflare-zone.ts';
import { type Double } from './double.ts';
import { type HttpReply, type HttpRequest, listen } from './listen.ts';
import { mischief, type MischiefOptions } from './mischief.ts';

export { type CloudflareZone, type DoubleRecord };

export interface CloudflareOptions {
  readonly zones: readonly CloudflareZone[];
  /** The only token that is known. */
  readonly token?: string;
  readonly mischief?: Partial<MischiefOptions>;
  /** How long a change takes to the name servers, and whether each record goes its own way. */
  readonly lagMs?: number;
  readonly scattered?: boolean;
  /** The answer to every list is its first page, whatever page was asked for. */
  readonly endless?: boolean;
  /** The form of error 9021: chained below another, or at the top as in 2020. */
  readonly ttlForm?: 'chain' | 'top';
}

export interface CloudflareDouble extends Double {
  readonly token: string;
  /** For the adapter's settings: the URL with the prefix of the API. */
  readonly endpoint: string;
  /** The records as the API shows them. */
  records(zone: Name): readonly DoubleRecord[];
  zoneId(zone: Name): string;
  /** Somebody else's edit by the fields of the API: of one record, of all of a key, or a new one. */
  patch(zone: Name, id: string, fields: Readonly<Record<string, unknown>>): void;
  post(zone: Name, fields: Readonly<Record<string, unknown>>): void;
  lag(ms: number, scattered?: boolean): void;
  /** The next requests are answered by this, once each. */
  answer(...replies: readonly HttpReply[]): void;
  /** Forgets the token: it was revoked or has expired. */
  expire(): void;
}

const PREFIX = '/client/v4';
const TOKEN = 'canary-token-of-the-double-0123456789abc';

/** Starts a stateful double of the API on loopback. */
export async function cloudflareDouble(options: CloudflareOptions): Promise<CloudflareDouble> {
  const listeners = new Set<(zone: Name) => void>();
  const way = { lagMs: options.lagMs ?? 0, scattered: options.scattered ?? false };
  const edge = openEdge({
    lagMs: () => way.lagMs,
    scattered: () => way.scattered,
    arrived: zone => {
      for (const listener of listeners) listener(zone.apex);
    },
  });
  const state = openState(options, edge);
  const planned: HttpReply[] = [];
  const own = mischief(options.mischief);
  const listening = await listen({
    kind: ({ method }) => (method === 'GET' ? 'read' : 'write'),
    handle: request => planned.shift() ?? handle(state, request),
    trouble: kind => {
      if (kind === 'throttled') return errors.throttled({});
      if (kind === 'throttled with retry-after') return errors.throttled({ 'retry-after': '1' });
      return kind === 'unauthorized' ? errors.badToken : errors.broken;
    },
    mischief: own,
  });
  const { of, making } = state;
  return {
    ...listening,
    stop: async () => {
      edge.stop();
      await listening.stop();
    },
    ...{ mischief: own, token: state.token, endpoint: listening.url + PREFIX },
    published: apex => setsOf(edge.records(of(apex))).filter(({ type }) => type !== 'NS'),
    subscribe: listener => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    edit: (apex, key, after) => {
      const zone = of(apex);
      const others = zone.records.filter(one => textOf(one) !== keyText(key));
      commit(state, zone, after === null ? others : [...others, ...made(making(zone), after)]);
    },
    writes: apex => of(apex).writes,
    aim: act => {
      state.aimed = act;
    },
    rights: rights => {
      state.rights = rights;
    },
    records: apex => of(apex).records,
    zoneId: apex => of(apex).id,
    patch: (apex, id, fields) => {
      const zone = of(apex);
      const { records } = runBatch(making(zone), { patches: [{ id, ...fields }] });
      commit(state, zone, records);
    },
    post: (apex, fields) => {
      const zone = of(apex);
      commit(state, zone, runBatch(making(zone), { posts: [fields] }).records);
    },
    lag: (ms, scattered = false) => {
      Object.assign(way, { lagMs: ms, scattered });
    },
    answer: (...replies) => {
      planned.push(...replies);
    },
    expire: () => {
      state.expired = true;
    },
  };
}

interface State {
  readonly options: CloudflareOptions;
  readonly token: string;
  readonly zones: readonly ZoneState[];
  readonly edge: Edge;
  readonly of: (apex: Name) => ZoneState;
  readonly making: (zone: ZoneState) => Making;
  rights: 'full' | 'read only' | 'none';
  expired: boolean;
  aimed: (() => void) | null;
}

const textOf = ({ name, type }: DoubleRecord): string =>
  keyText({ name: parseAnyName(name), type } satisfies Key);

/** The records of an RRset, as somebody makes them by hand. */
const made = (making: Making, set: RRset): readonly DoubleRecord[] =>
  set.rdata.map(rdata => recordFrom(making, blankRecord(making), fieldsFor(set, rdata)));

/** Ids and moments are counted, so that runs are alike; each moment is another. */
function openState(options: CloudflareOptions, edge: Edge): State {
  let next = 0;
  const id = (): string => `${(++next).toString(16).padStart(8, '0')}${'5eed'.repeat(6)}`;
  const now = (): string =>
    new Date(Date.UTC(2026, 0, 1) + ++next * 1000).toISOString().replace('000Z', '000000Z');
  const making = (zone: ZoneState): Making => {
    return { zone, id, now, ttlForm: options.ttlForm ?? 'chain' };
  };
  const zones = options.zones.map((seed): ZoneState => {
    const zone = { id: seed.id ?? id(), apex: seed.apex, seed, records: [], writes: 0 };
    // What stands in the zone from the beginning may be under the floor of today.
    const loose = making({ ...zone, seed: { ...seed, floor: 1 } });
    return { ...zone, records: seed.sets.flatMap(set => made(loose, set)) };
  });
  // From here on the name servers hold what was there in the beginning.
  for (const zone of zones) edge.records(zone);
  return {
    ...{ options, zones, edge, making, token: options.token ?? TOKEN },
    ...{ rights: 'full', expired: false, aimed: null },
    of: apex => {
      const zone = zones.find(one => one.apex === apex);
      if (zone === undefined) throw new Fault('BUG', `the double has no zone ${apex}`);
      return zone;
    },
  };
}

function commit({ edge }: State, zone: ZoneState, records: readonly DoubleRecord[]): void {
  zone.records = records;
  zone.writes++;
  edge.changed(zone);
}

function handle(state: State, request: HttpRequest): HttpReply {
  const refusal = refusedAtTheDoor(state, request);
  if (refusal !== null) return refusal;
  if (!request.path.startsWith(`${PREFIX}/`)) return errors.noRoute;
  const [zones, id, records, batch, ...more] = request.path.slice(PREFIX.length + 1).split('/');
  if (zones !== 'zones' || more.length > 0) return errors.noRoute;
  if (id === undefined) return listed(state, request, zonesFor(state, request));
  const zone = state.zones.find(one => one.id === id);
  if (zone === undefined) return errors.noRoute;
  if (records === undefined) return errors.succeed(shownZone(zone));
  if (records !== 'dns_records') return errors.noRoute;
  if (request.method === 'GET' && batch === undefined)
    return listed(state, request, recordsFor(zone, request));
  if (request.method === 'POST' && batch === 'batch') return batched(state, zone, request);
  // Recorded: a method that is not allowed there.
  return errors.refuse(405, [
    { code: 10_000, message: 'Method not allowed for this authentication scheme' },
  ]);
}

function refusedAtTheDoor(state: State, { headers, method }: HttpRequest): HttpReply | null {
  const { authorization } = headers;
  if (typeof authorization !== 'string' || !/^Bearer [A-Za-z0-9_-]{20,}$/.test(authorization))
    return errors.badHeader;
  if (state.expired || authorization !== `Bearer ${state.token}`) return errors.badToken;
  if (state.rights === 'none') return errors.noRight;
  // The scheme is right, the right is missing: recorded for writes with a token that may only read.
  return state.rights === 'read only' && method !== 'GET' ? errors.badToken : null;
}

const zonesFor = ({ zones }: State, { query }: HttpRequest): readonly unknown[] => {
  const [name, status] = [query.get('name'), query.get('status')];
  return zones
    .map(shownZone)
    .filter(zone => name === null || zone['name'] === shownName(name))
    .filter(zone => status === null || zone['status'] === status);
};

/** Filters by type and exact name, as the SDK writes it (`name.exact`) and as it once was (`name`). */
function recordsFor(zone: ZoneState, { query }: HttpRequest): readonly unknown[] {
  const type = query.get('type');
  const name = query.get('name.exact') ?? query.get('name[exact]') ?? query.get('name');
  return zone.records
    .filter(record => type === null || record.type === type)
    .filter(record => name === null || record.name === shownName(name))
    .map(record => shownRecord(zone, record));
}

const shownRecord = (zone: ZoneState, record: DoubleRecord): DoubleRecord => {
  const locked = zone.seed.locked?.includes(textOf(record)) === true;
  // Of Cloudflare's `meta` only these names are known from answers that people showed.
  const lock = locked ? { email_routing: true, read_only: true } : {};
  return { ...record, meta: { auto_added: false, ...record.meta, ...lock } };
};

/** A page, 100 unless asked, and the count of all. */
function listed({ options }: State, { query }: HttpRequest, all: readonly unknown[]): HttpReply {
  const size = Number(query.get('per_page') ?? 100);
  const page = options.endless === true ? 1 : Number(query.get('page') ?? 1);
  const shown = all.slice((page - 1) * size, page * size);
  const pages = options.endless === true ? 1_000_000 : Math.ceil(all.length / size);
  const counts = { count: shown.length, total_count: all.length, total_pages: pages };
  return errors.succeed(shown, { page, per_page: size, ...counts });
}

function batched(state: State, zone: ZoneState, request: HttpRequest): HttpReply {
  const aimed = state.aimed;
  state.aimed = null;
  aimed?.();
  const body = bodyOf(request);
  if (body === null)
    return errors.refuse(400, [{ code: 9207, message: 'Request body is invalid.' }]);
  try {
    const { records, result } = runBatch(state.making(zone), body);
    commit(state, zone, records);
    return errors.succeed(result);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return errors.refuse(error.refusal.status, error.refusal.errors);
  }
}

function bodyOf({ body }: HttpRequest): Fields | null {
  try {
    const value: unknown = JSON.parse(body);
    return isFields(value) ? value : null;
  } catch {
    return null;
  }
}
