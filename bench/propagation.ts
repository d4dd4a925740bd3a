// How long one look at the world takes: `npm run build && node bench/propagation.ts [ROUNDS]`.
//
// The command as it is installed, from its start to its end, over the resolvers of the default list: as many, of
// the same tiers and operators, but each on loopback, at an address of 127.0.11.0/24, where a process of its own
// answers after 5 to 85 ms; every twentieth is dead and says nothing. Beside it, in turns, two peers ask the same
// resolvers the same question: `dig` in a row with a timeout of 5 s, as a shell script would, and Node's own
// resolver (c-ares) all at once with a timeout of 5 s, as a program would that was written in an afternoon.
// Neither judges anything, asks a server, or tries a dead one again; ours does all of that. What it takes is
// mostly the dead ones: two datagrams and a connection, before somebody is called silent.
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseName } from '../src/dns/name.ts';
import { rrset } from '../src/dns/rrset.ts';
import { decodeMessage, encodeResponse } from '../src/dns/wire.ts';
import { freePort } from '../test/support/server.ts';

const project = join(import.meta.dirname, '..');
const cli = join(project, 'dist', 'src', 'cli.js');
const domain = 'example.org';
const rounds = Number(process.argv[2] ?? 3);
const deadEach = 20;
const peerSeconds = 5;

interface Entry {
  readonly id: string;
  readonly name: string;
  readonly operator: string;
  readonly tier: string;
  readonly anycast: boolean;
  readonly weight: number;
}

const { resolvers: list } = JSON.parse(
  readFileSync(join(project, 'config', 'resolvers.json'), 'utf8'),
) as { readonly resolvers: readonly Entry[] };
const addressOf = (index: number): string => `127.0.11.${index + 1}`;
const authority = '127.0.11.254';
const isDead = (index: number): boolean => index % deadEach === deadEach - 1;
/** The same for every run: near ones, and some that are far. */
const delayMs = (index: number): number => 5 + ((index * 37) % 81);

const zone = { name: parseName(domain), ttl: 300 } as const;
const records = [
  rrset({ ...zone, type: 'MX', rdata: ['10 mx1.newhost.example.'] }),
  rrset({ ...zone, type: 'NS', rdata: ['ns1.example.org.'] }),
  rrset({ ...zone, type: 'SOA', rdata: ['ns1.example.org. host.example.org. 7 60 60 60 60'] }),
];

/** In a child: the resolvers, and the authoritative server. */
async function respond(port: number): Promise<void> {
  const bind = async (address: string, ms: number | null, aa: boolean): Promise<void> => {
    const socket = createSocket('udp4');
    socket.on('message', (octets, from) => {
      // The kernel would refuse for nobody, and a client hear that at once; a dead resolver is silent.
      if (ms === null) return;
      const query = decodeMessage(octets);
      const here = query.question?.name === zone.name;
      const answer = here ? records.filter(({ type }) => type === query.question?.type) : [];
      const soa = answer.length === 0 ? records.slice(-1) : [];
      const reply = encodeResponse({ query, aa, ra: !aa, answer, authority: soa });
      setTimeout(() => {
        socket.send(reply, from.port, from.address);
      }, ms);
    });
    socket.bind(port, address);
    await once(socket, 'listening');
  };
  for (const index of list.keys())
    await bind(addressOf(index), isDead(index) ? null : delayMs(index), false);
  await bind(authority, 1, true);
  process.send?.('ready');
}

const seconds = async (run: () => Promise<unknown>): Promise<number> => {
  const began = performance.now();
  await run();
  return (performance.now() - began) / 1000;
};

async function output(program: string, argv: readonly string[]): Promise<string> {
  const child = spawn(program, argv, { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  await once(child, 'close');
  return text;
}

interface Shown {
  readonly tally: { readonly new: number; readonly silent: number; readonly total: number };
}

async function ours(port: number, file: string): Promise<string> {
  const at = ['--resolvers', file, '--authority', `${authority}:${port}`, '--json'];
  const argv = [cli, 'propagation', domain, 'MX', '--expect', '10 mx1.newhost.example', ...at];
  const { tally } = JSON.parse(await output(process.execPath, argv)) as Shown;
  return `${tally.new} new, ${tally.silent} silent of ${tally.total}`;
}

async function atOnce(port: number): Promise<string> {
  const asked = list.map(async (_, index) => {
    const resolver = new Resolver({ timeout: peerSeconds * 1000, tries: 1 });
    resolver.setServers([`${addressOf(index)}:${port}`]);
    return resolver.resolveMx(domain);
  });
  const answers = await Promise.allSettled(asked);
  const heard = answers.filter(({ status }) => status === 'fulfilled').length;
  return `${heard} answered, ${list.length - heard} did not`;
}

async function inARow(port: number): Promise<string> {
  const flags = [`+time=${peerSeconds}`, '+tries=1', '+short', '-p', String(port), domain, 'MX'];
  let heard = 0;
  for (const index of list.keys())
    if ((await output('dig', [`@${addressOf(index)}`, ...flags])).includes('newhost')) heard += 1;
  return `${heard} answered, ${list.length - heard} did not`;
}

async function compare(): Promise<void> {
  if (!existsSync(cli)) throw new Error('dist is missing: npm run build');
  const port = await freePort('127.0.0.1');
  const child: ChildProcess = fork(import.meta.filename, ['-', String(port)]);
  await once(child, 'message');
  const directory = mkdtempSync(join(tmpdir(), 'propagation-'));
  const file = join(directory, 'resolvers.json');
  const entries = list.map(({ id, name, operator, tier, anycast, weight }, index) => ({
    ...{ id, name, operator, tier, anycast, weight, port, addresses: [addressOf(index)] },
  }));
  writeFileSync(file, JSON.stringify(entries));
  const dead = [...list.keys()].filter(isDead).length;
  console.log(`Node ${process.version}; ${list.length} resolvers, ${dead} of them dead`);
  const times = { ours: [] as number[], 'at once': [] as number[] };
  const show = (who: string, took: number, what: string): void => {
    console.log(`${who.padEnd(22)}${took.toFixed(2).padStart(7)} s   ${what}`);
  };
  try {
    for (let round = 0; round < rounds; round++) {
      let [mine, theirs] = ['', ''];
      times.ours.push(await seconds(async () => (mine = await ours(port, file))));
      show('propagation', times.ours.at(-1) ?? NaN, mine);
      times['at once'].push(await seconds(async () => (theirs = await atOnce(port))));
      show('c-ares, all at once', times['at once'].at(-1) ?? NaN, theirs);
    }
    let row = '';
    const took = await seconds(async () => (row = await inARow(port)));
    show('dig, in a row', took, row);
    const best = Math.min(...times.ours);
    const ratio = (other: number): string => `${(best / other).toFixed(2)}x`;
    console.log(
      `wall time: ${ratio(Math.min(...times['at once']))} of c-ares, ${ratio(took)} of dig`,
    );
  } finally {
    child.kill();
    rmSync(directory, { recursive: true, force: true });
  }
}

const port = process.argv[3];
await (port === undefined ? compare() : respond(Number(port)));
