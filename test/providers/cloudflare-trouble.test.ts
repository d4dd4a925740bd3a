import { inspect } from 'node:util';
import { expect, it } from 'vitest';
import { cloudflareSchema } from '../../providers/cloudflare/settings.ts';
import { providers } from '../../providers/index.ts';
import { parseName } from '../../src/dns/name.ts';
import { type RRset, rrset } from '../../src/dns/rrset.ts';
import { type Code, type Fault } from '../../src/errors.ts';
import { Secret } from '../../src/secret.ts';
import { faultOf, fresh, never } from './backend.ts';
import { apex, providerFor, seeds, withCloudflare } from './cloudflare-backend.ts';
import { type CloudflareDouble } from './doubles/cloudflare.ts';
import { refuse } from './doubles/cloudflare-errors.ts';

const key = { name: apex, type: 'MX' };
const mx = (ttl: number, ...rdata: readonly string[]): RRset => rrset({ ...key, ttl, rdata });
const old = mx(3600, '10 mx1.example.net.', '20 mx2.example.net.');
const ours = mx(60, '0 new.example.net.');
const zone = { apex, sets: [...seeds(apex), old] };
const batches = ({ log }: CloudflareDouble) =>
  log.filter(({ request }) => request.path.endsWith('/batch'));

/** Nothing that anybody might print of a fault holds the token. */
function expectNoToken(fault: Fault, token: string): void {
  const said = inspect(fault, { depth: 20, showHidden: true });
  expect(said + JSON.stringify(fault) + String(fault)).not.toContain(token);
}

it.each(['reset after', 'server error after', 'malformed'] as const)(
  'does not write twice when the answer is lost: %s',
  trouble =>
    withCloudflare({ zones: [zone] }, async ({ double, provider }) => {
      const from = await provider.read(key, never());
      double.mischief.next([trouble], 'write');
      const fault = await faultOf(provider.write([{ from, to: fresh(ours) }], never()));
      expect(fault.code).toBe('UNAVAILABLE');
      expect(fault.fix).toBeTruthy();
      expect(batches(double)).toHaveLength(1);
      expect((await provider.read(key, never()))?.rrset).toEqual(ours);
    }),
);

it('comes through when it is turned away at the door a few times, and gives up in a storm', () =>
  withCloudflare({ zones: [zone] }, async ({ double, provider }) => {
    const from = await provider.read(key, never());
    double.mischief.next(['throttled', 'throttled with retry-after'], 'write');
    await provider.write([{ from, to: fresh(ours) }], never());
    expect(double.writes(apex)).toBe(1);
    const after = await provider.read(key, never());
    double.mischief.always('throttled with retry-after');
    const fault = await faultOf(provider.write([{ from: after, to: from }], never()));
    expect(fault.code).toBe('RATE_LIMITED');
    expect(fault.retryAfterMs).toBe(1000);
    expect(double.writes(apex)).toBe(1);
  }));

it.each(['read only', 'none'] as const)('tells when the token loses its rights: %s', rights =>
  withCloudflare({ zones: [zone] }, async ({ double, provider }) => {
    const from = await provider.read(key, never());
    const moves = [{ from, to: fresh(ours) }];
    double.rights(rights);
    for (const asking of [provider.writable(moves, never()), provider.write(moves, never())]) {
      const fault = await faultOf(asking);
      expect(fault.code).toBe('UNAUTHORIZED');
      expectNoToken(fault, double.token);
    }
    double.rights('full');
    expect(await provider.writable(moves, never())).toBe('yes');
    // A yes counts for a minute; the write itself is the judge.
    const asked = double.log.length;
    expect(await provider.writable(moves, never())).toBe('yes');
    expect(double.log).toHaveLength(asked);
    expect(double.writes(apex)).toBe(0);
  }),
);

it('takes a token that was renewed', () =>
  withCloudflare({ zones: [zone] }, async ({ double }) => {
    let token = 'an-older-token-that-has-expired-by-now';
    const secret = async (file: string) => new Secret(Buffer.from(`${token}\n`), file);
    const provider = await providerFor(double, { more: { secret } });
    expect((await faultOf(provider.read(key, never()))).code).toBe('UNAUTHORIZED');
    token = double.token;
    expect((await provider.read(key, never()))?.rrset).toEqual(old);
  }));

it.each(['', 'two words', 'línea', 'a\u0000b'])('refuses what can be no token: %j', text =>
  withCloudflare({}, async ({ double }) => {
    const secret = async (file: string) => new Secret(Buffer.from(text), file);
    const provider = await providerFor(double, { more: { secret } });
    const fault = await faultOf(provider.read(key, never()));
    expect(fault.code).toBe('UNAUTHORIZED');
    if (text !== '') expect(inspect(fault)).not.toContain(text);
    expect(double.log).toEqual([]);
  }),
);

