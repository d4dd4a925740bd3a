import { canaryKey } from '../../src/cutover/canary.ts';
import { type Plan } from '../../src/cutover/plan.ts';
import { keyText, type Key, type RRset } from '../../src/dns/rrset.ts';
import { type WireRecord } from '../../src/dns/records.ts';
import { extendedErrorName, EXTENDED_ERROR, NSID } from '../../src/dns/edns.ts';
import { rcodeName } from '../../src/dns/rcode.ts';
import { Fault } from '../../src/errors.ts';
import { cacheOf, type Cache, type Held, type Said } from '../../src/rehearsal/cache.ts';
import { type Question, type Reply } from '../../src/transport/transport.ts';
import { answer, type Version } from './authority.ts';
import { versionAt } from './history.ts';
import { set } from './scene.ts';
import { type SimulatedResolver } from './population.ts';
import { type Random } from './random.ts';
import { pass, untilAborted } from './waiting.ts';
import { type World } from './world.ts';

/** An entry of one cache behind an address. */
export interface Kept extends Held {
  readonly member: number;
}

/** An answer of a resolver, and what it came from. */
export interface Given {
  readonly reply: Reply;
  readonly from: readonly Kept[];
}

/** The resolvers of the world: who else asks them is only reckoned when somebody looks. */
export interface Caches {
  readonly resolvers: readonly SimulatedResolver[];
  /** Like `Ask`, of one of ours; UNAVAILABLE when there is no answer. */
  ask(to: SimulatedResolver, question: Question, signal: AbortSignal): Promise<Given>;
  /** What it, and each cache behind it, would still answer. */
  holds(of: SimulatedResolver, key: Key): readonly Kept[];
}

interface Running {
  readonly of: SimulatedResolver;
  readonly caches: readonly Cache[];
  readonly random: Random;
  /** The one that its caches live in. */
  readonly moment: { at: number };
  turn: number;
  /** When its other users ask next. */
  users: number;
}

/** A name below `_dns-cutover`, which only a canary is asked for by. */
export const isCanarys = ({ name }: Key): boolean => /^[^*.]+\._dns-cutover\./.test(name);

/** What the wildcard makes of it (RFC 4592 3.3.1). */
function fromCanary({ sets }: Version, key: Key, apex: Key['name']): RRset | undefined {
  if (!isCanarys(key)) return undefined;
  const found = sets.get(keyText(canaryKey(apex)));
  return found?.type === key.type ? { ...found, name: key.name } : undefined;
}

/** What an authoritative server says to a cache. */
function said(version: Version, key: Key, apex: Key['name']): Said {
  const found = version.sets.get(keyText(key)) ?? fromCanary(version, key, apex);
  if (found !== undefined) return { aa: true, answer: [found] };
  const question = { name: key.name, type: key.type, recursive: false, dnssec: false };
  const { rcode } = answer(version, question, apex).message;
  const soa = version.sets.get(keyText({ name: apex, type: 'SOA' }));
  return { aa: true, rcode, authority: soa === undefined ? [] : [soa] };
}

const records = (sets: readonly RRset[] = []): readonly WireRecord[] =>
  sets.flatMap(({ name, type, ttl, rdata }) =>
    rdata.map(one => ({ name, type, klass: 1, ttl, rdata: one })),
  );

/** What was said, as a message that has been read from the wire. */
function messageOf({ name, type }: Question, it: Said): Reply['message'] {
  const { rcode = 0, options = [] } = it;
  const errors = options
    .filter(({ code }) => code === EXTENDED_ERROR)
    .map(({ data }) => {
      const code = ((data[0] ?? 0) << 8) | (data[1] ?? 0);
      return { code, name: extendedErrorName(code), text: '' };
    });
  const nsid = options.find(({ code }) => code === NSID)?.data ?? null;
  return {
    ...{ id: 1, qr: true, opcode: 0, aa: false, tc: false, rd: true, ra: true },
    ...{ ad: false, cd: false, tsig: null, rcode, rcodeName: rcodeName(rcode), additional: [] },
    edns: { payload: 1232, version: 0, dnssec: false, nsid, cookie: null, errors, options },
    question: { name, type, klass: 1, raw: name },
    answer: records(it.answer),
    authority: records(it.authority),
  };
}

