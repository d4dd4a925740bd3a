import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import * as tls from 'node:tls';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { parseName } from '../../src/dns/name.ts';
import { type Fault } from '../../src/errors.ts';
import { limits } from '../../src/limits.ts';
import { sweepAsk } from '../../src/transport/sweep.ts';
import { type Server } from '../../src/transport/transport.ts';
import { type Identity, selfSigned } from '../support/certificates.ts';
import { frame } from '../support/nasty.ts';
import { answerOverTcp, faultOf, hostsOf, mxAnswer, never, question } from './replies.ts';
import { host, named, opened, renewable, rightful, start, startHttps, trusted } from './subject.ts';

const ending: (() => void)[] = [];
afterEach(() => {
  vi.unstubAllEnvs();
  vi.useRealTimers();
  for (const end of ending.splice(0)) end();
});

const sweep = () => renewable(sweepAsk({ timeoutMs: 5000, trust: [trusted().pem] }));
const answering = (identity: Identity) => start({ tcp: answerOverTcp, tls: identity });

/** A real TLS server that says of each connection whether its session was resumed. */
async function resuming(identity = rightful()) {
  const connections: { readonly resumed: boolean; readonly name: unknown }[] = [];
  const open = new Set<tls.TLSSocket>();
  const server = tls.createServer({ ...identity }, socket => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    socket.on('error', () => undefined);
    connections.push({ resumed: socket.isSessionReused(), name: socket.servername });
    socket.on('data', (data: Buffer) => socket.write(frame(mxAnswer(data.subarray(2)))));
  });
  server.on('tlsClientError', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ending.push(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  const { address, port } = server.address() as AddressInfo;
  return { at: named('tls', { address, port }), connections, open };
}

describe('a certificate that', () => {
  const flawed: Readonly<Record<string, readonly [() => Identity, string, string]>> = {
    'is for somebody else': [
      () => trusted().issue(['DNS:other.example']),
      'wrong name',
      `not for ${host} but for other.example`,
    ],
    'has expired': [
      () => trusted().issue([`DNS:${host}`], { expired: true }),
      'expired',
      'its certificate has expired',
    ],
    'is signed by itself': [() => selfSigned([`DNS:${host}`]), 'self-signed', 'is self-signed'],
  };

  it.each(Object.entries(flawed))('%s ends it before anything is said', async (_, flaw) => {
    const [identity, certificate, words] = flaw;
    const { ask } = sweep();
    const overTls = await answering(identity());
    const heard: unknown[] = [];
    const overHttps = await startHttps(asked => heard.push(asked), identity());
    for (const server of [overTls, overHttps]) {
      const fault = await faultOf(ask(question, server, never()));
      expect(fault.code).toBe('UNAVAILABLE');
      expect(fault.message).toContain(words);
      expect(fault.details).toMatchObject({ certificate, sent: false });
      expect(fault.fix).toBeTruthy();
    }
    expect([overTls.seen, overHttps.seen, heard]).toEqual([[], [], []]);
  });

  it('is signed by an authority that nobody here trusts ends it as well', async () => {
    const server = await answering(rightful());
    const { ask } = opened(sweepAsk({ timeoutMs: 5000 }));
    const fault = await faultOf(ask(question, server, never()));
    expect(fault.details).toMatchObject({ certificate: 'unknown authority' });
    expect(server.seen).toEqual([]);
  });

  it('is wrong stays so where the environment asks for less', async () => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    const server = await answering(selfSigned([`DNS:${host}`]));
    const fault = await faultOf(sweep().ask(question, server, never()));
    expect(fault.details).toMatchObject({ certificate: 'self-signed' });
    expect(server.seen).toEqual([]);
  });

  it('is for the address does where the address is all that is known', async () => {
    const server = await answering(trusted().issue(['IP:127.0.0.1']));
    const { ask } = sweep();
    const at = (name: string): Server => ({ ...server, over: { transport: 'tls', host: name } });
    expect((await ask(question, at('127.0.0.1'), never())).transport).toBe('tls');
    const fault: Fault = await faultOf(ask(question, at('127.0.0.2'), never()));
    expect(fault.details).toMatchObject({ certificate: 'wrong name' });
  });
});

