import { describe, expect, it } from 'vitest';
import { LOW, stepPosition } from '../../src/cutover/path.ts';
import { Fault } from '../../src/errors.ts';
import { type Provider, type Urgency } from '../../src/provider.ts';
import { virtualClock } from '../support/virtual-clock.ts';
import { openAccount } from '../../providers/account.ts';
import { ends, intentOf, play, strange, swap } from './settle-play.ts';
import { type SiteOptions } from './site.ts';

/** Turns so many writes away at the door, and notes how urgent each request was. */
function throttling(
  times: number,
  more: { retryAfterMs?: number; seen?: Urgency[]; meanwhile?: () => void } = {},
) {
  let left = times;
  const of: NonNullable<SiteOptions['provider']> = (provider): Provider => ({
    ...provider,
    read: (key, signal, urgency = 'usual') => {
      more.seen?.push(urgency);
      return provider.read(key, signal);
    },
    write: async (moves, signal, urgency = 'usual') => {
      more.seen?.push(urgency);
      left -= 1;
      if (left < 0) return provider.write(moves, signal);
      more.meanwhile?.();
      throw new Fault('RATE_LIMITED', 'asked too often', {
        ...(more.retryAfterMs !== undefined && { retryAfterMs: more.retryAfterMs }),
      });
    },
  });
  return of;
}

describe('a provider that is asked too often', () => {
  it('is waited for, and written to once it lets us in', async () => {
    const { site, settlement, troubles } = await ends({ provider: throttling(7) });
    expect(settlement).toMatchObject({ is: 'confirmed', receipt: { id: 'example.org.2' } });
    expect(site.writes()).toBe(1);
    expect(troubles).toEqual([null, ...Array<string>(7).fill('RATE_LIMITED')]);
  });

  it('is left alone for as long as it asks, a minute at most', async () => {
    const asked = await ends({ provider: throttling(1, { retryAfterMs: 17_000 }) });
    expect(asked.site.clock.truth() - play({}).site.clock.truth()).toBe(17_000);
    const long = await ends({ provider: throttling(1, { retryAfterMs: 3_600_000 }) });
    expect(long.site.clock.truth() - play({}).site.clock.truth()).toBe(60_000);
  });

  it('is not written to after the last moment, nor over what somebody wrote meanwhile', async () => {
    const { wall } = play({}).site.clock.now();
    const late = await ends({ provider: throttling(9), intent: { ...swap, by: wall + 5000 } });
    expect(late.settlement).toMatchObject({ is: 'not-applied', refused: false });
    const somebody = (): void => {
      foreign.site.zone.edit([{ key: strange, after: strange }]);
    };
    const foreign = play({ provider: throttling(2, { meanwhile: somebody }) });
    expect(await foreign.site.finish(foreign.doing)).toMatchObject({ is: 'conflict' });
    expect([late.site.writes(), foreign.site.writes()]).toEqual([0, 0]);
  });

  it('is told that a rollback is urgent', async () => {
    const urgency = async (purpose: 'rollback' | 'undo' | 'swap') => {
      const seen: Urgency[] = [];
      const intent = { ...intentOf(LOW, stepPosition(0)), purpose };
      await ends({ provider: throttling(1, { seen }), intent });
      return [...new Set(seen)];
    };
    expect(await urgency('rollback')).toEqual(['rollback']);
    expect(await urgency('undo')).toEqual(['rollback']);
    expect(await urgency('swap')).toEqual(['usual']);
  });
});

describe('a write that waited for its turn in vain', () => {
  it('was never begun, and is tried again without a person', async () => {
    let waited = 0;
    const { site, settlement, troubles } = await ends({
      provider: provider => ({
        ...provider,
        write: async (moves, signal) => {
          if (waited >= 2) return provider.write(moves, signal);
          waited += 1;
          return new Promise((_, reject) => {
            signal.addEventListener('abort', () => {
              reject(new Fault('ABORTED', 'given up', { details: { sent: false } }));
            });
          });
        },
      }),
    });
    expect(settlement).toMatchObject({ is: 'confirmed' });
    expect([site.writes(), troubles]).toEqual([1, [null, 'RATE_LIMITED', 'RATE_LIMITED']]);
  });

  it('is not taken for one whose fate nobody knows', async () => {
    const { settlement } = await ends({
      provider: provider => ({
        ...provider,
        write: (_, signal) =>
          new Promise((__, reject) => {
            signal.addEventListener('abort', () => {
              reject(new Fault('ABORTED', 'given up', { details: { sent: true } }));
            });
          }),
      }),
    });
    expect(settlement).toMatchObject({ is: 'not-applied', code: 'UNAVAILABLE' });
  });
});

it('a crowd with one small budget is served, each of them, though their first answers were lost', async () => {
  const clock = virtualClock();
  const account = openAccount(
    clock.clockFor(act => {
      act();
    }),
    { perSecond: 5, burst: 5, reserve: 2 },
  );
  const intent = { ...swap, purpose: 'rollback' as const };
  const crowd = Array.from({ length: 40 }, () => {
    let lost = false;
    const provider: SiteOptions['provider'] = inner => ({
      ...inner,
      read: async (key, signal, urgency = 'usual') => {
        await account.turn(urgency, signal);
        return inner.read(key, signal);
      },
      write: async (moves, signal, urgency = 'usual') => {
        await account.turn(urgency, signal);
        if (lost) return inner.write(moves, signal);
        lost = true;
        throw new Fault('UNAVAILABLE', 'the connection was lost');
      },
    });
    return play({ clock, intent, provider });
  });
  const all = Promise.all(crowd.map(({ doing }) => doing));
  const settlements = await crowd[0]!.site.finish(all, 300_000);
  // Each intent ends, and so can be followed by another.
  expect(settlements.map(({ is }) => is)).toEqual(Array(40).fill('not-applied'));
});

it('reads for a rollback go first, whatever is still open from before it', async () => {
  const seen: Urgency[] = [];
  const provider = throttling(0, { seen });
  const { site, doing } = play({ provider, send: false, stage: 'rollback' });
  await site.finish(doing);
  expect([...new Set(seen)]).toEqual(['rollback']);
});

describe('an RRset that somebody turned into something else', () => {
  const odd = new Fault('UNSUPPORTED', 'example.org. MX has a routing policy');
  const turning =
    (when: 'at once' | 'after the write'): NonNullable<SiteOptions['provider']> =>
    inner => {
      let turned = when === 'at once';
      return {
        ...inner,
        read: async (key, signal) => {
          if (turned) throw odd;
          return inner.read(key, signal);
        },
        write: async (moves, signal) => {
          turned = true;
          return inner.write(moves, signal);
        },
      };
    };

  it('refuses a write that was not sent, and is a conflict for one that was', async () => {
    const first = await ends({ provider: turning('at once') });
    expect(first.settlement).toMatchObject({ is: 'not-applied', refused: true });
    const second = await ends({ provider: turning('after the write') });
    expect(second.settlement).toMatchObject({
      is: 'conflict',
      differences: [{ source: 'main (example.org. MX has a routing policy)' }],
    });
  });
});
