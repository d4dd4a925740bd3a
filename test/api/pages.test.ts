import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Principal } from '../../src/access/principal.ts';
import { type Kit } from '../../src/api/kit.ts';
import { never, openSite, order, type Site } from '../controller/site.ts';
import { cookieOf, kitOf, openApi, type Api } from '../support/api.ts';

const text = 'text/html; charset=utf-8';
const page = { accept: 'text/html,application/xhtml+xml' };
const bytes = (of: string): Uint8Array => new TextEncoder().encode(of);

/** Pages that say in JSON what they were made from. */
const plain: Kit['pages'] = {
  list: of => JSON.stringify(of),
  cutover: of => JSON.stringify(of),
  login: of => JSON.stringify(of),
  problem: of => JSON.stringify(of),
  asset: name =>
    ['client-abcd1234.js', 'icon-going.svg'].includes(name)
      ? { type: 'text/javascript; charset=utf-8', body: bytes(`text of ${name}`) }
      : null,
};

const begin = async ({ app }: Site): Promise<string> =>
  app.start(
    (await app.plan(order, never)).plan,
    { accept: [], takeClaim: null, reason: null },
    'kim',
  );

let api: Api;
let id = '';
/** Whoever came by a link to one cutover; `other` to another one. */
const shares: Readonly<Record<string, () => Principal>> = {
  link: () => sharedTo(id),
  other: () => sharedTo('elsewhere.example.1'),
};
const sharedTo = (cutover: string): Principal => ({
  ...{ id: 's1', kind: 'share', token: null, name: 'a link', role: 'viewer' },
  ...{ cutovers: [cutover], expiresAt: 8.64e12 },
});

beforeAll(async () => {
  const site = openSite();
  id = await begin(site);
  const { access } = kitOf(site);
  const identify: typeof access.identify = async of =>
    shares[of.session ?? '']?.() ?? access.identify(of);
  api = await openApi({ pages: plain, access: { ...access, identify } }, { site });
});
afterAll(() => api.server.close());

describe('pages', () => {
  it('show all cutovers to who has a token, and each by its id or its domain', async () => {
    const all = await api.as('viewer', { url: '/', headers: page });
    expect([all.statusCode, all.headers['content-type']]).toEqual([200, text]);
    expect(all.headers['cache-control']).toBe('no-store');
    expect(all.json()).toMatchObject({
      snapshot: { cutovers: [{ id, domain: 'example.org' }] },
      viewer: { name: 'a viewer', role: 'viewer', shared: false, title: 'test' },
    });
    for (const name of [id, 'example.org']) {
      const one = await api.as('viewer', { url: `/cutovers/${name}?wall=1`, headers: page });
      expect(one.statusCode).toBe(200);
      const { snapshot, wall } = one.json<{ snapshot: Record<string, unknown>; wall: boolean }>();
      expect(snapshot).toMatchObject({ cutover: id, epoch: api.site.environment.store.epoch });
      expect(snapshot['events']).toHaveLength(Number(snapshot['seq']));
      expect(wall).toBe(true);
    }
  });

  it('ask who is not known for a token, and bring them back; what is not there is a page, too', async () => {
    const url = `/cutovers/${id}?wall=1`;
    const away = await api.as('nobody', { url, headers: page });
    expect([away.statusCode, away.headers.location]).toEqual([
      303,
      `/login?next=${encodeURIComponent(url)}`,
    ]);
    const login = await api.as('nobody', { url: '/login', headers: page });
    expect(login.json()).toEqual({ title: 'test' });
    expect((await api.as('nobody', { url: '/share', headers: page })).statusCode).toBe(200);
    const none = await api.as('viewer', { url: '/cutovers/nowhere.example', headers: page });
    expect([none.statusCode, none.headers['content-type']]).toEqual([404, 'text/html']);
    expect(none.json()).toMatchObject({ status: 404 });
    expect((await api.as('agent', { url: '/', headers: page })).statusCode).toBe(403);
  });

  it('show who has a link that cutover alone, without what is of the house', async () => {
    const by = (session: string) => ({ ...page, cookie: cookieOf(session) });
    const home = await api.as('nobody', { url: '/', headers: by('link') });
    expect([home.statusCode, home.headers.location]).toEqual([303, `/cutovers/${id}`]);
    const one = await api.as('nobody', { url: `/cutovers/${id}`, headers: by('link') });
    expect(one.json()).toMatchObject({
      snapshot: { status: { provider: '', host: '', offers: [] } },
      viewer: { shared: true },
    });
    const other = await api.as('nobody', { url: `/cutovers/${id}`, headers: by('other') });
    expect(other.statusCode).toBe(404);
  });

  it('name the machine where no title was given, and never to strangers and links', async () => {
    const { settings } = api.kit;
    const own = await openApi(
      { ...api.kit, settings: { ...settings, title: null } },
      { site: api.site },
    );
    const by = { ...page, cookie: cookieOf('link') };
    const one = { url: `/cutovers/${id}`, headers: page };
    expect((await own.as('viewer', one)).json()).toMatchObject({ viewer: { title: 'here' } });
    const linked = await own.as('nobody', { ...one, headers: by });
    expect(linked.json()).toMatchObject({ viewer: { title: 'dns-cutover' } });
    const login = await own.as('nobody', { url: '/login', headers: page });
    expect(login.json()).toEqual({ title: 'dns-cutover' });
    await own.server.close();
  });

  it('have files that are kept for ever where their name says what is in them', async () => {
    const url = '/assets/client-abcd1234.js';
    const first = await api.as('nobody', { url });
    expect(first.body).toBe('text of client-abcd1234.js');
    expect(first.headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
    });
    const tag = String(first.headers.etag);
    const again = await api.as('nobody', { url, headers: { 'if-none-match': tag } });
    expect([again.statusCode, again.body]).toEqual([304, '']);
    const zipped = await api.as('nobody', { url, headers: { 'accept-encoding': 'br, gzip' } });
    expect(zipped.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'accept-encoding' });
    expect(gunzipSync(zipped.rawPayload).toString()).toBe(first.body);
    const plainly = await api.as('nobody', { url, headers: { 'accept-encoding': 'gzip;q=0' } });
    expect(plainly.body).toBe(first.body);
    const icon = await api.as('nobody', { url: '/favicon.ico' });
    expect(icon.headers['cache-control']).toBe('public, max-age=3600');
    const ways = ['/assets/../package.json', '/assets/%2e%2e%2fpackage.json', '/assets/nothing.js'];
    for (const way of ways)
      expect((await api.as('nobody', { url: way })).statusCode, way).toBe(404);
  });
});
