import { describe, expect, it } from 'vitest';
import { type CacheState } from '../../src/propagation/cachestate.ts';
import { type Expectation } from '../../src/propagation/expectation.ts';
import { nextAsk } from '../../src/propagation/schedule.ts';
import { stragglerOf } from '../../src/propagation/straggler.ts';
import { empty, expectation, fold, saidNew, saidOld, silent } from './example.ts';

/*
 * Software that the tests do not run, as it answered when a watch met it: Knot Resolver 5.6, PowerDNS
 * Recursor 4.8 and dnsmasq 2.90. Every server turned at 1 s.
 */
const s = (seconds: number) => seconds * 1000;
const brief: Expectation = { ...expectation, ttl: { old: 10, low: 10 } };

const verdicts = (states: readonly CacheState[]) => states.map(({ verdict }) => verdict);
const told = (states: readonly CacheState[], expected = brief) =>
  states.map(state => {
    const straggler = stragglerOf(state, expected);
    return straggler === null ? null : [straggler.cause, straggler.until];
  });

const policyOf = (gapMs: number) => ({
  ...({ mode: 'watch', chance: 0, samples: 1, gapMs } as const),
  ...{ longestMs: 600_000, settledMs: null },
});

describe('PowerDNS Recursor', () => {
  it('gives stale data a TTL again: until new has been there for a TTL, others may hold old', () => {
    // The server was gone from -13 s to 1 s. Whoever asked in another form was given old until 24.8 s.
    const gone = { ...brief, swappedAt: s(-12) };
    const nsid = 'recursor';
    const before = [
      saidOld(s(-14.6), 10, { nsid }),
      saidOld(s(-2.9), 9, { nsid }),
      saidOld(s(5.9), 10, { nsid }),
      saidOld(s(7.2), 9, { nsid }),
      saidNew(s(16.2), 10, { nsid }),
      saidNew(s(17.5), 9, { nsid }),
    ];
    const states = fold(before, gone);
    expect(verdicts(states)).toEqual(['old', 'old', 'old', 'old', 'mixed', 'mixed']);
    expect(told(states, gone).slice(1)).toEqual([
      ['fetched old again', s(7.1)],
      ...[['serves stale', null] as const, ['serves stale', null] as const],
      ...[['serves stale', s(27.2)] as const, ['serves stale', s(27.2)] as const],
    ]);
    const policy = policyOf(1000);
    expect(nextAsk(states.at(-1)!, gone, { policy, now: s(17.5) })?.at).toBe(s(27.2));
    const [last] = fold([...before, saidNew(s(27.2), 9, { nsid })], gone).slice(-1);
    expect(last?.verdict).toBe('new');
  });

  it('shows no TTL below 1, and fetches new then', () => {
    const states = fold([saidOld(s(-2), 9), saidOld(s(6.9), 1), saidNew(s(7.6), 10)], brief);
    expect(told(states)).toEqual([
      ...[
        ['waiting for its TTL', s(8)],
        ['waiting for its TTL', s(8.9)],
      ],
      ['waiting for its TTL', s(8.9)],
    ]);
    expect(verdicts(fold([saidOld(s(-2), 9), saidNew(s(8.1), 10)], brief))).toEqual(['old', 'new']);
  });

  it('raises a TTL of 0 to 1, again and again', () => {
    const zero: Expectation = { ...expectation, ttl: { old: 0, low: 0 } };
    const states = fold([0.5, 3, 6].map(at => saidOld(s(at), 1)).concat(saidNew(s(9), 1)), zero);
    expect(verdicts(states)).toEqual(['old', 'old', 'old', 'new']);
    expect(told(states, zero)[0]?.[0]).toBe('raises TTLs');
  });
});

