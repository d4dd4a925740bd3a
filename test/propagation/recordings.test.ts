import { describe, expect, it } from 'vitest';
import { type CacheState, observe } from '../../src/propagation/cachestate.ts';
import { type Straggler, stragglerOf } from '../../src/propagation/straggler.ts';
import { expectationAt, readRecordings, type Recording } from '../support/recordings.ts';

// What real caches answered while an MX changed. TTL 10, primed by us at 0, changed at 4 s, asked every half second.

interface Moment {
  readonly at: number;
  /** The answer itself: true if it was the old set. */
  readonly old: boolean;
  readonly state: CacheState;
  readonly straggler: Straggler | null;
}

function play(recording: Recording): readonly Moment[] {
  const moments: Moment[] = [];
  for (const observation of recording.observations) {
    const { received, outcome } = observation;
    const expected = expectationAt(recording, received);
    const state = observe(moments.at(-1)?.state ?? null, observation, expected);
    const rdata = outcome.kind === 'answered' ? outcome.rdata : null;
    const straggler = stragglerOf(state, expected);
    moments.push({ at: received, old: rdata?.[0] === recording.old[0], state, straggler });
  }
  return moments;
}

const recordings = readRecordings();
const moments = (name: string) => play(recordings.get(name)!);
const lastOld = (all: readonly Moment[]) => all.findLast(({ old }) => old)!.at;
const firstNew = (all: readonly Moment[]) => all.find(({ state }) => state.verdict === 'new')!.at;
const causes = (all: readonly Moment[]) => [
  ...new Set(all.map(({ straggler }) => straggler?.cause).filter(cause => cause !== undefined)),
];
/** Untils of the moments that said old; seconds. */
const untils = (all: readonly Moment[]) =>
  all.filter(({ old }) => old).map(({ straggler }) => straggler!.until);

it('there are twenty, ten polled and ten left alone', () => {
  expect(recordings.size).toBe(20);
});

describe.each([...recordings.keys()])('%s', name => {
  const all = moments(name);

  it('new is never said before the last old answer, unless a server lagged', () => {
    const { authorityNewSince } = recordings.get(name)!;
    const honest = all.filter(({ at }) => at >= authorityNewSince);
    const last = lastOld(all);
    for (const { at, old, state } of honest) {
      if (state.verdict === 'new') expect(at).toBeGreaterThan(last);
      if (old) expect(['old', 'mixed']).toContain(state.verdict);
    }
  });

  it('every answer that is not new has a cause and its evidence', () => {
    for (const { state, straggler, at } of all) {
      expect(straggler === null).toBe(state.verdict === 'new');
      if (straggler !== null) expect(straggler.evidence.at(-1)!.received).toBe(at);
    }
  });
});

describe('each habit is called by its name', () => {
  it('Unbound as it is: waiting for its TTL, until right to two seconds', () => {
    const all = moments('unbound-plain');
    expect(causes(all)).toEqual(['waiting for its TTL']);
    const flip = all.find(({ old }) => !old)!.at;
    for (const until of untils(all)) expect(Math.abs(until! - flip)).toBeLessThanOrEqual(2000);
    expect(firstNew(all) - flip).toBeLessThanOrEqual(1500);
    expect(all.at(-1)!.state).toMatchObject({ arrival: 'flipped', regressions: 0, floor: null });
  });

  it('a floor of 15: raises TTLs, until right to two seconds', () => {
    const all = moments('unbound-floor');
    expect(causes(all)).toEqual(['raises TTLs']);
    const flip = all.find(({ old }) => !old)!.at;
    for (const until of untils(all)) expect(Math.abs(until! - flip)).toBeLessThanOrEqual(2000);
    expect(all.at(-1)!.state.floor).toBe(15);
  });

  it('a ceiling of 5: turns earlier than its TTL', () => {
    const all = moments('unbound-ceiling');
    expect(all.at(-1)!.state.ceiling).toBe(5);
    expect(firstNew(all)).toBeLessThan(8000);
  });

  it('fetching early, Unbound and BIND: turned before the end, said new when that has passed', () => {
    for (const name of ['unbound-prefetch', 'bind-plain']) {
      const all = moments(name);
      const flip = all.find(({ old }) => !old)!.at;
      expect(flip).toBeLessThan(10_000);
      expect(causes(all)).toEqual(['waiting for its TTL']);
      expect(firstNew(all) - flip).toBeLessThanOrEqual(4000);
    }
  });

  it('stale service with EDE 3, polled and left alone', () => {
    for (const name of ['unbound-stale', 'unbound-stale-quiet', 'bind-stale', 'bind-stale-quiet']) {
      const all = moments(name);
      expect(causes(all)).toEqual(['waiting for its TTL', 'serves stale']);
      expect(all.at(-1)!.state).toMatchObject({ verdict: 'new', stale: { count: 1 } });
      expect(all.at(-1)!.at - lastOld(all)).toBeGreaterThan(1000);
    }
  });

  it('stale service without a sign: TTL 30 after the end of the entry', () => {
    const all = moments('unbound-stale-unsigned');
    expect(causes(all)).toEqual(['waiting for its TTL', 'serves stale']);
    expect(firstNew(all) - lastOld(all)).toBeLessThanOrEqual(7000);
    const quiet = moments('unbound-stale-unsigned-quiet').at(-1)!;
    expect(quiet.straggler?.cause).toBe('serves stale');
  });

  it('dnsdist before two caches: both entries are seen, until is the later', () => {
    const all = moments('dnsdist-farm');
    expect(causes(all)).toEqual(['raises TTLs', 'several caches disagree']);
    const late = all.filter(({ at }) => at > 1500);
    expect(late.every(({ state }) => state.interleaved)).toBe(true);
    for (const until of untils(all)) expect(Math.abs(until! - 16_000)).toBeLessThanOrEqual(2000);
    expect(all.at(-1)!.state.verdict).toBe('new');
  });

  it('one of two servers lagged: new, old again, new; the cause names it', () => {
    const all = moments('unbound-lagging');
    const shown = all.map(({ state }) => state.verdict).filter(verdict => verdict !== 'mixed');
    const turns = shown.filter((verdict, index) => verdict !== shown[index - 1]);
    expect(turns).toEqual(['old', 'new', 'old', 'new']);
    expect(causes(all)).toContain('fetched old again');
    expect(all.at(-1)!.state).toMatchObject({ regressions: 1, interleaved: false });
    const again = all.filter(({ straggler }) => straggler?.cause === 'fetched old again');
    expect(again[0]!.straggler!.final).toBe(false);
  });
});
