// What asking costs, beside others that ask: `node bench/sweep.ts`, on loopback only, in some minutes.
//
// One Unbound answers two MX from its local data; every client keeps the same number of questions in
// flight, in turns, in processes of their own whose CPU time is counted, the kernel's included. The
// ratios are those of each client's cheapest round, since what else a machine does only ever adds.
//
// The goal is 1.3x the CPU of dnsperf. Three runs on a machine of two cores with nothing else to do: 1.04x, 1.27x and
// 1.24x (19 to 23 us a question, where dnsperf took 18), 0.8x c-ares and 0.2x dns2's client. Earlier runs, most on a
// machine that others kept busy, came to 1.7 to 2.3x: dnsperf took 7 to 10 us there and we 17 to 20. Where ours goes:
// - 11 us is what Node's sockets take by themselves ("bare, batched"), 1.1 to 1.5x dnsperf: most of it the
//   kernel's send and receive, one system call and one wake-up of libuv for each datagram. dnsperf pays the same
//   calls; sendmmsg and recvmmsg, which would halve them, are not within reach of node:dgram.
// - 1.6 us are reading the reply whole, 0.2 us making the query, 3 us promises, the queue, timeouts and their
//   garbage: measured without a network, 5 us a question in all.
// - The rest shows only with the network. We take it for cold caches and smaller batches: the server is
//   faster than we are, so it sleeps more often and has to be woken; twice as often a process is preempted.
// What was tried:
// - Fallbacks (to TCP, to no EDNS) that wait in no function of their own when nothing has to fall back: 4 %
//   off, measured in turns, and kept. A header read without an array: a hundredth.
// - Batching, all sends at the end of a turn of the event loop: a third off, and kept.
// - A Map of what is under way, and Sets for timeouts and signals: 11 us instead of 5 without a network, as
//   their old tables drag young objects into the old generation. Places in an array do their part now.
// - Connected sockets: 0 to 0.1 off the bare cost, and one is needed for each server.
// - Two worker threads: no gain on two cores that the server shares, and each has to warm up by itself.
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker, isMainThread, parentPort } from 'node:worker_threads';
import dns2 from 'dns2';
import { parseName } from '../src/dns/name.ts';
import { Mux } from '../src/transport/mux.ts';
import { randomPool } from '../src/transport/random.ts';
import { sweepAsk } from '../src/transport/sweep.ts';
import { fresh, templateTable } from '../src/transport/template.ts';
import { type Question } from '../src/transport/transport.ts';
import { directory, freePort, start } from '../test/support/server.ts';

const address = '127.0.0.1';
const inFlight = 200;
const names = 500;
const rounds = 4;
/** Enough to measure; the slow ask less, so that a run ends in a few minutes. */
const counts: Readonly<Record<string, number>> = { dns2: 15_000, dnsperf: 250_000 };
/** No client may take longer. */
const clientMs = 60_000;

interface Job {
  readonly client: string;
  readonly count: number;
  readonly port: number;
}
interface Figure {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly lost: number;
}

const nameOf = (index: number): string => `n${index % names}.bench.example`;
const questions: readonly Question[] = Array.from({ length: names }, (_, index) => ({
  ...{ name: parseName(nameOf(index)), type: 'MX', recursive: true, dnssec: false },
}));
const questionOf = (index: number): Question => questions[index % names]!;

/** Keeps `inFlight` of them going until `count` are done; gives how many failed. */
async function keepBusy(count: number, one: (index: number) => Promise<unknown>): Promise<number> {
  let next = 0;
  let lost = 0;
  const work = async (): Promise<void> => {
    for (let index = next++; index < count; index = next++)
      await one(index).catch(() => {
        lost++;
      });
  };
  await Promise.all(Array.from({ length: inFlight }, work));
  return lost;
}

