import { describe, expect, it } from 'vitest';
import { type Learnt } from '../../src/propagation/learnt.ts';
import {
  type Around,
  foundOf,
  type Participant,
  participantOf,
} from '../../src/propagation/participant.ts';
import { trafficOf } from '../../src/propagation/traffic.ts';
import { resolver } from '../poller/caches.ts';
import { after, draining, expectation, saidOld } from './example.ts';

const s = (seconds: number) => seconds * 1000;
/** The low TTL is 60, the old one 3600; every server gives the low one since this moment. */
const lowered = -1000;
const day = 86_400_000;

const around = (learnt: readonly Learnt[] = [], more: Partial<Around> = {}): Around => ({
  ...{ expectation: draining, learnt, now: s(-990), wall: 100 * day },
  ...{ gap: () => 1, sweep: 2 },
  ...more,
});
const learnt = (more: Partial<Learnt>): Learnt => ({
  ...{ resolver: 'r1', address: resolver(1).addresses[0]!, floor: null, ceiling: null },
  ...{ caches: null, at: 90 * day, from: 'canary' },
  ...more,
});
const ground = (seen: Parameters<typeof after>[0], more = {}) => ({
  resolver: resolver(1, more),
  state: after(seen, draining),
});
const of = (seen: Parameters<typeof after>[0], at: Around = around(), more = {}): Participant =>
  participantOf(ground(seen, more), at, trafficOf([]));

const fetched = [saidOld(s(lowered + 5), 60)];
const held = [saidOld(s(lowered + 5), 45)];

describe('how long a resolver keeps an entry, and from where that is known', () => {
  it('for the TTL of the servers where it showed that, else as far as one knows', () => {
    expect(of(fetched)).toMatchObject({ life: 60, source: 'plain', learntAt: null, left: null });
    expect(of(held)).toMatchObject({ life: 60, source: 'unknown' });
  });

  it('for the floor that it showed in this watch', () => {
    expect(of([saidOld(s(lowered + 5), 5000)])).toMatchObject({ life: 5000, source: 'seen' });
  });

  it('for one that was learnt before, with its source and its moment', () => {
    const known = around([learnt({ floor: 1800 })]);
    expect(of(held, known)).toMatchObject({ life: 1800, source: 'canary', learntAt: 90 * day });
    const met = around([learnt({ floor: 1800, from: 'watch' })]);
    expect(of(held, met)).toMatchObject({ life: 1800, source: 'watch' });
    // It fetched at the low TTL just now: there is no floor any more.
    expect(of(fetched, known)).toMatchObject({ life: 60, source: 'plain' });
    // Members of a farm differ.
    const farm = around([learnt({ floor: 1800, caches: 2 })]);
    expect(of(fetched, farm)).toMatchObject({ life: 1800, caches: 2 });
  });

  it('a canary that found none tells, a watch that met none does not', () => {
    expect(of(held, around([learnt({})])).source).toBe('canary');
    expect(of(held, around([learnt({ caches: 3, from: 'watch' })]))).toMatchObject({
      ...{ source: 'unknown', caches: 3, life: 60 },
    });
  });

  it('for a ceiling that ends it sooner', () => {
    expect(of(held, around([learnt({ ceiling: 20 })])).life).toBe(20);
  });

  it('what was learnt too long ago, or elsewhere, is not reckoned with', () => {
    const old = around([learnt({ floor: 1800, at: 0 })]);
    const elsewhere = around([learnt({ floor: 1800, address: '203.0.113.1' })]);
    for (const at of [old, elsewhere]) expect(of(held, at).life).toBe(60);
  });
});

describe('what a resolver holds at the swap', () => {
  it('is known where an entry outlives the drain, or the swap', () => {
    // The old TTL has passed at 2600 s; the entry ends a second after its TTL.
    const long = [saidOld(s(lowered + 5), 4000)];
    expect(of(long).left).toBe(lowered + 5 + 4001 - (lowered + 3600));
    const swapped = { ...expectation, lowSince: s(lowered), swappedAt: 0 };
    expect(of(long, around([], { expectation: swapped })).left).toBe(lowered + 5 + 4001);
  });

  it('is told by what its first question found', () => {
    expect(foundOf(ground(fetched), around())).toEqual({ held: false, life: 3600 });
    expect(foundOf(ground(held), around())).toEqual({ held: true, life: 3600 });
    // The old TTL is long gone, and so are entries that had it.
    const late = [saidOld(s(lowered + 4000), 45)];
    expect(foundOf(ground(late), around())).toEqual({ held: true, life: 60 });
    const swapped = { ...expectation, swappedAt: s(lowered) };
    expect(foundOf(ground(held), around([], { expectation: swapped }))).toBeNull();
  });
});

it('one service of many machines is known to have turned after ten questions more', () => {
  expect(of(fetched)).toMatchObject({ asking: 2, askingMost: 3 });
  const slow = around([], { gap: () => 60 });
  expect(of(fetched, slow, { anycast: true })).toMatchObject({ asking: 602, askingMost: 662 });
});
