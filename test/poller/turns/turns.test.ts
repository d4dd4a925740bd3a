import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bucketOf, readyAt } from '../../../src/bucket.ts';
import { heapOf } from '../../../src/poller/turns/heap.ts';
import {
  enter,
  type Lane,
  laneOf,
  leave,
  nextTurn,
  type Timed,
  type Turn,
  waitMs,
} from '../../../src/poller/turns/lane.ts';
import { claimOf, flow, type Flow } from '../../../src/poller/turns/turns.ts';

const [first, again, idle] = (['first', 'again', 'idle'] as const).map(kind =>
  claimOf(kind, { times: 1 }),
) as [Turn['claim'], Turn['claim'], Turn['claim']];

interface Place {
  readonly lane: Lane;
  readonly its: Flow;
  readonly claim?: Turn['claim'];
}

interface Asker extends Turn {
  readonly who: string;
  asked: number;
}

function asker(who: string, { lane, its, claim = again }: Place): Asker {
  const nothing = () => undefined;
  const turn = { slot: -1, at: 0, rank: 0, order: 0, claim, flow: its, lane };
  return { ...turn, fire: nothing, ask: nothing, who, asked: 0 };
}

/** A budget for one question a second in all, and resolvers that may be asked as often as they like. */
function site(count: number) {
  const timers = heapOf<Timed>((one, other) => one.at < other.at);
  const root = laneOf(bucketOf(1, 1000), null, { timers });
  const lanes = Array.from({ length: count }, () => laneOf(null, root, { timers }));
  let now = 0;
  return {
    ...{ root, lanes, timers },
    /** A lane that may ask once a minute. */
    scarce: () => laneOf(bucketOf(1, 60_000), root, { timers, scarce: true }),
    now: () => now,
    /** Who asks next, as soon as anybody may; null: nobody waits. */
    next: (): Asker | null => {
      for (;;) {
        for (let due = timers.first(); due !== undefined && due.at <= now; due = timers.first()) {
          timers.remove(due);
          due.fire(due, now);
        }
        const turn = nextTurn(root, now) as Asker | null;
        if (turn !== null) {
          turn.asked += 1;
          return turn;
        }
        if (root.waiting === 0) return null;
        const ready = root.ready.size > 0 ? readyAt(root.bucket!) : Infinity;
        now = Math.min(ready, timers.first()?.at ?? Infinity);
      }
    },
  };
}

