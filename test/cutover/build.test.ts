import { describe, expect, it } from 'vitest';
import { makePlan } from '../../src/cutover/build.ts';
import { type Edit, type Policy } from '../../src/cutover/order.ts';
import { type Plan } from '../../src/cutover/plan.ts';
import { formatRRset } from '../../src/dns/rrset.ts';
import {
  absent,
  capabilities,
  change,
  domain,
  newMx,
  oldMx,
  order,
  planOf,
  policy,
  set,
  zoneBefore,
} from './orders.ts';

const moves = (...edits: readonly Edit[]) => ({
  prepare: [],
  steps: [{ name: 'swap', edits }],
  afterwards: [],
});

const ttl = (own: Partial<Policy['ttl']>): Policy => ({
  ...policy,
  ttl: { ...policy.ttl, ...own },
});

/** One RRset at every position: `3600 [10 mx.old.example.]`. */
const path = (plan: Plan, key: string): readonly string[] =>
  plan.tracks
    .find(track => track.key === key)!
    .positions.map(value => (value === null ? '-' : `${value.ttl} ${value.rdata.join(' | ')}`));

const spf = (...includes: readonly string[]) =>
  `"v=spf1 ${includes.map(one => `include:spf.${one}.example`).join(' ')} -all"`;

describe('the path', () => {
  it('goes from the snapshot over the low TTL and the swap to the final TTL', () => {
    const plan = planOf('mx');
    expect(plan.positions).toEqual(['snapshot', 'low', 'swap', 'final']);
    expect(path(plan, 'example.org. MX')).toEqual([
      `3600 ${oldMx}`,
      `300 ${oldMx}`,
      `300 ${newMx}`,
      `3600 ${newMx}`,
    ]);
  });

  it('never raises a TTL on the way down', () => {
    expect(path(planOf('mx', { mxTtl: 60 }), 'example.org. MX')).toEqual([
      `60 ${oldMx}`,
      `60 ${oldMx}`,
      `60 ${newMx}`,
      `60 ${newMx}`,
    ]);
  });

  it('ends at a number when `final` is one, for what the swap changes only', () => {
    const plan = planOf('prepare+afterwards', { policy: ttl({ final: 7200 }) });
    expect(path(plan, 'example.org. MX').at(-1)).toBe(`7200 ${newMx}`);
    expect(path(plan, 'example.org. TXT')).toEqual([
      `3600 ${spf('old')}`,
      `3600 ${spf('old', 'new')}`,
      `3600 ${spf('old', 'new')}`,
      `3600 ${spf('old', 'new')}`,
      `3600 ${spf('new')}`,
    ]);
  });

  it('begins a new set with the low TTL and ends it with its own', () => {
    const own = { ...set('mta-sts.example.org', 'TXT', '"v=STSv1; id=1"'), ttl: 1800 };
    const plan = planOf({ ...moves(set('example.org', 'MX', newMx)), prepare: [own] });
    expect(path(plan, 'mta-sts.example.org. TXT')).toEqual([
      '-',
      '300 "v=STSv1; id=1"',
      '300 "v=STSv1; id=1"',
      '1800 "v=STSv1; id=1"',
    ]);
  });

  it('builds prepare, step and afterwards of one RRset on top of each other', () => {
    const text = (remove: string, add: string) =>
      change('example.org', 'TXT', { remove: [remove], add: [add] });
    const plan = planOf({
      prepare: [text(spf('old'), spf('old', 'new'))],
      steps: [
        {
          name: 'swap',
          edits: [set('example.org', 'MX', newMx), text(spf('old', 'new'), spf('new', 'old'))],
        },
      ],
      afterwards: [text(spf('new', 'old'), spf('new'))],
    });
    expect(path(plan, 'example.org. TXT')).toEqual([
      `3600 ${spf('old')}`,
      `300 ${spf('old', 'new')}`,
      `300 ${spf('new', 'old')}`,
      `3600 ${spf('new', 'old')}`,
      `3600 ${spf('new')}`,
    ]);
  });

  it('a set that a step removes stays removed', () => {
    const plan = planOf({
      prepare: [],
      steps: [
        {
          name: 'one',
          edits: [set('example.org', 'MX', '10 mx.filter.example.'), absent('example.org', 'TXT')],
        },
        { name: 'two', edits: [set('example.org', 'MX', newMx)] },
      ],
      afterwards: [],
    });
    expect(path(plan, 'example.org. TXT')).toEqual([
      `3600 ${spf('old')}`,
      `300 ${spf('old')}`,
      '-',
      '-',
      '-',
    ]);
  });

  it('creates an MX where there was none', () => {
    const plan = planOf(moves(set('sub.example.org', 'MX', newMx)));
    expect(path(plan, 'sub.example.org. MX')).toEqual(['-', '-', `300 ${newMx}`, `3600 ${newMx}`]);
  });

  it('a null MX is an MX', () => {
    const plan = planOf(moves(set('example.org', 'MX', '0 .')));
    expect(formatRRset(plan.tracks[0]!.positions[2]!)).toBe('example.org. 300 IN MX 0 .');
  });

  it('turns the MX last when sets cannot land together', () => {
    const mxFirst = moves(
      set('example.org', 'MX', newMx),
      change('example.org', 'TXT', { remove: [spf('old')], add: [spf('new')] }),
    );
    expect(planOf(mxFirst).tracks.map(track => track.type)).toEqual(['TXT', 'MX']);
  });
});

