import { expect, it } from 'vitest';
import { systemChance } from '../../src/machine/chance.ts';
import { systemClock } from '../../src/machine/clock.ts';
import { readProbeRound } from '../../src/mail/read-round.ts';
import { type Asked, type Connection } from '../../src/remote/connection.ts';
import { handIn } from '../../src/remote/hand-in.ts';
import { never, order } from '../controller/site.ts';
import { openApi } from '../support/api.ts';

/** A probe from Berlin, handed in over this connection; and what was asked for on the way. */
async function handing(answer: (asked: Asked) => Promise<{ text: string; location?: string }>) {
  const asked: Asked[] = [];
  const connection: Connection = {
    server: 'https://cutover.example.org',
    ask: async one => {
      asked.push(one);
      const { text, location = '' } = await answer(one);
      return { status: 202, text, headers: new Headers({ location }) };
    },
    listen: () => {
      throw new Error('nothing is listened to');
    },
  };
  const at = new Date(0).toISOString();
  const said = { vantage: 'berlin', at, seen: [], unresolved: [], egress: 'open', sts: 'none' };
  const round = readProbeRound(JSON.stringify(said));
  const posts = { connection, clock: systemClock(), chance: systemChance, signal: never };
  const gave = handIn(posts, { name: 'example.org', round, reason: 'each hour' });
  const outcome = await gave.catch((error: unknown) => String(error));
  return { outcome, paths: asked.map(({ method, path }) => `${method} ${path}`) };
}

const paths = ['GET /livez', 'POST /api/v1/cutovers/example.org/actions'];

it('an agent’s token is enough, since nothing is read for it', async () => {
  const api = await openApi();
  const { app } = api.site;
  const { plan } = await app.plan(order, never);
  await app.start(plan, { accept: [], takeClaim: null, reason: null }, 'kim');
  const there = await handing(async ({ method, path, headers = {}, body }) => {
    const payload = body as Record<string, unknown> | undefined;
    const request = { method: method === 'POST' ? 'POST' : 'GET', url: path, headers } as const;
    const answer = await api.as('agent', { ...request, ...(payload && { payload }) });
    if (answer.statusCode >= 400) throw new Error(answer.body);
    return { text: answer.body };
  });
  // It came as far as the state of the cutover, which is what refuses it: no role and no shape did.
  expect(there.outcome).toContain('mail hosts are not asked');
  expect(there.paths).toEqual(paths);
  await api.server.close();
});

it('says at which line it was recorded', async () => {
  const operation = { state: 'done', cutover: 'example.org.1', seq: 17, problem: null };
  const { outcome } = await handing(async ({ path }) =>
    path === '/livez'
      ? { text: '{"status":"ok"}' }
      : { text: JSON.stringify(operation), location: '/api/v1/operations/f00d' },
  );
  expect(outcome).toMatchObject({ cutover: 'example.org.1', seq: 17 });
});
