// The caches of `bench/detect-live.ts`: its own in a child process, and real Unbounds with what they ask.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { parseName } from '../src/dns/name.ts';
import { type Key, rrset } from '../src/dns/rrset.ts';
import { decodeMessage, encodeResponse } from '../src/dns/wire.ts';
import { cacheOf, encodeSaid, type Habit } from '../src/rehearsal/cache.ts';
import { seededChance } from '../src/rehearsal/chance.ts';
import * as habits from '../src/rehearsal/habits.ts';
import { networkAsk } from '../src/transport/ask.ts';
import { unboundCache } from '../test/realnet/caches.ts';
import { freePort, type RunningServer } from '../test/support/server.ts';

export const ttl = 60;
export const floorTtl = 90;
export const key: Key = { name: parseName('example.org'), type: 'MX' };
export const [oldSet, newSet] = [['10 mx1.oldhost.example.'], ['10 mx1.newhost.example.']];
export const crowds = ['ours', 'each 5 s'] as const;
export const networks = { ours: '127.0.12', 'each 5 s': '127.0.13' } as const;

const population: readonly (readonly [string, number, Habit])[] = [
  ['plain', 32, habits.plain],
  ['exact', 22, habits.exact],
  ['prefetching', 12, habits.prefetching],
  ['floor', 8, habits.floor(floorTtl)],
  ['ceiling', 8, habits.ceiling(20)],
  ['stale', 4, habits.staleSigned],
  ['farm', 6, habits.farm([habits.plain, habits.exact, habits.plain], true)],
];
export const own = population.flatMap(([habit, count, how]) =>
  Array.from({ length: count }, (_, index) => ({ id: `${habit} ${index + 1}`, habit, how })),
);
export const real = [
  ...([
    ['unbound', []],
    ['unbound', []],
    ['unbound', []],
    ['unbound', []],
  ] as const),
  ...([
    ['floor', [`cache-min-ttl: ${floorTtl}`]],
    ['floor', [`cache-min-ttl: ${floorTtl}`]],
  ] as const),
  ...([
    ['ceiling', ['cache-max-ttl: 20']],
    ['prefetch', ['prefetch: yes']],
  ] as const),
].map(([habit, extra], index) => ({
  id: `unbound ${habit} ${index + 1}`,
  habit: 'unbound',
  extra,
}));

/** When the last old entry of each ends, by id, and how often it was asked. */
export type Truth = Readonly<
  Record<string, { readonly flippedAt: number; readonly asked: number }>
>;

const soa = rrset({
  ...key,
  type: 'SOA',
  ttl,
  rdata: ['ns.example.org. host.example.org. 1 60 60 60 60'],
});
const mx = (rdata: readonly string[], seconds: number) => rrset({ ...key, ttl: seconds, rdata });

/** In a child: our own caches of both crowds. Its parent says when the swap is, and asks for the truth. */
export async function respond(port: number, swappedAt: number): Promise<void> {
  const served = () => ({ answer: [mx(Date.now() < swappedAt ? oldSet : newSet, ttl)] });
  const truths = crowds.map(() => new Map<string, { flippedAt: number; asked: number }>());
  for (const [crowd, name] of crowds.entries())
    for (const [index, { id, habit, how }] of own.entries()) {
      const chance = seededChance(index + 1);
      const cache = cacheOf(how, { servers: [served], now: Date.now, chance });
      const truth = { flippedAt: Infinity, asked: 0 };
      truths[crowd]?.set(id, truth);
      const lastOld = () =>
        Math.max(
          ...[swappedAt, 0],
          ...cache.holds(key).map(({ rdata, endsAt }) => (rdata?.[0] === oldSet[0] ? endsAt : 0)),
        );
      let flipped = false;
      const socket = createSocket('udp4');
      socket.on('message', (octets, from) => {
        const query = decodeMessage(octets);
        const reply = cache.answer(key);
        truth.asked += 1;
        const now = Date.now();
        if (!flipped && now >= swappedAt && lastOld() <= now) {
          // Stale data ends when somebody asks; what was fetched early ends before its time.
          const stale = cache.holds(key).some(({ rdata }) => rdata?.[0] === oldSet[0]);
          truth.flippedAt = stale || now < truth.flippedAt ? now : truth.flippedAt;
          flipped = true;
        }
        if (reply !== null)
          setTimeout(() => {
            socket.send(encodeSaid(query, reply.said), from.port, from.address);
          }, chance.float() * 40);
      });
      socket.bind(port, `${networks[name]}.${index + 1}`);
      await once(socket, 'listening');
      setTimeout(
        () => {
          const longest = habit === 'floor' ? floorTtl : habit === 'ceiling' ? 20 : ttl;
          cache.remember(key, chance.float() * longest * 1000);
          truth.flippedAt = lastOld();
        },
        swappedAt - Date.now() - 1000,
      );
    }
  process.on('message', () => {
    process.send?.(truths.map(truth => Object.fromEntries(truth)));
  });
  process.send?.('ready');
}

export interface Unbound {
  readonly server: RunningServer;
  /** When the last old entry that it fetched ends. */
  readonly flippedAt: () => number;
  /** Has it fetch the old set. */
  readonly prime: () => Promise<unknown>;
  readonly close: () => Promise<void>;
}

/** A real cache with an authoritative server of its own, which knows what it fetched. */
export async function unbound(
  { id, extra }: (typeof real)[number],
  { swappedAt, seed }: { readonly swappedAt: number; readonly seed: number },
): Promise<Unbound> {
  const port = await freePort('127.0.0.1');
  const socket = createSocket('udp4');
  const floor = extra.some(line => line.startsWith('cache-min')) ? floorTtl : 0;
  const most = extra.some(line => line.startsWith('cache-max')) ? 20 : 86_400;
  // As if other people had had it fetch that long ago.
  const left = 2 + Math.floor(seededChance(seed + 1).float() * (Math.min(most, ttl) - 2));
  let flippedAt = swappedAt;
  socket.on('message', (octets, from) => {
    const query = decodeMessage(octets);
    const now = Date.now();
    const isOld = now < swappedAt;
    const isMx = query.question?.type === 'MX';
    const answer = !isMx ? [soa] : [isOld ? mx(oldSet, left) : mx(newSet, ttl)];
    if (isMx && isOld)
      flippedAt = (Math.floor(now / 1000) + Math.min(most, Math.max(floor, left)) + 1) * 1000;
    socket.send(encodeResponse({ query, aa: true, answer }), from.port, from.address);
  });
  socket.bind(port, '127.0.0.1');
  await once(socket, 'listening');
  const authority = [{ address: '127.0.0.1', port }];
  const extras = [...extra, 'minimal-responses: yes', 'qname-minimisation: no'];
  const server = await unboundCache(id.replaceAll(' ', '-'), 'example.org', {
    authority,
    extra: extras,
  });
  return {
    ...{ server, flippedAt: () => flippedAt },
    prime: async () => {
      const question = { ...key, recursive: true, dnssec: false };
      return networkAsk()(question, server, new AbortController().signal);
    },
    close: async () => {
      await server.stop();
      rmSync(server.dir, { recursive: true, force: true });
      socket.close();
    },
  };
}
