import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run as statusCommand } from '../../src/commands/status.ts';
import { type Context } from '../../src/commands/context.ts';
import { FOLD } from '../../src/cutover/apply.ts';
import { keysOf } from '../../src/cutover/keys.ts';
import { chain, type Entry, genesis } from '../../src/cutover/line.ts';
import { type Status } from '../../src/view/status/status.ts';
import { type CutoverSnapshot } from '../../src/view/stream/stream.ts';
import { openSite, type Site } from '../controller/site.ts';
import { virtualClock } from '../support/virtual-clock.ts';
import { swapped } from '../support/view-fixture.ts';
import { minute } from '../support/view-plan.ts';
import { recordOf } from '../support/world-fixture.ts';
import { actions, type Driven, id, openDriven, seqOf, tag } from './driven.ts';

const one = `/api/v1/cutovers/${id}`;

/** A store that has a cutover two minutes after its swap, with what resolvers said. */
async function seeded(): Promise<Site> {
  const story = swapped().wait(2 * minute);
  const site = openSite({ clock: virtualClock(story.now.wall) });
  const { store } = site.environment;
  const { cutover, entries } = story;
  const keys = keysOf(cutover.plan);
  await store.save({ id, seq: 0, lines: entries, state: cutover, fold: FOLD, open: true, keys });
  const { steady, watched, minutes } = recordOf(story);
  if (steady === null) throw new Error('nothing was watched');
  for (const point of minutes) await store.saveWatch({ id, steady, watched, minute: point });
  return site;
}

/** What the command line prints of a cutover of this store. */
async function atCommandLine({ app }: Site): Promise<Status> {
  const printed: string[] = [];
  const said = { terminal: { out: (text: string) => printed.push(text) }, json: true };
  const context = { ...said, app: async () => app, hasStore: () => true, places: { state: '' } };
  await statusCommand(context as unknown as Context, { args: [id], options: {} });
  return JSON.parse(printed.join('')) as Status;
}

