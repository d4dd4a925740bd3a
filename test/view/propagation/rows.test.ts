import { describe, expect, it } from 'vitest';
import {
  attentionOf,
  rowsOf,
  sliceOfRows,
  unaskedRow,
  wallOf,
} from '../../../src/view/propagation/rows.ts';
import {
  empty,
  expectation,
  newSet,
  oldSet,
  otherSet,
  refused,
  said,
  saidNew,
  saidOld,
  silent,
} from '../../propagation/example.ts';
import { at, resolver, watched } from '../watched.ts';

describe('moments of a watch', () => {
  it('are told by the wall clock of now, also after it was set', () => {
    expect(wallOf(10_000, at(4000))).toBe(5_010_000);
    expect(wallOf(10_000, at(4000, 9_004_000))).toBe(9_010_000);
  });

  it('count as they are after a reboot, and before anything was kept', () => {
    expect(wallOf(10_000, { ...at(4000), steady: { boot: 'a', offset: 7 } })).toBe(10_000);
    expect(wallOf(10_000, { ...at(4000), steady: null })).toBe(10_000);
  });
});

describe('a row', () => {
  it('says who, what, how long and why', () => {
    const [row] = rowsOf([watched('a', [saidOld(10_000, 40)])], at(25_000));
    expect(row).toMatchObject({
      ...{ id: 'a', name: 'A', address: '192.0.2.1', transport: 'udp', verdict: 'old' },
      ...{ rdata: oldSet, ttl: 40, ttlLeft: 25, cause: 'waiting for its TTL', explained: true },
      ...{ until: 5_051_000, final: true, samples: 1, rttMs: 5, silence: null },
    });
  });

  it('of a resolver that fell silent shows what it said before', () => {
    const [row] = rowsOf([watched('a', [saidOld(10_000, 40), silent(20_000)])], at(20_000));
    expect(row).toMatchObject({ verdict: 'old', rdata: oldSet, ttl: null, ttlLeft: null });
    expect(row?.silence).toBe('no answer within 3000 ms');
    expect(row?.rttMs).toBeNull();
  });

  it('tells an answer without records from none', () => {
    const rows = rowsOf([watched('a', [empty(0)]), watched('b', [silent(0)])], at(0));
    expect(rows.map(({ id, rdata }) => [id, rdata])).toEqual([
      ['a', []],
      ['b', null],
    ]);
  });

  it('is explained no more once the bound of its TTLs has passed', () => {
    const old = watched('a', [saidOld(10_000, 40)]);
    const explained = (ms: number, change = {}) =>
      rowsOf([old], { ...at(ms), ...change })[0]?.explained;
    // All servers were new at 1 s, and 60 s is the longest TTL.
    expect(explained(61_900, { expectation })).toBe(true);
    expect(explained(62_000, { expectation })).toBe(false);
    // Without anything to hold it against nobody can say so.
    expect(explained(62_000)).toBe(true);
  });
});

it('what needs attention comes first, and what lasts longest of that', () => {
  const all = [
    watched('new', [saidNew(5000, 60)]),
    watched('silent', [silent(5000)]),
    watched('refused', [refused(5000)]),
    watched('short', [saidOld(5000, 20)]),
    watched('long', [saidOld(5000, 50)]),
    watched('over', [saidOld(5000, 1)]),
    watched('other', [said({ at: 5000, ttl: 60, rdata: otherSet })]),
    watched('floor', [saidNew(5000, 60), saidOld(6000, 4000)]),
  ];
  // All servers have been new for so long that no entry of before is left.
  const bound = { ...expectation, authorityNewSince: -60_000 };
  const rows = rowsOf(all, { ...at(12_000), expectation: bound });
  const ids = rows.map(({ id }) => id).join(' ');
  expect(ids).toBe('over other floor long short refused silent new');
  expect(rows.map(attentionOf)).toEqual([
    ...['straggler', 'straggler', 'straggler', 'straggler', 'straggler'],
    ...['cannot tell', 'cannot tell', 'new'],
  ]);
  expect(rows.at(-1)).toMatchObject({ rdata: newSet, arrival: 'cold', cause: null, final: true });
  expect(sliceOfRows(rows, 0)).toMatchObject({ total: 8, share: 1 / 6, unasked: 0 });
});

it('a resolver that was not asked counts in no share', () => {
  const rows = [unaskedRow(resolver('a')), ...rowsOf([watched('b', [saidNew(5000, 60)])], at(0))];
  expect(attentionOf(rows[0]!)).toBe('not asked');
  expect(sliceOfRows(rows, 0)).toMatchObject({ total: 2, unasked: 1, share: 1 });
});