describe('who watches', () => {
  const crowds = fc.record({
    /** How many questions each of them always has waiting. */
    sizes: fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 2, maxLength: 12 }),
    resolvers: fc.integer({ min: 1, max: 10 }),
    rounds: fc.integer({ min: 2, max: 40 }),
  });

  it('is asked for as often as any other, however many questions each has waiting', () => {
    fc.assert(
      fc.property(crowds, ({ sizes, resolvers, rounds }) => {
        const { lanes, next, now } = site(resolvers);
        const counts = sizes.map(() => 0);
        for (const [who, size] of sizes.entries()) {
          const its = flow();
          for (let i = 0; i < size; i++)
            enter(asker(String(who), { lane: lanes[i % resolvers]!, its }), now());
        }
        for (let i = 0; i < rounds * sizes.length; i++) {
          const turn = next()!;
          counts[Number(turn.who)]! += 1;
          enter(turn, now());
          expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  const late = fc.record({
    many: fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 10 }),
    few: fc.integer({ min: 1, max: 4 }),
    before: fc.integer({ min: 0, max: 60 }),
    resolvers: fc.integer({ min: 1, max: 6 }),
  });

  it('and comes late with few questions waits for one of each of the others for each of its own', () => {
    fc.assert(
      fc.property(late, ({ many, few, before, resolvers }) => {
        const { lanes, next, now } = site(resolvers);
        for (const [who, size] of many.entries()) {
          const its = flow();
          for (let i = 0; i < size; i++)
            enter(asker(String(who), { lane: lanes[i % resolvers]!, its }), now());
        }
        for (let i = 0; i < before; i++) {
          const turn = next()!;
          enter(turn, now());
        }
        const its = flow();
        for (let i = 0; i < few; i++)
          enter(asker('late', { lane: lanes[i % resolvers]!, its }), now());
        let [asked, turns] = [0, 0];
        while (asked < few) {
          const turn = next()!;
          turns += 1;
          if (turn.who === 'late') asked += 1;
          else enter(turn, now());
        }
        expect(turns).toBeLessThanOrEqual((few + 1) * (many.length + 1));
      }),
    );
  });

  it('of whom the swap was long ago is asked for less often, and never left out', () => {
    const { lanes, next, now } = site(1);
    const claims = [1, 4, 20].map(times => claimOf('again', { times }));
    for (const claim of claims)
      enter(asker(String(claim.cost), { lane: lanes[0]!, its: flow(), claim }), now());
    const counts: Record<string, number> = {};
    for (let i = 0; i < 260; i++) {
      const turn = next()!;
      counts[turn.who] = (counts[turn.who] ?? 0) + 1;
      enter(turn, now());
    }
    expect(counts).toEqual({ 1: 200, 4: 50, 20: 10 });
  });

  it('looks at what is settled without keeping its own questions waiting', () => {
    const { lanes, next, now } = site(4);
    const [mine, others] = [flow(), flow()];
    for (let i = 0; i < 30; i++)
      enter(asker('idle', { lane: lanes[i % 4]!, its: mine, claim: idle }), now());
    enter(asker('other', { lane: lanes[3]!, its: others }), now());
    const order: string[] = [];
    for (let i = 0; i < 100; i++) {
      const turn = next()!;
      order.push(turn.who);
      enter(turn, now());
      if (i === 49) enter(asker('mine', { lane: lanes[0]!, its: mine }), now());
    }
    expect(order.slice(50, 53)).toContain('mine');
    expect(order.filter(who => who === 'idle').length).toBeGreaterThan(2);
  });
});

it('a first question that waits keeps none waiting that meets the end of an entry', () => {
  const { lanes, next, now } = site(2);
  for (let who = 0; who < 10; who++) {
    const its = flow();
    for (let i = 0; i < 50; i++)
      enter(asker(String(who), { lane: lanes[i % 2]!, its, claim: first }), now());
    if (who === 4) enter(asker('end', { lane: lanes[0]!, its }), now());
  }
  const order = Array.from({ length: 500 }, () => next()!.who);
  expect(order.indexOf('end')).toBeLessThanOrEqual(11);
});

describe('a resolver that may be asked once a minute', () => {
  const acts = fc.array(
    fc.record({ what: fc.constantFrom('come', 'ask', 'ask', 'go'), which: fc.nat(100) }),
    { minLength: 10, maxLength: 120 },
  );

  it('is asked nothing again for anybody while somebody waits for a first answer of it', () => {
    fc.assert(
      fc.property(acts, list => {
        const { scarce, next, now } = site(0);
        const lane = scarce();
        const waiting: Asker[] = [];
        let names = 0;
        for (const { what, which } of list) {
          if (what === 'come') {
            waiting.push(asker(String(names++), { lane, its: flow(), claim: first }));
            enter(waiting.at(-1)!, now());
          } else if (what === 'go' && waiting.length > 0) {
            const [gone] = waiting.splice(which % waiting.length, 1);
            leave(gone!, now());
          } else if (waiting.length > 0) {
            const turn = next()!;
            const asked = waiting.map(one => one.asked - (one === turn ? 1 : 0));
            if (turn.asked > 1) expect(Math.min(...asked)).toBeGreaterThan(0);
            turn.claim = again;
            enter(turn, now());
          }
        }
      }),
    );
  });

  it('goes round: nobody is asked for twice before everybody who waits was, for ever', () => {
    const { scarce, next, now } = site(0);
    const lane = scarce();
    const all = Array.from({ length: 50 }, (_, i) =>
      asker(String(i), { lane, its: flow(), claim: first }),
    );
    for (const one of all) enter(one, now());
    for (let i = 0; i < 500; i++) {
      const turn = next()!;
      turn.claim = again;
      enter(turn, now());
      const counts = all.map(one => one.asked);
      expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
    }
    expect(now()).toBeGreaterThanOrEqual(499 * 60_000);
  });

  it('comes as soon as it may, although the others always have questions waiting', () => {
    const { lanes, scarce, next, now } = site(3);
    for (let who = 0; who < 20; who++) {
      const its = flow();
      for (let i = 0; i < 10; i++) enter(asker('other', { lane: lanes[i % 3]!, its }), now());
    }
    const lane = scarce();
    for (let i = 0; i < 5; i++) enter(asker('rare', { lane, its: flow(), claim: first }), now());
    const times: number[] = [];
    for (let i = 0; i < 300; i++) {
      const turn = next()!;
      if (turn.who === 'rare') times.push(now());
      else enter(turn, now());
    }
    expect(times).toHaveLength(5);
    for (const [i, at] of times.entries())
      if (i > 0) expect(at - times[i - 1]!).toBeLessThanOrEqual(60_000 + 21_000);
  });

  it('says about how long it may take: first questions in the order in which they came', () => {
    const { scarce, next, now } = site(0);
    const lane = scarce();
    const all = Array.from({ length: 4 }, (_, i) =>
      asker(String(i), { lane, its: flow(), claim: first }),
    );
    for (const one of all) enter(one, now());
    const minutes = () => all.slice(1).map(one => waitMs(one) / 60_000);
    expect(minutes()).toEqual([2, 3, 4]);
    next();
    expect(minutes()).toEqual([1, 2, 3]);
  });
});

it('a budget of all says how long it may take: as much as it may ask before', () => {
  const { lanes, now } = site(2);
  const askers = [0, 1, 0].map((lane, i) => asker(String(i), { lane: lanes[lane]!, its: flow() }));
  for (const one of askers) enter(one, now());
  expect(askers.map(waitMs)).toEqual([3000, 3000, 3000]);
});
