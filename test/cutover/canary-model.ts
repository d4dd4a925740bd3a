import { expect } from 'vitest';
import { apply } from '../../src/cutover/apply.ts';
import { canaryIsGone, canaryValue } from '../../src/cutover/canary.ts';
import { due } from '../../src/cutover/course.ts';
import { type Cutover } from '../../src/cutover/cutover.ts';
import { type Event } from '../../src/cutover/event.ts';
import { type Line } from '../../src/cutover/line.ts';
import { type Plan } from '../../src/cutover/plan.ts';
import { step } from '../../src/cutover/step.ts';
import { isFault } from '../../src/errors.ts';
import { type Oracle } from './model.ts';
import { nowOf, type Play } from './play.ts';

const withoutCanary = (plan: Plan): Plan => ({
  ...plan,
  policy: { ...plan.policy, watch: { ...plan.policy.watch, canary: false } },
});

/** What is about the canary alone. */
const isCanarys = (event: Event): boolean =>
  event.type === 'canary' || (event.type === 'settled' && event.intent.startsWith('c'));

/** What of a state may differ where nobody has thought of a canary is left out, and what never changes. */
const bare = (state: Cutover): unknown => ({
  ...{ ...state, canary: null, seq: 0 },
  ...{ plan: null, snapshot: null },
});

/**
 * What must be true of the canary. The strongest: a twin that has none and hears the same is, until it ends,
 * in the same state. So nothing of the move waits for the canary, and nothing of it changes the move.
 */
export function canaryOracle(play: Play): Oracle & { readonly begin: (state: Cutover) => void } {
  let twin: Cutover | null = null;
  let seen: { readonly after: Cutover; readonly twin: Cutover } | null = null;
  const intended = (line: Extract<Line, { type: 'canary.intended' }>, before: Cutover): void => {
    const { intent } = line.data;
    const { canary, stage, hold, paused, ending, outcome } = before;
    expect(canary?.intent, 'one write of it at a time').toBeNull();
    expect(outcome).toBeNull();
    const [change] = intent.changes;
    const was = canaryValue(before, change?.before ?? null);
    const removes = change?.after === null;
    expect(intent.purpose).toBe(removes ? 'uncanary' : 'canary');
    if (canary?.stands !== 'nothing') expect(was, 'what is believed to stand').toBe(canary?.stands);
    if (!removes) expect(stage).toBe('drain');
    if (ending !== null) expect(removes).toBe(true);
    else {
      expect(hold).toBeNull();
      if (stage !== 'rollback') expect(paused).toBeNull();
    }
  };
  const told = (line: Line, before: Cutover): void => {
    if (line.type === 'canary.intended') intended(line, before);
    if (line.type === 'canary.left') expect(before.canary?.stands).not.toBe('left');
    if (line.type === 'held')
      expect(JSON.stringify(line.data), 'nobody is held up').not.toContain('*._dns-cutover');
    if (line.type === 'ended') expect(canaryIsGone(before), 'it is gone at the end').toBe(true);
  };
  return {
    begin: state => {
      if (state.canary === null) return;
      twin = { ...state, plan: withoutCanary(state.plan), canary: null };
    },
    hears: event => {
      if (twin === null || isCanarys(event)) return;
      try {
        twin = step(twin, event, nowOf(play)).reduce<Cutover>(apply, twin);
      } catch (error) {
        if (!isFault(error, 'REFUSED')) throw error;
      }
      // It does not wait: what follows is no longer the same.
      if (twin.outcome !== null) twin = null;
    },
    reads: (line, before) => {
      if (before !== null) told(line, before);
    },
    looks: after => {
      const { canary, intent, hold, stage, ending } = after;
      const writes = due(after).filter(effect => effect.do === 'write');
      const ours = writes.filter(effect => effect.intent.id.startsWith('c'));
      const open = after.outcome === null ? (canary?.intent ?? null) : null;
      expect(ours.map(effect => effect.intent)).toStrictEqual(open === null ? [] : [open]);
      const sends = ours.some(effect => effect.send);
      if (ending === null && (hold !== null || intent !== null)) expect(sends).toBe(false);
      if (due(after).some(effect => effect.do === 'canary')) expect(stage).toBe('drain');
      if (twin === null || (after === seen?.after && twin === seen.twin)) return;
      seen = { after, twin };
      const [one, other] = [bare(after), bare(twin)];
      if (JSON.stringify(one) !== JSON.stringify(other)) expect(one).toStrictEqual(other);
    },
  };
}
