import { createSocket, type RemoteInfo, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';
import { type Identity } from './certificates.ts';
import { type At, freePort } from './server.ts';

export interface NastyOptions {
  /** What to do with each datagram; `send` answers its sender, from this socket or another. */
  readonly udp?: (
    query: Buffer,
    reply: { send: (bytes: Uint8Array) => void; sendFromElsewhere: (bytes: Uint8Array) => void },
  ) => void;
  /** What to do with each message over TCP. Without it nothing listens there. */
  readonly tcp?: (query: Buffer, socket: Socket) => void;
  /** TLS instead of plain TCP, with this certificate. */
  readonly tls?: Identity;
}

/** The connections below those over TLS. */
const plain = new WeakMap<Socket, Socket>();

/** Breaks a connection off; over TLS only the one below can be. */
export const reset = (socket: Socket): unknown => (plain.get(socket) ?? socket).resetAndDestroy();

/** A server of the test's own, as bad as the test wants it. */
export interface Nasty extends At {
  /** Each question it saw: transport and source port. */
  readonly seen: readonly { readonly transport: 'udp' | 'tcp'; readonly port: number }[];
  stop(): Promise<void>;
}

export async function nasty(options: NastyOptions): Promise<Nasty> {
  const address = '127.0.0.1';
  const port = await freePort(address);
  const seen: { transport: 'udp' | 'tcp'; port: number }[] = [];
  const udp: UdpSocket = createSocket('udp4');
  const elsewhere: UdpSocket = createSocket('udp4');
  const sockets = new Set<Socket>();
  let stopped = false;
  const context = options.tls && createSecureContext({ ...options.tls });
  const tcp = createServer(connection => {
    const socket =
      context === undefined
        ? connection
        : new TLSSocket(connection, { isServer: true, secureContext: context });
    connection.on('error', () => undefined);
    plain.set(socket, connection);
    sockets.add(connection);
    connection.on('close', () => sockets.delete(connection));
    socket.on('error', () => undefined);
    let have = Buffer.alloc(0);
    socket.on('data', chunk => {
      have = Buffer.concat([have, chunk]);
      // Several questions may come in one piece.
      while (have.length >= 2 && have.length >= 2 + have.readUInt16BE()) {
        const end = 2 + have.readUInt16BE();
        seen.push({ transport: 'tcp', port: socket.remotePort ?? 0 });
        options.tcp?.(have.subarray(2, end), socket);
        have = have.subarray(end);
      }
    });
  });
  udp.on('message', (query: Buffer, { address: from, port: source }: RemoteInfo) => {
    seen.push({ transport: 'udp', port: source });
    // An answer may come so late that the test is over.
    const sendFrom = (socket: UdpSocket) => (bytes: Uint8Array) => {
      if (!stopped) socket.send(bytes, source, from);
    };
    options.udp?.(query, { send: sendFrom(udp), sendFromElsewhere: sendFrom(elsewhere) });
  });
  if (options.udp !== undefined) {
    udp.bind(port, address);
    await once(udp, 'listening');
  }
  elsewhere.bind(0, address);
  await once(elsewhere, 'listening');
  if (options.tcp !== undefined) {
    tcp.listen(port, address);
    await once(tcp, 'listening');
  }
  return {
    ...{ address, port, seen },
    stop: async () => {
      stopped = true;
      udp.close();
      elsewhere.close();
      for (const socket of sockets) socket.destroy();
      if (!tcp.listening) return;
      tcp.close();
      await once(tcp, 'close');
    },
  };
}

/** A message with its length before it. */
export const frame = (message: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from([message.length >> 8, message.length & 255]), message]);
