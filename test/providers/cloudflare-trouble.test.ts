import { inspect } from 'node:util';
import { afterEach, expect, it, vi } from 'vitest';
import { cloudflare } from '../../providers/cloudflare/cloudflare.ts';
import { type RRset, rrset } from '../../src/dns/rrset.ts';
import { type Code, type Fault } from '../../src/errors.ts';
import { Secret } from '../../src/secret.ts';
import { providerEnvironment } from '../support/provider-environment.ts';
import { faultOf, fresh, never } from './backend.ts';
import { apex, providerFor, seeds, withCloudflare } from './cloudflare-backend.ts';
import { type CloudflareDouble } from './doubles/cloudflare.ts';
import { refuse, succeed } from './doubles/cloudflare-errors.ts';

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

// Whoever stands in the way may have let the write through before.
it('does not send a write again on the word of a proxy', () =>
  withCloudflare({ zones: [zone] }, async ({ double, provider }) => {
    const from = await provider.read(key, never());
    const page = { status: 429, headers: html, body: '<html>Slow down</html>' };
    const list = succeed(double.records(apex).filter(({ type }) => type === 'MX'));
    double.answer(list, page);
    const fault = await faultOf(provider.write([{ from, to: fresh(ours) }], never()));
    expect(fault.code).toBe('UNAVAILABLE');
    expect(batches(double)).toHaveLength(1);
    double.answer(...Array.from({ length: 6 }, () => page));
    expect((await faultOf(provider.read(key, never()))).code).toBe('RATE_LIMITED');
  }));

it.each(['read only', 'none'] as const)('tells when the token loses its rights: %s', rights =>
  withCloudflare({ zones: [zone] }, async ({ double, provider }) => {
    const from = await provider.read(key, never());
    const moves = [{ from, to: fresh(ours) }];
    double.rights(rights);
    for (const asking of [provider.writable(moves, never()), provider.write(moves, never())]) {
      const fault = await faultOf(asking);
      expect(fault.code).toBe('UNAUTHORIZED');
      expect(fault.message.includes('may read the zone but not write')).toBe(
        rights === 'read only',
      );
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

afterEach(() => {
  vi.unstubAllEnvs();
});

it('takes the token of the environment where no file is named, and no key of the old kind', () =>
  withCloudflare({ zones: [zone] }, async ({ double }) => {
    const provider = await cloudflare('cf', { endpoint: double.url }, providerEnvironment());
    for (const name of ['CLOUDFLARE_API_TOKEN', 'CLOUDFLARE_BASE_URL']) vi.stubEnv(name, undefined);
    vi.stubEnv('CLOUDFLARE_EMAIL', 'somebody@example.org');
    vi.stubEnv('CLOUDFLARE_API_KEY', '0123456789abcdef0123456789abcdef01234');
    const fault = await faultOf(provider.read(key, never()));
    expect([fault.code, fault.message]).toEqual([
      'UNAUTHORIZED',
      'there is no API token, only CLOUDFLARE_API_KEY, a Global API Key; these are never used',
    ]);
    expect(fault.fix).toContain('CLOUDFLARE_API_TOKEN');
    vi.stubEnv('CLOUDFLARE_API_TOKEN', double.token);
    expect((await provider.read(key, never()))?.rrset).toEqual(old);
    expect(double.log[0]?.request.headers).not.toHaveProperty('x-auth-key');
  }));

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
    // The one advice that must not be given: it deletes the MX.
    expect(fault.fix).not.toMatch(/or disable/);
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

it('gives up on a list that brings ever more', () =>
  withCloudflare({ zones: [zone] }, async ({ double, provider }) => {
    await provider.zone(apex, never());
    const page = (at: number) => {
      const record = { id: `${at}`, name: 'alpha.example', type: 'MX', content: `x${at}.example` };
      return succeed([{ ...record, priority: 1, ttl: 60 }], { page: at, total_pages: 1e9 });
    };
    double.answer(...Array.from({ length: 40 }, (_, at) => page(at)));
    const fault = await faultOf(provider.read(key, never()));
    expect(fault.code).toBe('UNSUPPORTED');
    expect(double.log.length).toBeLessThanOrEqual(11);
  }));

it('turns on where the filter is not heeded and a page holds nothing that was asked for', () =>
  withCloudflare({ zones: [zone] }, async ({ double, provider }) => {
    await provider.zone(apex, never());
    const page = (at: number, type: string, content: string) => {
      const record = { id: `${at}`, name: 'alpha.example', type, content, priority: 1, ttl: 60 };
      return succeed([record], { page: at, total_pages: 2 });
    };
    double.answer(page(1, 'A', '192.0.2.1'), page(2, 'MX', 'late.example.net'));
    expect((await provider.read(key, never()))?.rrset.rdata).toEqual(['1 late.example.net.']);
  }));

it('writes by new ids what was made anew just like before, unless the caller knew the old ones', () =>
  withCloudflare({ zones: [zone] }, async ({ double, provider }) => {
    const from = await provider.read(key, never());
    /** Somebody makes the same records anew in the very moment of the batch. */
    const anew = () => {
      const [one, two] = double.records(apex).filter(({ type }) => type === 'MX');
      double.edit(apex, key, old);
      expect(double.records(apex)).not.toContain(one);
      expect(double.records(apex)).not.toContain(two);
    };
    double.aim(anew);
    const fault = await faultOf(provider.write([{ from, to: fresh(ours) }], never()));
    expect(fault.code).toBe('CONFLICT');
    expect(fault.message).toContain('made anew');
    double.aim(anew);
    await provider.write([{ from: fresh(old), to: fresh(ours) }], never());
    expect(batches(double).map(({ status }) => status)).toEqual([404, 404, 200]);
    expect((await provider.read(key, never()))?.rrset).toEqual(ours);
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
