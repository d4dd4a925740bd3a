import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { isFault } from '../../src/errors.ts';
import { tcpExchange } from '../../src/transport/tcp.ts';
import { frame } from '../support/nasty.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** A server on loopback that does this with each connection. */
async function serve(act: (socket: Socket) => void) {
  const server = createServer(act).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  const { address, port } = server.address() as AddressInfo;
  return { address, port };
}

const message = Buffer.from('an update');
const exchange = tcpExchange({ timeoutMs: 60_000 });

/** Tells how a connection ended, as its server saw it: the code of the error, or `end`. */
function watchEnd(socket: Socket, tell: (how: string) => void): void {
  socket.on('error', error => {
    tell('code' in error ? String(error.code) : String(error));
  });
  socket.on('end', () => {
    socket.end();
    tell('end');
  });
}

it.each([
  ['the caller gives up', 60_000],
  ['its time is over', 200],
])('resets the connection when %s, so that nothing is delivered later', async (why, timeoutMs) => {
  const giveUp = new AbortController();
  const ended = Promise.withResolvers<string>();
  const at = await serve(socket => {
    watchEnd(socket, ended.resolve);
    socket.once('data', () => {
      if (timeoutMs === 60_000) giveUp.abort();
    });
  });
  const doing = tcpExchange({ timeoutMs })(message, at, giveUp.signal);
  const code = timeoutMs === 60_000 ? 'ABORTED' : 'UNAVAILABLE';
  await expect(doing, why).rejects.toSatisfy(error => isFault(error, code));
  expect(await ended.promise).toBe('ECONNRESET');
});

it('closes the connection in peace when it was answered', async () => {
  const ended = Promise.withResolvers<string>();
  const at = await serve(socket => {
    watchEnd(socket, ended.resolve);
    socket.once('data', () => socket.write(frame(Buffer.from('an answer'))));
  });
  const reply = await exchange(message, at, new AbortController().signal);
  expect(Buffer.from(reply).toString()).toBe('an answer');
  expect(await ended.promise).toBe('end');
});

it('sends nothing when it was given up before the connection was there', async () => {
  const seen: Buffer[] = [];
  let ends = Promise.withResolvers<undefined>();
  const at = await serve(socket => {
    socket.on('data', chunk => seen.push(chunk));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      ends.resolve(undefined);
    });
  });
  // At once, and while it connects without being told: the bytes are what must not leave.
  const soon = new AbortController();
  const doing = exchange(message, at, soon.signal);
  soon.abort();
  await expect(doing).rejects.toSatisfy(error => isFault(error, 'ABORTED'));
  ends = Promise.withResolvers();
  const late = new AbortController();
  let asked = 0;
  Object.defineProperty(late.signal, 'aborted', { get: () => (asked += 1) > 1 });
  const short = tcpExchange({ timeoutMs: 200 })(message, at, late.signal);
  await expect(short).rejects.toSatisfy(
    error => isFault(error, 'UNAVAILABLE') && error.details?.['sent'] === false,
  );
  await ends.promise;
  expect(seen).toEqual([]);
});
