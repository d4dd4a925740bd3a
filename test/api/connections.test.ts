import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limits } from '../../src/limits.ts';
import { openConnections, refuseConnection } from '../../src/api/connections.ts';
import { type Api, host, openApi } from '../support/api.ts';
import { authority } from '../support/certificates.ts';

/** Everything that a connection is sent, once the server has ended it. */
const rest = (socket: Socket): Promise<string> =>
  new Promise((resolve, reject) => {
    let text = '';
    socket.setEncoding('utf8').on('data', (piece: string) => (text += piece));
    socket.on('close', () => {
      resolve(text);
    });
    socket.on('error', reject);
  });

const bodyOf = (text: string): unknown => JSON.parse(text.slice(text.indexOf('\r\n\r\n') + 4));

describe('bytes on a connection', () => {
  let api: Api;
  let port: number;
  beforeAll(async () => {
    api = await openApi();
    await api.server.listen({ host: '127.0.0.1', port: 0 });
    ({ port } = api.server.server.address() as AddressInfo);
  });
  afterAll(() => api.server.close());

  const say = (bytes: string): Promise<string> => {
    const socket = connect(port, '127.0.0.1');
    socket.write(bytes);
    return rest(socket);
  };

  it.each([
    [
      'headers beyond the limit',
      `GET / HTTP/1.1\r\nhost: ${host}\r\nx: ${'y'.repeat(limits.apiHeaderOctets)}\r\n\r\n`,
      431,
      'headers-too-large',
    ],
    ['no HTTP', 'EHLO example.org\r\n\r\n', 400, 'malformed'],
    ['a broken header', `GET / HTTP/1.1\r\nhost: ${host}\r\nbroken\r\n\r\n`, 400, 'malformed'],
    ['a header with NUL', `GET / HTTP/1.1\r\nhost: ${host}\r\nx: a\0b\r\n\r\n`, 400, 'malformed'],
    [
      'two lengths',
      `POST / HTTP/1.1\r\nhost: ${host}\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab`,
      400,
      'malformed',
    ],
    [
      'a length and chunks',
      `POST / HTTP/1.1\r\nhost: ${host}\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
      400,
      'malformed',
    ],
    [
      'a coding that nobody takes off',
      `POST / HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\ntransfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n`,
      501,
      'unknown-coding',
    ],
    [
      'an expectation of its own',
      `GET /livez HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\nexpect: a-miracle\r\n\r\n`,
      417,
      'expectation-failed',
    ],
    [
      'a target of another name',
      `GET http://evil.example/api/v1/version HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`,
      421,
      'misdirected',
    ],
    ['no Host', 'GET /nothing HTTP/1.1\r\nconnection: close\r\n\r\n', 400, 'malformed'],
    [
      'two Hosts',
      `GET /nothing HTTP/1.1\r\nhost: ${host}\r\nhost: evil.example\r\nconnection: close\r\n\r\n`,
      400,
      'malformed',
    ],
    [
      'another Host',
      'GET /nothing HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n',
      421,
      'misdirected',
    ],
  ])('%s', async (...[, bytes, status, kind]) => {
    const text = await say(bytes);
    expect(text).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(text.toLowerCase()).toContain('content-type: application/problem+json');
    expect(text.toLowerCase()).toContain('x-content-type-options: nosniff');
    const problem = bodyOf(text);
    expect(problem).toMatchObject({ type: `/problems/${kind}`, status });
    // No remedy speaks of what is not there.
    expect(text.includes('`errors`')).toBe(text.includes('"errors"'));
  });

  it('headers of 1 MB are cut off, and others are served', async () => {
    const socket = connect(port, '127.0.0.1');
    socket.write(`GET / HTTP/1.1\r\nhost: ${host}\r\nx: ${'y'.repeat(1e6)}\r\n\r\n`);
    // Its answer may be lost: what is sent after the end of reading resets a connection.
    await rest(socket).catch(() => '');
    const text = await say(`GET /livez HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`);
    expect(text).toMatch(/^HTTP\/1.1 200 /);
  });

  it('a body that is announced larger than allowed is not waited for', async () => {
    const token = await api.tokenOf('admin');
    const text = await say(
      [
        'POST /api/v1/tokens HTTP/1.1',
        `host: ${host}`,
        `authorization: Bearer ${token}`,
        'content-type: application/json',
        'content-length: 99999999999',
        'connection: close',
        '',
        '{',
      ].join('\r\n'),
    );
    expect(text).toMatch(/^HTTP\/1.1 413 /);
  });

  it('half a body, and then the end of that half of the connection, does nothing', async () => {
    const before = (await api.kit.access.tokens()).length;
    const socket = connect(port, '127.0.0.1');
    const order = JSON.stringify({ name: 'one', role: 'viewer', expiresInSeconds: 60 });
    const head = [
      'POST /api/v1/tokens HTTP/1.1',
      `host: ${host}`,
      `authorization: Bearer ${await api.tokenOf('admin')}`,
      'content-type: application/json',
      `content-length: ${order.length + 1}`,
    ];
    socket.end(`${head.join('\r\n')}\r\n\r\n${order}`);
    expect(await rest(socket)).toMatch(/^HTTP\/1.1 400 [^]*\/problems\/malformed/);
    expect(await api.kit.access.tokens()).toHaveLength(before);
  });

  it('has ends that the product sets', () => {
    const { headersTimeout, requestTimeout, maxConnections } = api.server.server;
    expect({ headersTimeout, requestTimeout, maxConnections }).toEqual({
      headersTimeout: 10_000,
      requestTimeout: 15_000,
      maxConnections: limits.apiConnections,
    });
  });
});

