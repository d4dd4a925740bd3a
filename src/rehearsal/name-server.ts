import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import DNS from 'dns2';
import { type Clock } from '../clock.ts';
import { decodeMessage } from '../dns/wire.ts';
import { Fault } from '../errors.ts';
import { type Responder, type Served } from './network.ts';

const address = '127.0.0.1';

/** A port that is free for TCP and UDP: dns2 must be given one, else its TCP side listens everywhere. */
async function freePort(): Promise<number> {
  for (;;) {
    const tcp = createServer().listen(0, address);
    await once(tcp, 'listening');
    const bound = tcp.address();
    const port = bound !== null && typeof bound === 'object' ? bound.port : 0;
    const udp = createSocket('udp4');
    const free = await new Promise<boolean>(resolve => {
      udp.once('error', () => {
        resolve(false);
      });
      udp.bind(port, address, () => {
        resolve(true);
      });
    });
    udp.close();
    tcp.close();
    await once(tcp, 'close');
    if (free) return port;
  }
}

/** A server on loopback: dns2 holds the sockets and frames, our own wire format the rest. */
export async function nameServer(
  responder: Responder,
  { clock, datagrams }: { readonly clock: Clock; readonly datagrams: boolean },
): Promise<Served> {
  const port = await freePort();
  const end = new AbortController();
  const server = DNS.createServer({
    udp: true,
    tcp: !datagrams,
    handle: (request, send) => {
      const query = decodeMessage(new Uint8Array(request.toBuffer()));
      const given = responder(query);
      if (given === null) return;
      const reply = (): void => {
        void send(Buffer.from(given.octets));
      };
      if (given.afterMs === 0) reply();
      else clock.sleep(given.afterMs, end.signal).then(reply, () => undefined);
    },
  });
  const failed = new Promise<never>((_, reject) => {
    // Listened to for good: without a listener an error of a socket would end the process.
    server.on('error', (error: Error) => {
      reject(
        new Fault('UNAVAILABLE', `no server could be opened: ${error.message}`, {
          where: `${address}:${String(port)}`,
          fix: 'try again: another program may have taken the port',
          cause: error,
        }),
      );
    });
  });
  failed.catch(() => undefined);
  const at = { port, address };
  await Promise.race([server.listen({ udp: at, ...(!datagrams && { tcp: at }) }), failed]);
  return {
    address,
    port,
    close: async () => {
      end.abort();
      await server.close();
    },
  };
}
