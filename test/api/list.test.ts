import { afterAll, beforeAll, expect, it } from 'vitest';
import { FOLD } from '../../src/cutover/apply.ts';
import { parseName } from '../../src/dns/name.ts';
import { type Store } from '../../src/store/store.ts';
import { openSite } from '../controller/site.ts';
import { swapped } from '../support/view-fixture.ts';
import { type Driven, openDriven } from './driven.ts';

interface Answer {
  readonly cutovers: readonly { readonly id: string }[];
  readonly next: string | null;
}

const count = 130;
const ids = Array.from({ length: count }, (_, index) => `d${String(100 + index)}.example.1`);
const isEnded = (index: number): boolean => index % 10 === 0;

let api: Driven;
/** How many rows each look at the store asked for. */
const read: (number | null)[] = [];

beforeAll(async () => {
  const site = openSite();
  const { cutover, entries } = swapped();
  for (const [index, id] of ids.entries()) {
    const domain = parseName(id.slice(0, -2));
    const outcome = isEnded(index) ? 'done' : null;
    const state = { ...cutover, id, domain, outcome, seq: 1 } as const;
    const lines = entries.slice(0, 1).map(entry => ({ ...entry, cutover: id }));
    await site.environment.store.save({
      ...{ id, seq: 0, lines, state, fold: FOLD, open: outcome === null, keys: [] },
    });
  }
  const { store } = site.environment;
  const list: Store['list'] = page => {
    read.push(page?.limit ?? null);
    return store.list(page);
  };
  const environment = { ...site.environment, store: { ...store, list } };
  const app = { ...site.app, environment };
  api = await openDriven({ app }, { site: { ...site, app }, supervised: false });
});
afterAll(() => api.close());

const ask = async (query: string): Promise<Answer> =>
  (await api.ask('viewer', { url: `/api/v1/cutovers?${query}` })).json();

/** All pages, one after the other. */
async function all(query: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (let after = ''; ;) {
    const { cutovers, next } = await ask(`${query}${after}`);
    found.push(...cutovers.map(({ id }) => id));
    if (next === null) return found;
    expect(next).toBe(found.at(-1));
    after = `&after=${next}`;
  }
}

it('has each cutover once, however large its pages are', async () => {
  for (const limit of [1, 50, 129, 130, 131, 200])
    expect([limit, await all(`limit=${String(limit)}`)]).toEqual([limit, ids]);
});

it('has those of a state, wherever they stand', async () => {
  const ended = ids.filter((_, index) => isEnded(index));
  for (const limit of [1, 12, 13, 14])
    expect([limit, await all(`state=ended&limit=${String(limit)}`)]).toEqual([limit, ended]);
});

it('reads no more of the store than it has to, since each row has a whole state', async () => {
  read.length = 0;
  await ask('limit=20');
  expect(read).toEqual([21]);
});