/** Its other users asked meanwhile, each at its moment; none of them asks for a canary. */
function catchUp(one: Running, key: Key, now: number): void {
  if (isCanarys(key)) {
    one.moment.at = now;
    return;
  }
  while (one.users <= now) {
    one.moment.at = one.users;
    one.caches[nextMember(one)]?.answer(key);
    one.users += 1 + one.random.below(2 * one.of.usersMs);
  }
  one.moment.at = now;
}

function nextMember(one: Running): number {
  one.turn += 1;
  const { length } = one.caches;
  return one.of.inTurn ? one.turn % length : one.random.below(length);
}

/** What a forger makes of an answer, now and then. */
function forged(said: Said, key: Key, { plan, random }: { plan: Plan | null; random: Random }) {
  if (!random.chance(0.15)) return said;
  const track = plan?.tracks.find(one => one.key === keyText(key));
  const ours = (track?.positions ?? []).filter(one => one !== null);
  const evil = set(key, 60, '1 mx.forged.example.');
  const wanted = random.pick([evil, ...ours]);
  return { ra: true, answer: [{ ...wanted, ttl: random.pick([0, 30, 86_400]) }] };
}

/** What of the world resolvers know. */
type Surroundings = Pick<World, 'clock' | 'addresses' | 'scene'> & {
  readonly plan: () => Plan | null;
};

/** The caches of these resolvers, with what their users asked before it all began. */
export function makeCaches(
  site: Surroundings,
  resolvers: readonly SimulatedResolver[],
  random: Random,
): Caches {
  const { clock, addresses, scene, plan } = site;
  const apex = scene.domain;
  const mx: Key = { name: apex, type: 'MX' };
  const running = new Map<string, Running>();
  for (const of of resolvers) {
    const chance = random.fork();
    const moment = { at: 0 };
    const servers = addresses.map(
      address => (key: Key) => said(versionAt(address, moment.at), key, apex),
    );
    const around = { servers, now: () => moment.at, chance };
    const caches = of.members.map(habit => cacheOf(habit, around));
    // Somebody asked before it all began, or nobody did.
    for (const cache of caches) if (chance.chance(0.7)) cache.remember(mx, chance.below(900_000));
    const users = chance.below(of.usersMs);
    running.set(of.resolver.id, { of, caches, random: chance, moment, turn: 0, users });
  }
  const runningOf = ({ resolver }: SimulatedResolver): Running => running.get(resolver.id)!;
  const holds = (of: SimulatedResolver, key: Key): readonly Kept[] => {
    const one = runningOf(of);
    catchUp(one, key, clock.truth());
    return one.caches.flatMap((cache, member) =>
      cache.holds(key).map(held => ({ ...held, member })),
    );
  };
  const silent = async (of: SimulatedResolver, signal: AbortSignal): Promise<never> => {
    await untilAborted(signal, pass(site, 3000));
    throw new Fault('UNAVAILABLE', `${of.resolver.id} did not answer within 3 s`);
  };
  return {
    resolvers,
    holds,
    ask: async (of, question, signal) => {
      if (signal.aborted) throw new Fault('ABORTED', 'given up');
      const one = runningOf(of);
      const { random: chance } = one;
      if (chance.chance(of.silences)) return silent(of, signal);
      const key: Key = { name: question.name, type: question.type };
      catchUp(one, key, clock.truth());
      const member = nextMember(one);
      const cache = one.caches[member]!;
      const given = cache.answer(key);
      if (given === null) return silent(of, signal);
      const from = cache.holds(key).map(held => ({ ...held, member }));
      const what =
        of.kind === 'forges' && !isCanarys(key)
          ? forged(given.said, key, { plan: plan(), random: chance })
          : given.said;
      const ms = chance.chance(of.delays) ? chance.below(2800) : 0;
      if (ms > 0) await untilAborted(signal, pass(site, ms));
      const rttMs = ms + 1;
      return { from, reply: { message: messageOf(question, what), transport: 'udp', rttMs } };
    },
  };
}
