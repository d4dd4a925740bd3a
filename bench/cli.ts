/**
 * Start-up of the command line as it is installed: `npm run build && node bench/cli.ts [ROUNDS]`.
 * Each command runs in turn with a bare `node -e 0`, so that a busy machine slows both; the figures
 * are medians. Goals: --help below 250 ms, status of 50 cutovers below 400 ms.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makePlan } from '../src/cutover/build.ts';
import { FOLD, fold } from '../src/cutover/apply.ts';
import { keysOf } from '../src/cutover/keys.ts';
import { genesis, seal } from '../src/cutover/line.ts';
import { step } from '../src/cutover/step.ts';
import { parseName } from '../src/dns/name.ts';
import { keyText, rrset } from '../src/dns/rrset.ts';
import { exampleOrder } from '../src/rehearsal/example.ts';
import { openSqlite } from '../src/store/sqlite.ts';
import { type Store } from '../src/store/store.ts';

const rounds = Number(process.argv[2] ?? 15);
const cutovers = 50;
const cli = join(import.meta.dirname, '..', 'dist', 'src', 'cli.js');
const directory = mkdtempSync(join(tmpdir(), 'cli-'));
const state = join(directory, 'state');

/** Records the start of a cutover of a domain of its own. */
async function startOne(store: Store, number: number): Promise<void> {
  const domain = parseName(`d${number}.example`);
  const id = `d${number}.example.1`;
  const mx = rrset({ name: domain, type: 'MX', ttl: 3600, rdata: ['10 mail.oldhost.example.'] });
  const want = { is: 'set', rdata: ['0 mx.newhost.example.'] } as const;
  const edit = { name: domain, type: 'MX', want, ttl: null, where: 'bench' };
  const plan = makePlan({
    order: { ...exampleOrder, domain, prepare: [], steps: [{ name: 'swap', edits: [edit] }] },
    zone: domain,
    current: { [keyText(mx)]: mx },
    capabilities: {
      ...({ minTtl: null, compareAndSwap: 'atomic', atomicSets: true } as const),
      ...({ shrinks: 'at once', syncStatus: 'observed', lag: 0 } as const),
    },
    primaries: [],
  });
  const start = {
    ...({ type: 'start', id, plan, run: 'bench', host: 'localhost' } as const),
    ...{ accept: [], takeClaim: null, reason: null },
  };
  const lines = step(null, start, { wall: Date.now(), up: 1, boot: 'bench' });
  const folded = fold(lines);
  if (folded === null) throw new Error('nothing was started');
  const actor = { kind: 'person', name: 'bench' } as const;
  const saved = await store.save({
    ...{ id, seq: 0, state: folded, fold: FOLD, open: true, keys: keysOf(plan) },
    lines: seal(lines, { cutover: id, seq: 0, hash: genesis(id), actor, cause: 'start' }),
  });
  if (saved.is !== 'saved') throw new Error(saved.is);
}

/** Milliseconds from the start of a process to its end. */
function once(argv: readonly string[]): number {
  const began = performance.now();
  const { status, stderr } = spawnSync(process.execPath, argv, { cwd: directory });
  if (status !== 0) throw new Error(`${argv.join(' ')} ended with ${status}: ${String(stderr)}`);
  return performance.now() - began;
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

if (!existsSync(cli)) throw new Error(`${cli} is not there: npm run build`);
try {
  const me = { pid: process.pid, host: 'localhost', ownerId: 'bench', epochBytes: 'bench' };
  const store = await openSqlite(state, me);
  for (let number = 1; number <= cutovers; number += 1) await startOne(store, number);
  await store.close();
  const commands = [
    { what: 'node -e 0', argv: ['-e', '0'], goalMs: null },
    { what: 'dns-cutover --help', argv: [cli, '--help'], goalMs: 250 },
    { what: 'dns-cutover version', argv: [cli, 'version'], goalMs: null },
    {
      what: `dns-cutover status (${cutovers} cutovers)`,
      argv: [cli, 'status', '--state', state],
      goalMs: 400,
    },
  ];
  const times = commands.map((): number[] => []);
  for (let round = 0; round < rounds; round += 1)
    for (const [index, { argv }] of commands.entries()) times[index]?.push(once(argv));
  const bare = median(times[0] ?? []);
  for (const [index, { what, goalMs }] of commands.entries()) {
    const ms = median(times[index] ?? []);
    const goal = goalMs === null ? '' : `  goal < ${goalMs} ms: ${ms < goalMs ? 'met' : 'missed'}`;
    console.log(
      `${what.padEnd(36)} ${ms.toFixed(0).padStart(5)} ms  ${(ms / bare).toFixed(1)} x bare node${goal}`,
    );
  }
} finally {
  rmSync(directory, { recursive: true, force: true });
}
