// The readers of bench/sse.ts, in a process of their own: `sse-readers.ts PORT COUNT STUCK`. Speaks plain
// HTTP over sockets, since ten thousand requests of node:http would measure the reader. Told to report by a
// message, it sends what it heard.
import { connect, type Socket } from 'node:net';

const [port = '', count = '', stuck = ''] = process.argv.slice(2);
const latencies: number[] = [];
const sockets: Socket[] = [];
let connected = 0;

/** Each line of the journal carries when it was stored, in ms on the wall clock of this machine. */
const marker = Buffer.from('"sent-');

function hear(part: Buffer): void {
  const now = performance.timeOrigin + performance.now();
  for (let at = part.indexOf(marker); at !== -1; at = part.indexOf(marker, at + 1)) {
    const begin = at + marker.length;
    latencies.push(now - Number(part.subarray(begin, part.indexOf('"', begin)).toString()));
  }
}

function open(index: number, reads: boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    // 50 from one address at most, and loopback has many.
    const localAddress = `127.0.${1 + Math.floor(index / 12_000)}.${1 + (Math.floor(index / 48) % 250)}`;
    const socket = connect({ host: '127.0.0.1', port: Number(port), localAddress });
    sockets.push(socket);
    socket.on('error', reject);
    socket.once('connect', () => {
      const path = reads ? '/' : '/stuck';
      socket.write(`GET ${path} HTTP/1.1\r\nhost: localhost\r\naccept: text/event-stream\r\n\r\n`);
    });
    socket.once('data', part => {
      connected += 1;
      hear(part);
      if (reads) socket.on('data', hear);
      else socket.pause();
      resolve();
    });
  });
}

const inARow = 100;
for (let from = 0; from < Number(count); from += inARow) {
  const many = Math.min(inARow, Number(count) - from);
  await Promise.all(
    Array.from({ length: many }, (_, index) => open(from + index, from + index >= Number(stuck))),
  );
}
for (const socket of sockets) socket.removeAllListeners('error').on('error', () => undefined);
process.send?.({ connected });
process.on('message', () => {
  const sorted = Float64Array.from(latencies).sort();
  const at = (part: number): number => sorted[Math.floor(sorted.length * part)] ?? NaN;
  process.send?.({ heard: sorted.length, p50: at(0.5), p99: at(0.99), most: sorted.at(-1) ?? NaN });
  latencies.length = 0;
});
process.on('disconnect', () => {
  for (const socket of sockets) socket.destroy();
  process.exit(0);
});
