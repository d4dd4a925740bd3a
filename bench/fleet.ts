// A thousand RRsets at a hundred resolvers each: `node bench/fleet.ts [RRSETS] [RESOLVERS] [SECONDS]`.
//
// The real poller over the real transport, on loopback: one process answers at a hundred addresses of
// 127.0.9.0/24, from nothing but a sum over the name and the address, which says when that resolver turns
// for that name, all within one TTL of 300 s. Every RRset is swapped at the same moment, every resolver is
// asked once for it at first, and 90 s are watched. CPU and memory are those of the poller's process, the
// kernel's share of its system calls included. Lag is that of the verdict `new`, as "sure" in
// `bench/detect.ts`; a second of it is what whole seconds in TTLs cost. What turned in the first round is
// counted apart: until all have been asked once, their turn is as late as 4,000 questions a second make it.
// Politeness is that of nobody: what is measured is how much one process can watch.
//
// V8 lets garbage grow to several times of what is held before it looks for it, where the machine has the
// memory: without a bound the same work takes some 600 MB. Whether it can be done within the goal is seen only
// with one, so the poller's heap is bounded, and what the collector costs then is in the CPU time. What is held
// is what was left after a full collection at the end.
import { type ChildProcess, fork } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { parseName } from '../src/dns/name.ts';
import { type Key } from '../src/dns/rrset.ts';
import { Fault } from '../src/errors.ts';
import { systemChance } from '../src/machine/chance.ts';
import { systemClock } from '../src/machine/clock.ts';
import { makePoller } from '../src/poller/poller.ts';
import { type Heard } from '../src/poller/subject.ts';
import { type Expectation } from '../src/propagation/expectation.ts';
import { type Resolver } from '../src/propagation/watched.ts';
import { sweepAsk } from '../src/transport/sweep.ts';
import { freePort } from '../test/support/server.ts';

const [rrsets = 1000, resolvers = 100, lasting = 90] = process.argv.slice(2, 5).map(Number);
const ttl = 300;
const politeness = { total: 4000, operator: 100 };
const goal = { cores: 1, megabytes: 512 };
/** Of the poller's process, for `--max-old-space-size`; beside it are stacks, code, buffers, young objects. */
const heapMegabytes = 320;
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

function lagText(lags: readonly number[]): string {
  const sorted = lags.toSorted((a, b) => a - b);
  const [half, most95, most99, most] = [0.5, 0.95, 0.99, 1].map(part => percentile(sorted, part));
  return `p50 ${half}, p95 ${most95}, p99 ${most99}, most ${most}`;
}

interface Outcome {
  /** Of those that turned after everybody had been asked once, and of those that turned before. */
  readonly lags: number[];
  readonly firstLags: number[];
  /** When that was. */
  sweptAt: number;
  heldMegabytes: number;
  asked: number;
  silent: number;
  /** Verdicts `new` while the resolver still answered old. */
  early: number;
  /** Resolvers that turned for a name some seconds before the end, and were not known to have. */
  missing: number;
}

/** Long enough that whoever turned before the end must be known. */
const graceMs = 5000;