/** Sockets and octets, and nothing else: no promise, no decoding, no timeout. What remains is Node. */
async function bare(
  { count, port }: Job,
  { connected = false, batched = false } = {},
): Promise<number> {
  const random = randomPool();
  const templates = templateTable();
  let [next, done] = [0, 0];
  const due: (typeof sockets)[number][] = [];
  const sockets = Array.from({ length: 4 }, () => {
    const lookup = (host: string, _: unknown, found: (e: null, a: string, f: number) => void) => {
      found(null, host, 4);
    };
    return createSocket({ type: 'udp4', lookup });
  });
  const finished = new Promise<void>(resolve => {
    for (const socket of sockets)
      socket.on('message', reply => {
        if (reply.length < 12) return;
        if (++done === count) resolve();
        else if (done > count) return;
        else if (!batched) send(socket);
        else if (due.push(socket) === 1)
          setImmediate(() => {
            for (const one of due.splice(0)) if (done < count) send(one);
          });
      });
  });
  const send = (socket: (typeof sockets)[number]): void => {
    const query = fresh(templates(questionOf(next++)), random.u16(), random);
    if (connected) socket.send(query);
    else socket.send(query, port, address);
  };
  for (const socket of sockets) {
    if (connected) {
      socket.connect(port, address);
      await once(socket, 'connect');
    }
    for (let index = 0; index < inFlight / 4; index++) send(socket);
  }
  // What is lost is not missed by anybody; a new one takes its place once all stands still.
  let [before, lost] = [0, 0];
  const timer = setInterval(() => {
    if (done === before) {
      lost += inFlight;
      for (const socket of sockets) for (let n = 0; n < inFlight / 4; n++) send(socket);
    }
    before = done;
  }, 500);
  await finished;
  clearInterval(timer);
  for (const socket of sockets) socket.close();
  return lost;
}

async function threads(job: Job): Promise<number> {
  const share = { ...job, client: 'ours', count: job.count / 2 };
  const losses = [1, 2].map(async () => {
    const worker = new Worker(new URL(import.meta.url), { argv: [JSON.stringify(share)] });
    const [lost] = (await once(worker, 'message')) as [number];
    await worker.terminate();
    return lost;
  });
  return (await Promise.all(losses)).reduce((sum, lost) => sum + lost, 0);
}

const clients: Readonly<Record<string, (job: Job) => Promise<number>>> = {
  ours: async ({ count, port }) => {
    const sweep = sweepAsk();
    const { signal } = new AbortController();
    const at = { address, port };
    const lost = await keepBusy(count, index => sweep.ask(questionOf(index), at, signal));
    await sweep.close();
    return lost;
  },
  'ours, UDP alone': async ({ count, port }) => {
    const mux = new Mux({ timeoutMs: 3000 });
    const { signal } = new AbortController();
    const at = { address, port };
    const lost = await keepBusy(count, index => mux.ask(questionOf(index), at, signal));
    mux.close();
    return lost;
  },
  'ours, 2 threads': threads,
  'bare sockets': job => bare(job),
  'bare, connected': job => bare(job, { connected: true }),
  'bare, batched': job => bare(job, { batched: true }),
  'c-ares': async ({ count, port }) => {
    const resolver = new Resolver({ timeout: 3000, tries: 2 });
    resolver.setServers([`${address}:${port}`]);
    return keepBusy(count, index => resolver.resolveMx(nameOf(index)));
  },
  dns2: async ({ count, port }) => {
    const resolve = dns2.UDPClient({ dns: address, port });
    return keepBusy(count, index => resolve(nameOf(index), 'MX'));
  },
};

/** In the child: works the job off and says what it took. */
async function work(job: Job): Promise<void> {
  const client = clients[job.client];
  if (client === undefined) throw new Error(`no client ${job.client}`);
  if (!isMainThread) {
    parentPort?.postMessage(await client(job));
    return;
  }
  // Everything is compiled and every socket open once before the clock starts.
  await client({ ...job, count: Math.min(20_000, job.count / 2) });
  const cpu = process.cpuUsage();
  const began = performance.now();
  const lost = await client(job);
  const seconds = (performance.now() - began) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  console.log(JSON.stringify({ seconds, cpuSeconds: (user + system) / 1e6, lost }));
}

/** Runs a program to its end and gives what it wrote; null where it does not exist. */
async function output(argv: readonly [string, ...string[]]): Promise<string | null> {
  const [program, ...rest] = argv;
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', program, ...rest], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: clientMs,
  });
  let text = '';
  const collect = (chunk: Buffer): void => {
    text += chunk.toString();
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  const [status] = (await once(child, 'close')) as [number | null];
  if (status === 127) return null;
  if (status !== 0) throw new Error(`${argv.join(' ')} ended with ${String(status)}:\n${text}`);
  return text;
}

async function node(job: Job): Promise<Figure> {
  const text = await output([process.execPath, import.meta.filename, JSON.stringify(job)]);
  return JSON.parse(text?.trim().split('\n').at(-1) ?? '') as Figure;
}

