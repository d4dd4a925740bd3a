// How much one process can watch: `node bench/fleet.ts [RRSETS] [RESOLVERS] [SECONDS]`, without them the curve
// from 100 to 5,000 RRsets at a hundred resolvers each, in five to ten minutes.
//
// The real poller over the real transport, on loopback: one process answers at a hundred addresses of
// 127.0.9.0/24, from nothing but a sum over the name and the address, which says when that resolver turns
// for that name, all within one TTL. That is 300 s for up to a thousand RRsets, and longer in proportion for
// more, so that as many turn in a second. Every RRset is swapped at the same moment, which is the worst there
// is; every resolver is asked once for it at first, and half a minute more is watched. CPU and memory are those of the poller's process,
// the kernel's share of its system calls included; the answering process takes about as much besides. Lag is
// that of the verdict `new`, as "sure" in `bench/detect.ts`; a second of it is what whole seconds in TTLs cost.
// What turned in the first round is counted apart: until all have been asked once, their turn is as late as
// the budget makes it. That is nobody's politeness: what is measured is how much one process can watch.
//
// V8 lets garbage grow to several times of what is held before it looks for it, where the machine has the
// memory: without a bound the same work takes some 600 MB. Whether it can be done within the goal is seen only
// with one, so the poller's heap is bounded to 320 MB for each thousand RRsets, and what the collector costs
// then is in the CPU time. What is held, by RRset and resolver, is what was left after a full collection at
// the end, less what was there at the beginning.
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

const [rrsets = 1000, resolvers = 100, lasting = 30] = process.argv.slice(2, 5).map(Number);
const ttlOf = (count: number): number => 300 * Math.max(1, count / 1000);
const ttl = ttlOf(rrsets);
const politeness = { total: 8000, operator: 400 };
const goal = { cores: 1, megabytes: 512 };
const curve = [100, 300, 1000, 3000, 5000];
/** The first round may take so long, in seconds. */
const patience = 300;
/** Of the poller's process, for `--max-old-space-size`; beside it are stacks, code, buffers, young objects. */
const heapMegabytes = (count: number): number => 320 * Math.max(1, count / 1000);
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

const percentiles = (lags: readonly number[]): readonly string[] => {
  const sorted = lags.toSorted((a, b) => a - b);
  const at = (part: number) =>
    sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * part) - 1)];
  return [0.5, 0.95, 0.99].map(part => ((at(part) ?? NaN) / 1000).toFixed(2));
};

interface Outcome {
  /** Of those that turned after everybody had been asked once, and of those that turned before. */
  readonly lags: number[];
  readonly firstLags: number[];
  /** When that was. */
  sweptAt: number;
  /** Octets of the heap. */
  held: number;
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
    ...{ lags: [], firstLags: [], sweptAt: Infinity, held: 0 },
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
  const sleep = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));
  const began = Date.now();
  while (outcome.sweptAt === Infinity && Date.now() - began < patience * 1000) await sleep(100);
  await sleep(lasting * 1000);
  const due = Date.now() - graceMs;
  for (const [place, is] of known.entries())
    if (is < 2 && turnsAt(place % resolvers, Math.floor(place / resolvers), swappedAt) < due)
      outcome.missing += 1;
  outcome.held = await heapUsed();
  aborter.abort();
  await Promise.all(watches);
  await sweep.close();
  return outcome;
}

const heapUsed = async (): Promise<number> => {
  await gc?.({ type: 'major', execution: 'async' });
  return process.memoryUsage().heapUsed;
};

/** In a child of its own: watches, and tells its parent one row. */
async function measure(): Promise<void> {
  const port = await freePort('127.0.0.1');
  const plan: Plan = { port, swappedAt: Date.now() + 3000 };
  const numbers = [rrsets, resolvers, lasting].map(String);
  const child: ChildProcess = fork(import.meta.filename, [...numbers, JSON.stringify(plan)], {
    execArgv: [],
  });
  await once(child, 'message');
  await new Promise(resolve => setTimeout(resolve, plan.swappedAt - Date.now()));
  const before = await heapUsed();
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
  const { asked, silent, early, missing, held } = outcome;
  const row: Row = {
    ...{ rrsets, asked, silent, early, missing, seconds },
    cores: (user + system) / 1e6 / seconds,
    megabytes: peak / 2 ** 20,
    heldOctets: (held - before) / (rrsets * resolvers),
    // Infinity does not survive the way to the parent.
    round: Math.min(outcome.sweptAt - watchingSince, patience * 1000) / 1000,
    lags: percentiles(outcome.lags),
    firstLags: percentiles(outcome.firstLags),
  };
  process.send?.(row);
}

interface Row {
  readonly rrsets: number;
  readonly asked: number;
  readonly silent: number;
  readonly early: number;
  readonly missing: number;
  readonly seconds: number;
  readonly cores: number;
  readonly megabytes: number;
  readonly heldOctets: number;
  /** Seconds until everybody had been asked once. */
  readonly round: number;
  readonly lags: readonly string[];
  readonly firstLags: readonly string[];
}

/** The heap's bound can be given to a process only at its start. */
async function measured(count: number): Promise<Row> {
  const numbers = [count, resolvers, lasting].map(String);
  const child = fork(import.meta.filename, [...numbers, 'measure'], {
    execArgv: [`--max-old-space-size=${heapMegabytes(count)}`, '--expose-gc'],
  });
  const [row] = (await once(child, 'message')) as [Row];
  await once(child, 'close');
  return row;
}

const line = (cells: readonly string[]): string =>
  cells.map((cell, index) => cell.padStart([7, 9, 7, 8, 8, 9, 8, 18, 18, 6][index] ?? 8)).join('');

async function compare(counts: readonly number[]): Promise<void> {
  console.log(`Node ${process.version}; ${resolvers} resolvers, lags in seconds`);
  console.log(
    line([
      ...['RRsets', 'asked/s', 'cores', 'us each', 'MB most', 'B held', 'round'],
      ...['first 50/95/99', 'then 50/95/99', 'wrong'],
    ]),
  );
  for (const count of counts) {
    const row = await measured(count);
    const { cores, megabytes, seconds, asked, early, missing } = row;
    console.log(
      line([
        ...[row.rrsets, Math.round(asked / seconds)].map(String),
        ...[cores.toFixed(2), ((cores * seconds * 1e6) / asked).toFixed(0), megabytes.toFixed(0)],
        ...[row.heldOctets.toFixed(0), `${row.round.toFixed(1)} s`],
        ...[row.firstLags.join(' '), row.lags.join(' '), String(early + missing)],
      ]),
    );
    if (row.silent > 0) console.log(`${row.silent} questions were not answered`);
    if (row.rrsets !== 1000) continue;
    const met = cores < goal.cores && megabytes < goal.megabytes && early + missing === 0;
    console.log(`1,000 below one core and 512 MB, nothing wrong: ${met ? 'accept' : 'miss'}`);
  }
}

const role = process.argv[5];
if (role === 'measure') await measure();
else if (role !== undefined) await respond(JSON.parse(role) as Plan);
else await compare(process.argv[2] === undefined ? curve : [rrsets]);