describe('what is refused', () => {
  const refused = (make: () => Plan) => {
    try {
      make();
    } catch (error) {
      return error;
    }
    throw new Error('it was not refused');
  };

  it('a removed value that is not there, with those that are', () => {
    const foreign = change('example.org', 'TXT', { remove: ['"v=spf1 -all"'], add: [spf('new')] });
    expect(refused(() => planOf(moves(foreign)))).toMatchObject({
      code: 'CONFIG',
      where: 'cutover.yaml:1:1',
      message: 'example.org. TXT has no record "v=spf1 -all" that could be removed',
      fix: expect.stringContaining(spf('old')) as string,
    });
  });

  it('an edit that leaves nothing, unless it says so', () => {
    const empty = change('example.org', 'TXT', { remove: [spf('old')] });
    expect(refused(() => planOf(moves(empty)))).toMatchObject({
      code: 'CONFIG',
      fix: 'write `absent: true` if it is to go, or add a record',
    });
    expect(path(planOf(moves(absent('example.org', 'TXT'))), 'example.org. TXT')).toEqual([
      `3600 ${spf('old')}`,
      `300 ${spf('old')}`,
      '-',
      '-',
    ]);
  });

  it('a domain without any MX, at any position', () => {
    expect(refused(() => planOf(moves(absent('example.org', 'MX'))))).toMatchObject({
      code: 'REFUSED',
      message: expect.stringContaining('without any MX') as string,
    });
    const later = [
      { name: 'one', edits: [set('example.org', 'MX', newMx)] },
      { name: 'two', edits: [absent('example.org', 'MX')] },
    ];
    expect(refused(() => planOf({ prepare: [], steps: later, afterwards: [] }))).toMatchObject({
      code: 'REFUSED',
    });
  });

  it('a TTL under the floor of the provider, but not one that stands already', () => {
    const floor = { ...capabilities, minTtl: 600 };
    expect(refused(() => planOf('mx', { capabilities: floor }))).toMatchObject({
      code: 'UNSUPPORTED',
      fix: 'set ttl.low to 600 or more',
    });
    expect(planOf('mx', { capabilities: floor, policy: ttl({ low: 600 }) }).steps).toEqual([
      'swap',
    ]);
    expect(planOf('mx', { capabilities: floor, mxTtl: 300 }).steps).toEqual(['swap']);
  });

  it('a zone with two independent providers', () => {
    const primaries = ['ns.onprem.example.', 'ns.route53.example.'];
    expect(refused(() => planOf('mx', { primaries }))).toMatchObject({
      code: 'REFUSED',
      message: expect.stringContaining('ns.onprem.example. and ns.route53.example.') as string,
    });
  });

  it('what belongs to the zone, lies outside it, or is the place of the claim', () => {
    const edits = [
      set('example.org', 'NS', 'ns3.example.net.'),
      set('example.net', 'TXT', '"x"'),
      set('_dns-cutover.example.org', 'TXT', '"x"'),
    ];
    for (const edit of edits)
      expect(refused(() => planOf(moves(edit, set('example.org', 'MX', newMx))))).toMatchObject({
        code: 'REFUSED',
      });
  });

  it('a step that changes nothing', () => {
    expect(refused(() => planOf(moves(set('example.org', 'MX', oldMx))))).toMatchObject({
      code: 'REFUSED',
      message: expect.stringContaining('step swap changes nothing') as string,
    });
  });
});

describe('the hash', () => {
  const reversed = (value: unknown): unknown =>
    value === null || typeof value !== 'object' || Array.isArray(value)
      ? value
      : Object.fromEntries(
          Object.entries(value)
            .reverse()
            .map(([key, inner]) => [key, reversed(inner)]),
        );

  const hash = (own: Policy = policy) => planOf('mx', { policy: own }).hash;

  it('is short enough to read aloud', () => {
    expect(hash()).toMatch(/^[0-9a-f]{4}(-[0-9a-f]{4}){3}$/);
  });

  it('does not depend on the order of keys', () => {
    expect(hash(reversed(policy) as Policy)).toBe(hash());
  });

  it('changes with everything that decides how the cutover runs', () => {
    const others: readonly Policy[] = [
      ttl({ low: 299 }),
      ttl({ margin: 0 }),
      ttl({ history: { longest: 86_400, until: null } }),
      { ...policy, approval: 'none' },
      { ...policy, attest: ['mailboxes synced'] },
      { ...policy, claim: false },
      { ...policy, schedule: { ...policy.schedule, swapUntil: 1 } },
      { ...policy, accept: [{ id: 'x', subject: null, reason: 'y' }] },
    ];
    const hashes = [hash(), planOf('mx', { mxTtl: 3601 }).hash, ...others.map(own => hash(own))];
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  it('does not change with what the plan does not name', () => {
    const current = { ...zoneBefore(3600), 'www.example.org. A': null };
    const one = makePlan({
      primaries: [],
      order: order(moves(set('example.org', 'MX', newMx))),
      zone: domain,
      current,
      capabilities: { ...capabilities, lag: 60 },
    });
    expect(one.hash).toBe(hash());
  });
});