/** Watches everything for some time. */
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
  const outcome: Outcome = {
    ...{ lags: [], firstLags: [], sweptAt: Infinity, heldMegabytes: 0 },
    ...{ asked: 0, silent: 0, early: 0, missing: 0 },
  };
  const aborter = new AbortController();
  const offset = Date.now() - clock.now().up;
  /** `RRset * resolvers + resolver`: 1 once it was heard to be old, 2 once it is new. */
  const known = new Uint8Array(rrsets * resolvers);
  let unheard = known.length;
  const heardOf = new Uint8Array(known.length);
  const watches = Array.from({ length: rrsets }, async (_, index) => {
    const key = keyOf(index);
    const expectation: Expectation = {
      ...{ key, old: [[oldMx]], new: [newMx], ttl: { old: ttl, low: ttl } },
      ...{ lowSince: swappedAt - ttl * 10_000, swappedAt, authorityNewSince: swappedAt },
    };
    const subject = { key, resolvers: list, mode: 'watch' as const, expectation, offset };
    const heard: Heard = ({ id }, { verdict }) => {
      outcome.asked += 1;
      if (verdict === 'silent') outcome.silent += 1;
      const resolver = places.get(id) ?? 0;
      const place = index * resolvers + resolver;
      if (heardOf[place] === 0) {
        heardOf[place] = 1;
        unheard -= 1;
        if (unheard === 0) outcome.sweptAt = Date.now();
      }
      if (verdict === 'old') known[place] = 1;
      if (verdict !== 'new' || known[place] === 2) return;
      const turned = turnsAt(resolver, index, swappedAt);
      const lag = Date.now() - turned;
      const lags = turned > outcome.sweptAt ? outcome.lags : outcome.firstLags;
      if (known[place] === 1) lags.push(lag);
      if (lag < 0) outcome.early += 1;
      known[place] = 2;
    };
    await poller.watch(subject, heard, aborter.signal).catch((error: unknown) => {
      if (!(error instanceof Fault) || error.code !== 'ABORTED') throw error;
    });
  });
  await new Promise(resolve => setTimeout(resolve, lasting * 1000));
  const due = Date.now() - graceMs;
  for (const [place, is] of known.entries())
    if (is < 2 && turnsAt(place % resolvers, Math.floor(place / resolvers), swappedAt) < due)
      outcome.missing += 1;
  await gc?.({ type: 'major', execution: 'async' });
  outcome.heldMegabytes = process.memoryUsage().heapUsed / 2 ** 20;
  aborter.abort();
  await Promise.all(watches);
  await sweep.close();
  return outcome;
}

async function measure(): Promise<void> {
  const port = await freePort('127.0.0.1');
  const plan: Plan = { port, swappedAt: Date.now() + 3000 };
  const numbers = [rrsets, resolvers, lasting].map(String);
  const child: ChildProcess = fork(import.meta.filename, [...numbers, JSON.stringify(plan)], {
    execArgv: [],
  });
  await once(child, 'message');
  await new Promise(resolve => setTimeout(resolve, plan.swappedAt - Date.now()));
  let peak = 0;
  const timer = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, 250);
  const [cpu, began] = [process.cpuUsage(), performance.now()];
  const watchingSince = Date.now();
  const outcome = await watchAll(plan);
  const { user, system } = process.cpuUsage(cpu);
  const seconds = (performance.now() - began) / 1000;
  clearInterval(timer);
  child.kill();
  const { asked, silent, early, missing } = outcome;
  const cores = (user + system) / 1e6 / seconds;
  const megabytes = peak / 2 ** 20;
  console.log(`Node ${process.version}; ${rrsets} RRsets x ${resolvers} resolvers, TTL ${ttl} s`);
  console.log(`time       ${seconds.toFixed(1)} s, ${(rrsets * resolvers) / 1000} thousand caches`);
  console.log(`questions  ${asked}, ${Math.round(asked / seconds)} a second, ${silent} silent`);
  console.log(
    `CPU        ${cores.toFixed(2)} cores, ${((user + system) / asked).toFixed(0)} us a question`,
  );
  console.log(
    `memory     ${megabytes.toFixed(0)} MB at most with a heap of ${heapMegabytes} MB, ${outcome.heldMegabytes.toFixed(0)} MB of it held`,
  );
  const round = ((outcome.sweptAt - watchingSince) / 1000).toFixed(1);
  console.log(`lag        ${lagText(outcome.lags)}`);
  console.log(`           ${lagText(outcome.firstLags)} in the first round of ${round} s`);
  console.log(`wrong      ${early} called new too early, ${missing} not known in time`);
  const met = cores < goal.cores && megabytes < goal.megabytes && early === 0 && missing === 0;
  console.log(`below one core and 512 MB, nothing wrong: ${met ? 'accept' : 'miss'}`);
}

/** The same once more, with the bound, which a process can only be given at its start. */
async function measureBounded(): Promise<void> {
  const numbers = [rrsets, resolvers, lasting].map(String);
  const child = fork(import.meta.filename, [...numbers, 'measure'], {
    execArgv: [`--max-old-space-size=${heapMegabytes}`, '--expose-gc'],
  });
  const [status] = (await once(child, 'close')) as [number | null];
  process.exitCode = status ?? 1;
}

const role = process.argv[5];
if (role === undefined) await measureBounded();
else await (role === 'measure' ? measure() : respond(JSON.parse(role) as Plan));
