import { type Name } from '../../../src/dns/name.ts';
import { type GoogleOptions } from './google.ts';
import { forbidden, invalidCredentials, json, notFound, refuse } from './google-errors.ts';
import { applyChange, type HeldChange, type HeldSet, type ZoneState } from './google-zone.ts';
import { type HttpReply, type HttpRequest, type Service } from './listen.ts';

export interface Serving {
  readonly zones: ZoneState[];
  readonly project: string;
  readonly accessToken: string;
  readonly control: {
    rights: 'full' | 'read only' | 'none';
    aimed: (() => void) | null;
  };
  readonly changed: (apex: Name) => void;
  readonly options: GoogleOptions;
}

/** Fields that a later version of the API may bring: clients must pass over them. */
const fromTheFuture = { futureField: { nested: [1, null, 'x'] } };

const setJson = (set: HeldSet) => ({
  ...{ kind: 'dns#resourceRecordSet', name: set.name, type: set.type },
  ...(set.ttl === undefined ? {} : { ttl: set.ttl }),
  ...(set.routingPolicy === undefined
    ? { rrdatas: set.rrdatas, signatureRrdatas: [] }
    : { routingPolicy: set.routingPolicy }),
  ...fromTheFuture,
});

const zoneJson = (zone: ZoneState) => ({
  ...{ kind: 'dns#managedZone', id: String(zone.name.length * 1_000_003), name: zone.name },
  ...{ dnsName: zone.apex, description: '', creationTime: '2026-01-01T00:00:00.000Z' },
  ...{ nameServers: zone.nameServers, dnssecConfig: { state: 'off' } },
  visibility: zone.hidden === undefined ? 'public' : 'private',
  ...(zone.hidden === 'peering'
    ? { peeringConfig: { targetNetwork: { networkUrl: 'projects/p/global/networks/n' } } }
    : {}),
  ...(zone.hidden === 'forwarding'
    ? { forwardingConfig: { targetNameServers: [{ ipv4Address: '192.0.2.53' }] } }
    : {}),
  ...fromTheFuture,
});

const changeJson = (change: HeldChange) => ({
  ...{ kind: 'dns#change', id: change.id, startTime: change.startTime, isServing: false },
  ...{ additions: change.additions.map(setJson), deletions: change.deletions.map(setJson) },
  status: change.pendingAsks > 0 ? 'pending' : 'done',
});

/** One page; the token says where the next begins. `maxResults` beyond the size of a page is cut. */
function page<T>(items: readonly T[], request: HttpRequest, size: number) {
  const from = Number(request.query.get('pageToken')?.replace('page-', '') ?? 0);
  const next = from + size;
  return {
    items: items.slice(from, next),
    ...(next < items.length ? { nextPageToken: `page-${next}` } : {}),
  };
}

const granted = (serving: Serving): readonly string[] => {
  const { rights } = serving.control;
  if (rights === 'none') return [];
  const reading = [
    ...['dns.changes.get', 'dns.managedZones.get', 'dns.managedZones.list'],
    'dns.resourceRecordSets.list',
  ];
  if (rights === 'read only') return reading;
  const verbs = ['create', 'update', 'delete'].map(verb => `dns.resourceRecordSets.${verb}`);
  const excess = ['dns.managedZones.delete', 'dns.managedZones.update'];
  return [
    ...[...reading, 'dns.changes.create', ...verbs],
    ...(serving.options.excess === true ? excess : []),
  ];
};

/** Says nothing about a zone that does not exist: an empty answer, not NOT_FOUND (its documentation). */
function rightsAnswer(serving: Serving, name: string, { body }: HttpRequest): HttpReply {
  const { permissions } = JSON.parse(body) as { permissions: readonly string[] };
  const exists = serving.zones.some(zone => zone.name === name);
  const found = exists ? permissions.filter(one => granted(serving).includes(one)) : [];
  return json(found.length === 0 ? {} : { permissions: found });
}

function listZones(serving: Serving, request: HttpRequest): HttpReply {
  const wanted = request.query.get('dnsName')?.toLowerCase();
  const zones = serving.zones.filter(({ apex }) => wanted === undefined || apex === wanted);
  const { items, ...rest } = page(zones, request, serving.options.pageSize ?? 100);
  const kind = 'dns#managedZonesListResponse';
  return json({ kind, managedZones: items.map(zoneJson), ...rest, ...fromTheFuture });
}

