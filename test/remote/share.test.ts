import { afterAll, beforeAll, expect, it } from 'vitest';
import { isFault } from '../../src/errors.ts';
import { type Connection } from '../../src/remote/connection.ts';
import { shareThere } from '../../src/remote/share.ts';
import { never, order } from '../controller/site.ts';
import { type Api, openApi } from '../support/api.ts';

let api: Api;
beforeAll(async () => {
  api = await openApi();
  const { app } = api.site;
  const { plan } = await app.plan(order, never);
  await app.start(plan, { accept: [], takeClaim: null, reason: null }, 'kim');
});
afterAll(() => api.server.close());

/** A server that answers with this text, whatever it is asked. */
const saying = (answer: (path: string, body: object) => Promise<string>): Connection => ({
  server: 'https://cutover.example.org',
  ask: async ({ path, body }) => ({
    ...{ status: 201, headers: new Headers() },
    text: await answer(path, Object(body) as object),
  }),
  listen: () => {
    throw new Error('nothing is listened to');
  },
});

it('a server makes the link, which opens the page of that cutover', async () => {
  const connection = saying(async (url, payload) => {
    const answer = await api.as('operator', { method: 'POST', url, payload });
    expect(answer.statusCode).toBe(201);
    return answer.body;
  });
  const of = { name: 'example.org', lastsMs: 3_600_000 };
  const made = await shareThere({ connection, signal: never }, of);
  const expiresAt = api.site.clock.now().wall + of.lastsMs;
  expect(made).toMatchObject({ cutover: 'example.org.1', expiresAt });
  const session = await api.kit.access.login(made.secret);
  expect(session?.principal).toMatchObject({ kind: 'share', cutovers: ['example.org.1'] });
});

it('nothing else is taken for a link, and nothing of it is said', async () => {
  const share = { id: 'a', cutover: 'example.org.1', expiresAt: '2026-12-01T00:00:00Z' };
  const secret = 'dnsh_0123_4567';
  const odd: readonly unknown[] = [
    ...[
      null,
      [],
      'dnsh_0123_4567',
      { share },
      { secret },
      { secret: 'dnsh_\u001b[31m_4567', share },
    ],
    { secret, share: { ...share, expiresAt: 'soon dnsh_0123_4567' } },
    { secret, share: { ...share, cutover: 1 } },
  ];
  for (const text of ['', 'no JSON: dnsh_0123_4567', ...odd.map(one => JSON.stringify(one))]) {
    const connection = saying(async () => text);
    const fault: unknown = await shareThere(
      { connection, signal: never },
      { name: 'example.org', lastsMs: 1 },
    ).catch((error: unknown) => error);
    expect(isFault(fault, 'UNAVAILABLE') && fault.message).toBe(
      'the server does not answer with a share link',
    );
  }
});