it('says that a server does not speak TLS, and does not speak plainly to it', async () => {
  const heard: Buffer[] = [];
  const server = createServer(socket => {
    socket.on('error', () => undefined);
    socket.on('data', chunk => {
      heard.push(chunk);
      socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  ending.push(() => server.close());
  const { address, port } = server.address() as AddressInfo;
  const fault = await faultOf(sweep().ask(question, named('tls', { address, port }), never()));
  expect(fault.code).toBe('UNAVAILABLE');
  expect(fault.message).toContain('no TLS connection');
  expect(fault.details).toMatchObject({ tls: 'failed', sent: false });
  expect(Buffer.concat(heard).includes('alpha')).toBe(false);
});

it('gives up a server that never says who it is, and closes the connection', async () => {
  let open = 0;
  let came = 0;
  const server = createServer(socket => {
    open += 1;
    came += 1;
    socket.on('error', () => undefined);
    socket.on('close', () => (open -= 1));
    socket.resume();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  ending.push(() => server.close());
  const { address, port } = server.address() as AddressInfo;
  const { ask } = opened(sweepAsk({ timeoutMs: 100, trust: [trusted().pem] }));
  for (const over of ['tls', 'https'] as const) {
    const fault = await faultOf(ask(question, named(over, { address, port }), never()));
    expect(fault.details).toMatchObject({ timeout: true, sent: false });
  }
  await vi.waitUntil(() => open === 0);
  expect(came).toBe(2);
});

it('keeps one connection, resumes the session over the next, and names the server', async () => {
  const { at, connections } = await resuming();
  const { ask, renew } = sweep();
  for (let round = 0; round < 3; round++)
    expect(hostsOf((await ask(question, at, never())).message)).toHaveLength(1);
  expect(connections).toEqual([{ resumed: false, name: host }]);
  renew();
  await ask(question, at, never());
  expect(connections).toEqual([
    { resumed: false, name: host },
    { resumed: true, name: host },
  ]);
});

it('resumes no session for another name, though the server would', async () => {
  const { at, connections } = await resuming();
  const { ask } = sweep();
  await ask(question, at, never());
  const other: Server = { ...at, over: { transport: 'tls', host: 'other.example' } };
  const fault = await faultOf(ask(question, other, never()));
  expect(fault.details).toMatchObject({ certificate: 'wrong name' });
  expect(connections.map(({ resumed }) => resumed)).not.toContain(true);
});

it('resumes no session that is old: the certificate is looked at again', async () => {
  const { at, connections } = await resuming();
  const { ask, renew } = sweep();
  await ask(question, at, never());
  renew();
  const now = performance.now();
  const later = vi.spyOn(performance, 'now').mockReturnValue(now + limits.tlsSessionMs + 1);
  await ask(question, at, never());
  later.mockRestore();
  expect(connections.map(({ resumed }) => resumed)).toEqual([false, false]);
});

it('lets what is under way finish when it is renewed, and closes then', async () => {
  const held: (() => void)[] = [];
  const server = await start({
    tcp: (query, socket) => {
      const answer = frame(mxAnswer(query));
      if (server.seen.length === 1) socket.write(answer);
      else held.push(() => socket.write(answer));
    },
    tls: rightful(),
  });
  const { ask, renew } = sweep();
  await ask(question, server, never());
  const first = ask(question, server, never());
  await vi.waitUntil(() => held.length === 1);
  renew();
  const second = ask(question, server, never());
  await vi.waitUntil(() => held.length === 2);
  for (const answer of held) answer();
  await Promise.all([first, second]);
  expect(new Set(server.seen.map(({ port }) => port)).size).toBe(2);
});

it('does not tell by the length of a question which one it is; in the clear nobody would gain', async () => {
  const lengths: number[] = [];
  const answer = (query: Buffer): Uint8Array => {
    lengths.push(query.length);
    return mxAnswer(query);
  };
  const overTls = await start({
    tcp: (query, socket) => socket.write(frame(answer(query))),
    tls: rightful(),
  });
  const overUdp = await start({
    udp: (query, { send }) => {
      send(answer(query));
    },
  });
  const { ask } = sweep();
  for (const one of ['a.example', 'a-name-that-is-much-longer.alpha.example'])
    for (const at of [overTls, overUdp])
      await ask({ ...question, name: parseName(one) }, at, never());
  const [short, shortPlain, long, longPlain] = lengths;
  expect([short, long]).toEqual([limits.paddingOctets, limits.paddingOctets]);
  expect(shortPlain).toBeLessThan(longPlain ?? 0);
});

it('closes a connection that nobody uses', async () => {
  const { at, connections, open } = await resuming();
  const { ask } = sweep();
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  await ask(question, at, never());
  expect(open.size).toBe(1);
  vi.advanceTimersByTime(limits.tcpIdleMs);
  vi.useRealTimers();
  await vi.waitUntil(() => open.size === 0);
  await ask(question, at, never());
  expect(connections).toHaveLength(2);
});
