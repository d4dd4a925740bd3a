import { describe, expect, it } from 'vitest';
import { type Intent } from '../../src/cutover/intent.ts';
import { LOW, SNAPSHOT, stepPosition } from '../../src/cutover/path.ts';
import { keyText, rrset } from '../../src/dns/rrset.ts';
import { Fault, isFault } from '../../src/errors.ts';
import { limits } from '../../src/limits.ts';
import {
  at,
  ends,
  intentOf,
  low,
  oldMx,
  play,
  swap,
  swapped,
  tracks,
  type Played,
} from './settle-play.ts';
import { never, openSite, type SiteOptions } from './site.ts';

describe('nothing is sent', () => {
  it('at or after its time, nor when it is no longer due, nor when it was aborted meanwhile', async () => {
    const now = openSite().clock.now().wall;
    const late = await ends({ intent: { ...swap, by: now } });
    expect(late.settlement).toMatchObject({ is: 'not-applied', refused: false });
    const stop = new AbortController();
    const aborting = async () => {
      stop.abort();
      return true;
    };
    const cases = [
      play({ stillDue: async () => false }),
      play({ stillDue: aborting, signal: stop.signal }),
    ];
    for (const { site, doing } of cases)
      await expect(site.finish(doing)).rejects.toSatisfy(error => isFault(error, 'ABORTED'));
    for (const { site, maybeSent } of [late, ...cases])
      expect([site.writes(), maybeSent.size]).toEqual([0, 0]);
    const inTime = await ends({ intent: { ...swap, by: now + 1 } });
    expect(inTime.settlement).toMatchObject({ is: 'confirmed' });
  });

  it('on an answer of the store that took so long that much may have happened', async () => {
    let asked = 0;
    const played: Played = play({
      stillDue: async () => {
        asked += 1;
        const ms = asked === 1 ? 60_000 : 0;
        if (ms > 0) await played.site.environment.clock.sleep(ms, never);
        return asked < 3;
      },
    });
    expect(await played.site.finish(played.doing)).toMatchObject({ is: 'confirmed' });
    expect(asked).toBe(2);
  });

  it.each([
    { when: 'it may only be read', given: { send: false } },
    { when: 'it may have been sent before', given: { maybeSent: new Set(['i1']) } },
  ])('when $when: quiet tells, or what appears', async ({ given }) => {
    const quiet = await ends(given);
    expect(quiet.settlement).toMatchObject({ is: 'not-applied', code: 'ABORTED', refused: false });
    expect(quiet.site.clock.truth()).toBeGreaterThanOrEqual(limits.writeDeadlineMs);
    expect(quiet.site.writes()).toBe(0);
    const { site, doing } = play(given);
    site.clock.after(7000, () => {
      site.zone.edit([{ key: low, after: swapped }], 'the write of the owner before');
    });
    expect(await site.finish(doing)).toMatchObject({ is: 'confirmed' });
    expect(site.writes()).toBe(0);
  });
});

it('reads that fail are told, and told to be over, before anything is sent', async () => {
  const provider: SiteOptions['provider'] = (inner, { clock }) => ({
    ...inner,
    read: async (key, signal) => {
      if (clock.truth() < 5000) throw new Fault('RATE_LIMITED', 'asked too often');
      return inner.read(key, signal);
    },
  });
  const { settlement, troubles } = await ends({ provider });
  expect(settlement).toMatchObject({ is: 'confirmed' });
  expect(troubles.slice(0, troubles.indexOf(null))).toEqual(
    Array.from({ length: troubles.indexOf(null) }, () => 'RATE_LIMITED'),
  );
  expect(troubles.indexOf(null)).toBeGreaterThan(0);
});

it('time in which nothing could be read is not quiet: what stood still works off its queue', async () => {
  const { settlement, site } = await ends({
    provider: (inner, { clock }) => ({
      ...inner,
      write: async moves => {
        // It goes on with what it took, soon after it can be read again.
        clock.after(22_000, () => void inner.write(moves, never));
        throw new Fault('UNAVAILABLE', 'the answer was lost');
      },
      read: async (key, signal) => {
        const still = clock.truth() > 2000 && clock.truth() < 17_000;
        if (still) throw new Fault('UNAVAILABLE', 'nobody answers');
        return inner.read(key, signal);
      },
    }),
  });
  expect(settlement).toMatchObject({ is: 'confirmed' });
  expect(site.zone.get(low)?.rrset).toEqual(swapped);
});

