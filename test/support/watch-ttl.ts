import { createSocket } from 'node:dgram';
import { parseName } from '../../src/dns/name.ts';
import { decodeMessage, encodeQuery } from '../../src/dns/wire.ts';
import { type At } from './server.ts';
import { addrPort } from './site.ts';

export interface SeenTtl {
  /** When the answer came, by the wall clock. */
  readonly at: number;
  readonly ttl: number;
  readonly rdata: string;
}

/** The MX as each server serves it, asked again and again by the test itself. */
export interface Watching {
  /** What the server of this `address:port` answered, in order. */
  readonly of: (server: string) => readonly SeenTtl[];
  readonly stop: () => Promise<void>;
}

const everyMs = 100;

export function watchTtl(servers: readonly At[], zone: string): Watching {
  const seen = new Map<string, SeenTtl[]>();
  const watchers = servers.map(server => {
    const list: SeenTtl[] = [];
    seen.set(addrPort(server), list);
    const socket = createSocket('udp4');
    socket.on('error', () => undefined);
    socket.on('message', reply => {
      const [first] = decodeMessage(reply).answer;
      if (first !== undefined) list.push({ at: Date.now(), ttl: first.ttl, rdata: first.rdata });
    });
    const query = encodeQuery({ id: 7, name: parseName(zone), type: 'MX', recursive: false });
    const timer = setInterval(() => {
      socket.send(query, server.port, server.address);
    }, everyMs);
    return { socket, timer };
  });
  let stopped = false;
  return {
    of: server => seen.get(server) ?? [],
    stop: async () => {
      if (stopped) return;
      stopped = true;
      for (const { socket, timer } of watchers) {
        clearInterval(timer);
        socket.close();
      }
    },
  };
}
