import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openAccount, openAccounts, type Rate } from '../../providers/account.ts';
import { RATE as cloudflare } from '../../providers/cloudflare/client.ts';
import { limits } from '../../src/limits.ts';
import { type Urgency } from '../../src/provider.ts';
import { virtualClock } from '../support/virtual-clock.ts';

interface Gone {
  readonly who: number;
  readonly urgency: Urgency;
  readonly at: number;
}

/** An account on a clock of its own, and who got a turn when. */
function scene(rate: Rate) {
  const time = virtualClock();
  const account = openAccount(
    time.clockFor(act => {
      act();
    }),
    rate,
  );
  const gone: Gone[] = [];
  const failed: unknown[] = [];
  let next = 0;
  const ask = (urgency: Urgency = 'usual', signal = new AbortController().signal): number => {
    const who = next++;
    account.turn(urgency, signal).then(
      () => gone.push({ who, urgency, at: time.truth() }),
      (error: unknown) => failed.push(error),
    );
    return who;
  };
  /** Lets this much time pass, or all that is waited for. */
  const pass = async (ms = Infinity) => {
    const end = time.truth() + ms;
    if (ms !== Infinity) time.after(ms, () => undefined);
    await time.run(() => time.truth() >= end, end);
  };
  return { time, account, gone, failed, ask, pass };
}

const arrivals = fc.array(
  fc.record({ gap: fc.nat(3000), urgency: fc.constantFrom<Urgency>('usual', 'rollback') }),
  { maxLength: 60 },
);
const rates = fc
  .record({ perSecond: fc.integer({ min: 1, max: 20 }), burst: fc.integer({ min: 2, max: 8 }) })
  .chain(rate =>
    fc.integer({ min: 0, max: rate.burst - 1 }).map(reserve => ({ ...rate, reserve })),
  );

