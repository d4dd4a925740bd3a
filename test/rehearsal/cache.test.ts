import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { extendedError } from '../../src/dns/edns.ts';
import { parseName } from '../../src/dns/name.ts';
import { RCODE } from '../../src/dns/rcode.ts';
import { rrset, type RRset } from '../../src/dns/rrset.ts';
import { decodeMessage, encodeQuery } from '../../src/dns/wire.ts';
import { cacheOf, encodeSaid, type Habit, type Said } from '../../src/rehearsal/cache.ts';
import * as habits from '../../src/rehearsal/habits.ts';
import { seededChance } from '../../src/rehearsal/chance.ts';

const key = { name: parseName('example.org'), type: 'MX' };
const set = (host: string, ttl = 300): RRset => rrset({ ...key, ttl, rdata: [`10 ${host}`] });
const [older, newer, forged] = [set('old.example'), set('new.example'), set('forged.example')];
const soa = rrset({
  ...{ name: key.name, type: 'SOA', ttl: 3600 },
  rdata: ['ns1.example.org. hostmaster.example.org. 7 40 20 86400 60'],
});

/** A cache of this habit whose authoritative servers, and whose time, are set by the test. */
function site(habit: Habit, ...served: (Said | null)[]) {
  let at = 1_000_500;
  let fetches = 0;
  const says: (Said | null)[] = served.length === 0 ? [{ answer: [older] }] : served;
  const servers = says.map((_, index) => () => {
    fetches += 1;
    return says[index] ?? null;
  });
  const cache = cacheOf(habit, { servers, now: () => at, chance: seededChance(1) });
  return {
    cache,
    serve: (...next: (Said | null)[]) => says.splice(0, says.length, ...next),
    cut: () => says.fill(null),
    fetches: () => fetches,
    /** `old 299`, `new 30 EDE 3`, … after so many seconds. */
    ask: (seconds = 0): string | null => {
      at += seconds * 1000;
      const reply = cache.answer(key);
      if (reply === null) return null;
      const query = encodeQuery({ ...{ id: 7, ...key, recursive: true, nsid: true } });
      const octets = encodeSaid(decodeMessage(query), reply.said);
      const { rcode, rcodeName, answer, edns, authority } = decodeMessage(octets);
      const [first] = answer;
      const what =
        first === undefined
          ? [rcodeName, ...authority.map(({ ttl }) => String(ttl))]
          : [/ (\w+)\./.exec(first.rdata)?.[1] ?? '', String(first.ttl)];
      expect(rcode === 0 || first === undefined).toBe(true);
      const errors = (edns?.errors ?? []).map(({ code }) => `EDE ${String(code)}`);
      const named = edns?.nsid == null ? [] : [Buffer.from(edns.nsid).toString()];
      return [...what, ...errors, ...named].join(' ');
    },
  };
}

