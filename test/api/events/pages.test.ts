import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { preferred } from '../../../src/api/events/accept.ts';
import { cursorNumber, cursorText } from '../../../src/hub/cursor.ts';
import { headOf } from '../../../src/store/head.ts';
import { type EventPage } from '../../../src/api/events/pages.ts';
import { openWorld } from '../../hub/world.ts';
import { kitOf, openApi, type Api } from '../../support/api.ts';
import { openSite } from '../../controller/site.ts';

const one = 'example.org.1';
const two = 'example.net.1';

let api: Api;
beforeAll(async () => {
  const world = openWorld();
  await world.write(one, 3, 'first');
  await world.write(two, 2, 'second');
  await world.write(one, 2, 'third');
  const site = openSite();
  const environment = { ...site.environment, store: world.store };
  const { app } = site;
  const find = async (name: string) => (await world.store.load(name))?.state ?? null;
  api = await openApi({ ...kitOf(site), app: { ...app, environment, find } }, { site });
});
afterAll(() => api.server.close());

const get = async (url: string, headers: Readonly<Record<string, string>> = {}) =>
  api.as('viewer', { url: `/api/v1${url}`, headers });
const pageAt = async (url: string): Promise<EventPage> => (await get(url)).json<EventPage>();

describe('events as a page', () => {
  it('go on where the page before ended, until there are no more', async () => {
    const all = await pageAt(`/cutovers/${one}/events`);
    expect(all.events.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
    expect(all.next).toBeNull();
    const walked: string[] = [];
    let after = '';
    for (;;) {
      const { events, next } = await pageAt(`/events?limit=2${after}`);
      walked.push(...events.map(({ id }) => id));
      if (next === null) break;
      after = `&after=${next}`;
    }
    expect(walked).toEqual([1, 2, 3, 4, 5, 6, 7].map(n => `epoch-${n}`));
  });

  it('are those after a line of whatever cutover', async () => {
    const { events } = await pageAt(`/cutovers/${one}/events?after=epoch-4`);
    expect(events.map(({ id }) => id)).toEqual(['epoch-6', 'epoch-7']);
    expect((await pageAt(`/events?cutover=${two}`)).events.map(({ seq }) => seq)).toEqual([1, 2]);
  });

  it('are of the types that are named, and a slip of the pen is no type', async () => {
    const { events } = await pageAt('/events?types=paused');
    expect(new Set(events.map(({ type }) => type))).toEqual(new Set(['paused']));
    const slip = await get('/events?types=paused,pausd');
    expect([slip.statusCode, slip.json()]).toMatchObject([400, { type: '/problems/malformed' }]);
  });

  it.each(['epoch-8', 'other-1', 'epoch-', 'garbage', `epoch-${'9'.repeat(200)}`])(
    'are refused after %s, which is no line',
    async after => {
      for (const accept of ['application/json', 'application/x-ndjson']) {
        const refused = await get(`/events?after=${after}`, { accept });
        expect([refused.statusCode, refused.json()]).toMatchObject([
          400,
          { type: '/problems/malformed', errors: [{ path: '/querystring/after' }] },
        ]);
      }
    },
  );

  it('come as JSON Lines too, and as nothing else', async () => {
    const lines = await get(`/cutovers/${one}/events?after=epoch-2`, {
      accept: 'application/x-ndjson',
    });
    expect(lines.headers['content-type']).toBe('application/x-ndjson; charset=utf-8');
    const ids = lines.body
      .trimEnd()
      .split('\n')
      .map(line => (JSON.parse(line) as { id: string }).id);
    expect(ids).toEqual(['epoch-3', 'epoch-6', 'epoch-7']);
    const none = await get('/events', { accept: 'text/html' });
    expect([none.statusCode, none.json()]).toMatchObject([
      406,
      { type: '/problems/not-acceptable' },
    ]);
    expect((await get('/cutovers/no.such.1/events')).statusCode).toBe(404);
  });
});

describe('what is accepted', () => {
  const forms = ['application/json', 'text/event-stream'] as const;
  it.each([
    [undefined, 'application/json'],
    ['*/*', 'application/json'],
    ['text/event-stream', 'text/event-stream'],
    ['text/*', 'text/event-stream'],
    ['application/json;q=0.5, text/event-stream;q=0.9', 'text/event-stream'],
    ['application/json;q=0, */*', 'text/event-stream'],
    ['text/html', null],
    ['text/event-stream;q=0', null],
    ['nonsense', null],
  ])('%s is %s', (header, form) => {
    expect(preferred(header, forms)).toBe(form);
  });

  it('is never anything else, whatever is sent', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300 }), header => {
        expect([...forms, null]).toContain(preferred(header, forms));
      }),
    );
  });
});

describe('cursors', () => {
  it('are read back as they were written, and nothing else is one', () => {
    const epoch = 'a1-b2';
    fc.assert(
      fc.property(fc.nat({ max: 2 ** 31 - 1 }), fc.string(), (n, other) => {
        expect(cursorNumber(cursorText(epoch, n), epoch)).toBe(n);
        const read = cursorNumber(other, epoch);
        expect(read === null || cursorText(epoch, read) === other).toBe(true);
        expect(cursorNumber(cursorText(`${epoch}x`, n), epoch)).toBeNull();
      }),
    );
  });

  it('know the head of a journal of any length', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: 100_000 }), async head => {
        let reads = 0;
        const after = async (n: number) => {
          reads += 1;
          return n < head ? [{} as never] : [];
        };
        expect(await headOf({ after })).toBe(head);
        expect(reads).toBeLessThan(40);
      }),
    );
  });
});
