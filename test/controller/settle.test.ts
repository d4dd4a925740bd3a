import { describe, expect, it } from 'vitest';
import { SNAPSHOT } from '../../src/cutover/path.ts';
import { keyText } from '../../src/dns/rrset.ts';
import { Fault, type Code } from '../../src/errors.ts';
import { limits } from '../../src/limits.ts';
import { type Provider } from '../../src/provider.ts';
import { at, ends, low, oldMx, play, reading, strange, swapped, tracks } from './settle-play.ts';
import { never, type Site, type SiteOptions } from './site.ts';

/** A provider whose writes go like this. */
const writing =
  (write: (provider: Provider, ...args: Parameters<Provider['write']>) => Promise<never>) =>
  (provider: Provider): Provider => ({
    ...provider,
    write: (moves, signal) => write(provider, moves, signal),
  });
const refusing = (code: Code) =>
  writing(async () => {
    throw new Fault(code, 'said no', { fix: 'ask for the right' });
  });
const lost = new Fault('UNAVAILABLE', 'the answer was lost');

describe('an intent', () => {
  it('is confirmed once the zone has shown for some seconds what it wants, and nothing is sent', async () => {
    const { settlement, site, maybeSent } = await ends({ shows: [swapped] });
    expect(settlement).toMatchObject({ is: 'confirmed' });
    expect([site.writes(), site.clock.truth(), maybeSent.size]).toEqual([0, 5000, 0]);
  });

  it('is sent once when the zone is as it was before, and confirmed by reading', async () => {
    const { settlement, site, maybeSent } = await ends({});
    expect(settlement).toMatchObject({ is: 'confirmed' });
    expect(site.writes()).toBe(1);
    expect(site.zone.get(oldMx)?.rrset).toEqual(swapped);
    expect([...maybeSent]).toEqual(['i1']);
  });

  it('is confirmed when only the answer was lost', async () => {
    const provider = writing(async (inner, moves, signal) => {
      await inner.write(moves, signal);
      throw lost;
    });
    const { settlement, site } = await ends({ provider });
    expect(settlement).toMatchObject({ is: 'confirmed' });
    expect(site.writes()).toBe(1);
  });

  it('that vanished is not applied, but only after deadline and lag, and is not sent again', async () => {
    let sent = 0;
    const provider = writing(async () => {
      sent += 1;
      throw lost;
    });
    const { doing, site } = play({ provider, capabilities: { lag: 7 } });
    const quietMs = limits.writeDeadlineMs + 7000;
    let ended = false;
    void doing.then(() => {
      ended = true;
    });
    expect(await site.clock.run(() => ended, quietMs - 1)).toBe('late');
    expect(await site.finish(doing)).toMatchObject({
      ...{ is: 'not-applied', code: 'UNAVAILABLE', refused: false },
    });
    expect(sent).toBe(1);
  });

  it('whose answer never comes, from a provider that takes no notice, ends after its deadline and quiet', async () => {
    const provider = writing(() => new Promise<never>(() => undefined));
    const { settlement, site } = await ends({ provider });
    expect(settlement).toMatchObject({ is: 'not-applied', code: 'UNAVAILABLE' });
    expect(site.clock.truth()).toBeLessThan(2 * limits.writeDeadlineMs + 5000);
  });

  it('that arrives late after all is confirmed', async () => {
    const provider: SiteOptions['provider'] = (inner, { clock }) => ({
      ...inner,
      write: async (moves, signal) => {
        clock.after(6000, () => void inner.write(moves, never));
        await inner.read(oldMx, signal);
        throw lost;
      },
    });
    expect((await ends({ provider })).settlement).toMatchObject({ is: 'confirmed' });
  });

  it.each(['UNAUTHORIZED', 'UNSUPPORTED', 'MALFORMED'] as const)(
    'is not applied at once when it is refused for good: %s',
    async code => {
      const { settlement, site } = await ends({ provider: refusing(code) });
      const message = 'said no; ask for the right';
      expect(settlement).toEqual({ is: 'not-applied', code, message, refused: true });
      expect(site.clock.truth()).toBe(0);
    },
  );

  it('may be tried again when the comparison failed and yet nothing differs', async () => {
    const { settlement, site } = await ends({ provider: refusing('CONFLICT') });
    expect(settlement).toMatchObject({ is: 'not-applied', code: 'CONFLICT', refused: false });
    expect(site.clock.truth()).toBe(0);
  });

  it('is in conflict when somebody edits between read and write, and overwrites nothing', async () => {
    let site: Site | null = null;
    const provider = writing(async (inner, moves, signal) => {
      site?.zone.edit([{ key: low, after: strange }]);
      return (await inner.write(moves, signal)) as never;
    });
    const played = play({ provider });
    site = played.site;
    expect(await site.finish(played.doing)).toEqual({
      is: 'conflict',
      differences: [{ key: keyText(low), expected: low, found: strange, source: 'main' }],
    });
    expect(site.zone.get(low)?.rrset).toEqual(strange);
    expect(site.writes()).toBe(0);
  });

  it('is in conflict when the zone shows what is on no position of the path', async () => {
    for (const found of [strange, { ...low, ttl: 299 }])
      for (const lag of [0, 60]) {
        const { settlement, site } = await ends({ shows: [found], capabilities: { lag } });
        expect(settlement).toMatchObject({ is: 'conflict', differences: [{ found }] });
        // A read may be stale for as long as the provider lags.
        expect([site.writes(), site.clock.truth()]).toEqual([0, lag * 1000]);
      }
  });
});

describe('a read that may be stale', () => {
  const lag = 10;

  it('is waited out when it shows an earlier position, then the write is sent', async () => {
    const provider = reading([at(tracks.mx, SNAPSHOT)], 9000);
    const { settlement, site } = await ends({ provider, capabilities: { lag } });
    expect(settlement).toMatchObject({ is: 'confirmed' });
    expect(site.writes()).toBe(1);
  });

  it('is a conflict once it cannot be stale any more', async () => {
    const shows = [at(tracks.mx, SNAPSHOT)];
    const { settlement, site } = await ends({ shows, capabilities: { lag } });
    expect(settlement).toMatchObject({ is: 'conflict', differences: [{ found: shows[0] }] });
    expect(site.clock.truth()).toBeGreaterThanOrEqual(lag * 1000);
    expect(site.writes()).toBe(0);
  });

  it('that shows what is wanted is not believed before the lag is over', async () => {
    const provider = reading([swapped], 9000);
    const { settlement, site } = await ends({ provider, capabilities: { lag } });
    expect(settlement).toMatchObject({ is: 'confirmed' });
    expect(site.writes()).toBe(1);
    const settled = await ends({ shows: [swapped], capabilities: { lag } });
    expect(settled.site.clock.truth()).toBeGreaterThanOrEqual(lag * 1000);
  });
});
