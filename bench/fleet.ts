// A thousand RRsets at a hundred resolvers each: `node bench/fleet.ts [RRSETS] [RESOLVERS] [TTL]`.
//
// The real poller over the real transport, on loopback: one process answers at a hundred addresses of
// 127.0.9.0/24, from nothing but a sum over the name and the address, which says when that resolver turns
// for that name: all within one TTL (60 s, so that everything turns within the minute; a cutover has 300).
// CPU and memory are those of the poller's process, the kernel's share of its system calls included.
// Politeness is that of nobody: what is measured is how much one process can watch.
import { type ChildProcess, fork } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { parseName } from '../src/dns/name.ts';
import { type Key } from '../src/dns/rrset.ts';
import { Fault } from '../src/errors.ts';
import { systemChance } from '../src/machine/chance.ts';
import { systemClock } from '../src/machine/clock.ts';
import { makePoller } from '../src/poller/poller.ts';
import { type Expectation } from '../src/propagation/expectation.ts';
import { type Resolver } from '../src/propagation/watched.ts';
import { sweepAsk } from '../src/transport/sweep.ts';
import { freePort } from '../test/support/server.ts';

const [rrsets = 1000, resolvers = 100, ttl = 60] = process.argv.slice(2, 5).map(Number);
const politeness = { total: 20_000, operator: 400 };
const goal = { cores: 1, megabytes: 512 };
const [oldMx, newMx] = ['10 mx1.oldhost.example.', '10 mx1.newhost.example.'];

interface Plan {
  readonly port: number;
  readonly swappedAt: number;
}

const addressOf = (resolver: number): string => `127.0.9.${resolver + 1}`;
const labelOf = (index: number): string => `d${String(index).padStart(5, '0')}`;
const keyOf = (index: number): Key => ({
  name: parseName(`${labelOf(index)}.example`),
  type: 'MX',
});

