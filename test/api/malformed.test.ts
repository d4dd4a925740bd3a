import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Fault } from '../../src/errors.ts';
import { limits } from '../../src/limits.ts';
import { type Api } from '../support/api.ts';
import { configOf, easy, openDriven } from './driven.ts';
import { never } from '../controller/site.ts';

type Asked = Parameters<Api['as']>[1];

const one = '/api/v1/cutovers/example.org.1';
const good = { name: 'one', role: 'viewer', expiresInSeconds: 60 };
const text = JSON.stringify(good);
const json = { 'content-type': 'application/json' };

/** A body as it stands on the wire. */
const body = (
  payload: string | Buffer,
  headers: Readonly<Record<string, string>> = json,
): Asked => ({
  ...{ method: 'POST', url: '/api/v1/tokens', payload, headers },
});
const order = (members: object): Asked => body(JSON.stringify({ ...good, ...members }));

const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;
const sized = (octets: number): string => text.replace('one', 'x'.repeat(octets - text.length + 3));

const bodies: Readonly<Record<string, readonly [Asked, number, string]>> = {
  'no body at all': [{ method: 'POST', url: '/api/v1/tokens' }, 400, 'malformed'],
  'an empty body': [body(''), 400, 'malformed'],
  'half a body': [body(text.slice(0, -1)), 400, 'malformed'],
  'two bodies': [body(`${text}${text}`), 400, 'malformed'],
  'a list': [body('[]'), 400, 'malformed'],
  null: [body('null'), 400, 'malformed'],
  NaN: [body('{"expiresInSeconds":NaN}'), 400, 'malformed'],
  'a comment': [body(`/* */${text}`), 400, 'malformed'],
  'a byte order mark': [body(`\uFEFF${text}`), 400, 'malformed'],
  'UTF-16': [body(Buffer.from(text, 'utf16le')), 400, 'malformed'],
  'octets that are no UTF-8': [body(Buffer.from([0x22, 0xff, 0x22])), 400, 'malformed'],
  'a member twice': [body(text.replace('{', '{"role":"admin",')), 400, 'malformed'],
  'a member twice, once escaped': [
    body(text.replace('{', '{"r\\u006fle":"admin",')),
    400,
    'malformed',
  ],
  'the member __proto__': [
    body(text.replace('{', '{"__proto__":{"role":"admin"},')),
    400,
    'malformed',
  ],
  '__proto__, escaped': [body(text.replace('{', '{"\\u005f_proto__":{},')), 400, 'malformed'],
  'the member constructor': [
    body(text.replace('{', '{"constructor":{"prototype":{}},')),
    400,
    'malformed',
  ],
  NUL: [order({ name: 'a\0b' }), 400, 'malformed'],
  'half a character': [body(text.replace('one', '\\ud800')), 400, 'malformed'],
  'CR LF in a name': [order({ name: 'a\r\nset-cookie: x' }), 400, 'malformed'],
  'a mark that turns the line': [order({ name: 'a\u202eb' }), 400, 'malformed'],
  'too deep': [body(nested(limits.apiBodyDepth + 1)), 400, 'malformed'],
  'much too deep': [body(nested(30_000)), 400, 'malformed'],
  'deep, and no list is wanted': [body(nested(limits.apiBodyDepth)), 400, 'malformed'],
  'an unknown member': [order({ dryRun_: true }), 400, 'malformed'],
  'a number as a string': [order({ expiresInSeconds: '60' }), 400, 'malformed'],
  'a string as a number': [order({ name: 1 }), 400, 'malformed'],
  'a fraction': [order({ expiresInSeconds: 1.5 }), 400, 'malformed'],
  'a negative number': [order({ expiresInSeconds: -1 }), 400, 'malformed'],
  'a number without end': [body(text.replace('60', '1e999')), 400, 'malformed'],
  'a role that is none': [order({ role: 'owner' }), 400, 'malformed'],
  'a name without end': [order({ name: 'x'.repeat(10_000) }), 400, 'malformed'],
  'the largest body, whose name is too long': [body(sized(limits.apiBodyOctets)), 400, 'malformed'],
  'an octet more': [body(sized(limits.apiBodyOctets + 1)), 413, 'too-large'],
  text: [body(text, { 'content-type': 'text/plain' }), 415, 'unsupported-media-type'],
  'a form': [
    body('name=one', { 'content-type': 'application/x-www-form-urlencoded' }),
    415,
    'unsupported-media-type',
  ],
  'no type': [body(text, { 'content-type': '' }), 415, 'unsupported-media-type'],
  'another charset': [
    body(text, { 'content-type': 'application/json; charset=latin1' }),
    415,
    'unsupported-media-type',
  ],
  YAML: [body('name: one', { 'content-type': 'application/yaml' }), 415, 'unsupported-media-type'],
};

const act = (
  headers: Readonly<Record<string, string>>,
  payload: object = { type: 'pause' },
): Asked => ({
  ...{ method: 'POST', url: `${one}/actions`, payload, headers },
});
const key = { 'idempotency-key': 'k1' };

