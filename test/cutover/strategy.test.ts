import { describe, expect, it } from 'vitest';
import { makePlan } from '../../src/cutover/build.ts';
import { type Policy } from '../../src/cutover/order.ts';
import { pivotsOf } from '../../src/cutover/strategy.ts';
import { type Plan } from '../../src/cutover/plan.ts';
import { type Fault } from '../../src/errors.ts';
import { rrset } from '../../src/dns/rrset.ts';
import { capabilities, domain, planOf, policy, set } from './orders.ts';

/** A plan whose steps give the domain these sets, from `10 old`. */
function plan(sets: readonly (readonly string[])[], own: Partial<Policy> = {}): Plan {
  const order = {
    domain,
    provider: 'test',
    prepare: [],
    steps: sets.map((rdata, step) => ({
      name: `s${String(step)}`,
      edits: [
        { ...set('example.org', 'MX', ...rdata), where: `cutover.yaml:${String(step + 7)}:9` },
      ],
    })),
    afterwards: [],
    policy: { ...policy, ...own },
    authority: { replace: [], add: [], lookups: [], trustAnchors: [] },
  };
  const old = rrset({
    name: domain,
    type: 'MX',
    ttl: 3600,
    rdata: ['10 old.example.', '20 old2.example.'],
  });
  const current = { 'example.org. MX': old };
  return makePlan({ order, zone: domain, current, capabilities, primaries: [] });
}

const staged = { strategy: 'staged' } as const;

describe('hosts of both sides at one preference', () => {
  const caught = (make: () => Plan): Fault => {
    try {
      make();
    } catch (error) {
      return error as Fault;
    }
    throw new Error('it was planned');
  };

  it.each([
    [
      'as a canary',
      [['10 old.example.', '10 new.example.'], ['0 new.example.']],
      {},
      'cutover.yaml:7:9',
    ],
    ['for good', [['10 old.example.', '10 new.example.']], {}, 'cutover.yaml:7:9'],
    [
      'in the second step',
      [
        ['10 old.example.', '20 new.example.'],
        ['20 old.example.', '20 new.example.'],
        ['0 new.example.'],
      ],
      staged,
      'cutover.yaml:8:9',
    ],
    [
      'at the backup',
      [['0 new.example.', '20 old2.example.', '20 new2.example.']],
      {},
      'cutover.yaml:7:9',
    ],
  ] as const)('%s are refused where they are written', (...[, sets, own, where]) => {
    const { code, message, fix, where: place } = caught(() => plan(sets, own));
    expect([code, place]).toEqual(['CONFIG', where]);
    expect(message).toContain('left to chance');
    expect(fix).toMatch(/waves/);
  });

  it('are fine at different ones, and where a host joins its own mail system for good', () => {
    const flip = [
      ['10 old.example.', '20 new.example.'],
      ['30 old.example.', '0 new.example.'],
      ['0 new.example.'],
    ];
    expect(plan(flip, staged).steps).toHaveLength(3);
    expect(plan([['10 old.example.', '10 old2.example.']]).steps).toHaveLength(1);
    const join = [
      ['10 old.example.', '20 third.example.'],
      ['10 old.example.', '10 third.example.'],
    ];
    expect(plan(join, staged).steps).toHaveLength(2);
  });
});

describe('a pivot', () => {
  it('is every set between the old and the last one', () => {
    expect(pivotsOf(planOf('pivot'))).toEqual([{ step: 0, hosts: ['mx.filter.example.'] }]);
    const three = plan([['0 a.example.', '5 new.example.'], ['0 b.example.'], ['0 new.example.']]);
    expect(pivotsOf(three)).toEqual([
      { step: 0, hosts: ['a.example.'] },
      { step: 1, hosts: ['b.example.'] },
    ]);
  });

  it('is none where the MX turns once, or its preferences are staged', () => {
    expect(pivotsOf(planOf('mx'))).toEqual([]);
    const flip = [['10 old.example.', '20 new.example.'], ['0 new.example.']];
    expect(pivotsOf(plan(flip, staged))).toEqual([]);
  });
});
