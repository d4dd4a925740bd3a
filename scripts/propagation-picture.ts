// Draws docs/images/propagation.svg: what `propagation` shows, on a terminal of its own, of a made-up world on loopback
// that changed its MX three minutes ago. Servers and caches are those of the rehearsal; needs `script` of util-linux.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify, stripVTControlCharacters } from 'node:util';
import { parseName } from '../src/dns/name.ts';
import { type Key, rrset, type RRset } from '../src/dns/rrset.ts';
import { systemClock } from '../src/machine/clock.ts';
import { authoritative, type ZoneView } from '../src/rehearsal/authority.ts';
import { cacheOf, type Habit } from '../src/rehearsal/cache.ts';
import { seededChance } from '../src/rehearsal/chance.ts';
import * as habits from '../src/rehearsal/habits.ts';
import { nameServer } from '../src/rehearsal/name-server.ts';
import { authorityOf, resolverOf } from '../src/rehearsal/network.ts';
import { terminalSvg } from './terminal-svg.ts';

const columns = 100;
const org = parseName('example.org');
const key: Key = { name: org, type: 'MX' };
const mx = (exchange: string): RRset => rrset({ ...key, ttl: 300, rdata: [`10 ${exchange}`] });
const before = mx('mx1.oldhost.example');
const after = mx('mx1.newhost.example');
const captured = rrset({ ...key, ttl: 60, rdata: ['10 mx.captive.example'] });

interface Place {
  readonly id: string;
  readonly country: string | null;
  readonly habit: Habit;
  /** How long ago its users asked last, in seconds; the change was `changedAgo` ago. */
  readonly asked: number;
  readonly weight: number;
  readonly validates?: boolean;
}

const changedAgo = 180;
/** `berlin DE`; without a country it answers from many places. */
function place(where: string, habit: Habit, rest: Partial<Place> = {}): Place {
  const [id = '', country = null] = where.split(' ');
  return { id, country, habit, asked: 60, weight: 1, ...rest };
}
const { plain, floor } = habits;
const world: readonly Place[] = [
  place('everycast', habits.farm([plain, plain], true), { weight: 15, validates: true }),
  place('near-you', plain, { weight: 4, validates: true }),
  place('berlin DE', plain, { asked: 200 }),
  place('munich DE', plain, { validates: true }),
  place('paris FR', floor(1800), { asked: 240 }),
  place('oslo NO', habits.exact, { asked: 290, validates: true }),
  place('quebec CA', habits.filtering([captured]), { weight: 0.2 }),
  place('lima PE', plain, { validates: true }),
  place('osaka JP', plain, { validates: true }),
  place('nairobi KE', habits.staleSigned, { asked: 500, weight: 0.5 }),
  place('lagos NG', habits.refusing),
  place('sydney AU', plain, { asked: 10, validates: true }),
];

const soa = (serial: number): RRset =>
  rrset({
    ...{ name: org, type: 'SOA', ttl: 3600 },
    rdata: [`ns1.example.net hostmaster.example.org ${serial} 7200 3600 1209600 300`],
  });
const zone = (set: RRset, serial: number): ZoneView => {
  const ns = rrset({
    ...{ name: org, type: 'NS', ttl: 3600, rdata: ['ns1.example.net', 'ns2.example.net'] },
  });
  const sets = [set, soa(serial), ns];
  return {
    apex: org,
    get: ({ name, type }) => sets.find(one => one.name === name && one.type === type) ?? null,
    exists: name => name === org,
  };
};

const clock = systemClock();
const [old, now] = [zone(before, 2026112001), zone(after, 2026112101)];
const serve = (responder: Parameters<typeof nameServer>[0]) =>
  nameServer(responder, { clock, datagrams: false });

async function open({ habit, asked, validates }: Place) {
  // Its users asked a while ago: for them it was that time, and the zone as it was then.
  let ago = asked;
  const cache = cacheOf(habit, {
    servers: [(one: Key) => authoritative(ago > changedAgo ? old : now, one)],
    now: () => clock.now().wall - ago * 1000,
    chance: seededChance(7),
  });
  for (let member = 0; member < Math.max(1, habit.members.length); member++) cache.answer(key);
  ago = 0;
  return serve(
    resolverOf({
      ...cache,
      answer: one => {
        const reply = cache.answer(one);
        if (reply === null || validates !== true) return reply;
        return { ...reply, said: { ...reply.said, ad: true } };
      },
    }),
  );
}

const directory = mkdtempSync(join(tmpdir(), 'dns-cutover-picture-'));
const servers = [await serve(authorityOf(now)), await serve(authorityOf(now))];
const caches = await Promise.all(world.map(open));
try {
  const list = join(directory, 'resolvers.json');
  const rows = world.map(({ id, country, weight }, index) => ({
    ...{ id, country, weight, anycast: country === null, addresses: ['127.0.0.1'] },
    ...{ port: caches[index]?.port, transports: ['udp', 'tcp'] },
  }));
  writeFileSync(list, JSON.stringify(rows));
  const cli = new URL('../src/cli.ts', import.meta.url).pathname;
  const authority = servers.map(({ port }) => `--authority 127.0.0.1:${port}`).join(' ');
  const typed = 'dns-cutover propagation example.org --resolvers world.json --authority …';
  const inner = `stty cols ${columns} rows 60; exec "${process.execPath}" "${cli}" propagation example.org --utc --resolvers "${list}" ${authority} 2>/dev/null`;
  const shown = await promisify(execFile)('script', ['-qec', inner, '/dev/null'], {
    env: { ...process.env, TERM: 'xterm-256color', NO_COLOR: '' },
  }).catch((error: unknown) => {
    // Not everything is new in that world, so the command ends with 8.
    const ended = error as { readonly stdout?: string };
    if (typeof ended.stdout === 'string' && ended.stdout !== '') return { stdout: ended.stdout };
    throw error;
  });
  const images = new URL('../docs/images/', import.meta.url);
  const text = shown.stdout.replaceAll('\r\n', '\n');
  writeFileSync(
    new URL('propagation.svg', images),
    terminalSvg(text, { title: `$ ${typed}`, columns }),
  );
  process.stdout.write(process.argv.includes('--ansi') ? text : stripVTControlCharacters(text));
} finally {
  await Promise.all([...servers, ...caches].map(server => server.close()));
  rmSync(directory, { recursive: true, force: true });
}
