import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import DNS from 'dns2';
import { isWithin, type Name } from '../dns/name.ts';
import { RCODE } from '../dns/rcode.ts';
import { type Key, type RRset } from '../dns/rrset.ts';
import { decodeMessage, encodeResponse, type Message } from '../dns/wire.ts';
import { Fault } from '../errors.ts';

/** A zone as one server sees it now. */
export interface ZoneView {
  readonly apex: Name;
  readonly get: (key: Key) => RRset | null;
  readonly exists: (name: Name) => boolean;
}

export interface NameServer {
  readonly address: string;
  readonly port: number;
  readonly close: () => Promise<void>;
}

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

/** An authoritative answer from the view; CNAMEs are served as they are, never followed. */
function answer(view: ZoneView, query: Message): Uint8Array {
  const { question } = query;
  if (question === null || !isWithin(question.name, view.apex))
    return encodeResponse({ query, rcode: RCODE.REFUSED });
  const { name, type } = question;
  const found = view.get({ name, type }) ?? view.get({ name, type: 'CNAME' });
  if (found !== null) return encodeResponse({ query, aa: true, answer: [found] });
  const soa = view.get({ name: view.apex, type: 'SOA' });
  const rcode = view.exists(name) ? RCODE.NOERROR : RCODE.NXDOMAIN;
  return encodeResponse({ query, aa: true, rcode, authority: soa === null ? [] : [soa] });
}

/** An authoritative server on loopback: dns2 holds the sockets and frames, our own wire format the rest. */
export async function nameServer(view: ZoneView): Promise<NameServer> {
  const port = await freePort();
  const server = DNS.createServer({
    udp: true,
    tcp: true,
    handle: (request, send) => {
      const query = decodeMessage(new Uint8Array(request.toBuffer()));
      void send(Buffer.from(answer(view, query)));
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
  await Promise.race([server.listen({ udp: { port, address }, tcp: { port, address } }), failed]);
  return {
    address,
    port,
    close: async () => {
      await server.close();
    },
  };
}
