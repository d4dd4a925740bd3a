import { afterEach, expect, it } from 'vitest';
import { type Client, type Question } from '../../providers/google/client.ts';
import { everyItem } from '../../providers/google/pages.ts';
import { permissionsFor } from '../../providers/google/rights.ts';
import { parseName } from '../../src/dns/name.ts';
import { type Key, rrset } from '../../src/dns/rrset.ts';
import { faultOf, fresh, never } from './backend.ts';
import { type GoogleOptions, googleServers } from './doubles/google.ts';
import { apex, inner, seeds, stage, type Stage } from './google-backend.ts';

let opened: Stage | null = null;
afterEach(async () => {
  await opened?.close();
  opened = null;
});

async function play(options: Partial<GoogleOptions> = {}): Promise<Stage> {
  opened = await stage(options);
  return opened;
}

const key: Key = { name: apex, type: 'MX' };
const mx = rrset({ ...key, ttl: 300, rdata: ['10 mx1.example.net.'] });
const ours = rrset({ ...key, ttl: 60, rdata: ['0 new.example.net.'] });
const twin = { apex, sets: [], name: 'second', nameServers: googleServers('b') };

it('lets the delegation decide between two public zones of one name', async () => {
  const { double, another } = await play({ more: [twin] });
  const first = await another({}, googleServers('a'));
  await first.write([{ from: null, to: fresh(mx) }], never());
  expect(double.writes(apex)).toBe(1);
  const second = await another({}, googleServers('b').toReversed());
  expect((await second.hosting?.(apex, [], never()))?.id).toBe('second');
  const neither = await another({}, googleServers('c'));
  const fault = await faultOf(neither.zone(apex, never()));
  expect(fault.code).toBe('UNSUPPORTED');
  expect(fault.message).toContain(double.managedZone(apex));
  expect(fault.message).toContain('second');
});

it('takes the managed zone that is named, if it holds the name and the world sees it', async () => {
  const hidden = { apex, sets: [], name: 'inside', hidden: 'private' } as const;
  const { another } = await play({ more: [twin, hidden] });
  const named = await another({ zone: 'second' });
  expect(await named.zone(parseName(`a.${apex}`), never())).toBe(apex);
  expect((await faultOf(named.zone(parseName('b.example'), never()))).code).toBe('NOT_FOUND');
  const inside = await another({ zone: 'inside' });
  const fault = await faultOf(inside.zone(apex, never()));
  expect([fault.code, fault.message]).toEqual([
    'UNSUPPORTED',
    'inside is a private zone: the world is not served',
  ]);
  const none = await another({ zone: 'none' });
  expect((await faultOf(none.zone(apex, never()))).code).toBe('NOT_FOUND');
});

it('passes over zones that the world does not see, and says which', async () => {
  const { another } = await play({
    zones: [],
    more: (['private', 'peering', 'forwarding'] as const).map(hidden => ({
      ...{ apex, sets: [], name: `z-${hidden}`, hidden },
    })),
  });
  const fault = await faultOf((await another()).zone(apex, never()));
  expect(fault.code).toBe('NOT_FOUND');
  expect(fault.message).toContain('z-private (private), z-peering (peering)');
  expect(fault.message).toContain('z-forwarding (forwarding)');
});

it('remembers its zone, and looks again when it is gone', async () => {
  const { double, provider } = await play({
    zones: [
      { apex, sets: seeds(apex) },
      { apex: inner, sets: [] },
    ],
  });
  const searches = () => double.log.filter(({ request }) => request.query.has('dnsName')).length;
  for (let time = 0; time < 3; time++) await provider.read(key, never());
  expect(searches()).toBe(1);
  expect(await provider.zone(parseName(`x.${inner}`), never())).toBe(inner);
  double.drop(inner);
  const below = { name: inner, type: 'MX' };
  expect((await faultOf(provider.read(below, never()))).code).toBe('NOT_FOUND');
  expect(await provider.zone(inner, never())).toBe(apex);
});

it('refuses one write about two zones', async () => {
  const { provider } = await play({ more: [{ apex: inner, sets: [] }] });
  const below = rrset({ ...mx, name: inner });
  const moves = [mx, below].map(set => ({ from: null, to: fresh(set) }));
  const fault = await faultOf(provider.write(moves, never()));
  expect([fault.code, fault.message]).toEqual([
    'UNSUPPORTED',
    expect.stringContaining('one write cannot be about two zones'),
  ]);
});

const routed = {
  ...{ name: apex, type: 'MX' },
  routingPolicy: { kind: 'dns#rRSetRoutingPolicy', wrr: { items: [] } },
};

it('refuses to touch a set that a routing policy makes, and names it', async () => {
  const { double, provider } = await play();
  double.edit(apex, key, mx);
  const from = await provider.read(key, never());
  double.hold(apex, routed);
  for (const asked of [
    provider.read(key, never()),
    provider.write([{ from, to: fresh(ours) }], never()),
    provider.write([{ from: null, to: fresh(ours) }], never()),
  ]) {
    const fault = await faultOf(asked);
    expect(fault.code).toBe('UNSUPPORTED');
    expect(fault.message).toContain('alpha.example. MX');
    expect(fault.message).toContain('wrr');
  }
  expect(double.held(apex)).toContain(routed);
});

