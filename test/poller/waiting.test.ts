import { describe, expect, it } from 'vitest';
import { parseName } from '../../src/dns/name.ts';
import { type Key } from '../../src/dns/rrset.ts';
import { limits } from '../../src/limits.ts';
import { type Aim, type Row } from '../../src/poller/row.ts';
import { type Resolver } from '../../src/propagation/watched.ts';
import { forNow, waitingOf } from '../../src/poller/waiting.ts';
import { expectation } from '../propagation/example.ts';
import { resolver } from './caches.ts';
import { site } from './site.ts';

const minute = 60_000;
const aim: Aim = { mode: 'watch', expectation };
const row = (id: number, more: Partial<Row> = {}, of: Partial<Resolver> = {}): Row => ({
  resolver: resolver(id, { tier: 'regional', ...of }),
  ...{ watched: null, current: false, leftOut: false, ...more },
});
const far = limits.pollFarMs + 1;

describe('a regional resolver that thirty domains wait for', () => {
  const keyOf = (i: number): Key => ({ name: parseName(`n${String(i)}.example.org`), type: 'MX' });
  const resolvers = [resolver(0, { tier: 'regional' }), resolver(1)];

  it('answers for each in turn, once a minute, and says when about', async () => {
    const { net, watch, pass, poller } = site({}, { politeness: { total: 20, operator: 20 } });
    for (let i = 0; i < 30; i++) watch({ key: keyOf(i), resolvers });
    await pass(1000);
    const turns = (i: number) => poller.turns?.({ key: keyOf(i), resolvers });
    const minutes = (i: number) => (turns(i)?.get('r0') ?? 0) / minute;
    expect([turns(0)?.size, minutes(1), minutes(29)]).toEqual([0, 1, 29]);
    await pass(29.5 * minute);
    const asked = net.asked.filter(({ address }) => address === resolvers[0]?.addresses[0]);
    expect(new Set(asked.map(({ name }) => name)).size).toBe(30);
    // Nobody was asked about twice while somebody waited for a first answer.
    expect(asked).toHaveLength(30);
  });
});

describe('who waits', () => {
  it('is counted where nothing was heard of it, until the turn of the last', () => {
    const rows = [row(0), row(1), row(2, { leftOut: true }), row(3)];
    const turns = new Map([
      ['r0', 5 * minute],
      ['r1', minute],
      ['r2', far],
    ]);
    expect(waitingOf(rows, aim, { turns, now: 100 })).toEqual({ count: 2, by: 100 + 5 * minute });
    expect(waitingOf([row(3)], aim, { turns, now: 0 })).toBeNull();
  });

  it('holds up no decision while its turn is far off and half of the world was heard', () => {
    const turns = new Map([0, 1, 2, 3].map(id => [`r${String(id)}`, far]));
    const heard = (...rows: readonly Row[]) => forNow(rows, turns).map(({ current }) => current);
    const most = row(5, { current: true }, { weight: 98 });
    const half = row(5, { current: true }, { weight: 49 });
    const other = row(6, {}, { tier: 'core', weight: 48 });
    expect(heard(row(0), most)).toEqual([true, true]);
    expect(heard(row(0), half, other)).toEqual([true, true, false]);
    expect(heard(row(0), row(1), row(2), half, other)).toEqual([false, false, false, true, false]);
    expect(heard(row(0, {}, { tier: 'core' }), most)).toEqual([false, true]);
    expect(heard(row(4), most)).toEqual([false, true]);
    const gone = { leftOut: true };
    expect(heard(row(0), row(1, gone), most)).toEqual([true, true, true]);
  });

  it('is waited for however long where it is a part of the world that decides', () => {
    const turns = new Map([0, 1].map(id => [`r${String(id)}`, far]));
    const rows = [
      ...[row(0, {}, { weight: 3 }), row(1, {}, { weight: 2 })],
      ...[row(5, { current: true }, { weight: 95 }), row(6, { leftOut: true }, { weight: 500 })],
    ];
    expect(forNow(rows, turns).map(({ current }) => current)).toEqual([false, true, true, false]);
  });
});