it('a failure to tell is no failure of the provider', async () => {
  const trouble = async () => {
    throw new Fault('LEASE_LOST', 'another process owns it');
  };
  const { site, doing } = play({ trouble });
  await expect(site.finish(doing)).rejects.toSatisfy(error => isFault(error, 'LEASE_LOST'));
  expect(site.writes()).toBe(0);
});

it('an abort ends the wait promptly', async () => {
  const stop = new AbortController();
  const { site, doing } = play({ send: false, signal: stop.signal });
  site.clock.after(3000, () => {
    stop.abort();
  });
  await expect(site.finish(doing)).rejects.toSatisfy(error => isFault(error, 'ABORTED'));
  expect(site.clock.truth()).toBe(3000);
});

describe('what the provider keeps besides the records', () => {
  const extras = { comment: 'mail, ask Kim' };
  const back = intentOf(LOW, SNAPSHOT);

  it('is restored from the snapshot on the way back to it, also when the set was deleted', async () => {
    const { site } = await ends({ extras, intent: back });
    expect(site.zone.get(low)).toMatchObject({ rrset: oldMx, extras });
    const gone: Intent = { ...swap, changes: [{ before: null, after: swapped }] };
    const less = intentOf(stepPosition(0), LOW);
    const first = play({ shows: [swapped], extras, intent: { ...less, purpose: 'rollback' } });
    expect(await first.site.finish(first.doing)).toMatchObject({ is: 'confirmed' });
    expect(first.site.zone.get(low)).toMatchObject({ rrset: low, extras });
    const made = play({ extras, intent: gone });
    made.site.zone.edit([{ key: low, after: null }]);
    await made.site.finish(made.doing);
    expect(made.site.zone.get(low)).toMatchObject({ rrset: swapped, extras });
  });

  it('stays as it is now at every other position', async () => {
    const { site, doing } = play({ extras });
    const now = { comment: 'changed since' };
    site.zone.edit([{ key: low, after: low, extras: now }]);
    await site.finish(doing);
    expect(site.zone.get(low)).toMatchObject({ rrset: swapped, extras: now });
  });
});

describe('several RRsets', () => {
  const both = intentOf(LOW, stepPosition(0), [tracks.mx, tracks.txt]);
  const txtLow = at(tracks.txt, LOW);
  const txtSwapped = at(tracks.txt, stepPosition(0));

  it('go in one write', async () => {
    const { settlement, site } = await ends({ intent: both, shows: [low, txtLow] });
    expect(settlement).toMatchObject({ is: 'confirmed' });
    expect(site.writes()).toBe(1);
  });

  it('half of which shows are a stale read first, and a conflict when it stays so', async () => {
    const shows = [swapped, txtLow];
    const { settlement, site } = await ends({ intent: both, shows, capabilities: { lag: 5 } });
    expect(settlement).toEqual({
      is: 'conflict',
      differences: [{ key: keyText(txtLow), expected: txtLow, found: txtLow, source: 'main' }],
    });
    expect(site.writes()).toBe(0);
    const turning = play({ intent: both, shows, capabilities: { lag: 5 } });
    turning.site.clock.after(4000, () => {
      turning.site.zone.edit([{ key: txtLow, after: txtSwapped }]);
    });
    expect(await turning.site.finish(turning.doing)).toMatchObject({ is: 'confirmed' });
  });

  it('are foreign as soon as one of them is', async () => {
    const shows = [swapped, rrset({ ...txtLow, rdata: ['"somebody else"'] })];
    const { settlement, site } = await ends({ intent: both, shows });
    expect(settlement).toMatchObject({ is: 'conflict', differences: [{ found: shows[1] }] });
    expect(site.clock.truth()).toBe(0);
  });
});
