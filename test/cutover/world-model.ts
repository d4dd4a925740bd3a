import { expect } from 'vitest';
import { due } from '../../src/cutover/course.ts';
import { type Cutover } from '../../src/cutover/cutover.ts';
import { type Event } from '../../src/cutover/event.ts';
import { type Line } from '../../src/cutover/line.ts';
import { type News } from '../../src/cutover/news.ts';
import { stepPosition, valueAt } from '../../src/cutover/path.ts';
import { allThere } from '../../src/cutover/standing.ts';
import { type Round } from '../../src/cutover/survey.ts';
import { sameRRset } from '../../src/dns/rrset.ts';
import { type Oracle } from './model.ts';

const watches = ({ plan }: Cutover): boolean => plan.policy.watch.resolvers !== 'none';

/** The stages in which the caches of the world may be asked. */
const asking = ['drain', 'propagate', 'sweep', 'rollback'];

/** Does every server that was asked give what the step wrote, and was one asked? */
function shows({ plan, step }: Cutover, round: Round): boolean {
  const swapped = plan.tracks.filter(track => track.swapped);
  return round.readings.every(reading =>
    swapped.every(track => {
      const served = reading.served.find(({ key }) => key === track.key);
      return served !== undefined && sameRRset(served.rrset, valueAt(track, stepPosition(step)));
    }),
  );
}

/** What must be true of resolvers: they inform, and never decide alone. `trueMs` as in the other oracle. */
export function worldOracle(): Oracle {
  let now = 0;
  let heard: News | null = null;
  /** The last moment at which a server was not seen to give what the step wrote. */
  let notNew = 0;
  let swappedAt = 0;
  let seenSince = 0;
  let drainSince = 0;
  let holds: number[] = [];

  const leaves = (line: Line, before: Cutover): void => {
    const { ttl, watch } = before.plan.policy;
    expect(allThere(before), 'every server gives the new set').toBe(true);
    expect(now - notNew, 'for the bound').toBeGreaterThanOrEqual((ttl.low + ttl.margin) * 1000);
    if (line.type !== 'caches.propagated') return;
    const { why } = line.data;
    if (why === 'at-most') expect(now - swappedAt).toBeGreaterThanOrEqual(watch.atMost * 1000);
    if (why === 'target') {
      expect(heard).toMatchObject({ complete: true, unexplained: 0 });
      expect((heard?.share ?? 0) * 100).toBeGreaterThanOrEqual(watch.target - 1);
      expect(heard?.ableToTell).toBeGreaterThanOrEqual(0.5);
    }
    if (why === 'bound') expect(heard).toMatchObject({ total: 0 });
  };

  const drained = (before: Cutover): void => {
    const { longest, plan } = before;
    const capMs = (2 * longest + plan.policy.ttl.margin) * 1000;
    for (const until of holds)
      expect(now, 'no entry that was seen is alive').toBeGreaterThanOrEqual(
        Math.min(until, drainSince + capMs),
      );
  };

  const told = (line: Line, before: Cutover): void => {
    if (line.type === 'drain.started') drainSince = seenSince;
    if (line.type === 'drain.proven') drained(before);
    if (line.type === 'write.confirmed') {
      heard = null;
      notNew = now;
      if (before.intent?.purpose === 'swap') swappedAt = now;
    }
    if (line.type === 'authority.seen') seenSince = now;
    // Nobody's word counts that was given before.
    if (['owner.changed', 'authority.seen'].includes(line.type)) heard = null;
    if (line.type === 'owner.changed') notNew = now;
    if (line.type === 'stage.entered' && line.data.stage === 'lower') holds = [];
    const left = line.type === 'stage.entered' && before.stage === 'propagate';
    const onwards = left && line.data.stage !== 'rollback';
    if (line.type === 'caches.propagated' || onwards) leaves(line, before);
    if (line.type === 'held' && line.data.reason.why === 'resolvers-cannot-tell') {
      expect(before.stage).toBe('propagate');
      expect(watches(before)).toBe(true);
    }
    if (line.type.startsWith('caches.')) expect(watches(before), line.type).toBe(true);
  };

  return {
    hears: (event: Event, trueMs, before) => {
      now = trueMs;
      if (before === null) return;
      if (event.type === 'news') {
        heard = event.news;
        const { entry } = event.news;
        if (before.stage === 'drain' && before.drain !== null && before.ending === null)
          if (entry !== null && watches(before)) holds.push(now + entry.leftMs);
      }
      if (event.type === 'observed' && !shows(before, event.round)) notNew = now;
    },
    reads: (line, before) => {
      if (before !== null) told(line, before);
    },
    looks: after => {
      const effects = due(after);
      const watch = effects.find(effect => effect.do === 'watch');
      if (watch !== undefined) {
        expect(asking).toContain(after.stage);
        const { mode, new: aim, old, authorityNewSince } = watch.watch;
        expect(aim === null).toBe(mode === 'baseline');
        expect(mode === 'baseline').toBe(after.stage === 'drain');
        if (mode === 'baseline') expect(after.authority).not.toBeNull();
        expect(old).not.toContainEqual(aim);
        if (authorityNewSince !== null) expect(allThere(after)).toBe(true);
      }
      const { stage, hold, ending, outcome, drain, authority } = after;
      const open = ending === null && outcome === null && watches(after);
      // In the drain this owner must have seen the servers first.
      const draining = stage === 'drain' && drain !== null && authority !== null;
      if (open && (stage === 'propagate' || stage === 'sweep' || draining))
        expect(watch, `the world is watched in ${stage}`).toBeDefined();
      if (hold?.why === 'resolvers-cannot-tell' && open)
        expect(
          effects.some(effect => effect.do === 'wake'),
          'the hold ends by itself',
        ).toBe(true);
    },
  };
}

/** Several judges of one run. */
export const together = (...oracles: readonly Oracle[]): Oracle => ({
  hears: (...all) => {
    for (const one of oracles) one.hears(...all);
  },
  reads: (...all) => {
    for (const one of oracles) one.reads(...all);
  },
  looks: after => {
    for (const one of oracles) one.looks(after);
  },
});