const headers: Readonly<Record<string, readonly [Asked, number, string]>> = {
  'no Idempotency-Key': [act({ 'if-match': '*' }), 400, 'idempotency-key-required'],
  'an empty one': [act({ 'idempotency-key': '', 'if-match': '*' }), 400, 'malformed'],
  'one too long': [act({ 'idempotency-key': 'k'.repeat(256), 'if-match': '*' }), 400, 'malformed'],
  'one with a space': [act({ 'idempotency-key': 'a b', 'if-match': '*' }), 400, 'malformed'],
  'one beyond ASCII': [act({ 'idempotency-key': 'é', 'if-match': '*' }), 400, 'malformed'],
  'no If-Match': [act(key), 428, 'precondition-required'],
  '* where the line must be named': [
    act({ ...key, 'if-match': '*' }, { type: 'resume' }),
    428,
    'precondition-required',
  ],
  'an old If-Match': [act({ ...key, 'if-match': '"v99"' }), 412, 'stale'],
  'an unknown act': [act({ ...key, 'if-match': '*' }, { type: 'explode' }), 400, 'malformed'],
  'an act with a member too many': [
    act({ ...key, 'if-match': '*' }, { type: 'pause', force: true }),
    400,
    'malformed',
  ],
};
for (const match of [
  'v1',
  '"1"',
  'W/"v1"',
  '"v1", "v2"',
  '"v-1"',
  '"v01"',
  '"v1e3"',
  '"v99999999999999999999"',
  '',
])
  Object.assign(headers, {
    [`If-Match: ${match}`]: [act({ ...key, 'if-match': match }), 400, 'malformed'],
  });

const get = (url: string): Asked => ({ method: 'GET', url });

const addresses: Readonly<Record<string, readonly [Asked, number, string]>> = {
  'an escape that is none': [get('/api/v1/cutovers/%zz'), 400, 'malformed'],
  'octets that are no UTF-8 in the path': [get('/api/v1/cutovers/%ff'), 400, 'malformed'],
  'NUL in the path': [get('/api/v1/cutovers/a%00b'), 404, 'not-found'],
  'CR LF in the path': [get('/api/v1/cutovers/a%0d%0aset-cookie:x'), 404, 'not-found'],
  'a path upward': [get('/api/v1/cutovers/..%2f..%2fetc%2fpasswd'), 404, 'not-found'],
  'an asset upward': [get('/assets/..%2f..%2fpackage.json'), 404, 'not-found'],
  'an id too long': [get(`/api/v1/cutovers/${'x'.repeat(256)}`), 414, 'uri-too-long'],
  'a name that is too long once encoded': [
    get(`/api/v1/cutovers/${encodeURIComponent(`${'ü'.repeat(60)}.example`)}`),
    404,
    'not-found',
  ],
  '__proto__ in the path': [get('/api/v1/cutovers/__proto__'), 404, 'not-found'],
  '__proto__ as a kind of problem': [get('/problems/__proto__'), 404, 'not-found'],
  'an unknown parameter': [get('/api/v1/cutovers?limits=1'), 400, 'malformed'],
  'the same parameter twice': [get('/api/v1/cutovers?limit=1&limit=2'), 400, 'malformed'],
  '__proto__ as a parameter': [get('/api/v1/cutovers?__proto__=1'), 400, 'malformed'],
};
Object.assign(addresses, {
  'a parameter where there are none': [get('/api/v1/webhooks?limit=5'), 400, 'malformed'],
  'a parameter with an act': [
    { ...act({ ...key, 'if-match': '*' }), url: `${one}/actions?dryRun=true` },
    ...[400, 'malformed'],
  ],
  'a body where none is taken': [
    { method: 'POST', url: '/api/v1/webhooks/one/test', payload: { dryRun: true } },
    ...[400, 'malformed'],
  ],
  'a body with a removal': [
    { method: 'DELETE', url: '/api/v1/tokens/one', payload: { dryRun: true } },
    ...[400, 'malformed'],
  ],
});
for (const limit of ['0', '-1', '201', '1e2', '0x10', '1.0', '%201', '', '99999999999999999999'])
  Object.assign(addresses, {
    [`limit=${limit}`]: [get(`/api/v1/cutovers?limit=${limit}`), 400, 'malformed'],
  });
for (const cursor of ['x'.repeat(10_000), ''])
  Object.assign(addresses, {
    [`after=${cursor.slice(0, 3)}`]: [get(`/api/v1/cutovers?after=${cursor}`), 400, 'malformed'],
  });

const domains = {
  'no label': '',
  'an empty label': 'example..org',
  'a label too long': `${'x'.repeat(64)}.example`,
  'a label too long once encoded': `${'ü'.repeat(60)}.example`,
  'a name too long': `${'a.'.repeat(140)}example`,
  'a space': 'exa mple.org',
  'two dots at its end': 'example.org..',
  'four numbers, as an address has': '192.0.2.1',
  'what joins without being seen': 'ex\u200dample.org',
  'what turns the line': 'example.org\u202e',
};
for (const [what, domain] of Object.entries(domains))
  Object.assign(bodies, {
    [`a domain with ${what}`]: [
      { method: 'POST', url: '/api/v1/plans', payload: { domain } },
      ...[400, 'malformed'],
    ],
  });
