import { limits } from '../../src/limits.ts';
import { type Clock } from '../../src/clock.ts';
import { type Environment } from '../../src/controller/environment.ts';
import { Fault } from '../../src/errors.ts';
import { type Key, type RRset } from '../../src/dns/rrset.ts';
import { keyOfMove } from '../../providers/moves.ts';
import { keyText } from '../../src/dns/rrset.ts';
import { type Move, type Provider, type Receipt } from '../../src/provider.ts';
import { type Ask, type Question, type Reply, type Server } from '../../src/transport/transport.ts';
import { answer } from './authority.ts';
import { foreignEdit } from './foreign.ts';
import { type Judge } from './judge.ts';
import { type SimulatedProcess } from './process.ts';
import { processStore } from './store.ts';
import { processSweep } from './sweep.ts';
import { pass, silence, untilAborted } from './waiting.ts';
import { type World } from './world.ts';
import { type Converse } from '../../src/mail/conversation.ts';
import { noPolicies } from '../../src/mail/nobody.ts';
import { nobodyAnswers } from '../support/nobody.ts';

const never = new AbortController().signal;

async function read(world: World, key: Key, signal: AbortSignal) {
  const { faults, random, scene, clock, past } = world;
  await pass(world, random.between(1, 40));
  if (world.freeze.stuck()) {
    await pass(world, 3000);
    if (random.chance(0.3)) return silence(signal);
    throw new Fault('UNAVAILABLE', 'no answer within 3 s');
  }
  if (faults.strikes('read-fails', 0.15)) throw new Fault('UNAVAILABLE', 'the read failed');
  if (faults.strikes('read-silent', 0.05)) return silence(signal);
  if (scene.lag > 0) {
    const since = clock.truth() - scene.lag * 1000 + 50;
    const old = past.find(one => one.key === keyText(key) && one.until > since);
    if (old !== undefined && faults.strikes('read-stale', 0.5)) return old.hosted;
  }
  const hosted = await world.provider.read(key, never);
  world.freeze.answered();
  return hosted;
}

interface Sending {
  readonly world: World;
  readonly judge: Judge;
  readonly moves: readonly Move[];
  readonly intent: string;
}

/** The provider does what it was asked to, if everything is still as the caller believes. */
async function effect({ world, judge, moves, intent }: Sending): Promise<Receipt> {
  judge.writing(intent);
  try {
    return await world.provider.write(moves, never);
  } finally {
    judge.writing(null);
  }
}

async function write(sending: Sending, signal: AbortSignal): Promise<Receipt> {
  const { world, moves } = sending;
  const { faults, random, clock } = world;
  const keys = moves.map(keyOfMove);
  await pass(world, random.between(2, 80));
  if (faults.strikes('write-refused', 0.2))
    throw new Fault('UNAUTHORIZED', 'the key has no right to do this');
  if (faults.strikes('write-rate-limited', 0.3))
    throw new Fault('RATE_LIMITED', 'too many requests', { retryAfterMs: 5000 });
  if (faults.strikes('write-lost-before', 0.4)) throw new Fault('UNAVAILABLE', 'connection reset');
  if (faults.strikes('write-late', 0.4)) {
    clock.after(random.between(500, limits.writeDeadlineMs - 2000), () => {
      effect(sending).catch(() => undefined);
    });
    await pass(world, random.between(100, 19_000));
    throw new Fault('UNAVAILABLE', 'gateway timeout');
  }
  if (world.freeze.stuck()) return silence(signal);
  if (faults.strikes('primary-frozen', 0.2)) {
    world.freeze.begin(() => {
      effect(sending).catch(() => undefined);
    });
    return silence(signal);
  }
  if (faults.strikes('write-silent', 0.3)) {
    if (random.chance(0.5)) await effect(sending).catch(() => undefined);
    return silence(signal);
  }
  if (faults.strikes('foreign-between', 0.3)) foreignEdit(world, 'foreign', random.pick(keys));
  else if (faults.strikes('foreign-ttl-only', 0.3)) foreignEdit(world, 'ttl', random.pick(keys));
  const before = moves.map(({ from }) => from?.rrset ?? null);
  const receipt = await effect(sending);
  // Somebody sees it and takes it back at once.
  if (faults.strikes('foreign-earlier', 0.05)) world.edit(keys[0]!, before[0] ?? null, 'somebody');
  if (faults.strikes('foreign-after', 0.15)) foreignEdit(world, 'foreign', random.pick(keys));
  if (faults.strikes('write-lost-after', 0.4)) throw new Fault('UNAVAILABLE', 'connection reset');
  await pass(world, random.between(1, 80));
  return receipt;
}