describe('a connection while its answer is made', () => {
  /** A server that answers to GET /metrics when it is told to, and what was asked of it. */
  async function openSlow() {
    const [asked, told] = [Promise.withResolvers<null>(), Promise.withResolvers<string>()];
    const text = (): Promise<string> => {
      asked.resolve(null);
      return told.promise;
    };
    const api = await openApi({ metrics: { text } });
    await api.server.listen({ host: '127.0.0.1', port: 0 });
    const { port } = api.server.server.address() as AddressInfo;
    const slow = `GET /metrics HTTP/1.1\r\nhost: ${host}\r\nauthorization: Bearer ${await api.tokenOf('viewer')}\r\n\r\n`;
    const socket = connect(port, '127.0.0.1');
    socket.write(slow);
    const said = rest(socket);
    await asked.promise;
    const answer = (): void => {
      told.resolve('an answer');
    };
    return { api, socket, said, answer };
  }
  const probe = `GET /livez HTTP/1.1\r\nhost: ${host}\r\n\r\n`;

  it('is ended without a word for what is no request: it would be taken for the answer', async () => {
    const { api, socket, said, answer } = await openSlow();
    socket.write('\0\0 nonsense\r\n\r\n');
    expect(await said).toBe('');
    answer();
    await api.server.close();
  });

  it('is ended when its other half is, and the server goes on', async () => {
    const { api, socket, said, answer } = await openSlow();
    socket.end();
    expect(await said).toBe('');
    answer();
    expect((await api.as('nobody', { url: '/livez' })).statusCode).toBe(200);
    await api.server.close();
  });

  it('is told with a problem that the server ends, if more is asked over it then', async () => {
    const { api, socket, said, answer } = await openSlow();
    const closing = api.server.close();
    socket.write(probe);
    await new Promise(resolve => setImmediate(resolve));
    answer();
    const text = await said;
    await closing;
    expect(text).toContain('an answer');
    const last = text.slice(text.lastIndexOf('HTTP/1.1 '));
    expect(last).toMatch(/^HTTP\/1.1 503 /);
    expect(last.toLowerCase()).toMatch(/\r\nretry-after: 1\r\n/);
    expect(bodyOf(last)).toMatchObject({ type: '/problems/stopping', status: 503 });
  });
});

it('whoever says nothing, and speaks no TLS, is not waited for', async () => {
  const bounds = { headersMs: 50, requestMs: 50, everyMs: 10 };
  const certificate = authority().issue(['DNS:cutover.example.org']);
  const secure = openConnections(certificate, (_, response) => response.end(), bounds);
  await new Promise<void>(resolve => secure.listen(0, '127.0.0.1', resolve));
  expect(await rest(connect((secure.address() as AddressInfo).port, '127.0.0.1'))).toBe('');
  await new Promise(resolve => secure.close(resolve));
});

describe('a request that trickles in', () => {
  it('is told that it took too long, and its connection ends', async () => {
    // The clock of node:http cannot be handed in: its ends are brought near, and it looks often.
    const bounds = { headersMs: 50, requestMs: 50, everyMs: 10 };
    const hasty = openConnections(null, (_, response) => response.end(), bounds);
    hasty.on('clientError', (error, socket) => {
      refuseConnection(error, socket, 'one');
    });
    await new Promise<void>(resolve => hasty.listen(0, '127.0.0.1', resolve));
    const socket = connect((hasty.address() as AddressInfo).port, '127.0.0.1');
    socket.write('GET / HTTP/1.1\r\nhost: x\r\nx: ');
    const text = await rest(socket);
    expect(text).toMatch(/^HTTP\/1.1 408 /);
    expect(bodyOf(text)).toMatchObject({ type: '/problems/timeout', request: 'one' });
    await new Promise(resolve => hasty.close(resolve));
  });
});
