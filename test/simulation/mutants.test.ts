import { keyOfChange } from '../../src/controller/found.ts';
import { afterEach, it, vi } from 'vitest';
import { type MemoryZone } from '../../providers/memory/zone.ts';
import { keyOfMove } from '../../providers/moves.ts';
import type * as Settle from '../../src/controller/settle.ts';
import type * as Drain from '../../src/cutover/drain.ts';
import type * as Gate from '../../src/cutover/gate.ts';
import { sameData } from '../../src/dns/rrset.ts';
import { type Provider } from '../../src/provider.ts';
import { type Save, type Store } from '../../src/store/store.ts';
import { mustBeCaught } from './hunt.ts';
import { type World } from './world.ts';

/*
 * The tests of the tests: what the product must never do is done here on purpose, one thing at a time,
 * and the simulation must notice. A mutant that survives means that an invariant is asleep.
 */
afterEach(() => {
  vi.doUnmock('../../src/controller/settle.ts');
  vi.doUnmock('../../src/cutover/drain.ts');
  vi.doUnmock('../../src/cutover/gate.ts');
});

/** A provider whose writes expect whatever this makes of what is there now. */
const expecting =
  (from: (asked: Parameters<Provider['write']>[0][number], zone: MemoryZone) => unknown) =>
  (provider: Provider, zone: MemoryZone): Provider => ({
    ...provider,
    write: (moves, signal) =>
      provider.write(
        moves.map(move =>
          from(move, zone) === true ? { ...move, from: zone.get(keyOfMove(move)) } : move,
        ),
        signal,
      ),
  });

it('no compare-and-swap', () => mustBeCaught({ provider: expecting(() => true) }, /I5/));

it('compare-and-swap that is blind to the TTL', () =>
  mustBeCaught(
    {
      provider: expecting((move, zone) => {
        const found = zone.get(keyOfMove(move));
        return found !== null && move.from !== null && sameData(found.rrset, move.from.rrset);
      }),
    },
    /I5/,
    { caughtBy: 37 },
  ));

it('extras that are not restored', () =>
  mustBeCaught(
    {
      provider: provider => ({
        ...provider,
        write: (moves, signal) =>
          provider.write(
            moves.map(({ from, to }) => ({ from, to: to && { ...to, extras: null } })),
            signal,
          ),
      }),
    },
    /I6 the extras/,
    { caughtBy: 10 },
  ));

it('stale reads that are believed', () =>
  mustBeCaught(
    {
      provider: provider => ({
        ...provider,
        capabilities: { ...provider.capabilities, lag: 0 },
      }),
    },
    /I[346]/,
    {
      caughtBy: 180,
      classes: [
        'read-stale',
        'write-lost-before',
        'foreign-after',
        'rollback-step',
        'rollback-snapshot',
      ],
    },
  ));

it('a blind retry', () => {
  vi.doMock('../../src/controller/settle.ts', async importOriginal => {
    const original = await importOriginal<typeof Settle>();
    const settle: typeof Settle.settle = async run => {
      const provider = await run.environment.provider(run.cutover.plan.provider);
      for (let attempt = 0; run.send && attempt < 5; attempt += 1)
        try {
          const moves = await Promise.all(
            run.intent.changes.map(async change => {
              const from = await provider.read(keyOfChange(change), run.signal);
              const { after } = change;
              return { from, to: after && { rrset: after, extras: null, token: null } };
            }),
          );
          await provider.write(moves, run.signal);
          return { is: 'confirmed' };
        } catch {
          await run.environment.clock.sleep(1000, run.signal);
        }
      return original.settle(run);
    };
    return { ...original, settle };
  });
  return mustBeCaught({}, /I[45]/);
});

it('an intent that is sent again after a restart', () => {
  vi.doMock('../../src/controller/settle.ts', async importOriginal => {
    const original = await importOriginal<typeof Settle>();
    const settle: typeof Settle.settle = run => original.settle({ ...run, maybeSent: new Set() });
    return { ...original, settle };
  });
  return mustBeCaught({}, /I4/, {
    classes: ['foreign-earlier', 'store-fails', 'killed-after', 'pause'],
  });
});

it('a drain that is skipped', () => {
  vi.doMock('../../src/cutover/drain.ts', async importOriginal => {
    const original = await importOriginal<typeof Drain>();
    const proof: typeof Drain.proof = (cutover, now) => {
      const proven = original.proof(cutover, now);
      return proven && { ...proven, holds: true, leftMs: 0, until: now.wall };
    };
    return { ...original, proof };
  });
  return mustBeCaught({}, /I2/);
});

it('the wall clock trusted', () =>
  mustBeCaught(
    { clock: clock => ({ ...clock, now: () => ({ ...clock.now(), up: clock.now().wall }) }) },
    /I2/,
    { caughtBy: 18, classes: ['clock-forward', 'clock-back'] },
  ));

it('a gate that is always open', () => {
  vi.doMock('../../src/cutover/gate.ts', async importOriginal => ({
    ...(await importOriginal<typeof Gate>()),
    bars: () => [],
  }));
  return mustBeCaught({}, /I8 a swap|I13/);
});

/** Says that lines are stored, and stores them a little later: what is sent meanwhile rests on nothing. */
const forgetful = (store: Store, { clock }: World): Store => {
  let waiting: Save | null = null;
  return {
    ...store,
    load: async id => {
      const row = await store.load(id);
      if (waiting === null || row === null) return row;
      const { seq, lines, state } = waiting;
      return { ...row, seq: seq + lines.length, hash: lines.at(-1)?.hash ?? row.hash, state };
    },
    save: async save => {
      if (waiting !== null || !save.lines.some(({ line }) => line.type === 'write.intended'))
        return store.save(save);
      waiting = save;
      clock.after(200, () => {
        waiting = null;
        store.save(save).catch(() => undefined);
      });
      return { is: 'saved', lastN: 0 };
    },
  };
};

it('an intent that is not durable when it is sent', () => mustBeCaught({ store: forgetful }, /I3/));
