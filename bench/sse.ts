// How fast lines of the journal reach readers of the stream, and what a reader costs: `node bench/sse.ts`, or
// `node bench/sse.ts 10000` for as many readers. The readers are another process on the same machine. Beside the
// hub stands what one writes without it: a loop of `raw.write` over all connections, which waits for nobody and
// remembers nothing. Goals: 10,000 readers, p99 < 500 ms, stuck ones dropped, 40 kB a reader at most.
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { join } from 'node:path';
import { setTimeout as later } from 'node:timers/promises';
import { type Principal } from '../src/access/principal.ts';
import { type Hub } from '../src/hub/hub.ts';
import { makeHub } from '../src/hub/make-hub.ts';
import { systemChance } from '../src/machine/chance.ts';
import { systemClock } from '../src/machine/clock.ts';
import { openWorld, type World } from '../test/hub/world.ts';

const cutover = 'example.org.1';
/** What the stuck ones read: only they get what fills the kernel's buffers of a connection, some MB each. */
const other = 'example.org.2';
const principal: Principal = {
  ...{ id: 't', kind: 'token', token: 't', name: 'bench', role: 'viewer' },
  ...{ cutovers: null, expiresAt: 8e15 },
};
const events = 40;
const everyMs = 500;
const headers = { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store' };

interface Contestant {
  readonly name: string;
  readonly server: Server;
  readonly send: () => Promise<void>;
  /** A long line to those that are stuck. */
  readonly fill: () => Promise<void>;
  readonly dropped: () => number;
  readonly stop: () => Promise<void>;
}

/** When it was stored stands in the line, for the readers to see. */
const stamp = (): string => `sent-${String(performance.timeOrigin + performance.now())}`;

const sinkOf = (raw: ServerResponse) => ({
  waiting: () => raw.writableLength,
  write: (frame: Uint8Array) => void raw.write(frame),
  end: () => void raw.end(),
  abort: () => void raw.destroy(),
});

async function hubOf(world: World): Promise<Contestant> {
  const stands = async () => true;
  const { store } = world;
  const hub: Hub = makeHub({
    store,
    clock: systemClock(),
    chance: systemChance,
    access: { stands },
  });
  const server = createServer((request, raw) => {
    const wish = {
      cutover: request.url === '/stuck' ? other : cutover,
      cursor: null,
      principal,
      address: String(request.socket.remoteAddress),
    };
    void hub
      .open(wish, from => {
        raw.useChunkedEncodingByDefault = false;
        raw.writeHead(200, { ...headers, 'dns-cutover-replay-from': from });
        return sinkOf(raw);
      })
      .then(opened => ('gone' in opened ? raw.once('close', opened.gone) : raw.destroy()));
  });
  return {
    ...{ name: 'our hub', server },
    send: async () => {
      await world.write(cutover, 1, stamp());
    },
    fill: async () => {
      await world.write(other, 1, 'x'.repeat(200_000));
    },
    dropped: () => Object.values(hub.stats().dropped).reduce((sum, many) => sum + many, 0),
    stop: async () => hub.stop(),
  };
}

/** The same bytes a line, encoded for each reader anew, as a handler that writes by itself does. */
function naive(): Contestant {
  const all = new Set<ServerResponse>();
  let n = 0;
  const server = createServer((_, raw) => {
    raw.writeHead(200, headers);
    raw.write('retry: 2000\n\n');
    all.add(raw);
    raw.once('close', () => all.delete(raw));
  });
  return {
    ...{ name: 'a loop of raw.write', server },
    send: async () => {
      const data = {
        id: `epoch-${String((n += 1))}`,
        seq: n,
        type: 'paused',
        cutover,
        data: { reason: stamp() },
      };
      for (const raw of all)
        raw.write(
          `id: ${data.id}\ndata: ${JSON.stringify({ ...data, text: 'x'.repeat(100) })}\n\n`,
        );
    },
    fill: async () => undefined,
    dropped: () => 0,
    stop: async () => {
      for (const raw of all) raw.destroy();
    },
  };
}

/** How long those that read nothing are kept once there is more for them than the kernel takes. */
async function dropsAll({ fill, dropped }: Contestant, stuck: number): Promise<string> {
  const begun = performance.now();
  for (let sent = 0; sent < 120 && dropped() < stuck; sent++) {
    await fill();
    await later(everyMs);
  }
  const seconds = ((performance.now() - begun) / 1000).toFixed(0);
  return `; the stuck had a line of 200 kB each half second, and ${String(dropped())} were dropped within ${seconds} s`;
}

const rssMb = (): number => process.memoryUsage().rss / 2 ** 20;

async function readersOf(port: number, count: number, stuck: number): Promise<ChildProcess> {
  const args = [String(port), String(count), String(stuck)];
  const child = fork(join(import.meta.dirname, 'sse-readers.ts'), args);
  await once(child, 'message');
  return child;
}

async function run(contestant: Contestant, count: number, stuck: number): Promise<void> {
  const { server, name } = contestant;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const idle = rssMb();
  const child = await readersOf((server.address() as AddressInfo).port, count, stuck);
  const each = ((rssMb() - idle) * 1024) / count;
  await later(2000);
  const loop = monitorEventLoopDelay({ resolution: 5 });
  loop.enable();
  for (let sent = 0; sent < events; sent++) {
    await contestant.send();
    await later(everyMs);
  }
  await later(2000);
  loop.disable();
  child.send('report');
  const [report] = (await once(child, 'message')) as [Record<string, number>];
  const ms = (value: number | undefined): string => `${(value ?? NaN).toFixed(0)} ms`;
  const wanted = (count - stuck) * events;
  console.log(
    `${name}: ${String(count)} readers, ${String(stuck)} of them stuck: ${String(report['heard'])} of ${String(wanted)} lines heard, p50 ${ms(report['p50'])}, p99 ${ms(report['p99'])}, most ${ms(report['most'])}; ${each.toFixed(1)} kB a reader, event loop at most ${ms(loop.max / 1e6)}${stuck === 0 ? '' : await dropsAll(contestant, stuck)}`,
  );
  child.disconnect();
  await once(child, 'exit');
  await contestant.stop();
  server.closeAllConnections();
  server.close();
}

/** A hub over a cutover that has begun. */
async function fresh(): Promise<Contestant> {
  const world = openWorld();
  await world.write(cutover, 3);
  await world.write(other, 3);
  return hubOf(world);
}

const asked = process.argv.slice(2).map(Number);
for (const count of asked.length > 0 ? asked : [1000, 10_000]) {
  await run(await fresh(), count, 0);
  await run(await fresh(), count, Math.min(count / 10, 100));
  await run(naive(), count, 0);
}
process.exit(0);
