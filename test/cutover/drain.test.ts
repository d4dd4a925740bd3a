import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Now } from '../../src/clock.ts';
import { type Cutover } from '../../src/cutover/cutover.ts';
import { proof, type Proof } from '../../src/cutover/drain.ts';
import { elapsed, wallAfter } from '../../src/cutover/elapsed.ts';
import { commands } from './commands.ts';
import { reach } from './drive.ts';
import { give, newPlay, nowOf, round, running, type Play } from './play.ts';
import { newsOf } from './reports.ts';
import { settings } from './settings.ts';
import { wordsOf } from './words.ts';

const hour = 3_600_000;

/** A cutover in the drain, whose old TTL is an hour; `setting` as in a scenario. */
function draining(...ttl: readonly string[]): Play {
  const play = newPlay();
  for (const words of ttl) settings['ttl']!(play, wordsOf(words));
  commands['start']!(play, wordsOf(''));
  reach(play, 'drain');
  return play;
}

const since = (cutover: Cutover): Now => cutover.drain!.since;
const later = (now: Now, ms: number): Now => ({ ...now, wall: now.wall + ms, up: now.up + ms });
const proofAt = (cutover: Cutover, ms: number): Proof => proof(cutover, later(since(cutover), ms))!;

describe('the proof of the drain', () => {
  it('holds at the longest TTL and the margin after the first low round, not a moment sooner', () => {
    const cutover = running(draining());
    expect(proofAt(cutover, hour + 300_000 - 1)).toMatchObject({ holds: false, leftMs: 1 });
    expect(proofAt(cutover, hour + 300_000)).toMatchObject({ holds: true, leftMs: 0 });
    expect(proofAt(cutover, 0).until).toBe(since(cutover).wall + hour + 300_000);
  });

  it('counts what was served before we came', () => {
    const cutover = running(draining('history=1d'));
    const { holds, terms } = proofAt(cutover, 2 * hour);
    expect(holds).toBe(false);
    expect(terms.map(({ leftMs }) => leftMs)).toEqual([0, 22 * hour + 300_000]);
    expect(proofAt(cutover, 24 * hour + 300_000).holds).toBe(true);
  });

  it('does not exist before there are low rounds', () => {
    const play = draining();
    expect(proof({ ...running(play), drain: null }, nowOf(play))).toBeNull();
  });

  it('falls back to the wall clock after a reboot, and says so', () => {
    const cutover = running(draining());
    const rebooted: Now = { wall: since(cutover).wall + 2 * hour, up: 5, boot: 'boot-2' };
    const { holds, terms } = proof(cutover, rebooted)!;
    expect(holds).toBe(true);
    expect(terms[0]!.why).toContain('by wall clock');
    expect(proofAt(cutover, hour).terms[0]!.why).toContain('by uptime');
  });

  it('does not hold when the wall clock stands before the beginning after a reboot', () => {
    const cutover = running(draining());
    const behind: Now = { wall: since(cutover).wall - 9 * hour, up: 5, boot: 'boot-2' };
    expect(proof(cutover, behind)).toMatchObject({ holds: false, leftMs: hour + 300_000 });
  });

  it('is extended by silence, by the longest TTL at most', () => {
    const play = draining();
    commands['wait']!(play, wordsOf('30m'));
    round(play, [{ server: 'ns2', is: 'silent' }]);
    const cutover = running(play);
    expect(proofAt(cutover, hour + 300_000).holds).toBe(false);
    expect(proofAt(cutover, 2 * hour + 300_000 - 1)).toMatchObject({ holds: false, leftMs: 1 });
    expect(proofAt(cutover, 2 * hour + 300_000).holds).toBe(true);
  });

  it('counts from the end of a silence that ended', () => {
    const play = draining();
    commands['wait']!(play, wordsOf('10m'));
    round(play, [{ server: 'ns2', is: 'silent' }]);
    commands['wait']!(play, wordsOf('10m'));
    round(play);
    const silentUntilMs = nowOf(play).up - since(running(play)).up;
    const end = silentUntilMs + hour + 300_000;
    expect(proofAt(running(play), end - 1)).toMatchObject({ holds: false, leftMs: 1 });
    expect(proofAt(running(play), end).holds).toBe(true);
  });
});

describe('an entry that a resolver holds', () => {
  const watched = (...lefts: readonly number[]): Cutover => {
    const play = newPlay();
    settings['watch']!(play, wordsOf('resolvers=default'));
    commands['start']!(play, wordsOf(''));
    reach(play, 'drain');
    for (const leftMs of lefts)
      give(play, { type: 'news', news: newsOf({ share: 0, entry: { resolver: 'r', leftMs } }) });
    return running(play);
  };

  it('does not change a proof that lasts longer', () => {
    expect(watched(hour).world.entry).toBeNull();
  });

  it('extends it to its end, and a margin', () => {
    const cutover = watched(hour + 600_000);
    const seenMs = cutover.world.entry!.seen.up - since(cutover).up;
    const end = seenMs + hour + 900_000;
    expect(proofAt(cutover, end - 1)).toMatchObject({ holds: false, leftMs: 1 });
    expect(proofAt(cutover, end).holds).toBe(true);
    expect(proofAt(cutover, 0).until).toBe(since(cutover).wall + end);
  });

  it('extends it by the longest TTL at most, and is told to outlive it', () => {
    const cutover = watched(9 * hour, 10 * hour);
    expect(cutover.world.entry).toMatchObject({ leftMs: 9 * hour, outlives: true });
    expect(proofAt(cutover, 2 * hour + 300_000 - 1)).toMatchObject({ holds: false, leftMs: 1 });
    expect(proofAt(cutover, 2 * hour + 300_000).holds).toBe(true);
  });

  it('is told again when another lives longer', () => {
    expect(watched(hour + 600_000, hour + 1_200_000).world.entry).toMatchObject({
      leftMs: hour + 1_200_000,
      outlives: false,
    });
  });
});

describe('elapsed time', () => {
  const now = fc.record({
    wall: fc.integer({ min: 0, max: 4e12 }),
    up: fc.integer({ min: 0, max: 1e12 }),
    boot: fc.constantFrom('a', 'b'),
  });

  it('is never negative', () => {
    fc.assert(fc.property(now, now, (from, to) => elapsed(from, to).ms >= 0));
  });

  it('does not depend on the wall clock within one boot', () => {
    fc.assert(
      fc.property(now, now, fc.integer(), (from, to, jump) => {
        fc.pre(from.boot === to.boot);
        expect(elapsed(from, { ...to, wall: to.wall + jump })).toEqual(elapsed(from, to));
      }),
    );
  });

  it('has passed when the wall clock shows what `wallAfter` foretold', () => {
    fc.assert(
      fc.property(now, fc.integer({ min: 0, max: 1e9 }), (from, ms) => {
        const clock = { boot: from.boot, offset: from.wall - from.up };
        const at = wallAfter(from, ms, clock);
        const then = { ...from, wall: at, up: at - clock.offset };
        expect(elapsed(from, then).ms).toBeGreaterThanOrEqual(ms);
      }),
    );
  });
});
