import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { Readable } from 'node:stream';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { fastify } from 'fastify';
import { expect, it } from 'vitest';
import { cutUnread } from '../../../src/api/hooks/unread.ts';
import { type Server } from '../../../src/api/server-type.ts';

function* endless(): Generator<Buffer> {
  for (;;) yield Buffer.alloc(65_536, 'x');
}

it('an answer that nobody takes is cut, and not before there is one', async () => {
  const server: Server = fastify().withTypeProvider<TypeBoxTypeProvider>();
  cutUnread(server, 50);
  const answered = Promise.withResolvers<{ before: number; closed: Promise<unknown> }>();
  server.get('/', async ({ raw: { socket } }, reply) => {
    answered.resolve({ before: socket.timeout ?? 0, closed: once(reply.raw, 'close') });
    return reply.send(Readable.from(endless()));
  });
  await server.listen({ host: '127.0.0.1', port: 0 });
  const socket = connect((server.server.address() as AddressInfo).port, '127.0.0.1');
  socket.on('error', () => undefined).write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
  const { before, closed } = await answered.promise;
  expect(before).toBe(0);
  await closed;
  socket.destroy();
  await server.close();
});
