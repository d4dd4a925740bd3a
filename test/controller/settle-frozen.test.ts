import { expect, it } from 'vitest';
import { Fault } from '../../src/errors.ts';
import { limits } from '../../src/limits.ts';
import { ends, low, play, swapped } from './settle-play.ts';
import { never, type SiteOptions } from './site.ts';

/** A primary that stands still from the write on, for so long, and then works off its queue in 3 s. */
const frozen =
  (forMs: number): NonNullable<SiteOptions['provider']> =>
  (inner, { clock }) => {
    let until = 0;
    let queued: (() => void) | null = null;
    return {
      ...inner,
      write: async moves => {
        until = clock.truth() + forMs;
        queued = () => void inner.write(moves, never);
        return new Promise<never>(() => undefined);
      },
      read: async (key, signal) => {
        if (clock.truth() < until) throw new Fault('UNAVAILABLE', 'no answer');
        if (queued !== null) clock.after(3000, queued);
        queued = null;
        return inner.read(key, signal);
      },
    };
  };

it.each([5000, 19_999, 60_000, 600_000])(
  'a write that lies in a primary which stands still for %i ms is waited for',
  async ms => {
    const { settlement, site } = await ends({ provider: frozen(ms) });
    expect(settlement).toMatchObject({ is: 'confirmed' });
    expect(site.writes()).toBe(1);
  },
);

it('time in which nothing could be read is not quiet, whoever sent the write', async () => {
  const failing: NonNullable<SiteOptions['provider']> = (inner, { clock }) => ({
    ...inner,
    read: async (key, signal) => {
      // The last of a whole minute of failures comes in the middle of what would have been quiet.
      if (clock.truth() < 50_000 || (clock.truth() > 60_000 && clock.truth() < 62_000))
        throw new Fault('UNAVAILABLE', 'no answer');
      return inner.read(key, signal);
    },
  });
  const { site, doing } = play({ provider: failing, maybeSent: new Set(['i1']) });
  site.clock.after(75_000, () => {
    site.zone.edit([{ key: low, after: swapped }], 'the write of the owner before');
  });
  expect(await site.finish(doing)).toMatchObject({ is: 'confirmed' });
  const quiet = await ends({ provider: failing, maybeSent: new Set(['i1']) });
  expect(quiet.settlement).toMatchObject({ is: 'not-applied', refused: false });
  expect(quiet.site.clock.truth()).toBeGreaterThanOrEqual(62_000 + limits.writeDeadlineMs);
});
