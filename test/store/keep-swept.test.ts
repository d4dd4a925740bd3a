import { expect, it } from 'vitest';
import { Fault } from '../../src/errors.ts';
import { limits } from '../../src/limits.ts';
import { keepSwept } from '../../src/store/keep-swept.ts';
import { memoryBacking, memoryStore } from '../../src/store/memory.ts';
import { virtualClock } from '../support/virtual-clock.ts';
import { documentOf } from './documents.ts';

it('what has expired goes by itself, also when the store could not be written meanwhile', async () => {
  const time = virtualClock();
  const clock = time.clockFor(act => {
    act();
  });
  const { documents } = memoryStore(memoryBacking('e1'), { id: 'p1', pid: 1, host: 'here' });
  const { wall } = clock.now();
  await documents.put(documentOf('before', { expiresAt: wall - 1 }));
  await documents.put(documentOf('soon', { expiresAt: wall + limits.sweepEveryMs - 1 }));
  await documents.put(documentOf('ever'));
  const ids = async () => (await documents.list('token', { limit: 9 })).map(({ id }) => id);
  const pass = (ms: number) => time.run(() => false, time.truth() + ms);
  let broken = false;
  const sweep = async (now: number): Promise<number> => {
    if (broken) throw new Fault('STORE', 'the disk is full');
    return documents.sweep(now);
  };
  const stop = new AbortController();
  const sweeping = keepSwept({ documents: { sweep }, clock }, stop.signal);
  await pass(1000);
  expect(await ids()).toEqual(['ever', 'soon']);
  broken = true;
  await pass(limits.sweepEveryMs);
  expect(await ids()).toEqual(['ever', 'soon']);
  broken = false;
  await pass(limits.sweepEveryMs);
  expect(await ids()).toEqual(['ever']);
  stop.abort();
  await sweeping;
});

it('what is no trouble of the store is told', async () => {
  const clock = virtualClock().clockFor(act => {
    act();
  });
  const sweep = async (): Promise<number> => {
    throw new Fault('BUG', 'nonsense');
  };
  const { signal } = new AbortController();
  await expect(keepSwept({ documents: { sweep }, clock }, signal)).rejects.toThrow('nonsense');
});