/** Names that there may be, and that nobody configured: only what is in the file can be planned. */
const strangers = {
  'a wildcard': '*.example.org',
  'a zone above': 'org',
  'the root': '.',
  'a sharp s': 'straße.example',
  'letters of two scripts': 'ex\u0430mple.org',
};
for (const [what, domain] of Object.entries(strangers))
  Object.assign(bodies, {
    [`as a domain ${what}`]: [
      { method: 'POST', url: '/api/v1/plans', payload: { domain } },
      ...[404, 'not-found'],
    ],
  });
for (const cursor of ['-1', '9'.repeat(23), 'other-5', 'epoch--1', 'epoch-999999', '1e5'])
  Object.assign(addresses, {
    [`events after ${cursor}`]: [get(`/api/v1/events?after=${cursor}`), 400, 'malformed'],
  });

describe('a request that is not what it should be', () => {
  let api: Awaited<ReturnType<typeof openDriven>>;
  let config = async () => configOf([easy]);
  beforeAll(async () => {
    api = await openDriven({ config: () => config() }, { supervised: false });
    const { plan } = await api.site.app.plan(easy, never);
    await api.tokenOf('admin');
    await api.site.app.start(plan, { accept: [], takeClaim: null, reason: null }, 'kim');
  });
  afterAll(() => api.close());

  /** What a request could have changed; that a token was used is no change. */
  const kept = async (): Promise<string> => {
    const tokens = (await api.kit.access.tokens()).map(token => ({ ...token, lastUsedAt: null }));
    return JSON.stringify([tokens, await api.site.app.list()]);
  };

  it.each(Object.entries({ ...bodies, ...headers, ...addresses }))(
    '%s',
    async (_, [asked, status, kind]) => {
      const before = await kept();
      const headers = { accept: 'application/json', ...asked.headers };
      const answer = await api.as('admin', { ...asked, headers });
      expect([answer.statusCode, answer.json()]).toMatchObject([
        status,
        { type: `/problems/${kind}`, status, request: expect.any(String) as string },
      ]);
      expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
      expect(answer.headers['set-cookie']).toBe(undefined);
      expect(answer.body).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      expect(await kept()).toBe(before);
    },
  );

  it('each thing that is wrong is named by its place, all at once', async () => {
    const wrong = { name: 1, role: 'owner', expiresInSeconds: '60', dryRun_: true };
    const answer = await api.as('admin', body(JSON.stringify(wrong)));
    const { errors } = answer.json<{ errors: readonly { path: string; message: string }[] }>();
    expect(new Set(errors.map(({ path }) => path))).toEqual(
      new Set(['/body', '/body/name', '/body/role', '/body/expiresInSeconds']),
    );
    expect(errors).toContainEqual({ path: '/body', message: 'must not have "dryRun_"' });
  });

  it('a file of the server that is wrong is told without what stands in it', async () => {
    const good = config;
    config = () =>
      Promise.reject(new Fault('CONFIG', 'there is a tab', { where: '/etc/x.yaml:3:1' }));
    const payload = { domain: 'example.org' };
    const answer = await api.as('operator', { method: 'POST', url: '/api/v1/plans', payload });
    config = good;
    expect([answer.statusCode, answer.json()]).toMatchObject([
      ...[500, { type: '/problems/misconfigured', status: 500 }],
    ]);
    expect(answer.body).toContain('A file of the server');
    expect(answer.body).not.toMatch(/yaml|there is a tab/);
  });

  it('a body at each limit is read', async () => {
    const deep = `{"secret":"x","more":${nested(limits.apiBodyDepth - 1)}}`;
    const answer = await api.as('nobody', {
      ...{ method: 'POST', url: '/api/v1/session', payload: deep, headers: json },
    });
    expect(answer.json()).toMatchObject({ errors: [{ message: 'must not have "more"' }] });
    expect((await api.as('admin', body(text))).statusCode).toBe(201);
  });

  it('one key that is used many times at once acts once', async () => {
    const seen = (await api.site.app.find('example.org'))?.seq ?? 0;
    const all = Array.from({ length: 10 }, () =>
      api.as('admin', act({ 'idempotency-key': 'same', 'if-match': '*' })),
    );
    const answers = await Promise.all(all);
    for (const { statusCode } of answers) expect([202, 409]).toContain(statusCode);
    expect(answers.filter(({ statusCode }) => statusCode === 202).length).toBeGreaterThan(0);
    expect((await api.site.app.find('example.org'))?.seq).toBe(seen + 1);
    const other = await api.as(
      'admin',
      act({ 'idempotency-key': 'same', 'if-match': '*' }, { type: 'pause', reason: 'another' }),
    );
    expect([other.statusCode, other.json()]).toMatchObject([422, { type: '/problems/key-reused' }]);
  });
});
