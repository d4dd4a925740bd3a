import { expect, it } from 'vitest';
import { type MemoryBacking, memoryBacking, memoryStore } from '../../src/store/memory.ts';
import { type Store } from '../../src/store/store.ts';
import { type Ground, storeConformance } from './conformance.ts';
import { documentsConformance } from './documents-conformance.ts';
import { learntConformance } from './learnt-conformance.ts';
import { append } from './saves.ts';
import { watchConformance } from './watch-conformance.ts';

const start = (backing: MemoryBacking, id: string): Store =>
  memoryStore(backing, { id, pid: id.charCodeAt(0), host: 'simulated' });

const open = async (): Promise<Ground> => {
  const backing = memoryBacking('e1');
  return {
    start: async owner => start(backing, owner),
    kill: async owner => {
      backing.kill(owner);
    },
  };
};

storeConformance('memory', open);
watchConformance('memory', open);
learntConformance('memory', open);
documentsConformance('memory', open);

it('rejects whatever a killed process still asks, and tells it nothing', async () => {
  const backing = memoryBacking('e1');
  const [a, b] = [start(backing, 'a'), start(backing, 'b')];
  await append(a, 'example.org.1');
  let calls = 0;
  a.watch(() => (calls += 1));
  const saving = append(b, 'example.org.1');
  backing.kill('a');
  await saving;
  await new Promise(resolve => setImmediate(resolve));
  expect(calls).toBe(0);
  await expect(a.load('example.org.1')).rejects.toMatchObject({ code: 'STORE' });
  await expect(append(a, 'example.org.1')).rejects.toMatchObject({ code: 'STORE' });
});

it('admits no second process under a used owner id', () => {
  const backing = memoryBacking('e1');
  start(backing, 'a');
  backing.kill('a');
  expect(() => start(backing, 'a')).toThrow('used before');
});

it('gives the same answers to the same calls', async () => {
  const run = async (): Promise<unknown> => {
    const backing = memoryBacking('e1');
    const [a, b] = [start(backing, 'a'), start(backing, 'b')];
    const told: string[] = [];
    a.watch(() => told.push('a'));
    b.watch(() => told.push('b'));
    await Promise.all([append(a, 'a.example.1'), append(b, 'b.example.1', { lines: 2 })]);
    await a.own('a.example.1', 7);
    return { told, journal: await a.after(0, 10), rows: await b.list(), epoch: a.epoch };
  };
  expect(await run()).toEqual(await run());
});