function listSets(serving: Serving, zone: ZoneState, request: HttpRequest): HttpReply {
  const name = request.query.get('name')?.toLowerCase();
  const type = request.query.get('type');
  const sets = [...zone.sets.values()]
    .filter(set => name === undefined || set.name === name)
    .filter(set => type === null || set.type === type);
  const { items, ...rest } = page(sets, request, serving.options.pageSize ?? 100);
  const kind = 'dns#resourceRecordSetsListResponse';
  return json({ kind, rrsets: items.map(setJson), ...rest, ...fromTheFuture });
}

let turn = 0;

function createChange(serving: Serving, zone: ZoneState, { body }: HttpRequest): HttpReply {
  const { control, options } = serving;
  const aimed = control.aimed;
  control.aimed = null;
  aimed?.();
  if (control.rights !== 'full') return refuse([forbidden]);
  turn += 1;
  const result = applyChange(zone, JSON.parse(body), {
    wording: turn % 2 === 0 ? 'by name' : 'by number',
    perChange: options.perChange ?? 1000,
    pendingAsks: options.pendingAsks ?? 1,
  });
  if (!('id' in result)) return refuse(result);
  serving.changed(zone.apex);
  return json({ ...changeJson(result), status: 'pending', ...fromTheFuture });
}

function getChange(zone: ZoneState, id: string): HttpReply {
  const change = zone.changes.find(one => one.id === id);
  if (change === undefined) return refuse([notFound(`parameters.changeId`)]);
  const answer = json({ ...changeJson(change), ...fromTheFuture });
  change.pendingAsks -= 1;
  return answer;
}

function listChanges(serving: Serving, zone: ZoneState, request: HttpRequest): HttpReply {
  const newestFirst = zone.changes.toReversed();
  const { items, ...rest } = page(newestFirst, request, serving.options.pageSize ?? 100);
  const kind = 'dns#changesListResponse';
  return json({ kind, changes: items.map(changeJson), ...rest, ...fromTheFuture });
}

function inZone(
  serving: Serving,
  request: HttpRequest,
  { zone, rest }: { zone: ZoneState; rest: string },
) {
  const { method } = request;
  if (rest === '' && method === 'GET') return json(zoneJson(zone));
  if (rest === 'rrsets' && method === 'GET') return listSets(serving, zone, request);
  if (rest === 'changes' && method === 'POST') return createChange(serving, zone, request);
  if (rest === 'changes' && method === 'GET') return listChanges(serving, zone, request);
  const change = /^changes\/([^/]+)$/.exec(rest)?.[1];
  return change === undefined ? refuse([notFound(rest)]) : getChange(zone, change);
}

/** Whatever is asked, with a token or without. */
function handle(serving: Serving, request: HttpRequest): HttpReply {
  if (request.headers['authorization'] !== `Bearer ${serving.accessToken}`)
    return refuse([invalidCredentials], { 'www-authenticate': 'Bearer realm="double"' });
  const base = `/dns/v1/projects/${serving.project}/managedZones`;
  // A project of somebody else is forbidden, whether or not it exists.
  if (request.path !== base && !request.path.startsWith(`${base}/`)) return refuse([forbidden]);
  const [first = '', ...deeper] = request.path.slice(base.length + 1).split('/');
  const asksRights = first.endsWith(':testIamPermissions') && request.method === 'POST';
  if (asksRights) return rightsAnswer(serving, first.split(':')[0] ?? '', request);
  if (serving.control.rights === 'none') return refuse([forbidden]);
  if (first === '') return listZones(serving, request);
  const zone = serving.zones.find(({ name }) => name === first);
  if (zone === undefined) return refuse([notFound('parameters.managedZone')]);
  return inZone(serving, request, { zone, rest: deeper.join('/') });
}

export const serveGoogle = (serving: Serving): Pick<Service, 'kind' | 'handle'> => ({
  kind: ({ method, path }) => (method === 'POST' && path.endsWith('/changes') ? 'write' : 'read'),
  handle: request => handle(serving, request),
});