/** When this resolver turns for this name, evenly over one TTL; anybody can reckon it. */
function turnsAt(resolver: number, index: number, swappedAt: number): number {
  const mixed = Math.imul(index * 131 + resolver + 1, 0x9e3779b1) >>> 0;
  return swappedAt + (((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32) * ttl * 1000;
}

const name = (labels: readonly string[]): readonly number[] => [
  ...labels.flatMap(label => [label.length, ...Buffer.from(label)]),
  0,
];
/** The answer after the question: a pointer to its name, MX, IN, the TTL, preference and host. */
function answerOf(host: string): Buffer {
  const rdata = [0, 10, ...name(['mx1', host, 'example'])];
  return Buffer.from([0xc0, 12, 0, 15, 0, 1, 0, 0, 0, 0, 0, rdata.length, ...rdata]);
}

/** In the child: answers at all addresses. */
async function respond({ port, swappedAt }: Plan): Promise<void> {
  const [oldAnswer, newAnswer] = [answerOf('oldhost'), answerOf('newhost')];
  for (let resolver = 0; resolver < resolvers; resolver++) {
    const socket = createSocket({ type: 'udp4', recvBufferSize: 1 << 20 });
    socket.on('message', (query, { port: from, address }) => {
      // Header, the label `d` and five digits, `example`, the root, type and class.
      const end = 12 + 7 + 8 + 1 + 4;
      if (query.length < end) return;
      const turned = turnsAt(resolver, Number(query.toString('latin1', 14, 19)), swappedAt);
      const now = Date.now();
      const answer = now < turned ? oldAnswer : newAnswer;
      const since = (now - turned) % (ttl * 1000);
      const left = now < turned ? (turned - now) / 1000 : ttl - since / 1000;
      const reply = Buffer.concat([query.subarray(0, end), answer]);
      reply.writeUInt16BE(0x8180, 2);
      reply.writeUInt16BE(1, 6);
      reply.writeUInt16BE(0, 10);
      reply.writeUInt32BE(Math.floor(left), end + 6);
      socket.send(reply, from, address);
    });
    socket.bind(port, addressOf(resolver));
    await once(socket, 'listening');
  }
  process.send?.('ready');
}

const percentile = (sorted: readonly number[], part: number): string =>
  `${((sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * part) - 1)] ?? NaN) / 1000).toFixed(2)} s`;

interface Outcome {
  readonly lags: number[];
  asked: number;
  silent: number;
  /** Verdicts `new` while the resolver still answered old. */
  early: number;
  missing: number;
}

/** Watches everything until all is known, or nothing more can come. */
async function watchAll({ port, swappedAt }: Plan): Promise<Outcome> {
  const clock = systemClock();
  const sweep = sweepAsk();
  const poller = makePoller({
    ...{ clock, chance: systemChance, sweep },
    politeness: async () => politeness,
  });
  const list = Array.from({ length: resolvers }, (_, index): Resolver => {
    const id = `r${index}`;
    const who = { id, name: id, operator: id, country: null, tier: 'core' as const };
    return { ...who, addresses: [addressOf(index)], port, weight: 1, anycast: false };
  });
  const places = new Map(list.map(({ id }, index) => [id, index]));
  const outcome: Outcome = { lags: [], asked: 0, silent: 0, early: 0, missing: 0 };
  outcome.missing = rrsets * resolvers;
  const aborter = new AbortController();
  const offset = Date.now() - clock.now().up;
  const watches = Array.from({ length: rrsets }, async (_, index) => {
    const key = keyOf(index);
    const known = new Set<string>();
    const expectation: Expectation = {
      ...{ key, old: [[oldMx]], new: [newMx], ttl: { old: ttl, low: ttl } },
      ...{ lowSince: swappedAt - ttl * 10_000, swappedAt, authorityNewSince: swappedAt },
    };
    const subject = { key, resolvers: list, mode: 'watch' as const, expectation, offset };
    const heard = ({ id }: Resolver, { verdict }: { readonly verdict: string | null }) => {
      outcome.asked += 1;
      if (verdict === 'silent') outcome.silent += 1;
      if (verdict !== 'new' || known.has(id)) return;
      known.add(id);
      outcome.missing -= 1;
      const lag = Date.now() - turnsAt(places.get(id) ?? 0, index, swappedAt);
      outcome.lags.push(lag);
      if (lag < 0) outcome.early += 1;
    };
    await poller.watch(subject, heard, aborter.signal).catch((error: unknown) => {
      if (!(error instanceof Fault) || error.code !== 'ABORTED') throw error;
    });
  });
  const deadline = swappedAt + 2 * ttl * 1000;
  while (outcome.missing > 0 && Date.now() < deadline)
    await new Promise(resolve => setTimeout(resolve, 100));
  aborter.abort();
  await Promise.all(watches);
  await sweep.close();
  return outcome;
}

async function measure(): Promise<void> {
  const port = await freePort('127.0.0.1');
  const plan: Plan = { port, swappedAt: Date.now() + 3000 };
  const numbers = [rrsets, resolvers, ttl].map(String);
  const child: ChildProcess = fork(import.meta.filename, [...numbers, JSON.stringify(plan)]);
  await once(child, 'message');
  await new Promise(resolve => setTimeout(resolve, plan.swappedAt - Date.now()));
  let peak = 0;
  const timer = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, 250);
  const [cpu, began] = [process.cpuUsage(), performance.now()];
  const outcome = await watchAll(plan);
  const { user, system } = process.cpuUsage(cpu);
  const seconds = (performance.now() - began) / 1000;
  clearInterval(timer);
  child.kill();
  const { lags, asked, silent, early, missing } = outcome;
  lags.sort((a, b) => a - b);
  const cores = (user + system) / 1e6 / seconds;
  const megabytes = peak / 2 ** 20;
  console.log(`Node ${process.version}; ${rrsets} RRsets x ${resolvers} resolvers, TTL ${ttl} s`);
  console.log(`time       ${seconds.toFixed(1)} s, ${(rrsets * resolvers) / 1000} thousand caches`);
  console.log(`questions  ${asked}, ${Math.round(asked / seconds)} a second, ${silent} silent`);
  console.log(
    `CPU        ${cores.toFixed(2)} cores, ${((user + system) / asked).toFixed(0)} us a question`,
  );
  console.log(`memory     ${megabytes.toFixed(0)} MB at most`);
  const parts = [0.5, 0.95, 0.99, 1].map(part => percentile(lags, part));
  console.log(`lag        p50 ${parts[0]}, p95 ${parts[1]}, p99 ${parts[2]}, most ${parts[3]}`);
  console.log(`wrong      ${early} called new too early, ${missing} not known in the end`);
  const met = cores < goal.cores && megabytes < goal.megabytes && early === 0 && missing === 0;
  console.log(`below one core and 512 MB, nothing wrong: ${met ? 'accept' : 'miss'}`);
}

const plan = process.argv[5];
await (plan === undefined ? measure() : respond(JSON.parse(plan) as Plan));