describe('what is read', () => {
  let api: Driven;
  let shown: CutoverSnapshot | null = null;
  beforeAll(async () => {
    const pages = {
      list: () => '',
      cutover: ({ snapshot }: { readonly snapshot: CutoverSnapshot }) => {
        shown = snapshot;
        return '<title>cutover</title>';
      },
      login: () => '',
      problem: () => '',
      asset: () => null,
    };
    api = await openDriven({ pages }, { site: await seeded(), supervised: false });
  });
  afterAll(() => api.close());

  const get = async <T>(url: string, headers = {}): Promise<T> => {
    const answer = await api.ask('viewer', { url, headers });
    const type = answer.headers['content-type'];
    expect([url, answer.statusCode, type]).toEqual([url, 200, 'application/json; charset=utf-8']);
    return answer.json<T>();
  };

  it('is the status of the command line, and command line, API and page show one seq', async () => {
    const seqs: number[][] = [];
    for (let times = 0; times < 2; times += 1) {
      const status = await get<Status>(one);
      const printed = await atCommandLine(api.site);
      expect(status).toEqual(printed);
      await api.ask('viewer', { url: `/cutovers/${id}` });
      const events = await get<{ events: readonly { seq: number }[] }>(`${one}/events?limit=200`);
      const last = events.events.at(-1)?.seq ?? 0;
      const record = await api.ask('viewer', { url: `${one}/journal` });
      const lines = record.body.trimEnd().split('\n').length;
      seqs.push([status.seq, printed.seq, shown?.seq ?? 0, last, lines, seqOf(api)]);
      await api.post('operator', { url: actions, body: { type: 'pause' }, match: '*' });
    }
    const [before = [], after = []] = seqs.map(list => [...new Set(list)]);
    expect([before.length, after.length]).toEqual([1, 1]);
    expect(after[0]).toBeGreaterThan(before[0] ?? 0);
    await api.post('operator', { url: actions, body: { type: 'resume' }, match: tag(seqOf(api)) });
  });

  it('has its seq for a tag, which says whether a line was stored since', async () => {
    const first = await api.ask('viewer', { url: one });
    const etag = String(first.headers.etag);
    expect(etag).toBe(tag(seqOf(api)));
    for (const header of [etag, `W/${etag}`, `"v1", ${etag}`, '*']) {
      const answer = await api.ask('viewer', { url: one, headers: { 'if-none-match': header } });
      expect([answer.statusCode, answer.body, answer.headers.etag]).toEqual([304, '', etag]);
    }
    const other = await api.ask('viewer', { url: one, headers: { 'if-none-match': '"v1"' } });
    expect(other.statusCode).toBe(200);
  });

  it('can be how it stood at any line', async () => {
    const entries = await api.site.app.journal(id);
    for (const { seq, line } of entries) {
      const status = await get<Status>(`${one}?at=${seq}`);
      expect(status.seq).toBe(seq);
      if (line.type === 'stage.entered') expect(status.stage).toBe(line.data.stage);
    }
    const past = await get<Status>(`${one}?at=1`);
    expect(past).toMatchObject({ stage: 'snapshot', outcome: null, approval: { stands: false } });
    for (const at of ['0', String(entries.length + 1), '999999999999999'])
      expect((await api.ask('viewer', { url: `${one}?at=${at}` })).statusCode).toBe(404);
    for (const at of ['-1', '1.5', 'x', ''])
      expect((await api.ask('viewer', { url: `${one}?at=${at}` })).statusCode).toBe(400);
  });

  it('is its journal, of which anybody can verify the chain', async () => {
    const read = async (after: number): Promise<Entry[]> => {
      const answer = await api.ask('viewer', { url: `${one}/journal?after=${after}` });
      expect(answer.headers['content-type']).toBe('application/x-ndjson; charset=utf-8');
      const rows = answer.body.split('\n').filter(row => row !== '');
      return rows.map(row => ({ ...(JSON.parse(row) as Entry), cutover: id }));
    };
    const entries = await read(0);
    let hash = genesis(id);
    for (const [index, entry] of entries.entries()) {
      hash = chain(hash, entry);
      expect([entry.seq, entry.hash]).toEqual([index + 1, hash]);
    }
    expect(entries).toHaveLength(seqOf(api));
    expect(await read(5)).toEqual(entries.slice(5));
    expect(await read(10_000)).toEqual([]);
  });

  it('is what the world says, the same in every place', async () => {
    const { propagation } = await get<Status>(one);
    const resolvers = propagation?.resolvers;
    const world = await get<Record<string, unknown>>(`${one}/propagation`);
    expect(world).toMatchObject({
      ...{ domain: 'example.org', type: 'MX', expectedFrom: 'given' },
      tally: { ...resolvers?.counts, share: resolvers?.share },
      authoritative: [{ verdict: 'new' }, { verdict: 'new' }],
    });
    const watch = await get<{ record: { watched: unknown[] }; runner: unknown }>(`${one}/watch`);
    expect([watch.record.watched.length, watch.runner]).toEqual([
      ...[(world['resolvers'] as unknown[]).length, null],
    ]);
    const { history } = await get<{ history: { share: number }[] }>(`${one}/propagation/history`);
    expect(history.length).toBeGreaterThan(1);
  });

  it('is who lags, by cause, a page at a time', async () => {
    interface Page {
      readonly groups: readonly { readonly cause: string; readonly count: number }[];
      readonly stragglers: readonly { readonly id: string; readonly cause: string }[];
      readonly next: string | null;
    }
    const all = await get<Page>(`${one}/stragglers`);
    expect(all.stragglers.length).toBeGreaterThan(2);
    expect(all.groups.reduce((sum, { count }) => sum + count, 0)).toBe(all.stragglers.length);
    const paged: string[] = [];
    for (let after: string | null = ''; after !== null;) {
      const query: string = after === '' ? '' : `&after=${encodeURIComponent(after)}`;
      const page: Page = await get<Page>(`${one}/stragglers?limit=1${query}`);
      paged.push(...page.stragglers.map(row => row.id));
      after = page.next;
    }
    expect(paged).toEqual(all.stragglers.map(row => row.id));
    const [first] = all.groups;
    const cause = encodeURIComponent(first?.cause ?? '');
    const some = await get<Page>(`${one}/stragglers?cause=${cause}`);
    expect(some.stragglers).toEqual(all.stragglers.filter(row => row.cause === first?.cause));
  });

  it('is what was there before, and the report', async () => {
    const { snapshots } = await get<{ snapshots: unknown[] }>(`${one}/snapshots`);
    expect(snapshots).toMatchObject([{ cutover: id, digest: 'd1g357' }]);
    expect(await get(`${one}/report`)).toMatchObject({
      id,
      startedBy: expect.any(String) as string,
    });
    const paper = await api.ask('viewer', { url: `${one}/report?format=md` });
    expect(paper.headers['content-type']).toBe('text/markdown; charset=utf-8');
    expect(paper.body).toMatch(/^# .*example\.org/);
    expect((await api.ask('viewer', { url: `${one}/report?format=html` })).statusCode).toBe(400);
  });

  it('is a list, filtered, and nothing that a token is not for', async () => {
    interface Page {
      readonly cutovers: readonly { readonly id: string }[];
      readonly next: string | null;
    }
    const ids = async (query: string) =>
      (await get<Page>(`/api/v1/cutovers${query}`)).cutovers.map(brief => brief.id);
    for (const query of ['', '?state=open', '?stage=propagate', '?limit=1', '?after=a'])
      expect([query, await ids(query)]).toEqual([query, [id]]);
    for (const query of ['?state=ended', '?state=held', '?stage=gate', `?after=${id}`])
      expect([query, await ids(query)]).toEqual([query, []]);
    for (const query of ['?limit=0', '?limit=201', '?state=all', '?stage=phase', '?page=2'])
      expect((await api.ask('viewer', { url: `/api/v1/cutovers${query}` })).statusCode).toBe(400);
    const expiresAt = api.site.clock.now().wall + 86_400_000;
    const bound = async (cutovers: readonly string[], url: string) => {
      const order = { name: 'bound', role: 'viewer', cutovers, expiresAt, by: 'the test' } as const;
      const { secret } = await api.kit.access.createToken(order);
      return api.ask('nobody', { url, headers: { authorization: `Bearer ${secret}` } });
    };
    expect((await bound(['example.net'], '/api/v1/cutovers')).json()).toMatchObject({
      cutovers: [],
    });
    for (const leaf of ['', '/propagation', '/stragglers', '/journal', '/watch', '/report'])
      expect((await bound(['example.net'], one + leaf)).statusCode).toBe(404);
    expect((await bound([id], one)).statusCode).toBe(200);
  });

  it('is less for whoever has a share link', async () => {
    const expiresAt = api.site.clock.now().wall + 86_400_000;
    const bearer = await api.tokenOf('operator');
    const principal = await api.kit.access.identify({ bearer, session: null });
    if (principal === null) throw new Error('the token is not good');
    const share = await api.kit.access.createShare({ cutover: id, by: principal, expiresAt });
    const session = await api.kit.access.login(share.secret);
    const ask = (url: string) =>
      api.ask('nobody', {
        url,
        headers: { cookie: `__Host-dns-cutover=${session?.secret ?? ''}` },
      });
    const status = await ask(one);
    expect(status.json()).toMatchObject({ id, provider: '', host: '', owner: null });
    expect((await ask(`${one}/propagation/history`)).statusCode).toBe(200);
    for (const leaf of [
      '/journal',
      '/watch',
      '/snapshots',
      '/report',
      '/propagation',
      '/stragglers',
    ])
      expect([leaf, (await ask(one + leaf)).statusCode]).toEqual([leaf, 403]);
    expect((await ask('/api/v1/cutovers')).statusCode).toBe(403);
  });
});
