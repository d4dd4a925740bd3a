import { expect } from 'vitest';
import { type Instant } from '../../src/clock.ts';
import { due } from '../../src/cutover/course.ts';
import { type Cutover } from '../../src/cutover/cutover.ts';
import { type Event } from '../../src/cutover/event.ts';
import { type Intent, type Purpose } from '../../src/cutover/intent.ts';
import { type Line } from '../../src/cutover/line.ts';
import { type Stage } from '../../src/cutover/stage.ts';

/** Which stages may make which writes. An end that was decided may take the claim away in any. */
const makers: Readonly<Record<Purpose, readonly Stage[]>> = {
  claim: ['lower', 'gate'],
  prepare: ['lower'],
  low: ['lower'],
  swap: ['swap'],
  rollback: ['rollback'],
  undo: ['rollback'],
  restore: ['settle'],
  afterwards: ['settle'],
  unclaim: ['settle', 'rollback'],
};

/** What must be true of every run, told apart from how the core comes to it. */
export interface Oracle {
  /** Before the event. */
  readonly hears: (event: Event, trueMs: number) => void;
  /** For every line, with the state before and after it. */
  readonly reads: (line: Line, before: Cutover | null, after: Cutover) => void;
  /** After the event. */
  readonly looks: (after: Cutover) => void;
}

/**
 * `trueMs` is a clock that nobody sets and no boot restarts. What caches may hold is judged by it alone:
 * from the last moment at which a server gave the MX more than the low TTL.
 */
export function oracle(lowTtl: number): Oracle {
  let now = 0;
  let wall: Instant = 0;
  let lastLong = 0;
  let longest = 0;
  let proven = false;

  const swapIntended = (before: Cutover, intent: Intent): void => {
    if (before.swaps.length === 0) {
      expect(proven, 'a drain was proven since the last low round began').toBe(true);
      expect(now - lastLong, 'no cache holds the old TTL').toBeGreaterThanOrEqual(longest * 1000);
    }
    const { swapUntil } = before.window;
    const { swapFrom } = before.plan.policy.schedule;
    if (swapUntil !== null) {
      expect(wall, 'within the window').toBeLessThan(swapUntil);
      expect(intent.by, 'never sent after the window').toBeLessThanOrEqual(swapUntil);
    }
    if (swapFrom !== null) expect(wall, 'not before the window').toBeGreaterThanOrEqual(swapFrom);
    if (before.step === 0) expect(before.drain, 'the drain runs').not.toBeNull();
  };

  const intended = (before: Cutover, intent: Intent): void => {
    expect(before.intent, 'one write at a time').toBeNull();
    expect(before.outcome, 'nothing after the end').toBeNull();
    expect(intent.id).toBe(`i${before.intents + 1}`);
    expect(intent.stage).toBe(before.stage);
    if (before.ending !== null) expect(intent.purpose).toBe('unclaim');
    else {
      expect(makers[intent.purpose], `${intent.purpose} in ${before.stage}`).toContain(
        before.stage,
      );
      expect(before.hold, 'nothing is written while a person must decide').toBeNull();
      if (before.stage !== 'rollback') expect(before.paused).toBeNull();
    }
    for (const { before: found, after } of intent.changes)
      if (found?.type === 'MX') expect(after, 'there is always an MX').not.toBeNull();
    if (intent.purpose === 'swap') swapIntended(before, intent);
  };

  return {
    hears: (event, trueMs) => {
      now = trueMs;
      const round =
        event.type === 'observed'
          ? event.round
          : event.type === 'surveyed'
            ? event.survey.round
            : null;
      for (const { rrset, key } of round?.readings.flatMap(reading => reading.served) ?? []) {
        if (!key.endsWith(' MX') || rrset === null || rrset.ttl <= lowTtl) continue;
        lastLong = now;
        longest = Math.max(longest, rrset.ttl);
      }
    },
    reads: (line, before, after) => {
      wall = line.at;
      expect(after.seq).toBe((before?.seq ?? 0) + 1);
      if (line.type === 'drain.proven') proven = true;
      if (line.type === 'drain.reset') proven = false;
      if (line.type === 'stage.entered' && line.data.stage === 'lower') proven = false;
      if (line.type === 'write.intended' && before !== null) intended(before, line.data.intent);
    },
    looks: after => {
      const effects = due(after);
      const keys = effects.map(({ key }) => key);
      expect(keys).toStrictEqual([...new Set(keys)]);
      const writes = effects.filter(effect => effect.do === 'write');
      expect(writes.map(({ intent }) => intent.id)).toStrictEqual(
        after.intent === null || after.outcome !== null ? [] : [after.intent.id],
      );
      const { hold, paused, ending, stage, outcome } = after;
      const sends = writes.some(({ send }) => send);
      if (hold !== null && ending === null) expect(sends).toBe(false);
      if (paused !== null && ending === null && stage !== 'rollback') expect(sends).toBe(false);
      if (outcome !== null) expect(effects).toStrictEqual([]);
      else if (hold === null && paused === null && stage !== 'sweep')
        expect(effects, `something is awaited in ${stage}`).not.toStrictEqual([]);
    },
  };
}
