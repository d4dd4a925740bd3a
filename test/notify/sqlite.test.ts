import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { systemChance } from '../../src/machine/chance.ts';
import { systemClock } from '../../src/machine/clock.ts';
import { worthTelling } from '../../src/notify/choice.ts';
import { makeNotifier } from '../../src/notify/make-notifier.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { append } from '../store/saves.ts';
import { configured } from './desk.ts';

const home = mkdtempSync(join(tmpdir(), 'notify-'));
afterEach(() => {
  rmSync(home, { recursive: true, force: true });
});

it('two processes on one state file send once, and one that comes later goes on', async () => {
  const sent: string[] = [];
  const order = { url: 'https://hooks.example.org/' };
  const hook = configured(order, { types: ['owner.changed'] });
  const open = async (ownerId: string) => {
    const epochBytes = systemChance.hex(6);
    const store = await openSqlite(home, { pid: process.pid, host: 'h', ownerId, epochBytes });
    const send = async ({ headers }: { headers: Readonly<Record<string, string>> }) => {
      sent.push(String(headers['webhook-id']));
      return { status: 200, retryAfter: null };
    };
    const tell = (trouble: string): void => {
      throw new Error(trouble);
    };
    const [clock, chance] = [systemClock(), systemChance];
    const notifier = makeNotifier({ store, clock, chance, send, tell, holder: ownerId }, [hook]);
    const stop = new AbortController();
    const running = notifier.run(stop.signal);
    const known = async () => (await notifier.list())[0]!.cursor;
    const end = async (): Promise<void> => {
      stop.abort();
      await running;
      await store.close();
    };
    return { store, known, end };
  };
  const [one, other] = [await open('one'), await open('other')];
  await expect.poll(one.known).toBe(`${one.store.epoch}-0`);
  for (let count = 0; count < 5; count += 1) await append(one.store, 'example.org.1');
  const ids = (last: number) =>
    Array.from({ length: last }, (_, n) => `${one.store.epoch}-${n + 1}`);
  await expect.poll(() => sent.length, { timeout: 10_000 }).toBe(5);
  await one.end();
  await append(other.store, 'example.org.1');
  await expect.poll(() => sent.length, { timeout: 10_000 }).toBe(6);
  await other.end();
  const third = await open('third');
  await append(third.store, 'example.org.1');
  await expect.poll(() => sent.length, { timeout: 10_000 }).toBe(7);
  await third.end();
  expect(sent).toEqual(ids(7));
});

it('the documents name what is told to whom asks for nothing', () => {
  const text = readFileSync(`${import.meta.dirname}/../../docs/webhooks.md`, 'utf8');
  const [, list = ''] = /Without `types`([^]*?)Any other type/.exec(text) ?? [];
  expect([...list.matchAll(/`([^`]+)`/g)].map(([, type]) => type)).toEqual([...worthTelling]);
});