describe('the rate of an account', () => {
  it('is kept over any stretch, and the usual ones never use the reserve', async () => {
    await fc.assert(
      fc.asyncProperty(rates, arrivals, async (rate, visitors) => {
        const { gone, ask, pass } = scene(rate);
        for (const { gap, urgency } of visitors) {
          await pass(gap);
          ask(urgency);
        }
        await pass();
        expect(gone).toHaveLength(visitors.length);
        gone.forEach((to, index) => {
          // Before a usual one goes, the reserve is untouched: counted back over every stretch.
          const burst = to.urgency === 'usual' ? rate.burst - rate.reserve : rate.burst;
          for (let from = 0; from <= index; from++) {
            const stretch = (to.at - (gone[from]?.at ?? 0)) / 1000;
            const most = burst + stretch * rate.perSecond + 1e-6;
            expect(index - from + 1).toBeLessThanOrEqual(most);
          }
        });
      }),
      { numRuns: 60 },
    );
  });

  it('is also used: the queue is as fast as the rate allows', async () => {
    const { gone, ask, pass } = scene({ perSecond: 5, burst: 4, reserve: 1 });
    for (let n = 0; n < 8; n++) ask();
    await pass();
    expect(gone.map(({ at }) => at)).toEqual([0, 0, 0, 200, 400, 600, 800, 1000]);
    expect(gone.map(({ who }) => who)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });
});

it('leaves the reserve free in any five minutes of a Cloudflare user', async () => {
  const rollbacks = fc.array(
    fc.record({ at: fc.nat(600), count: fc.integer({ min: 1, max: 200 }) }),
    {
      ...{ minLength: 1, maxLength: 5 },
    },
  );
  await fc.assert(
    fc.asyncProperty(rollbacks, async bursts => {
      const { time, gone, ask, pass } = scene(cloudflare);
      // Somebody else's work without end: as many as may wait, at every moment.
      for (const second of Array.from({ length: 601 }, (_, at) => at)) {
        for (let n = second === 0 ? 200 : 5; n > 0; n--) ask();
        for (const { at, count } of bursts)
          if (at === second) for (let n = 0; n < count; n++) ask('rollback');
        await pass(second * 1000 + 1000 - time.truth());
      }
      const times = gone.map(({ at }) => at);
      expect(times.length).toBeGreaterThan(1800);
      let from = 0;
      times.forEach((at, to) => {
        while (at - (times[from] ?? at) >= 300_000) from++;
        expect(to - from + 1).toBeLessThanOrEqual(1000);
      });
      // Whoever comes first to an untouched reserve goes at once.
      const [first] = bursts.toSorted((one, other) => one.at - other.at);
      const began = gone
        .filter(({ urgency }) => urgency === 'rollback')
        .slice(0, cloudflare.reserve);
      const most = Math.min(cloudflare.reserve, first?.count ?? 0);
      for (const { at } of began.slice(0, most)) expect(at).toBe((first?.at ?? 0) * 1000);
    }),
    { numRuns: 10 },
  );
});

describe('a rollback', () => {
  it('goes at once, ahead of a thousand that wait', async () => {
    const { time, gone, ask, pass } = scene({ perSecond: 5, burst: 5, reserve: 3 });
    for (let n = 0; n < 1000; n++) ask();
    await pass(1000);
    const came = time.truth();
    const three = [ask('rollback'), ask('rollback'), ask('rollback')];
    await pass(0);
    const theirs = gone.filter(({ urgency }) => urgency === 'rollback');
    expect(theirs.map(({ who, at }) => [who, at])).toEqual(three.map(who => [who, came]));
  });

  it('that finds the reserve used up waits for one interval, not for the queue', async () => {
    const { time, gone, ask, pass } = scene({ perSecond: 5, burst: 2, reserve: 1 });
    for (let n = 0; n < 1000; n++) ask();
    await pass(1000);
    const came = time.truth();
    ask('rollback');
    ask('rollback');
    await pass(300);
    const theirs = gone.filter(({ urgency }) => urgency === 'rollback');
    expect(theirs.map(({ at }) => at - came)).toEqual([0, 200]);
  });

  it('is let in where the queue of the others is full', async () => {
    const { gone, failed, ask, pass } = scene({ perSecond: 5, burst: 2, reserve: 1 });
    ask();
    await pass(0);
    for (let n = 0; n <= limits.requestsWaiting; n++) ask();
    const rollback = ask('rollback');
    await pass(0);
    expect(failed).toMatchObject([
      { code: 'RATE_LIMITED', retryAfterMs: limits.requestsWaiting * 200 },
    ]);
    expect(gone.at(-1)?.who).toBe(rollback);
  });

  it('does not rest', async () => {
    const { account, gone, ask, pass } = scene({ perSecond: 5, burst: 5, reserve: 2 });
    account.rest(5000);
    ask();
    ask('rollback');
    await pass(4999);
    expect(gone.map(({ urgency }) => urgency)).toEqual(['rollback']);
    await pass(1);
    expect(gone.map(({ urgency, at }) => [urgency, at])).toEqual([
      ['rollback', 0],
      ['usual', 5000],
    ]);
  });
});

describe('who gives up', () => {
  it('leaves the queue, takes nothing with it, and holds nobody up', async () => {
    const { gone, failed, ask, pass } = scene({ perSecond: 1, burst: 1, reserve: 0 });
    const owner = new AbortController();
    ask();
    const second = ask('usual', owner.signal);
    const third = ask();
    await pass(500);
    owner.abort();
    await pass();
    expect(failed).toMatchObject([{ code: 'ABORTED' }]);
    expect(gone.map(({ who, at }) => [who, at])).toEqual([
      [0, 0],
      [third, 1000],
    ]);
    expect(second).toBe(1);
  });

  it('beforehand is never in it; afterwards nothing happens', async () => {
    const { gone, failed, ask, pass } = scene({ perSecond: 1, burst: 1, reserve: 0 });
    const owner = new AbortController();
    ask('usual', AbortSignal.abort());
    ask('usual', owner.signal);
    const waiting = ask();
    await pass(1);
    // Its turn was over: nobody else may lose a place for it.
    owner.abort();
    await pass();
    expect(failed).toHaveLength(1);
    expect(gone.map(({ who }) => who)).toEqual([1, waiting]);
  });
});

describe('a rest', () => {
  it('also holds up those who wait already; the longer of two counts', async () => {
    const { account, gone, ask, pass } = scene({ perSecond: 1, burst: 1, reserve: 0 });
    ask();
    ask();
    await pass(100);
    account.rest(5000);
    account.rest(1000);
    await pass();
    expect(gone.map(({ at }) => at)).toEqual([0, 5100]);
  });

  it('that is longer than anybody can wait is told at once; it is bounded all the same', async () => {
    const { account, gone, failed, ask, pass } = scene({ perSecond: 1, burst: 2, reserve: 1 });
    account.rest(1e15);
    ask();
    ask('rollback');
    await pass(1000);
    expect(failed).toMatchObject([{ code: 'RATE_LIMITED', retryAfterMs: limits.restMostMs }]);
    expect(gone.map(({ urgency }) => urgency)).toEqual(['rollback']);
    await pass(limits.restMostMs - limits.retryCeilingMs - 1000);
    ask();
    await pass();
    expect(gone.at(-1)).toMatchObject({ urgency: 'usual', at: limits.restMostMs });
  });

  it('of no length of time is none', async () => {
    const { account, gone, ask, pass } = scene({ perSecond: 1, burst: 1, reserve: 0 });
    account.rest(Number.NaN);
    account.rest(-1);
    ask();
    await pass();
    expect(gone).toHaveLength(1);
  });
});

it('is one for all who name the same', () => {
  const accounts = openAccounts(
    virtualClock().clockFor(act => {
      act();
    }),
  );
  const rate = { perSecond: 1, burst: 1, reserve: 0 };
  expect(accounts('route53 1', rate)).toBe(accounts('route53 1', { ...rate }));
  expect(accounts('route53 1', rate)).not.toBe(accounts('route53 2', rate));
});
