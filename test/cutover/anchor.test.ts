import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { apply } from '../../src/cutover/apply.ts';
import { proof } from '../../src/cutover/drain.ts';
import { elapsed } from '../../src/cutover/elapsed.ts';
import { step } from '../../src/cutover/step.ts';
import { claimRRset } from '../../src/cutover/write.ts';
import { commands } from './commands.ts';
import { reach } from './drive.ts';
import { newPlay, nowOf, running, type Play } from './play.ts';
import { settings } from './settings.ts';
import { wordsOf } from './words.ts';

const minute = 60_000;
const hour = 60 * minute;

function draining(...lines: readonly string[]): Play {
  const play = newPlay();
  for (const line of lines) settings['ttl']!(play, wordsOf(line));
  commands['start']!(play, wordsOf(''));
  reach(play, 'drain');
  return play;
}

/** What happens to the clocks: `ms` by which the wall clock is wrong from then on, against before. */
interface Move {
  readonly what: 'wait' | 'jump' | 'reboot';
  readonly ms: number;
}

const moves = (whats: readonly Move['what'][]): fc.Arbitrary<readonly Move[]> =>
  fc.array(
    fc.record({
      what: fc.constantFrom(...whats),
      ms: fc.integer({ min: -300, max: 300 }).map(minutes => minutes * minute),
    }),
    { minLength: 1, maxLength: 12 },
  );

interface World {
  readonly play: Play;
  /** By how much the wall clock is wrong. */
  error: number;
  /** By how much it was wrong at most, as far as anybody saw. */
  seen: number;
  /** Since the moves began, by a clock that nobody sets and no boot restarts. */
  trueMs: number;
}

/** Tells the core what the clocks show now. */
function look(world: World): void {
  const { play } = world;
  for (const line of step(play.state, { type: 'recovered', effect: 'none' }, nowOf(play)))
    play.state = apply(play.state, line);
  world.seen = Math.max(world.seen, world.error);
}

const downMs = 3 * minute;

function move(world: World, { what, ms }: Move): void {
  const { play } = world;
  const pass = what === 'wait' ? Math.abs(ms) : what === 'reboot' ? downMs : 0;
  play.wall += pass;
  play.up += pass;
  world.trueMs += pass;
  if (what !== 'wait') {
    play.wall += ms;
    world.error += ms;
  }
  if (what === 'reboot') {
    play.up = 20_000;
    play.boot += 1;
  }
  look(world);
}

const worldOf = (play: Play): World => ({ play: { ...play }, error: 0, seen: 0, trueMs: 0 });
const plain = draining();

const counted = ({ play }: World): number => elapsed(running(play).drain!.since, nowOf(play)).ms;

/** Time since the drain began, as the core counts it, less what had passed before the moves. */
function count(all: readonly Move[]): { world: World; before: number; sinceBoot: number } {
  const world = worldOf(plain);
  const before = counted(world);
  let booted = 0;
  for (const one of all) {
    move(world, one);
    if (one.what === 'reboot') booted = world.trueMs;
  }
  return { world, before, sinceBoot: world.trueMs - booted };
}

describe('time since a moment, whatever the clocks do', () => {
  it('is exact as long as the machine runs', () => {
    fc.assert(
      fc.property(moves(['wait', 'jump']), all => {
        const { world, before } = count(all);
        expect(counted(world)).toBe(before + world.trueMs);
      }),
    );
  });

  it('is exact across boots with a clock that is right', () => {
    fc.assert(
      fc.property(moves(['wait', 'reboot']), all => {
        const right = all.map(one => (one.what === 'reboot' ? { ...one, ms: 0 } : one));
        const { world, before } = count(right);
        expect(counted(world)).toBe(before + world.trueMs);
      }),
    );
  });

  it('is never more than it was, unless a boot put the clock ahead of all that was seen', () => {
    fc.assert(
      fc.property(moves(['wait', 'wait', 'jump', 'reboot']), all => {
        const world = worldOf(plain);
        const before = counted(world);
        for (const one of all) {
          // Such a boot leaves the clock where it was wrong at most.
          const ms = Math.min(one.ms, world.seen - world.error);
          move(world, one.what === 'reboot' ? { ...one, ms } : one);
        }
        expect(counted(world)).toBeLessThanOrEqual(before + world.trueMs);
      }),
      { numRuns: 1000 },
    );
  });

  it('is no more than it was once a clock that a boot put ahead is set back', () => {
    fc.assert(
      fc.property(
        moves(['wait', 'reboot']),
        fc.integer({ min: 1, max: 900 }),
        moves(['wait']),
        (early, minutes, late) => {
          const right = early.map(one => (one.what === 'reboot' ? { ...one, ms: 0 } : one));
          const { world, before } = count(right);
          move(world, { what: 'reboot', ms: minutes * minute });
          for (const one of late) move(world, one);
          move(world, { what: 'jump', ms: -minutes * minute });
          expect(counted(world)).toBe(before + world.trueMs);
          // And the next boot, at which the clock is right, counts the same.
          move(world, { what: 'reboot', ms: 0 });
          expect(counted(world)).toBe(before + world.trueMs);
        },
      ),
    );
  });

  it('is never less than what has passed since the last boot', () => {
    fc.assert(
      fc.property(moves(['wait', 'jump', 'reboot']), all => {
        const { world, sinceBoot } = count(all);
        expect(counted(world)).toBeGreaterThanOrEqual(sinceBoot);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a drain', () => {
  const bounds = [
    ['', hour + 5 * minute],
    ['history=1d', 24 * hour + 5 * minute],
    ['history=1d until=00:00', 24 * hour + 5 * minute],
  ] as const;

  it.each(bounds)('ends in bounded time after the last boot: %s', (setting, wholeMs) => {
    const began = draining(setting);
    fc.assert(
      fc.property(moves(['wait', 'jump', 'reboot']), moves(['wait', 'jump']), (all, last) => {
        const world = worldOf(began);
        for (const one of [...all, { what: 'reboot', ms: 0 } as const, ...last]) move(world, one);
        world.play.up += wholeMs;
        world.play.wall += wholeMs;
        expect(proof(running(world.play), nowOf(world.play))?.leftMs).toBe(0);
      }),
    );
  });

  it('waits for a history that the configuration dates, whatever is done to the clock', () => {
    const began = draining('history=1d until=00:00');
    fc.assert(
      fc.property(moves(['wait', 'jump']), all => {
        const world = worldOf(began);
        for (const one of all) move(world, one);
        const leftMs = proof(running(world.play), nowOf(world.play))!.leftMs;
        const startedMs = world.trueMs + 2000;
        expect(leftMs).toBeGreaterThanOrEqual(24 * hour + 5 * minute - startedMs);
      }),
    );
  });
});

it('the claim is the same whatever is done to the clock', () => {
  const world = worldOf(plain);
  const claim = claimRRset(running(world.play));
  move(world, { what: 'jump', ms: hour });
  move(world, { what: 'reboot', ms: -hour });
  expect(claimRRset(running(world.play))).toEqual(claim);
});