it('tells about the zone, its servers, rights that nobody needs and what stands in the way', async () => {
  const { double, provider } = await play({ excess: true });
  double.hold(apex, routed);
  const txt: Key = { name: apex, type: 'TXT' };
  expect(await provider.hosting?.(apex, [key, txt], never())).toEqual({
    ...{ id: double.managedZone(apex), account: double.project },
    nameServers: googleServers('a'),
    excessRights: ['dns.managedZones.delete', 'dns.managedZones.update'],
    remarks: [
      {
        ...{ severity: 'blocker', subject: 'alpha.example. MX' },
        summary: 'it is made by a routing policy (wrr)',
        remedy: 'Replace the routing policy by plain records first, or leave this RRset out.',
      },
    ],
  });
});

it('knows the permissions that moves need', () => {
  const [from, to] = [fresh(mx), fresh(ours)];
  const rrsets = (...verbs: string[]) => verbs.map(verb => `dns.resourceRecordSets.${verb}`);
  expect(permissionsFor([{ from, to }])).toEqual(['dns.changes.create', ...rrsets('update')]);
  expect(
    permissionsFor([
      { from: null, to },
      { from, to: null },
    ]),
  ).toEqual(['dns.changes.create', ...rrsets('create', 'delete')]);
});

it('notices rights that are lost in the middle, before and at the write', async () => {
  const { double, provider } = await play();
  double.edit(apex, key, mx);
  const moves = [{ from: await provider.read(key, never()), to: fresh(ours) }];
  expect(await provider.writable(moves, never())).toBe('yes');
  const asked = () =>
    double.log.filter(({ request }) => request.path.endsWith(':testIamPermissions')).length;
  // A gate asks again and again.
  expect(await provider.writable(moves, never())).toBe('yes');
  expect(asked()).toBe(1);
  double.rights('read only');
  const refused = await faultOf(provider.write(moves, never()));
  expect(refused.code).toBe('UNAUTHORIZED');
  const other = [{ from: null, to: fresh(rrset({ ...mx, name: parseName(`x.${apex}`) })) }];
  const lacking = await faultOf(provider.writable(other, never()));
  expect(lacking.code).toBe('UNAUTHORIZED');
  expect(lacking.message).toContain('dns.changes.create, dns.resourceRecordSets.create');
  double.rights('none');
  expect((await faultOf(provider.read(key, never()))).code).toBe('UNAUTHORIZED');
  double.rights('full');
  expect((await provider.read(key, never()))?.rrset).toEqual(mx);
});

it('tells a zone that is gone from one without rights', async () => {
  const { double, provider } = await play();
  await provider.zone(apex, never());
  double.drop(apex);
  const moves = [{ from: null, to: fresh(mx) }];
  expect((await faultOf(provider.writable(moves, never()))).code).toBe('NOT_FOUND');
});

it('follows pages to their end, and not for ever', async () => {
  const asked: Question[] = [];
  const client = (next: (page: number) => string | null): Client => ({
    where: 'provider cloud',
    skew: () => null,
    project: async () => ({ id: 'p', from: 'x' }),
    attempt: async () => ({ body: {} }),
    ask: async question => {
      asked.push(question);
      const token = next(asked.length);
      return { items: [asked.length], ...(token === null ? {} : { nextPageToken: token }) };
    },
  });
  const question = { what: 'listing', path: 'x', urgency: 'usual', signal: never() } as const;
  const three = client(page => (page < 3 ? `to ${page + 1}` : null));
  expect(await everyItem(three, question, 'items')).toEqual([1, 2, 3]);
  expect(asked.map(({ query }) => query?.['pageToken'])).toEqual([undefined, 'to 2', 'to 3']);
  const circle = client(page => `to ${page % 2}`);
  expect((await faultOf(everyItem(circle, question, 'items'))).code).toBe('UNAVAILABLE');
  asked.length = 0;
  const endless = client(page => `to ${page}`);
  expect((await faultOf(everyItem(endless, question, 'items'))).code).toBe('UNAVAILABLE');
  expect(asked).toHaveLength(200);
});

it('believes that there is nothing only of an answer that says what it is', async () => {
  const answering = (body: Readonly<Record<string, unknown>>): Client => ({
    where: 'provider cloud',
    skew: () => null,
    project: async () => ({ id: 'p', from: 'x' }),
    attempt: async () => ({ body }),
    ask: async () => body,
  });
  const question = { what: 'listing', path: 'x', urgency: 'usual', signal: never() } as const;
  const kind = 'dns#resourceRecordSetsListResponse';
  for (const body of [{ rrsets: [] }, { kind, rrsets: [] }, { kind }])
    expect(await everyItem(answering(body), question, 'rrsets')).toEqual([]);
  for (const body of [{}, { kind: 'dns#project' }, { kind, rrsets: {} }, { rrsets: null }]) {
    const fault = await faultOf(everyItem(answering(body), question, 'rrsets'));
    expect([fault.code, fault.where]).toEqual(['UNAVAILABLE', 'provider cloud']);
  }
});
