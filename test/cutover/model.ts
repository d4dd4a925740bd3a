import { expect } from 'vitest';
import { type Instant } from '../../src/clock.ts';
import { due } from '../../src/cutover/course.ts';
import { type Cutover } from '../../src/cutover/cutover.ts';
import { type Event } from '../../src/cutover/event.ts';
import { type Intent, isRefusal, type Purpose } from '../../src/cutover/intent.ts';
import { type Line } from '../../src/cutover/line.ts';
import { LOW } from '../../src/cutover/path.ts';
import { type Stage } from '../../src/cutover/stage.ts';
import { serverLabel } from '../../src/cutover/standing.ts';

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
  canary: [],
  uncanary: [],
};

/** What must be true of every run, told apart from how the core comes to it. */
export interface Oracle {
  /** Before the event, with the state before it. */
  readonly hears: (event: Event, trueMs: number, before: Cutover | null) => void;
  /** For every line, with the state before and after it. */
  readonly reads: (line: Line, before: Cutover | null, after: Cutover) => void;
  /** After the event. */
  readonly looks: (after: Cutover) => void;
}

/** Before the last step has swapped: what a server gives now still matters to a swap that may come. */
const matters = ({ stage, step, plan, rollback }: Cutover): boolean =>
  stage !== 'sweep' &&
  stage !== 'settle' &&
  (stage !== 'propagate' || step + 1 < plan.steps.length) &&
  (stage !== 'rollback' || (rollback?.phase === 'settling' && rollback.target > LOW));

/**
 * `trueMs` is a clock that nobody sets and no boot restarts. What caches may hold is judged by it alone:
 * from the last moment at which a server gave the MX more than the low TTL, or nobody had asked it yet.
 */
export function oracle(lowTtl: number): Oracle {
  let now = 0;
  let wall: Instant = 0;
  let cachedUntil = 0;
  let proven = false;
  let watched = false;
  const unasked = new Set<string>();
  let lost = false;

  const mayGive = (ttl: number): void => {
    cachedUntil = Math.max(cachedUntil, now + ttl * 1000);
  };

  /**
   * Whatever it gives now: it may have given the old TTL until this moment. Once a swap is out a server is
   * asked within seconds, and counts from when the delegation led to it.
   */
  const asked = (label: string, { swaps, snapshot }: Cutover): void => {
    if (unasked.delete(label) && swaps.length === 0) mayGive(snapshot?.longest ?? 0);
  };

  const swapIntended = (before: Cutover, intent: Intent): void => {
    if (before.swaps.length === 0)
      expect(proven, 'a drain was proven since the last low round began').toBe(true);
    if (before.swaps.length === 0 || before.step > 0)
      expect(now, 'no cache holds a longer TTL').toBeGreaterThanOrEqual(cachedUntil);
    const { swapUntil } = before.window;
    const { swapFrom } = before.plan.policy.schedule;
    if (swapUntil !== null) {
      expect(wall, 'within the window').toBeLessThan(swapUntil);
      expect(intent.by, 'never sent after the window').toBeLessThanOrEqual(swapUntil);
    }
    if (swapFrom !== null) expect(wall, 'not before the window').toBeGreaterThanOrEqual(swapFrom);
    for (const { before: from } of intent.changes)
      if (from?.type === 'MX') expect(from.ttl, 'from the low TTL').toBeLessThanOrEqual(lowTtl);
    if (before.step === 0) expect(before.drain, 'the drain runs').not.toBeNull();
  };

  /** What a drain rests on, a rollback has undone, and a delegation leads to. */
  const told = (line: Line, before: Cutover): void => {
    if (line.type === 'owner.changed') watched = false;
    if (line.type === 'hold.lifted' && line.data.by !== 'cause gone') watched = false;
    if (line.type === 'servers.changed') {
      const known = before.servers.map(serverLabel);
      const found = line.data.servers.map(serverLabel);
      // One that left was in use until now, and may have given the old TTL.
      for (const label of known) if (!found.includes(label)) asked(label, before);
      for (const label of found.filter(one => !known.includes(one))) {
        unasked.add(label);
        if (matters(before)) mayGive(before.snapshot?.longest ?? 0);
      }
    }
    if (line.type === 'drain.proven') {
      expect(watched, 'this owner has looked').toBe(true);
      expect([...unasked], 'every server was asked').toEqual([]);
    }
    const { intent } = before;
    const isMx = intent?.changes.some(({ after }) => after?.type === 'MX') ?? false;
    const swap = isMx && intent?.purpose === 'swap';
    if (line.type === 'write.not-applied' && swap) lost ||= !isRefusal(line.data.code);
    if (line.type === 'write.confirmed' && isMx && before.stage === 'rollback') lost = false;
    if (line.type === 'ended' && line.data.outcome === 'rolled-back')
      expect(lost, 'a lost swap was looked for').toBe(false);
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
      if (before.stage !== 'rollback') {
        expect(before.paused).toBeNull();
        const frozen = before.plan.policy.schedule.freeze.some(
          ({ from, until }) => from <= wall && wall < until,
        );
        expect(frozen, `${intent.purpose} in a freeze`).toBe(false);
      }
    }
    for (const { before: found, after } of intent.changes)
      if (found?.type === 'MX') expect(after, 'there is always an MX').not.toBeNull();
    if (intent.purpose === 'swap') swapIntended(before, intent);
  };

  return {
    hears: (event, trueMs, before) => {
      now = trueMs;
      if (event.type !== 'observed' && event.type !== 'surveyed') return;
      const round = event.type === 'observed' ? event.round : event.survey.round;
      if (event.type === 'observed') watched = true;
      const counts = before === null || matters(before);
      for (const reading of round.readings) {
        if (before !== null) asked(serverLabel(reading), before);
        for (const { rrset, key } of reading.served)
          if (key.endsWith(' MX') && rrset !== null && rrset.ttl > lowTtl && counts)
            mayGive(rrset.ttl);
      }
    },
    reads: (line, before, after) => {
      wall = line.at;
      expect(after.seq).toBe((before?.seq ?? 0) + 1);
      if (line.type === 'drain.proven') proven = true;
      if (line.type === 'drain.reset') proven = false;
      if (line.type === 'stage.entered' && line.data.stage === 'lower') proven = false;
      if (before !== null) told(line, before);
      if (line.type === 'write.intended' && before !== null) intended(before, line.data.intent);
    },
    looks: after => {
      const effects = due(after);
      const keys = effects.map(({ key }) => key);
      expect(keys).toStrictEqual([...new Set(keys)]);
      const writes = effects
        .filter(effect => effect.do === 'write')
        .filter(({ intent }) => intent.position !== null || intent.purpose.endsWith('claim'));
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
