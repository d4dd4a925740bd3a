import { describe, expect, it } from 'vitest';
import { LOW, stepPosition } from '../../src/cutover/path.ts';
import { Fault } from '../../src/errors.ts';
import { type Provider, type Urgency } from '../../src/provider.ts';
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
