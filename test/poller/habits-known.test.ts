import { expect, it } from 'vitest';
import { limits } from '../../src/limits.ts';
import { habitsKnown } from '../../src/poller/habits-known.ts';
import { type Learnt } from '../../src/propagation/learnt.ts';

const learnt: readonly Learnt[] = [
  {
    ...{ resolver: 'r', address: '192.0.2.1', floor: 60, ceiling: null, caches: null, at: 0 },
    from: 'watch',
  },
];

const site = () => {
  const site = { up: 0, reads: 0, broken: false, rows: learnt };
  const known = habitsKnown(
    {
      learnt: async () => {
        site.reads += 1;
        if (site.broken) throw new Error('the disk is full');
        return structuredClone(site.rows);
      },
    },
    { now: () => ({ wall: 0, up: site.up, boot: 'b' }) },
  );
  return { site, known };
};

it('watches that begin together share what is read; later it is read anew', async () => {
  const { site: at, known } = site();
  const [one, other] = await Promise.all([known(), known()]);
  expect(one).toBe(other);
  at.up = limits.learntReadMs - 1;
  await known();
  expect(at.reads).toBe(1);
  at.up = limits.learntReadMs;
  await known();
  expect(at.reads).toBe(2);
});

it('what could not be read is thrown, and read again the next time', async () => {
  const { site: at, known } = site();
  at.broken = true;
  await expect(known()).rejects.toThrow('full');
  at.broken = false;
  expect(await known()).toEqual(learnt);
});

it('is the same list as long as nothing changes, so that nobody reckons anew', async () => {
  const { site: at, known } = site();
  const first = await known();
  at.up = limits.learntReadMs;
  expect(await known()).toBe(first);
  at.up *= 2;
  at.rows = learnt.map(one => ({ ...one, floor: 90 }));
  expect(await known()).toEqual(at.rows);
});
