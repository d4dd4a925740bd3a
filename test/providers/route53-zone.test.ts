import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Name, parseName } from '../../src/dns/name.ts';
import { rrset } from '../../src/dns/rrset.ts';
import { faultOf, fresh, never } from './backend.ts';
import { hurriedClock, openRoute53, rememberLogin } from './doubles/route53-open.ts';
import { type Route53Double, route53Double } from './doubles/route53.ts';

const apex = parseName('example.org');
const sub = parseName('sub.example.org');
const at = (label: string): Name => parseName(`${label}.example.org`);
const mx = rrset({ name: apex, type: 'MX', ttl: 60, rdata: ['0 new.example.net.'] });

let double: Route53Double;
const logBackIn = rememberLogin();

beforeEach(async () => {
  double = await route53Double({ zones: [{ apex, sets: [mx] }], mischief: { rate: 0 } });
});
afterEach(async () => {
  logBackIn();
  await double.stop();
});

const paths = () => double.log.map(({ request }) => request.path.replace('/2013-04-01/', ''));

it('is found by one request, and remembered', async () => {
  const provider = await openRoute53(double);
  for (const label of ['_dns-cutover', 'a.b', '_dns-cutover'])
    expect(await provider.zone(at(label), never())).toBe(apex);
  expect(await provider.zone(apex, never())).toBe(apex);
  expect(paths()).toEqual(['hostedzonesbyname']);
});

it('is the longest that holds the name, private ones left out', async () => {
  double.addZone({ apex: sub, sets: [] });
  double.addZone({ apex: at('deep.sub'), sets: [] }, { isPrivate: true });
  double.addZone({ apex: parseName('org'), sets: [] });
  const provider = await openRoute53(double);
  expect(await provider.zone(at('a.deep.sub'), never())).toBe(sub);
  expect(await provider.zone(at('xsub'), never())).toBe(apex);
  expect(await provider.zone(parseName('other.org'), never())).toBe('org.');
});

it('is found among hundreds, below it and beside it', async () => {
  for (let index = 0; index < 150; index++) {
    double.addZone({ apex: at(`z${index}`), sets: [] });
    double.addZone({ apex, sets: [] }, { isPrivate: true });
  }
  const provider = await openRoute53(double);
  expect(await provider.zone(at('a.z149'), never())).toBe(at('z149'));
  expect(await provider.zone(at('a.zz'), never())).toBe(apex);
  expect(await provider.zone(apex, never())).toBe(apex);
});

it('is none where only a private one holds the name', async () => {
  const id = double.addZone({ apex: parseName('corp.example'), sets: [] }, { isPrivate: true });
  const provider = await openRoute53(double);
  const fault = await faultOf(provider.zone(parseName('a.corp.example'), never()));
  expect(fault.code).toBe('NOT_FOUND');
  expect(fault.message).toContain(`only the private zone ${id}, corp.example`);
  // A zone that is made afterwards is found.
  double.addZone({ apex: parseName('corp.example'), sets: [] });
  expect(await provider.zone(parseName('a.corp.example'), never())).toBe('corp.example.');
});

it('of two public ones is the one that the parent delegates to, or none', async () => {
  const first = double.zoneId(apex);
  const second = double.addZone({ apex, sets: [] });
  const delegatedTo = (servers: readonly string[]) =>
    openRoute53(double, {}, { delegation: async () => servers.map(text => parseName(text)) });
  for (const id of [first, second]) {
    const provider = await delegatedTo(double.nameServers(id));
    expect(await provider.zone(apex, never())).toBe(apex);
    const hosting = await provider.hosting?.(apex, [], never());
    expect(hosting?.id).toBe(id);
    expect(hosting?.nameServers).toEqual(double.nameServers(id).map(text => parseName(text)));
  }
  const lost = await delegatedTo(['ns1.elsewhere.example']);
  const fault = await faultOf(lost.zone(apex, never()));
  expect(fault.code).toBe('UNSUPPORTED');
  expect(fault.message).toContain(`${first}, ${second}`);
  expect(fault.fix).toContain('zoneId');
});

it('by its id holds its names, and no others', async () => {
  const zoneId = `/hostedzone/${double.zoneId(apex)}`;
  const provider = await openRoute53(double, { zoneId });
  expect(await provider.zone(at('a'), never())).toBe(apex);
  expect((await provider.read(mx, never()))?.rrset).toEqual(mx);
  const hosting = await provider.hosting?.(apex, [mx], never());
  expect(hosting).toMatchObject({ id: double.zoneId(apex), remarks: [], excessRights: null });
  const fault = await faultOf(provider.zone(parseName('example.net'), never()));
  expect([fault.code, fault.message]).toEqual([
    'NOT_FOUND',
    expect.stringContaining('example.net'),
  ]);
  expect(paths().filter(path => path === 'hostedzonesbyname')).toEqual([]);
});

it('by the id of a private one, or of nobody’s, is refused', async () => {
  const hidden = double.addZone({ apex: sub, sets: [] }, { isPrivate: true });
  const codes = [];
  for (const zoneId of [hidden, 'Z0NOBODY']) {
    const provider = await openRoute53(double, { zoneId });
    const fault = await faultOf(provider.read(mx, never()));
    codes.push([fault.code, fault.message.includes(zoneId)]);
  }
  expect(codes).toEqual([
    ['UNSUPPORTED', true],
    ['NOT_FOUND', true],
  ]);
});

it('is one for all moves of a write', async () => {
  double.addZone({ apex: sub, sets: [] });
  const provider = await openRoute53(double);
  const moves = [apex, sub].map(name => ({ from: null, to: fresh({ ...mx, name }) }));
  const fault = await faultOf(provider.write(moves, never()));
  expect([fault.code, fault.fix]).toEqual(['UNSUPPORTED', expect.stringContaining('its own')]);
  expect(paths().some(path => path.endsWith('rrset'))).toBe(false);
});

it('tells no protections without the right to list them', async () => {
  double.protect(apex, mx, null);
  const clock = hurriedClock();
  const provider = await openRoute53(double, {}, { clock });
  const remarks = async () => (await provider.hosting?.(apex, [mx], never()))?.remarks;
  expect(await remarks()).toHaveLength(1);
  double.rights('none');
  const asked = double.log.length;
  // The list counts for a minute.
  expect(await remarks()).toHaveLength(1);
  expect(double.log).toHaveLength(asked);
  for (let second = 0; second < 60; second++) await clock.sleep(1000, never());
  expect(await remarks()).toEqual([]);
});

it('lists protections again after a refusal', async () => {
  const provider = await openRoute53(double);
  const remarks = async () => (await provider.hosting?.(apex, [mx], never()))?.remarks;
  expect(await remarks()).toEqual([]);
  double.protect(apex, mx, null);
  const from = await provider.read(mx, never());
  const to = fresh(rrset({ ...mx, ttl: 30 }));
  expect((await faultOf(provider.write([{ from, to }], never()))).code).toBe('UNSUPPORTED');
  expect(await remarks()).toHaveLength(1);
});
