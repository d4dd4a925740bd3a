import { createHash } from 'node:crypto';
import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { type Name } from '../../src/dns/name.ts';
import { decodeUpdate } from '../../src/dns/update-read.ts';
import { type UpdateMessage } from '../../src/dns/update.ts';
import { decodeMessage, encodeQuery } from '../../src/dns/wire.ts';
import { type At, freePort } from './server.ts';
import { frame } from './nasty.ts';

/** One UPDATE that came by. */
export interface SeenUpdate {
  readonly message: UpdateMessage;
  /** Digest of the update section: the same for each attempt at the same change. */
  readonly effect: string;
  /** True for an UPDATE that cannot take effect: the question whether a write could be made. */
  readonly probe: boolean;
  /** What the server answered; null as long as it did not. */
  rcode: number | null;
  /** Whether the serial moved while the server had it. */
  changed: boolean;
}

export interface Hooks {
  /**
   * Before the server gets it. `swallow`: it never does, and nobody answers. `refuse`: the
   * connection is reset. Anything else: forwarded, after the promise is settled.
   */
  readonly beforeUpdate?: (update: SeenUpdate) => Promise<Before | undefined>;
  /** After the server answered. `drop`: the answer never arrives. `reset`: the connection breaks. */
  readonly afterUpdate?: (update: SeenUpdate) => Promise<After | undefined>;
}
export type Before = 'swallow' | 'refuse' | 'forward';
export type After = 'drop' | 'reset' | 'pass';

export interface Proxy extends At {
  /** Every UPDATE in order, probes and existence questions included. */
  readonly updates: readonly SeenUpdate[];
  /** UPDATEs that could take effect. */
  writes(): readonly SeenUpdate[];
  /** How often each effect was really applied, by effect. More than once is a double write. */
  applied(): ReadonlyMap<string, number>;
  /** Replaced at any time; they count from the next UPDATE on. */
  hooks: Hooks;
  stop(): Promise<void>;
}

function seenUpdate(bytes: Uint8Array): SeenUpdate | null {
  if (decodeMessage(bytes).opcode !== 5) return null;
  const message = decodeUpdate(bytes);
  const effect = createHash('sha256').update(JSON.stringify(message.updates)).digest('hex');
  const probe =
    message.updates.length === 0 ||
    message.prerequisites.some(one => one.is === 'absent' && one.key.type === 'SOA');
  return { message, effect, probe, rcode: null, changed: false };
}

/** Calls back with each whole message of a TCP stream, in order. */
function eachMessage(socket: Socket, act: (message: Buffer) => Promise<void>): void {
  let have = Buffer.alloc(0);
  let turn = Promise.resolve();
  socket.on('data', chunk => {
    have = Buffer.concat([have, chunk]);
    while (have.length >= 2 && have.length >= 2 + have.readUInt16BE()) {
      const message = have.subarray(2, 2 + have.readUInt16BE());
      have = have.subarray(2 + message.length);
      turn = turn
        .then(() => act(message))
        .catch(() => {
          socket.destroy();
        });
    }
  });
}

/** One message to the server and its answer back. */
async function overTcp(server: At, message: Uint8Array): Promise<Buffer> {
  const socket = connect(server.port, server.address);
  try {
    await once(socket, 'connect');
    return await new Promise<Buffer>((resolve, reject) => {
      socket.on('error', reject);
      socket.on('close', () => {
        reject(new Error('the server closed'));
      });
      eachMessage(socket, async reply => {
        resolve(reply);
      });
      socket.write(frame(message));
    });
  } finally {
    socket.destroy();
  }
}

/** The SOA as the server serves it now. */
async function serialOf(server: At, zone: Name): Promise<string> {
  const query = encodeQuery({ id: 1, name: zone, type: 'SOA', recursive: false });
  return decodeMessage(await overTcp(server, query)).answer[0]?.rdata ?? '';
}

/**
 * A proxy of the test in front of a server, on the same address and a port of its own. It sees each
 * UPDATE and can act before the server does, or keep the answer; everything else passes through.
 */
export async function proxy(server: At): Promise<Proxy> {
  const { address } = server;
  const port = await freePort(address);
  const updates: SeenUpdate[] = [];
  const sockets = new Set<Socket>();
  let hooks: Hooks = {};

  const handle = async (socket: Socket, message: Buffer): Promise<void> => {
    const seen = seenUpdate(message);
    if (seen === null) {
      socket.write(frame(await overTcp(server, message)));
      return;
    }
    updates.push(seen);
    const fate = seen.probe ? undefined : await hooks.beforeUpdate?.(seen);
    if (fate === 'swallow') return;
    if (fate === 'refuse') {
      socket.resetAndDestroy();
      return;
    }
    const zone = seen.message.zone;
    const before = seen.probe ? '' : await serialOf(server, zone);
    const reply = await overTcp(server, message);
    seen.rcode = decodeMessage(reply).rcode;
    seen.changed = !seen.probe && (await serialOf(server, zone)) !== before;
    const after = seen.probe ? undefined : await hooks.afterUpdate?.(seen);
    if (after === 'reset') socket.resetAndDestroy();
    else if (after !== 'drop') socket.write(frame(reply));
  };

  const tcp = createServer(socket => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    eachMessage(socket, message => handle(socket, message));
  });
  tcp.listen(port, address);
  await once(tcp, 'listening');
  const udp = createSocket('udp4');
  const upstreams = new Set<UdpSocket>();
  const closeUpstream = (upstream: UdpSocket) => {
    if (upstreams.delete(upstream)) upstream.close();
  };
  udp.on('message', (query, from) => {
    const upstream = createSocket('udp4');
    upstreams.add(upstream);
    setTimeout(closeUpstream, 5000, upstream).unref();
    upstream.on('error', () => {
      closeUpstream(upstream);
    });
    upstream.on('message', reply => {
      closeUpstream(upstream);
      udp.send(reply, from.port, from.address);
    });
    upstream.send(query, server.port, server.address);
  });
  udp.bind(port, address);
  await once(udp, 'listening');

  return {
    ...{ address, port, updates },
    writes: () => updates.filter(({ probe }) => !probe),
    applied: () => {
      const counts = new Map<string, number>();
      for (const { effect, changed, probe } of updates)
        if (changed && !probe) counts.set(effect, (counts.get(effect) ?? 0) + 1);
      return counts;
    },
    get hooks() {
      return hooks;
    },
    set hooks(next) {
      hooks = next;
    },
    stop: async () => {
      udp.close();
      for (const upstream of [...upstreams]) closeUpstream(upstream);
      for (const socket of sockets) socket.destroy();
      tcp.close();
      await once(tcp, 'close');
    },
  };
}