function processProvider(world: World, process: SimulatedProcess, judge: Judge): Provider {
  const { provider } = world;
  return {
    name: provider.name,
    capabilities: provider.capabilities,
    zone: (name, signal) => provider.zone(name, signal),
    read: (key, signal) =>
      process.call(`read ${keyText(key)}`, () => untilAborted(signal, read(world, key, signal))),
    write: (moves, signal) =>
      process.call(`write ${moves.map(one => keyText(keyOfMove(one))).join(' ')}`, () => {
        const intent = judge.sent(process, moves);
        return untilAborted(signal, write({ world, judge, moves, intent }, signal));
      }),
    synced: (receipt, signal) => provider.synced(receipt, signal),
    writable: (moves, signal) =>
      process.call('writable', async () => {
        await pass(world, world.random.between(1, 20));
        return provider.writable(moves, signal);
      }),
  };
}

function ask(
  world: World,
  question: Question,
  { at, signal }: { at: Server; signal: AbortSignal },
) {
  const { faults, random, clock, addresses } = world;
  if (signal.aborted) return Promise.reject(new Fault('ABORTED', 'given up'));
  const address = addresses.find(one => one.address === at.address);
  if (address === undefined)
    return Promise.reject(new Fault('UNAVAILABLE', `no route to ${at.address}`));
  if (faults.strikes('authority-silent', 0.004))
    address.silentUntil = clock.truth() + random.pick([1000, 15_000, 60_000, 600_000]);
  const silent = clock.truth() < address.silentUntil;
  const host = world.mail?.address(question);
  if (host !== undefined) return Promise.resolve(hostReply(question, host));
  const reply = (): Reply => {
    if (silent) throw new Fault('UNAVAILABLE', `${at.address} did not answer within 3 s`);
    return answer(address.version, question, world.scene.domain);
  };
  const ms = silent ? 3000 : random.chance(0.01) ? random.below(2500) : 0;
  // Most answers come at once: time stands still for them, and nothing has to be waited for.
  return ms === 0 ? Promise.resolve(reply()) : untilAborted(signal, pass(world, ms)).then(reply);
}

/** Whoever serves the zone serves those of the mail hosts, too. */
function hostReply(question: Question, host: RRset | null): Reply {
  const { name, type } = question;
  const records = (host?.rdata ?? []).map(rdata => ({ name, type, klass: 1, ttl: 300, rdata }));
  const message: Reply['message'] = {
    ...{ id: 1, qr: true, opcode: 0, aa: true, tc: false, rd: false, ra: false, ad: false },
    ...{ cd: false, edns: null, tsig: null, additional: [], authority: [], answer: records },
    ...{ rcode: 0, rcodeName: 'NOERROR', question: { name, type, klass: 1, raw: name } },
  };
  return { message, transport: 'udp', rttMs: 1 };
}

const processAsk =
  (world: World, process: SimulatedProcess): Ask =>
  (question, at, signal) =>
    process.call(`ask ${at.address} ${keyText(question)}`, () =>
      ask(world, question, { at, signal }),
    );

/** Mail hosts answer at once or within half a second, and a process may die while they do. */
function processConverse(world: World, process: SimulatedProcess, judge: Judge): Converse {
  const { mail } = world;
  if (mail === null) return nobodyAnswers;
  return (approach, signal) =>
    process.call(`converse ${approach.host}`, async () => {
      await untilAborted(signal, pass(world, 200));
      const said = mail.talk(approach);
      judge.talked(approach.host);
      return said;
    });
}

/** The environment of one process: every call passes through it, so that it can die at any of them. */
export function environmentOf(
  world: World,
  process: SimulatedProcess,
  { judge, clock }: { judge: Judge; clock: (clock: Clock) => Clock },
): Environment {
  const { faults } = world;
  const provider = processProvider(world, process, judge);
  const chance = world.random.fork();
  return {
    clock: clock(process.clock),
    chance,
    store: processStore(world, process, judge),
    provider: async () => provider,
    ask: processAsk(world, process),
    sweep: processSweep({ world, process, judge }),
    resolvers: async () => world.population.resolvers.map(({ resolver }) => resolver),
    politeness: async () => world.seams.politeness ?? world.population.politeness,
    lookups: async () => [],
    converse: processConverse(world, process, judge),
    fetchPolicy: noPolicies,
    backup: (name, text) =>
      process.call(`backup ${name}`, async () => {
        if (faults.strikes('backup-fails', 0.3)) throw new Fault('STORE', 'no space left');
        judge.backup(name, text);
      }),
    host: 'simulated',
  };
}