const html = { 'content-type': 'text/html' };
const json = { 'content-type': 'application/json' };
const answers: Record<string, readonly [number, Record<string, string>, string, Code, RegExp]> = {
  'a refusal with HTTP 200': [
    ...([200, json] as const),
    '{"result":null,"success":false,"errors":[{"code":10000,"message":"Authentication error"}]}',
    ...(['UNAUTHORIZED', /Authentication error \(10000\)/] as const),
  ],
  'an unknown refusal with HTTP 200': [
    ...([200, json] as const),
    '{"result":null,"success":false,"errors":[]}',
    ...(['UNAVAILABLE', /could not answer/] as const),
  ],
  'no result': [200, json, '{"success":true,"result":null}', 'UNAVAILABLE', /could not answer/],
  'a page of a proxy': [403, html, '<html>Log in</html>', 'UNAVAILABLE', /is not the API/],
  'a login page with HTTP 200': [200, html, '<html>Log in</html>', 'UNAVAILABLE', /is not the API/],
  'a way to elsewhere': [
    302,
    { location: 'http://127.0.0.1:1/' },
    '',
    'UNAVAILABLE',
    /not the API/,
  ],
  'half of a list': [200, json, '{"success":true,"result":[', 'UNAVAILABLE', /malformed/],
  'what is no list': [200, json, '{"success":true,"result":{}}', 'UNAVAILABLE', /no list/],
  'the token sent back': [
    500,
    json,
    '{"success":false,"errors":"‹it›"}',
    'UNAVAILABLE',
    /HTTP 500/,
  ],
};

it.each(Object.entries(answers))('tells %s', (_, [status, headers, body, code, words]) =>
  withCloudflare({}, async ({ double, provider }) => {
    await provider.zone(apex, never());
    const reply = { status, headers, body: body.replace('‹it›', double.token) };
    double.answer(...Array.from({ length: 6 }, () => reply));
    const fault = await faultOf(provider.read(key, never()));
    expect([fault.code, fault.message]).toEqual([code, expect.stringMatching(words)]);
    expect(fault.fix).toBeTruthy();
    expectNoToken(fault, double.token);
  }),
);

it.each([
  [1046, 403, 'UNSUPPORTED', /Email Routing/],
  [890_190, 400, 'UNSUPPORTED', /Email Routing/],
  [9109, 403, 'UNAUTHORIZED', /token/],
  [7003, 404, 'NOT_FOUND', /no such zone/],
  [81_053, 400, 'UNSUPPORTED', /CNAME/],
  [81_058, 400, 'CONFLICT', /changed meanwhile/],
  [12_345, 400, 'UNSUPPORTED', /HTTP 400.*\(12345\)/],
  [12_345, 401, 'UNAUTHORIZED', /token/],
  [12_345, 404, 'NOT_FOUND', /nothing there/],
  [12_345, 503, 'UNAVAILABLE', /HTTP 503/],
] as const)('knows error %i with HTTP %i as %s', (...[code, status, is, words]) =>
  withCloudflare({}, async ({ double, provider }) => {
    await provider.zone(apex, never());
    const reply = refuse(status, [
      { code: 1000, message: 'vague', error_chain: [{ code, message: 'why' }] },
    ]);
    double.answer(...Array.from({ length: 6 }, () => reply));
    const fault = await faultOf(provider.read(key, never()));
    expect([fault.code, fault.message]).toEqual([is, expect.stringMatching(words)]);
  }),
);

it.each(['chain', 'top'] as const)('learns the floor of a zone from error 9021: %s', ttlForm =>
  withCloudflare({ zones: [{ ...zone, floor: 120 }], ttlForm }, async ({ double, provider }) => {
    expect(provider.capabilities.minTtl).toBe(60);
    const from = await provider.read(key, never());
    const moves = [{ from, to: fresh(ours) }];
    const fault = await faultOf(provider.write(moves, never()));
    expect(fault.code).toBe('UNSUPPORTED');
    expect(fault.fix).toContain('120');
    expect(provider.capabilities.minTtl).toBe(120);
    const asked = batches(double).length;
    expect((await faultOf(provider.write(moves, never()))).message).toContain('floor of 120');
    expect(batches(double)).toHaveLength(asked);
  }),
);

it('turns pages no further than they bring something new', () =>
  withCloudflare({ zones: [zone], endless: true }, async ({ double, provider }) => {
    expect((await provider.read(key, never()))?.rrset).toEqual(old);
    expect(double.log.length).toBeLessThanOrEqual(4);
  }));

it('puts pages together', () =>
  withCloudflare({ zones: [{ ...zone, plan: 'pro' }] }, async ({ double, provider }) => {
    const many = Array.from({ length: 90 }, (_, at) => `${at} mx${at}.example.net.`);
    double.edit(apex, key, mx(300, ...many));
    expect((await provider.read(key, never()))?.rrset.rdata).toHaveLength(90);
    for (let at = 100; at < 250; at++)
      double.post(apex, {
        type: 'MX',
        name: 'alpha.example',
        content: `x${at}.`,
        priority: 1,
        ttl: 60,
      });
    expect((await provider.read(key, never()))?.rrset.rdata).toHaveLength(240);
  }));

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
        remarks: [{ severity: 'warning' }],
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

it('is opened by its entry in the list of providers', async () => {
  const adapter = providers['cloudflare'];
  expect(adapter?.secrets).toEqual([{ path: ['tokenFile'], form: 'text' }]);
});
