// Servers that speak TLS rightly and HTTP/2 not: whatever comes, it is silence with a reason.
import { once } from 'node:events';
import { type AddressInfo } from 'node:net';
import { createServer, type TLSSocket } from 'node:tls';
import { afterEach, expect, it } from 'vitest';
import { sweepAsk } from '../../src/transport/sweep.ts';
import { faultOf, never, question } from './replies.ts';
import { named, opened, rightful, trusted } from './subject.ts';

const ending: (() => Promise<unknown>)[] = [];
afterEach(() => Promise.all(ending.splice(0).map(end => end())));

/** A frame of HTTP/2 (RFC 9113 4.1). */
function frameOf(type: number, { flags = 0, stream = 0, payload = '' } = {}): Buffer {
  const body = Buffer.from(payload, 'hex');
  const head = Buffer.alloc(9);
  head.writeUIntBE(body.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, body]);
}
const settings = frameOf(4);

const behaviours: Readonly<Record<string, (socket: TLSSocket) => void>> = {
  'sends nonsense': socket => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n<html>'),
  'closes at once': socket => socket.end(),
  'resets at once': socket => {
    socket.destroy();
  },
  'stops within a frame': socket => socket.end(settings.subarray(0, 5)),
  'sends nonsense behind its settings': socket =>
    socket.write(Buffer.concat([settings, Buffer.alloc(4000, 0xff)])),
  'says goodbye with an error': socket =>
    socket.write(Buffer.concat([settings, frameOf(7, { payload: '0000000000000002' })])),
  'says goodbye and goes': socket =>
    socket.end(Buffer.concat([settings, frameOf(7, { payload: '0000000000000000' })])),
  'grants no streams at all': socket => socket.write(frameOf(4, { payload: '000300000000' })),
  'answers with headers that cannot be read': socket =>
    socket.write(
      Buffer.concat([settings, frameOf(1, { flags: 5, stream: 1, payload: 'ffffffff' })]),
    ),
  'resets the stream before it was asked': socket =>
    socket.write(Buffer.concat([settings, frameOf(3, { stream: 1, payload: '00000002' })])),
  'pushes what nobody wants': socket =>
    socket.write(
      Buffer.concat([settings, frameOf(5, { flags: 4, stream: 1, payload: '0000000288' })]),
    ),
};

it.each(Object.entries(behaviours))('a server that %s', async (_, behave) => {
  const sockets = new Set<TLSSocket>();
  const server = createServer({ ...rightful(), ALPNProtocols: ['h2'] }, socket => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.resume();
    behave(socket);
  });
  server.on('tlsClientError', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ending.push(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  });
  const { address, port } = server.address() as AddressInfo;
  const at = named('https', { address, port });
  const { ask } = opened(sweepAsk({ timeoutMs: 300, trust: [trusted().pem] }));
  // Several at once, and again after it: what is left of a connection must not stand in the way.
  for (let round = 0; round < 2; round++) {
    const asked = Array.from({ length: 5 }, () => faultOf(ask(question, at, never())));
    for (const fault of await Promise.all(asked)) {
      expect(fault.code).toBe('UNAVAILABLE');
      expect(fault.message).toMatch(/^127\.0\.0\.1:\d+ \(https\): [a-z]/);
      expect(fault.fix).toBeTruthy();
    }
  }
});
