import { describe, expect, it } from 'vitest';
import {
  type Belief,
  beliefOf,
  expectationOf,
  isGuessed,
  verdictsOf,
  vouchedBy,
} from '../../../src/commands/propagation/belief.ts';
import { parseName } from '../../../src/dns/name.ts';
import { type PropagationRow, unaskedRow } from '../../../src/view/propagation/rows.ts';
import { newMx, oldMx, resolver } from './stage.ts';

const belief: Belief = {
  ...{ expected: [newMx], expectedFrom: 'authoritative servers', old: [[oldMx]], oldFrom: 'seen' },
  ...{ served: [[newMx]], followed: false },
};
const holder = (id: string, country: string | null, change: Partial<PropagationRow> = {}) => ({
  ...{ ...unaskedRow(resolver(id)), country, verdict: 'old' as const, rdata: [oldMx] },
  ...change,
});
const first = holder('a', 'DE');

describe('a set that is old only because it is another one', () => {
  it.each([
    ['one holds it', [first], true],
    ['two operators of one country do: it may be what the law has them say', ['DE'], true],
    ['two operators in two countries do', ['FR'], false],
    ['nobody knows where they are', [null], true],
    ['one operator in two countries does', [holder('b', 'FR', { operator: 'a' })], true],
    ['somebody validated it', [holder('b', 'DE', { dnssec: 'validated' })], false],
    ['others validated something else', [holder('b', 'FR', { rdata: [newMx] })], true],
  ] as const)('where %s', (_what, others, guessed) => {
    const rows = others.map(one =>
      one === null || typeof one === 'string' ? holder('b', one) : one,
    );
    expect(isGuessed(first, belief, { vouchedFor: vouchedBy([first, ...rows]), type: 'MX' })).toBe(
      guessed,
    );
  });

  it('is none where a server gave it, or somebody named what is old', () => {
    const witness = { vouchedFor: vouchedBy([first]), type: 'MX' };
    expect(isGuessed(first, { ...belief, served: [[oldMx]] }, witness)).toBe(false);
    expect(isGuessed(first, { ...belief, oldFrom: 'given' }, witness)).toBe(false);
  });

  it('is none where it is the SOA with a lower serial', () => {
    const soa = (serial: number, minimum = 300) =>
      `ns1.example.net. hostmaster.example.org. ${serial} 7200 3600 1209600 ${minimum}`;
    const served = { ...belief, served: [[soa(9)]] };
    const guessed = (rdata: string) => {
      const row = { ...first, rdata: [rdata] };
      return isGuessed(row, served, { vouchedFor: vouchedBy([row]), type: 'SOA' });
    };
    expect([soa(7), soa(10), soa(7, 60), 'odd'].map(guessed)).toEqual([false, true, true, true]);
  });
});

it('answers are held against the aliases of the servers, and TTLs against the longest on the way', () => {
  const [name, target] = [parseName('www.example.org'), parseName('web.example.org')];
  const row = { name: 'ns1', address: '192.0.2.1', port: 53, serial: 1, trouble: null };
  const shown = (ttl: number) => ({
    ...{ look: { rows: [{ ...row, rdata: [newMx], ttl: 60 }], notes: [] }, since: null },
    found: { aliases: [{ name, target, ttl }] },
  });
  const held = (ttl: number) => expectationOf({ name, type: 'MX' }, belief, shown(ttl));
  expect(held(3600)).toMatchObject({ aliases: [{ name, target }], ttl: { low: 3600 } });
  expect(held(5)).toMatchObject({ ttl: { low: 60 } });
});

describe('that there are no records', () => {
  const row = { name: 'ns1', address: '192.0.2.1', port: 53, ttl: 60, serial: 1, trouble: null };
  const look = (...sets: readonly (readonly string[])[]) => ({
    rows: sets.map(rdata => ({ ...row, rdata })),
    notes: [],
  });
  const unsaid = { expect: null, old: null };
  const given = { expect: [newMx], old: null };
  const key = { name: parseName('example.org'), type: 'MX' };

  it('is old once a server was seen to say so, as resolvers keep it for its TTL', () => {
    const denied = beliefOf(given, look([], [newMx]), null);
    expect(denied).toMatchObject({ expected: [newMx], old: [[]] });
    expect(beliefOf(given, look([newMx], [newMx]), denied).old).toEqual([[]]);
    expect(verdictsOf(look([], [newMx]), key, denied).map(({ verdict }) => verdict)).toEqual([
      ...['empty', 'new'],
    ]);
    const followed = beliefOf(unsaid, look([newMx]), beliefOf(unsaid, look([]), null));
    expect(followed).toMatchObject({ expected: [newMx], old: [[]], followed: true });
  });

  it('is not where no server said so, something else was named as old, or nothing is expected', () => {
    expect(beliefOf(given, look([oldMx]), null).old).toEqual([[oldMx]]);
    expect(beliefOf({ ...given, old: [oldMx] }, look([]), null).old).toEqual([[oldMx]]);
    expect(beliefOf(unsaid, look([], [newMx]), null).old).toEqual([]);
  });
});
