import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type Chance, type Clock } from '../../src/clock.ts';
import { isFault } from '../../src/errors.ts';
import { limits } from '../../src/limits.ts';
import { openConnection } from '../../src/remote/connection.ts';
import { post } from '../../src/remote/operation.ts';
import { planThere } from '../../src/remote/plans.ts';
import { problemFault } from '../../src/remote/problem.ts';
import { Secret } from '../../src/secret.ts';
import { stillClock } from '../support/clock.ts';

type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => void;

const never = new AbortController().signal;
const chance: Chance = { float: () => 0.5, hex: bytes => 'ab'.repeat(bytes) };
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map(close => close()));
});

/** Pauses take no time; the end of an answer's time never comes. */
function briskClock(): Clock & { readonly slept: number[] } {
  const clock = stillClock();
  const forever = (signal: AbortSignal) =>
    new Promise<void>((_, reject) => {
      signal.addEventListener('abort', () => {
        reject(new Error('over'));
      });
    });
  const sleep: Clock['sleep'] = (ms, signal) =>
    ms >= limits.remoteAnswerMs ? forever(signal) : clock.sleep(ms, signal);
  return { ...clock, sleep };
}

/** A connection to a server that answers with these, one after the other, the last of them for ever. */
async function served(...answers: readonly Answer[]) {
  const asked: {
    method: string;
    url: string;
    headers: IncomingMessage['headers'];
    body: string;
  }[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text;
    });
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const answer = answers[Math.min(asked.length, answers.length - 1)];
      asked.push({ method, url, headers, body });
      answer?.(request, response, body);
    });
  });
  await new Promise<void>(resolve => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const close = () =>
    new Promise<void>(resolve => {
      server.close(() => {
        resolve();
      });
      server.closeAllConnections();
    });
  closing.push(close);
  const { port } = server.address() as AddressInfo;
  const told: string[] = [];
  const clock = briskClock();
  const connection = openConnection({
    server: new URL(`http://127.0.0.1:${String(port)}`),
    token: new Secret(Buffer.from('dnsc_1_x'), 'token'),
    ...{ clock, chance, tell: (text: string) => told.push(text) },
  });
  return { connection, asked, told, clock, close };
}

const json =
  (status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Answer =>
  (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(value));
  };
const cut: Answer = request => {
  request.socket.destroy();
};
const get = { method: 'GET', path: '/api/v1/version' } as const;