/** The CPU time of dnsperf is what the shell counted for its child, in steps of 10 ms. */
async function dnsperf({ count, port }: Job, dir: string): Promise<Figure | null> {
  const file = join(dir, 'questions');
  writeFileSync(file, Array.from({ length: names }, (_, i) => `${nameOf(i)} MX\n`).join(''));
  const flags = `-s ${address} -p ${port} -d ${file} -n ${count / names} -q ${inFlight} -c 4 -T 1 -e`;
  const script = `command -v dnsperf >/dev/null || exit 127; dnsperf ${flags} -l 50; times`;
  const text = await output(['sh', '-c', script]);
  if (text === null) return null;
  const number = (pattern: RegExp): number => Number(pattern.exec(text)?.[1] ?? NaN);
  const times = [...(text.trim().split('\n').at(-1) ?? '').matchAll(/(\d+)m([\d.]+)s/g)];
  const cpuSeconds = times.reduce((sum, [, m, s]) => sum + Number(m) * 60 + Number(s), 0);
  const lost = number(/Queries lost:\s+(\d+)/);
  return { seconds: number(/Run time \(s\):\s+([\d.]+)/), cpuSeconds, lost };
}

async function unbound() {
  const dir = directory('bench-unbound');
  const port = await freePort(address);
  writeFileSync(
    join(dir, 'unbound.conf'),
    `server:
  interface: ${address}@${port}
  username: ""
  chroot: ""
  pidfile: ""
  directory: "${dir}"
  use-syslog: no
  num-threads: 1
  local-zone: "bench.example." redirect
  local-data: "bench.example. 300 IN SOA ns.bench.example. host.bench.example. 1 60 60 60 60"
  local-data: "bench.example. 300 IN MX 10 mx1.mail.example.net."
  local-data: "bench.example. 300 IN MX 20 mx2.mail.example.net."
remote-control:
  control-enable: no
`,
  );
  const argv = ['unbound', '-d', '-c', join(dir, 'unbound.conf')] as const;
  return start({ name: 'unbound', argv: [...argv], address, port, dir, zone: 'bench.example' });
}

const row = (cells: readonly string[]): string =>
  cells.map((cell, index) => (index === 0 ? cell.padEnd(18) : cell.padStart(14))).join('');

async function compare(): Promise<void> {
  const server = await unbound();
  const figures = new Map<string, (Figure & { readonly count: number })[]>();
  try {
    const everyone = ['dnsperf', ...Object.keys(clients)];
    for (let round = 0; round < rounds; round++)
      for (const client of everyone) {
        const count = counts[client] ?? 60_000;
        const job = { client, count, port: server.port };
        const figure = client === 'dnsperf' ? await dnsperf(job, server.dir) : await node(job);
        if (figure === null) continue;
        figures.set(client, [...(figures.get(client) ?? []), { ...figure, count }]);
      }
  } finally {
    await server.stop();
    rmSync(server.dir, { recursive: true, force: true });
  }
  if (!figures.has('dnsperf')) console.log('dnsperf is not installed: install the package dnsperf');
  const costs = (client: string): readonly number[] =>
    (figures.get(client) ?? []).map(({ cpuSeconds, count }) => (cpuSeconds / count) * 1e6);
  // What others do on this machine only ever adds, so the cheapest round says most.
  const cpu = (client: string): number => Math.min(...costs(client));
  console.log(`Node ${process.version}, ${inFlight} in flight, the best of ${rounds} rounds`);
  console.log(row(['', 'queries/s', 'CPU s/million', 'of dnsperf', 'of dns2', 'lost']));
  for (const [client, runs] of figures) {
    const perSecond = Math.max(...runs.map(({ seconds, count }) => count / seconds));
    const lost = runs.reduce((sum, run) => sum + run.lost, 0);
    const ratio = (other: string): string => `${(cpu(client) / cpu(other)).toFixed(2)}x`;
    const speed = Math.round(perSecond).toLocaleString('en');
    console.log(
      row([client, speed, cpu(client).toFixed(2), ratio('dnsperf'), ratio('dns2'), `${lost}`]),
    );
  }
}

const job = isMainThread ? process.argv[2] : process.argv.at(-1);
await (job === undefined ? compare() : work(JSON.parse(job) as Job));