describe('a cache', () => {
  it('counts down in whole seconds, serves the last one to its end, and fetches then', () => {
    const { ask, serve, fetches } = site(habits.plain);
    expect(ask()).toBe('old 300');
    serve({ answer: [newer] });
    expect([ask(0.6), ask(298.9), ask(0.9)]).toEqual(['old 299', 'old 0', 'old 0']);
    expect(fetches()).toBe(1);
    expect(ask(0.1)).toBe('new 300');
    const other = site(habits.exact);
    expect([other.ask(), other.ask(299.5), other.ask(0.5)]).toEqual([
      'old 300',
      'old 1',
      'old 300',
    ]);
  });

  it('raises and cuts TTLs, those of what does not exist as well', () => {
    const raised = site(habits.floor(900));
    expect([raised.ask(), raised.ask(899)]).toEqual(['old 900', 'old 1']);
    const cut = site(habits.ceiling(10));
    expect([cut.ask(), cut.ask(11)]).toEqual(['old 10', 'old 10']);
    expect(cut.fetches()).toBe(2);
    const nothing: Said = { rcode: RCODE.NXDOMAIN, authority: [soa] };
    const denied = site(habits.plain, nothing);
    expect([denied.ask(), denied.ask(59)]).toEqual(['NXDOMAIN 60', 'NXDOMAIN 1']);
    expect(denied.fetches()).toBe(1);
    expect(site(habits.floor(900), nothing).ask()).toBe('NXDOMAIN 900');
  });

  it('does not keep a failure, and is one when no server answers', () => {
    const { ask, cut, serve } = site(habits.floor(900), { rcode: RCODE.SERVFAIL });
    expect(ask()).toBe('SERVFAIL');
    serve({ answer: [older] });
    expect(ask()).toBe('old 900');
    cut();
    expect(ask(901)).toBe('SERVFAIL EDE 22');
  });

  it('serves stale with a sign or without, fetches then, and goes on as long as nobody answers', () => {
    for (const [habit, said] of [
      [habits.staleSigned, 'old 30 EDE 3'],
      [habits.staleUnsigned, 'old 30'],
    ] as const) {
      const { ask, serve, cut } = site(habit);
      expect(ask()).toBe('old 300');
      serve({ answer: [newer] });
      expect([ask(9000), ask(0.02), ask(0.05)]).toEqual([said, said, 'new 300']);
      cut();
      const later = said.replace('old', 'new');
      expect([ask(400), ask(400)]).toEqual([later, later]);
    }
  });

  it('fetches early where it is asked in the last tenth', () => {
    const { ask, serve } = site(habits.prefetching);
    expect(ask()).toBe('old 300');
    serve({ answer: [newer] });
    expect([ask(269), ask(2), ask(1)]).toEqual(['old 31', 'old 29', 'new 300']);
  });

  it('is several caches in turn where it has members, which may name themselves', () => {
    const members = [habits.plain, habits.floor(600)];
    const { ask, serve } = site(habits.farm(members, true));
    expect([ask(), ask()]).toEqual(['old 300 member-1', 'old 600 member-2']);
    serve({ answer: [newer] });
    expect([ask(301), ask()]).toEqual(['new 300 member-1', 'old 299 member-2']);
    expect([site(habits.farm(members, false)).ask()]).toEqual(['old 300']);
  });

  it('never counts down where its TTL is frozen, and turns all the same', () => {
    const { ask, serve } = site(habits.frozen(900));
    serve({ answer: [older] });
    expect(ask()).toBe('old 300');
    serve({ answer: [newer] });
    expect([ask(100), ask(400), ask(399), ask(3)]).toEqual([
      ...['old 300', 'old 300', 'old 300', 'new 300'],
    ]);
  });

  it('fetches from its own server only', () => {
    const { ask, serve } = site(habits.behind(1), { answer: [newer] }, { answer: [older] });
    expect([ask(), ask(301), ask(301)]).toEqual(['old 300', 'old 300', 'old 300']);
    serve({ answer: [older] }, { answer: [newer] });
    expect(ask(301)).toBe('new 300');
  });

  it('is silent, refuses, filters or makes answers up, whatever the world says', () => {
    expect(site(habits.silent).ask()).toBe(null);
    expect(site(habits.refusing).ask()).toBe('REFUSED');
    expect(site(habits.filtering([forged])).ask()).toBe('forged 300 EDE 17');
    expect(site(habits.inventing([newer])).ask()).toBe('new 300');
    expect(site(habits.inventing([{ ...forged, type: 'TXT' }])).ask()).toBe('old 300');
  });

  it('takes its time where it is slow, and remembers what was asked before', () => {
    const { cache, ask } = site(habits.slow(1200));
    cache.remember(key, 100_000);
    expect(cache.answer(key)).toMatchObject({ afterMs: 1200, said: { ra: true, aa: false } });
    expect(ask()).toBe('old 200');
    const { cache: other } = site(habits.plain);
    other.remember(key, 302_000);
    expect(other.holds(key)).toEqual([]);
  });

  it('gives its name to who asks for it only', () => {
    const { said } = site(habits.farm([habits.plain], true)).cache.answer(key)!;
    const options = { ...said, options: [...(said.options ?? []), extendedError(3)] };
    const query = decodeMessage(encodeQuery({ id: 7, ...key, recursive: true }));
    const { edns } = decodeMessage(encodeSaid(query, options));
    expect([edns?.nsid, edns?.errors.length]).toEqual([null, 1]);
  });
});

const honest = fc.constantFrom<Habit>(
  ...[habits.plain, habits.exact, habits.floor(600), habits.ceiling(20), habits.prefetching],
  habits.farm([habits.floor(400), habits.plain, habits.ceiling(7)], false),
);
const waits = fc.array(fc.integer({ min: 1, max: 200_000 }), { minLength: 5, maxLength: 40 });

it('never answers old once the longest an honest cache may keep it is over', () => {
  let [turned, kept] = [0, 0];
  fc.assert(
    fc.property(honest, waits, fc.integer({ min: 1, max: 1_000_000 }), (habit, gaps, turn) => {
      let at = 0;
      const servers = [() => ({ answer: [at < turn ? older : newer] })];
      const cache = cacheOf(habit, { servers, now: () => at, chance: seededChance(2) });
      const all = habit.members.length === 0 ? [habit] : habit.members;
      const bound = turn + (Math.max(300, ...all.map(({ floor }) => floor)) + 1) * 1000;
      for (const gap of gaps) {
        at += gap;
        const shown = cache.answer(key)?.said.answer?.[0];
        const held = cache.holds(key);
        if (at >= bound) expect(shown?.rdata).toEqual(newer.rdata);
        // What it says is what it holds, and no longer than it holds it.
        const match = held.filter(({ rdata }) => String(rdata) === String(shown?.rdata));
        const ends = Math.max(...match.map(({ endsAt }) => endsAt));
        expect(at + (shown?.ttl ?? Infinity) * 1000).toBeLessThan(ends + 1000);
        turned += at >= bound ? 1 : 0;
        kept += at >= turn && at < bound && shown?.rdata === older.rdata ? 1 : 0;
      }
    }),
    { numRuns: 300 },
  );
  expect(turned).toBeGreaterThan(100);
  expect(kept).toBeGreaterThan(100);
});