/** The Fault that this ends with. */
async function faultOf(promise: Promise<unknown>) {
  try {
    await promise;
  } catch (error) {
    if (isFault(error)) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

describe('a connection to a server', () => {
  it('shows the token, and gives what is answered', async () => {
    const { connection, asked } = await served(json(200, { a: 1 }));
    expect((await connection.ask(get, never)).text).toBe('{"a":1}');
    expect(asked[0]?.headers.authorization).toBe('Bearer dnsc_1_x');
  });

  it.each([
    [401, 'unauthenticated', 'UNAUTHORIZED', 4],
    [403, 'forbidden', 'UNAUTHORIZED', 4],
    [404, 'not-found', 'NOT_FOUND', 64],
    [409, 'refused', 'REFUSED', 1],
    [409, 'check-failed', 'CHECK_FAILED', 3],
    [409, 'conflict', 'CONFLICT', 5],
    [412, 'stale', 'STALE', 5],
    [422, 'key-reused', 'USAGE', 64],
    [500, 'misconfigured', 'CONFIG', 65],
  ])('gives a problem %i %s the code of %s', async (...[status, kind, code, exit]) => {
    const problem = { type: `/problems/${kind}`, title: 't', status, detail: 'd', remedy: 'do it' };
    const { connection, asked } = await served(json(status, problem));
    const fault = await faultOf(connection.ask(get, never));
    expect([fault.code, fault.exit, fault.message, fault.fix]).toEqual([code, exit, 'd', 'do it']);
    expect(asked).toHaveLength(1);
  });

  it('understands what is no problem of ours, and follows nobody with the token', async () => {
    const html: Answer = (_, response) => response.writeHead(403).end('<html>');
    const fault = await faultOf((await served(html)).connection.ask(get, never));
    expect([fault.code, fault.message]).toEqual(['UNAUTHORIZED', 'the server answers 403']);
    const before = problemFault({ status: 502, retryAfter: null, body: null, where: 'here' });
    expect(before.code).toBe('UNAVAILABLE');
    expect(before.fix).toContain('what stands before the server');
    const moved: Answer = (_, response) => response.writeHead(302, { location: '/x' }).end();
    const { connection, asked } = await served(moved);
    expect((await faultOf(connection.ask(get, never))).code).toBe('UNAVAILABLE');
    expect(new Set(asked.map(({ url }) => url))).toEqual(new Set(['/api/v1/version']));
  });

  it('is 69 where nobody listens, with the way out', async () => {
    const { connection, close } = await served(json(200, {}));
    await close();
    const fault = await faultOf(connection.ask(get, never));
    expect([fault.exit, fault.message]).toEqual([69, expect.stringContaining('ECONNREFUSED')]);
    expect(fault.fix).toContain('dns-cutover serve');
  });

  it('asks again when an answer is lost, and for minutes once it was answered', async () => {
    const { connection, asked } = await served(cut, cut, json(200, {}));
    await connection.ask(get, never);
    expect(asked).toHaveLength(3);
    const failing = Array.from({ length: 12 }, () => cut);
    const waiting = await served(json(200, {}), ...failing, json(200, { back: true }));
    await waiting.connection.ask(get, never);
    expect((await waiting.connection.ask(get, never)).text).toBe('{"back":true}');
    expect(waiting.told[0]).toMatch(/cannot be reached.*trying again$/);
  });

  it('waits longer for a plan, which looks at mail hosts, than for other answers', async () => {
    const view = { hash: '7f3a', domain: 'example.org' };
    const lists = { changes: [], timeline: [], findings: [], risks: [], path: [] };
    const { connection: found } = await served(json(201, { ...view, ...lists }));
    const clock = briskClock();
    const short: Clock['sleep'] = (ms, signal) =>
      ms === limits.remoteAnswerMs ? Promise.resolve() : clock.sleep(ms, signal);
    const connection = openConnection({
      server: new URL(found.server),
      token: new Secret(Buffer.from('dnsc_1_x'), 'token'),
      ...{ clock: { ...clock, sleep: short }, chance, tell: () => undefined },
    });
    expect((await faultOf(connection.ask(get, never))).message).toMatch(/did not end within 20 s/);
    expect(await planThere({ connection, signal: never }, 'example.org')).toMatchObject(view);
  });

  it('reads an answer up to its bound', async () => {
    const { connection } = await served((_, response) => {
      const piece = Buffer.alloc(1024 * 1024, 'a');
      for (let i = 0; i <= limits.remoteAnswerOctets / piece.length; i += 1) response.write(piece);
      response.end();
    });
    const ask = connection.ask({ method: 'POST', path: '/x', body: {} }, never);
    expect((await faultOf(ask)).message).toMatch(/longer than anything/);
  });
});

describe('something that is to be done once', () => {
  const done = { id: 'o', state: 'done', cutover: 'example.org.1', seq: 7, problem: null };
  const location = { location: '/api/v1/operations/o' };
  const act = { path: '/api/v1/cutovers/x/actions', body: { type: 'pause' }, ifMatch: '*' };

  it('is asked for under one key, however often the answer is lost', async () => {
    const { connection, asked, clock } = await served(cut, cut, json(202, done, location));
    const posts = { connection, clock, chance, signal: never };
    expect(await post(posts, act)).toMatchObject({ cutover: 'example.org.1', seq: 7 });
    expect(asked.map(({ headers }) => [headers['idempotency-key'], headers['if-match']])).toEqual(
      Array.from({ length: 3 }, () => ['ab'.repeat(16), '*']),
    );
    expect(asked.map(({ body }) => body)).toEqual(
      Array.from({ length: 3 }, () => '{"type":"pause"}'),
    );
  });

  it('is waited for while it runs', async () => {
    const running = json(202, { ...done, state: 'running', seq: null }, location);
    const { connection, asked, clock } = await served(running, running, json(200, done));
    expect((await post({ connection, clock, chance, signal: never }, act)).seq).toBe(7);
    expect(asked.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'POST /api/v1/cutovers/x/actions',
      'GET /api/v1/operations/o',
      'GET /api/v1/operations/o',
    ]);
  });

  it('fails as its problem says, and is sent again where nothing of it happened', async () => {
    const problem = { type: '/problems/check-failed', status: 409, detail: 'no', title: 't' };
    const failed = { ...done, state: 'failed', seq: null, problem, again: false };
    const refused = await served(json(202, failed, location));
    const posts = { clock: refused.clock, chance, signal: never };
    const fault = await faultOf(post({ ...posts, connection: refused.connection }, act));
    expect([fault.code, fault.exit]).toEqual(['CHECK_FAILED', 3]);
    const interrupted = json(202, { ...failed, again: true }, location);
    const { connection, asked } = await served(interrupted, json(202, done, location));
    expect((await post({ ...posts, connection }, act)).seq).toBe(7);
    expect(new Set(asked.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
  });

  it.each([
    [
      'no JSON',
      (_: unknown, response: ServerResponse) => response.writeHead(202, location).end('x'),
    ],
    ['no place to look', json(202, done)],
    ['a place elsewhere', json(202, done, { location: 'https://evil.example/' })],
  ] as const)('is 69 where the answer has %s', async (_, answer) => {
    const { connection, clock } = await served(answer);
    const fault = await faultOf(post({ connection, clock, chance, signal: never }, act));
    expect([fault.exit, fault.message]).toEqual([69, expect.stringContaining('operation')]);
  });
});
