import { expect, it } from 'vitest';
import { cloudflareSchema } from '../../providers/cloudflare/settings.ts';
import { providers } from '../../providers/index.ts';
import { parseName } from '../../src/dns/name.ts';
import { rrset } from '../../src/dns/rrset.ts';
import { faultOf, never } from './backend.ts';
import { apex, environmentFor, providerFor, seeds, withCloudflare } from './cloudflare-backend.ts';

const key = { name: apex, type: 'MX' };
const old = rrset({ ...key, ttl: 3600, rdata: ['10 mx1.example.net.', '20 mx2.example.net.'] });
const zone = { apex, sets: [...seeds(apex), old] };

it.each([
  [{ status: 'pending' }, /pending/],
  [{ status: 'moved' }, /moved/],
  [{ type: 'partial' }, /CNAME setup/],
  [{ type: 'secondary' }, /another primary/],
] as const)('refuses a zone that the world does not see: %j', (more, words) =>
  withCloudflare({ zones: [{ apex, sets: [], ...more }] }, async ({ provider }) => {
    const fault = await faultOf(provider.zone(parseName(`www.${apex}`), never()));
    expect(fault.code).toBe('UNSUPPORTED');
    expect(fault.message).toMatch(words);
    const hosting = await provider.hosting?.(apex, [], never());
    expect(hosting?.remarks).toMatchObject([{ severity: 'blocker' }]);
  }),
);

it('takes a zone that is pending when its id is named, and tells of it', () =>
  withCloudflare({ zones: [{ ...zone, status: 'pending' }] }, async ({ double }) => {
    const provider = await providerFor(double, { settings: { zoneId: double.zoneId(apex) } });
    expect((await provider.read(key, never()))?.rrset).toEqual(old);
    const hosting = await provider.hosting?.(apex, [], never());
    expect(hosting?.remarks).toMatchObject([
      { severity: 'blocker', summary: expect.stringContaining('pending') as string },
    ]);
  }));

it('lets the delegation choose between zones of one name', async () => {
  const twins = [
    { apex, sets: [], account: 'One', nameServers: ['amy.ns.example', 'bob.ns.example'] },
    { apex, sets: [old], account: 'Other', nameServers: ['cyd.ns.example', 'dan.ns.example'] },
  ];
  const delegation = async () => ['dan.ns.example', 'cyd.ns.example'].map(name => parseName(name));
  await withCloudflare(
    { zones: twins },
    async ({ provider }) => {
      expect((await provider.read(key, never()))?.rrset).toEqual(old);
      expect((await provider.hosting?.(apex, [], never()))?.account).toBe('Other');
    },
    { more: { delegation } },
  );
});

it('keeps to the zone of a zoneId', () =>
  withCloudflare({ zones: [zone] }, async ({ double }) => {
    const zoneId = double.zoneId(apex);
    const provider = await providerFor(double, { settings: { zoneId } });
    expect((await provider.read(key, never()))?.rrset).toEqual(old);
    const elsewhere = faultOf(provider.zone(parseName('beta.example'), never()));
    expect((await elsewhere).code).toBe('NOT_FOUND');
    const none = await providerFor(double, { settings: { zoneId: 'f'.repeat(32) } });
    expect((await faultOf(none.zone(apex, never()))).code).toBe('NOT_FOUND');
  }));

it('tells of rights beyond those needed', () =>
  withCloudflare(
    {
      zones: [{ apex, sets: [], paused: true, permissions: ['#dns_records:edit', '#zone:edit'] }],
    },
    async ({ double, provider }) => {
      expect(await provider.hosting?.(apex, [], never())).toMatchObject({
        id: double.zoneId(apex),
        account: 'Example Inc',
        nameServers: ['ada.ns.cloudflare.test.', 'bob.ns.cloudflare.test.'],
        excessRights: ['#zone:edit'],
        // A paused zone is still served.
        remarks: [],
      });
    },
  ));

interface Schema {
  readonly properties: { readonly endpoint: { readonly pattern: string } };
}

it.each([
  ['https://api.example.com', true],
  ['https://proxy.example.com:8443/client/v4', true],
  ['http://127.0.0.1:8080', true],
  ['http://localhost:8080/client/v4', true],
  ['http://api.cloudflare.com', false],
  ['http://127.0.0.1@example.com', false],
  ['http://127.0.0.1.example.com', false],
  ['ftp://127.0.0.1', false],
])('takes the endpoint %s: %s', (endpoint, taken) => {
  const schema = JSON.parse(JSON.stringify(cloudflareSchema)) as Schema;
  const { pattern } = schema.properties.endpoint;
  expect(new RegExp(pattern).test(endpoint)).toBe(taken);
});

it('is opened by its entry in the list of providers', () =>
  withCloudflare({ zones: [zone] }, async ({ double }) => {
    const adapter = providers['cloudflare'];
    expect(adapter?.secrets).toEqual([{ path: ['tokenFile'], form: 'text' }]);
    const settings = { tokenFile: '/token', endpoint: double.endpoint };
    const provider = await adapter?.open('mail', settings, environmentFor(double.token));
    expect([provider?.name, double.log]).toEqual(['mail', []]);
    expect((await provider?.read(key, never()))?.rrset).toEqual(old);
  }));
