import { describe, expect, it } from 'vitest';
import { explainedUntil, isExplained, stragglerOf } from '../../src/propagation/straggler.ts';
import { type Observation } from '../../src/propagation/observation.ts';
import * as example from './example.ts';
import { after, expectation, otherSet, refused, said, saidOld, silent } from './example.ts';

const s = (seconds: number) => seconds * 1000;

/** Whether it is explained at that second, as of these observations. */
function explained(observations: readonly Observation[], second: number, expected = expectation) {
  const state = after(observations, expected);
  const straggler = stragglerOf(state, expected)!;
  return isExplained(straggler, expected, { floor: state.floor, now: s(second) });
}

describe('a straggler is explained', () => {
  it('by its entry until the longest that an honest cache can hold one', () => {
    // The last server turned at 1 s, entries live for 60 s, TTLs are whole seconds.
    const seen = [saidOld(s(2), 50)];
    expect([explained(seen, 61), explained(seen, 62)]).toEqual([true, false]);
    const again = [saidOld(s(2), 5), saidOld(s(30), 60)];
    expect([explained(again, 61), explained(again, 62)]).toEqual([true, false]);
  });

  it('by its floor, and by an entry that shows that the floor is longer', () => {
    const seen = [saidOld(s(20), 300)];
    expect([explained(seen, 320), explained(seen, 321)]).toEqual([true, false]);
    const early = [saidOld(s(0.5), 300)];
    expect([explained(early, 301.9), explained(early, 302)]).toEqual([true, false]);
  });

  it('by the last server, as long as that may hand out old', () => {
    const lagging = { ...expectation, authorityNewSince: null };
    expect(explained([saidOld(s(2), 50)], 9999, lagging)).toBe(true);
  });

  it('by causes that have no bound, for as long as they last', () => {
    const causes = [
      [saidOld(s(2), 5), saidOld(s(20), 30, { ede: 3 })],
      [2, 5, 8, 11].map(at => saidOld(s(at), 45)),
      [said({ at: s(2), ttl: 60, rdata: otherSet })],
      [silent(s(2))],
      [refused(s(2))],
    ];
    for (const seen of causes) expect(explained(seen, 99_999)).toBe(true);
  });

  it('never by nothing', () => {
    expect(explained([example.empty(s(2))], 3)).toBe(false);
    const state = after([example.empty(s(2))]);
    expect(explainedUntil(stragglerOf(state, expectation)!, expectation, null)).toBeNull();
  });
});
