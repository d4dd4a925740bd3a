/**
 * Durable appends a second: `node bench/journal.ts [SAVES]`. One line of about 400 octets and a
 * state of about 20 kB for each save through the store, beside bare inserts of the same line with
 * node:sqlite in the same run. What a disk needs to flush decides; hence the ratios.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type Cutover } from '../src/cutover/cutover.ts';
import { genesis, type Line, seal } from '../src/cutover/line.ts';
import { openSqlite } from '../src/store/sqlite.ts';
import { type Store } from '../src/store/store.ts';

const saves = Number(process.argv[2] ?? 2000);
const rounds = 3;
const directory = mkdtempSync(join(process.argv[3] ?? tmpdir(), 'journal-'));

const lineOf = (count: number): Line => ({
  v: 1,
  at: 1_700_000_000_000 + count,
  type: 'owner.changed',
  data: { owner: `${count} `.padEnd(300, 'x'), fence: 1, now: { wall: 0, up: 0, boot: 'bench' } },
});

const stateOf = (domain: string, count: number): Cutover => {
  const findings = Array.from({ length: 100 }, (_, index) => ({
    ...{ id: `finding-${index}`, subject: `mx${index}.example.net`, status: 'pass' },
    ...{ seen: count, observed: 'the answer of the server, as it was given'.padEnd(100, '.') },
  }));
  return { domain, findings } as unknown as Cutover;
};

/** Operations a second, the best round: what else runs on the machine only ever slows it down. */
async function rate(round: (round: number) => Promise<void> | void): Promise<number> {
  let best = 0;
  for (let index = 0; index < rounds; index += 1) {
    const started = performance.now();
    await round(index);
    best = Math.max(best, (saves * 1000) / (performance.now() - started));
  }
  return best;
}

async function throughStore(store: Store, id: string, count: number): Promise<void> {
  let row = { seq: 0, hash: genesis(id) };
  const actor = { kind: 'controller', name: 'bench' } as const;
  for (let saved = 0; saved < count; saved += 1) {
    const lines = seal([lineOf(saved)], { cutover: id, ...row, actor, cause: 'bench' });
    const state = stateOf('example.org', saved);
    const keys = [`${id} MX`];
    const result = await store.save({ id, seq: row.seq, lines, state, fold: 1, open: true, keys });
    if (result.is !== 'saved') throw new Error(result.is);
    row = { seq: row.seq + 1, hash: lines[0]?.hash ?? '' };
  }
}

async function measureStore(writers: number): Promise<number> {
  const epochBytes = 'bench';
  const me = { pid: process.pid, host: 'localhost', ownerId: `bench-${writers}`, epochBytes };
  const store = await openSqlite(join(directory, `store-${writers}`), me);
  const result = await rate(async round => {
    const ids = Array.from({ length: writers }, (_, index) => `${round}-${index}.example.1`);
    await Promise.all(ids.map(id => throughStore(store, id, saves / writers)));
  });
  await store.close();
  return result;
}

async function measureBare(synchronous: 'full' | 'normal'): Promise<number> {
  const database = new DatabaseSync(join(directory, `${synchronous}.sqlite`));
  database.exec(`pragma journal_mode = wal; pragma synchronous = ${synchronous}`);
  database.exec('create table journal (n integer primary key, data text not null)');
  const insert = database.prepare('insert into journal (data) values (?)');
  const result = await rate(() => {
    for (let count = 0; count < saves; count += 1) insert.run(JSON.stringify(lineOf(count)));
  });
  database.close();
  return result;
}

try {
  const state = JSON.stringify(stateOf('example.org', 1)).length;
  const line = JSON.stringify(lineOf(1)).length;
  console.log(`${saves} saves, best of ${rounds}; line ${line} octets, state ${state} octets`);
  const full = await measureBare('full');
  const results = {
    'bare insert, synchronous = full': full,
    'bare insert, synchronous = normal (a power cut loses lines)': await measureBare('normal'),
    'store, one cutover at a time': await measureStore(1),
    'store, 8 cutovers at once': await measureStore(8),
  };
  for (const [what, each] of Object.entries(results))
    console.log(
      `${what.padEnd(60)} ${each.toFixed(0).padStart(7)}/s  ${(each / full).toFixed(2)} x full`,
    );
} finally {
  rmSync(directory, { recursive: true, force: true });
}