describe('Knot Resolver', () => {
  it('keeps whole answers longer than their TTL says: at 0 for seconds, nothing tells until when', () => {
    // cache.min_ttl(16), and an answer of another resolver: fetched at -3 s, kept until 13.5 s.
    const at0 = [8.3, 8.8, 9.3, 9.9, 10.4, 11.9, 12.8, 13.4].map(at => saidOld(s(at), 0));
    const states = fold(
      [
        saidOld(s(-2), 9),
        saidOld(s(6.9), 1),
        ...at0,
        ...[14, 14.5, 15].map(at => saidNew(s(at), 10)),
      ],
      brief,
    );
    expect(verdicts(states).slice(-4)).toEqual(['old', 'mixed', 'mixed', 'new']);
    expect(verdicts(states).indexOf('new')).toBe(states.length - 1);
    const whenZero = told(states).slice(2, 10);
    expect(whenZero.slice(0, 4).map(one => one?.[0])).toEqual(Array(4).fill('waiting for its TTL'));
    for (const one of whenZero.slice(4)) expect(one).toEqual(['serves stale', null]);
  });

  it('serves stale with EDE 3 after a while of silence, and what it shows is no countdown', () => {
    const stale = [3, 5].map(at => saidOld(s(at), 6, { ede: 3 }));
    const back = [6, 6.1, 6.2].map(at => saidNew(s(at), 9));
    const states = fold([saidOld(s(-14), 10), silent(s(-1)), ...stale, ...back], brief);
    expect(verdicts(states).slice(2)).toEqual(['old', 'old', 'mixed', 'mixed', 'new']);
    expect(told(states).slice(2, 4)).toEqual(Array(2).fill(['serves stale', null]));
  });

  it('raises what is below 5, also a denial', () => {
    const two: Expectation = { ...expectation, ttl: { old: 2, low: 2 }, swappedAt: 0 };
    expect(told(fold([saidOld(s(0.5), 5)], two), two)).toEqual([['raises TTLs', s(6.5)]]);
    const absent = { ...two, old: [[]] };
    expect(told(fold([empty(s(0.5), 5)], absent), absent)).toEqual([['raises TTLs', s(6.5)]]);
  });
});

describe('dnsmasq', () => {
  it('keeps no MX: new is there at once, and what was seen of old is waited for all the same', () => {
    const asked = [
      saidOld(s(-2), 10),
      saidNew(s(1.2), 10),
      saidNew(s(3.9), 10),
      saidNew(s(6.8), 10),
    ];
    const states = fold(asked, brief);
    expect(verdicts(states)).toEqual(['old', 'mixed', 'mixed', 'mixed']);
    // Another cache behind it cannot be ruled out; that nothing counts down is known by the third answer.
    expect(told(states).map(one => one?.[1])).toEqual(Array(4).fill(s(9)));
    expect(told(states).at(-1)?.[0]).toBe('does not count down');
    const policy = policyOf(500);
    expect(nextAsk(states.at(-1)!, brief, { policy, now: s(6.8) })?.at).toBe(s(9));
    expect(fold([...asked, saidNew(s(9), 10)], brief).at(-1)?.verdict).toBe('new');
  });

  it('raises a TTL from its second answer on', () => {
    const twenty = { ...expectation, ttl: { old: 20, low: 20 } };
    const states = fold([saidOld(s(0), 20), saidOld(s(2), 58), saidOld(s(40), 20)], twenty);
    expect(told(states, twenty)).toEqual([
      ['waiting for its TTL', s(21)],
      ...[
        ['raises TTLs', s(61)],
        ['raises TTLs', s(61)],
      ],
    ]);
  });

  it('serves stale at 0 with EDE 3', () => {
    const states = fold(
      [saidOld(s(-2), 10), saidOld(s(8.2), 0), saidOld(s(9.4), 0, { ede: 3 })],
      brief,
    );
    expect(told(states).at(-1)).toEqual(['serves stale', null]);
  });
});

describe('denials, where something new comes to be', () => {
  const absent: Expectation = { ...expectation, old: [[]], ttl: { old: 15, low: 15 } };

  it('count down like anything else', () => {
    const states = fold([empty(s(0.5), 15), empty(s(10.5), 5), saidNew(s(16.6), 10)], absent);
    expect(verdicts(states)).toEqual(['old', 'old', 'new']);
    expect(told(states, absent)[1]).toEqual(['waiting for its TTL', s(16.5)]);
  });

  it('stale, Unbound says 3 of them and not 19', () => {
    const states = fold([empty(s(0.5), 15), empty(s(20), 30, [3]), saidNew(s(20.6), 10)], absent);
    expect(verdicts(states)).toEqual(['old', 'old', 'mixed']);
    expect(told(states, absent)[1]).toEqual(['serves stale', null]);
  });

  it('of a filter tell nothing', () => {
    expect(verdicts(fold([empty(s(0.5), 15, [17])], absent))).toEqual(['empty']);
  });
});
