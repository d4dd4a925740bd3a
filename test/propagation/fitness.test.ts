import { describe, expect, it } from 'vitest';
import { parseName } from '../../src/dns/name.ts';
import { type Fitness, judge, unheard } from '../../src/propagation/fitness.ts';
import { type Hearing } from '../../src/propagation/hearing.ts';
import { exposureOf } from '../../src/propagation/exposure.ts';

const zone = parseName('example.org');
const absent = parseName('0-x.example.org');

/** Passes, on a way on which anybody might answer. */
const heard = (resolver: string, more: Partial<Hearing> = {}): Hearing => ({
  ...{ resolver, operator: resolver, weight: 1, exposure: 'open', at: 0, trouble: null },
  ...{ address: '192.0.2.53', invents: false, denial: null, member: null },
  ...more,
});
const of = (hearings: readonly Hearing[], more: Partial<Fitness> = {}) =>
  judge({ ...unheard, zone, absence: 'denied', hearings, ...more });
const unfit = (hearings: readonly Hearing[], more: Partial<Fitness> = {}) =>
  Object.fromEntries(of(hearings, more).unfit);

describe('one that cannot be believed', () => {
  it('does not resolve the domain, or answers for a name that nobody made', () => {
    const all = [heard('a'), heard('b', { trouble: 'REFUSED' }), heard('c', { invents: true })];
    expect(unfit(all)).toEqual({
      b: 'does not resolve example.org (REFUSED)',
      c: 'answers for a name that does not exist',
    });
    expect(of(all).distrust).toBeNull();
  });

  it('is not one that did not say', () => {
    expect(unfit([heard('a', { invents: null }), heard('b')])).toEqual({});
  });

  it('is not one of a closed network that serves its own names only, unless of our own zone', () => {
    const all = [heard('a', { exposure: 'sheltered', invents: true }), heard('b')];
    expect(unfit(all, { absence: 'reserved' })).toEqual({});
    expect(Object.keys(unfit(all))).toEqual(['a']);
    expect(Object.keys(unfit([heard('c', { invents: true })], { absence: 'reserved' }))).toEqual([
      'c',
    ]);
  });

  it('is not one behind whose zone a wildcard stands, as long as that is not ruled out', () => {
    const all = [heard('a', { invents: true }), heard('b', { invents: true }), heard('c')];
    expect(unfit(all, { absence: 'supposed' })).toEqual({});
    expect(Object.keys(unfit(all))).toEqual(['a', 'b']);
    // Fewer than half have an answer: they make it up.
    const few = [heard('a', { invents: true }), heard('b'), heard('c')];
    expect(Object.keys(unfit(few, { absence: 'supposed' }))).toEqual(['a']);
  });
});

describe('several that are one cache', () => {
  const named = (id: string, weight: number, more: Partial<Hearing> = {}) =>
    heard(id, { member: 'fra2.dns.example', weight, ...more });

  it('keep the voice of the greatest weight', () => {
    const all = [named('small', 1), named('great', 5), named('other', 1), heard('own')];
    expect(Object.keys(unfit(all)).sort()).toEqual(['other', 'small']);
    expect(unfit(all)['small']).toContain('same cache as great');
  });

  it('are not those of one operator, nor the servers of this machine', () => {
    const one = { operator: 'one' };
    expect(unfit([named('a', 1, one), named('b', 1, one)])).toEqual({});
    const here = { exposure: 'here' } as const;
    expect(unfit([named('a', 1, here), named('b', 1, here)])).toEqual({});
  });

  const full = 300;
  const denied = (at: number, ttl: number) => ({ denial: { name: absent, full, at, ttl } });

  it('are known by an entry that only one of them was asked for', () => {
    const all = [heard('a', denied(0, 300)), heard('b', denied(20_000, 280)), heard('c')];
    expect(Object.keys(unfit(all))).toEqual(['b']);
    expect(unfit(all)['b']).toContain('same cache as a');
  });

  it.each([
    ['whose entries end apart', [denied(0, 300), denied(20_000, 200)]],
    ['that were asked at once, and cut TTLs alike', [denied(0, 60), denied(500, 60)]],
    ['that have the whole TTL each', [denied(0, 300), denied(20_000, 300)]],
    ['one of which raises TTLs to where the other ends', [denied(0, 360), denied(60_000, 300)]],
  ])('are not those %s', (_, [one, other]) => {
    expect(unfit([heard('a', one), heard('b', other)])).toEqual({});
  });
});

describe('a network', () => {
  const sheltered = heard('inside', { exposure: 'sheltered' });

  it('that answers where nobody is leaves those whom it stands before without a voice', () => {
    const cut = { intercepted: '192.0.2.1' };
    expect(of([heard('a'), heard('b')], cut).distrust).toBe('intercepted');
    const mixed = of([heard('a'), sheltered], cut);
    expect([mixed.distrust, [...mixed.unfit.keys()]]).toEqual([null, ['a']]);
  });

  it('that is one cache, whoever is asked', () => {
    const one = { member: 'gw.isp.example' };
    const two = [heard('a', one), heard('b', one)];
    const three = [...two, heard('c', one)];
    expect(of(three).distrust).toBe('one cache');
    // Two that forward to a third are one cache, and no network; three of many are not, either.
    expect(of(two).distrust).toBeNull();
    const others = ['d', 'e', 'f', 'g'].map(id => heard(id));
    expect(of([...three, ...others]).distrust).toBeNull();
    expect(of([...three, heard('d', { member: 'ams1.example' })]).distrust).toBeNull();
  });

  it('that makes up answers for everybody', () => {
    const all = [heard('a', { invents: true }), heard('b', { invents: true })];
    expect(of(all).distrust).toBe('everybody rewrites');
    expect(of([...all, sheltered]).distrust).toBeNull();
  });

  it('in which nobody passed, or nobody was heard yet', () => {
    expect(of([heard('a', { trouble: 'SERVFAIL' })]).distrust).toBe('nobody passed');
    expect(of([]).distrust).toBeNull();
  });

  it('that is closed: what is legitimate there is no fault', () => {
    const closed = [
      heard('a', { exposure: 'sheltered', invents: null }),
      heard('b', { exposure: 'here', invents: null }),
    ];
    expect(of(closed, { intercepted: '192.0.2.1' })).toMatchObject({ distrust: null });
    expect(unfit(closed, { intercepted: '192.0.2.1' })).toEqual({});
  });
});

describe('the way to a resolver', () => {
  const way = (...addresses: readonly string[]) => exposureOf({ addresses });
  it.each([
    [['127.0.0.1'], 'here'],
    [['::1', '127.0.0.2'], 'here'],
    [['10.1.0.53', '127.0.0.1'], 'sheltered'],
    [['172.31.0.1'], 'sheltered'],
    [['172.32.0.1'], 'open'],
    [['100.64.0.1', 'fd00::1', 'fe80::1', '192.168.1.1', '169.254.1.1'], 'sheltered'],
    [['10.1.0.53', '8.8.8.8'], 'open'],
    [['2001:4860:4860::8888'], 'open'],
  ])('to %j is %s', (addresses, is) => {
    expect(way(...addresses)).toBe(is);
  });

  it('is sheltered by a certificate', () => {
    const over = { transport: 'tls', host: 'dns.example' } as const;
    expect(exposureOf({ addresses: ['9.9.9.9'], over })).toBe('sheltered');
  });
});
