import { describe, expect, it } from 'vitest';
import { parseName } from '../../src/dns/name.ts';
import { Fault } from '../../src/errors.ts';
import { limits } from '../../src/limits.ts';
import { verdictOfAll } from '../../src/propagation/service.ts';
import { type Resolver, type Way } from '../../src/propagation/watched.ts';
import { addressOf, expected, type Habit, newSet, oldSet, resolver } from './caches.ts';
import { connections, type Connections } from './connections.ts';
import { site } from './site.ts';

const s = (seconds: number) => seconds * 1000;
const overTls: Way = { port: 853, over: { transport: 'tls', host: 'dns.example' } };
const template = 'https://dns.example/dns-query{?dns}';
const overHttps: Way = { port: 443, over: { transport: 'https', template } };
const [first, second, v6] = [addressOf(0), addressOf(1), '2001:db8::1'];
const threeWays = (more: Partial<Resolver> = {}): Resolver =>
  resolver(0, { otherwise: [overTls, overHttps], ...more });

/** A site whose caches are asked over any transport; these places are silent. */
function roads(
  silent: readonly string[],
  {
    habits = {},
    ...options
  }: { habits?: Record<string, Habit>; members?: number; mayRenew?: boolean } = {},
) {
  let made: Connections | undefined;
  const here = site(habits, {
    sweep: (clock, net) => {
      made = connections(clock, net, options);
      for (const place of silent) made.silenced.add(place);
      return made.sweep;
    },
  });
  const there = made!;
  return { ...here, there, places: () => there.asked.map(({ place }) => place) };
}

describe('the ways of a resolver', () => {
  it('are tried where the first is silent, as in a network that blocks port 53', async () => {
    const { watch, pass, places, there } = roads([`udp ${first}`]);
    const watching = watch({ resolvers: [threeWays()] });
    await pass(s(300));
    const [one, ...others] = places();
    expect(one).toBe(`udp ${first}`);
    expect(new Set(others)).toEqual(new Set([`tls ${first}`]));
    expect(watching.states.get('r0')).toMatchObject({ verdict: 'old', last: { transport: 'tls' } });
    // Each is a question of its own within the same budget.
    const [before, after] = there.asked.map(({ at }) => at);
    expect(after! - before!).toBeGreaterThan(s(1));
  });

  it('are tried one after the other, at one address after the other', async () => {
    const ways = ['udp', 'tls', 'https'];
    const cycle = [first, second].flatMap(one => ways.map(way => `${way} ${one}`));
    const { watch, pass, places } = roads(cycle);
    const watching = watch({ resolvers: [threeWays({ addresses: [first, second] })] });
    await pass(s(900));
    expect(places().slice(0, 7)).toEqual([...cycle, cycle[0]]);
    expect(watching.states.get('r0')?.verdict).toBe('silent');
  });

  it('are those of the list, in its order', async () => {
    const { watch, pass, places } = roads([`https ${first}`]);
    watch({ resolvers: [resolver(0, { ...overHttps, otherwise: [{ port: 53 }] })] });
    await pass(s(30));
    expect(places().slice(0, 2)).toEqual([`https ${first}`, `udp ${first}`]);
  });

  it('are within reach of a look, which asks twice where nobody answers', async () => {
    const { watch, pass, places } = roads([`udp ${first}`]);
    const look = watch({ mode: 'look', resolvers: [threeWays()] });
    await pass(s(60));
    expect(places()).toEqual([`udp ${first}`, `tls ${first}`]);
    expect(look.states.get('r0')).toMatchObject({ verdict: 'old', last: { transport: 'tls' } });
    expect(look.end()).toBe('done');
  });

  it('are left to the first for a while where that was heard', async () => {
    const { watch, pass, places, there } = roads([]);
    watch({ resolvers: [threeWays()] });
    await pass(s(30));
    there.silenced.add(`udp ${first}`);
    const before = places().length;
    await pass(s(400));
    expect(places().slice(before, before + limits.pollSilences + 1)).toEqual([
      ...Array.from({ length: limits.pollSilences }, () => `udp ${first}`),
      `tls ${first}`,
    ]);
  });

  it('are begun with where it was heard last', async () => {
    const { watch, pass, places } = roads([`udp ${first}`]);
    const before = watch({ resolvers: [threeWays()] });
    await pass(s(60));
    before.abort();
    const asked = places().length;
    watch({ resolvers: [threeWays()], known: new Map(before.states) });
    await pass(s(120));
    expect(new Set(places().slice(asked))).toEqual(new Set([`tls ${first}`]));
  });

  it('are begun with UDP where what it could not carry came over the TCP behind it', async () => {
    const { watch, pass, places } = roads([]);
    const one = resolver(0, { ...overTls, otherwise: [{ port: 53 }] });
    const before = watch({ mode: 'look', resolvers: [one] });
    await pass(s(10));
    const state = before.states.get('r0')!;
    const last = { ...state.last, transport: 'tcp' } as const;
    watch({ resolvers: [one], known: new Map([['r0', { ...state, last }]]) });
    await pass(s(70));
    expect(places()[0]).toBe(`tls ${first}`);
    expect(new Set(places().slice(1))).toEqual(new Set([`udp ${first}`]));
  });

  it('pass over the addresses of a family that this machine lacks, all of them', async () => {
    const fault = () =>
      new Fault('UNAVAILABLE', 'no IPv6 route', { details: { family: 'lacking' } });
    const habits = { [v6]: { is: 'failing', fault } as const };
    const { watch, pass, places } = roads([`udp ${first}`], { habits });
    const watching = watch({ resolvers: [threeWays({ addresses: [v6, first] })] });
    await pass(s(30));
    expect(places().slice(0, 3)).toEqual([`udp ${v6}`, `udp ${first}`, `tls ${first}`]);
    expect(watching.states.get('r0')?.last.transport).toBe('tls');
  });
});

describe('whoever says that it is asked too often', () => {
  const tooOften = (retryAfterMs: number): Fault =>
    new Fault('UNAVAILABLE', '192.0.2.1:443 (https): it is asked too often (HTTP 429)', {
      ...{ retryAfterMs, fix: 'Ask less often.' },
    });
  const keys = ['one', 'two', 'three'].map(label => ({
    name: parseName(`${label}.example.org`),
    type: 'MX',
  }));

  it('is left alone by all that would ask it, is silent for a reason, and not asked another way', async () => {
    let often = true;
    const fault = () => (often ? tooOften(s(60)) : new Fault('UNAVAILABLE', 'no answer'));
    const { net, told, watch, pass, up } = site({ [first]: { is: 'failing', fault } });
    const began = up();
    const resolvers = [threeWays(), resolver(1)];
    const watches = keys.map(key => watch({ key, resolvers, expectation: { ...expected(), key } }));
    const asked = () => net.asked.filter(({ address }) => address === first);
    const times = () => asked().map(({ at }) => at - began);
    await pass(s(59));
    // Those that were under way before it said so.
    expect(times().length).toBeLessThanOrEqual(keys.length);
    expect(Math.max(...times())).toBeLessThan(s(3));
    const states = watches.map(({ states: of }) => of.get('r0')).filter(one => one !== undefined);
    expect(states.length).toBeGreaterThan(0);
    for (const { verdict, last } of states) {
      expect([verdict, last.transport]).toEqual(['silent', 'udp']);
      expect(JSON.stringify(last.outcome)).toContain('asked too often (HTTP 429)');
    }
    expect(watches.every(({ states: of }) => of.has('r1'))).toBe(true);
    // It is no failure of this machine.
    expect(told).toEqual([]);
    often = false;
    await pass(s(30));
    expect(times().filter(at => at >= s(60)).length).toBeGreaterThan(0);
  });

  it('is asked nothing besides either, and may say it to whatever was asked', async () => {
    const question = { ...keys[0]!, recursive: true, dnssec: false };
    const { net, poller, watch, pass } = site({
      [first]: { is: 'failing', fault: () => tooOften(s(60)) },
    });
    const errand = { resolver: resolver(0), address: first, question };
    const ask = () =>
      poller.ask(errand, new AbortController().signal).then(
        () => 'answered',
        (error: unknown) => (error as Fault).message,
      );
    const besides = Promise.all([ask(), pass(s(1))]);
    expect((await besides)[0]).toContain('HTTP 429');
    watch({ resolvers: [resolver(0), resolver(1)] });
    const again = await Promise.all([ask(), pass(s(30))]);
    expect(again[0]).toContain('left alone');
    expect(net.asked.filter(({ address }) => address === first)).toHaveLength(1);
    await pass(s(40));
    expect(net.asked.filter(({ address }) => address === first)).toHaveLength(2);
  });

  it('is not left alone for ever, whatever it says', async () => {
    const fault = () => tooOften(s(1_000_000));
    const { net, watch, pass } = site({ [first]: { is: 'failing', fault } });
    watch({ resolvers: [resolver(0)] });
    await pass(limits.restMostMs + s(30));
    expect(net.asked).toHaveLength(2);
  });
});

describe('two caches behind one address, each connection to which stays with one of them', () => {
  const swapped = (options: Parameters<typeof roads>[1] = {}) => {
    const made = roads([], { members: 2, ...options });
    const one = resolver(0, { ...overTls, anycast: true });
    const at = made.up();
    const expectation = expected({ new: newSet, swappedAt: at, authorityNewSince: at });
    return {
      ...made,
      /** Somebody else asks one of the members. */
      warm: (member: number, rdata: readonly string[]) => {
        made.net.authority.rdata = rdata;
        const cache = `tls ${first}#${String(member)}`;
        const question = { ...expectation.key, recursive: true, dnssec: false };
        void made.net
          .ask(question, { address: cache, port: 853 }, new AbortController().signal)
          .catch(() => undefined);
      },
      begin: () => {
        const heard = new Set<number | undefined>();
        const watching = made.watch({ resolvers: [one], expectation }, () => {
          heard.add(watching.states.get('r0')?.last.connection);
        });
        return () => {
          const state = watching.states.get('r0')!;
          return { state, verdict: verdictOfAll({ resolver: one, state }), heard };
        };
      },
    };
  };

  it('are new after as many connections as clean answers are wanted, and not before', async () => {
    const { begin, pass, net } = swapped();
    net.authority.rdata = newSet;
    const now = begin();
    do await pass(200);
    while (now().verdict !== 'new');
    expect(now().state.clean).toBe(11);
    expect(now().heard.size).toBe(11);
  });

  it('are both met: the one that holds the old set is found behind the other', async () => {
    const { warm, begin, pass } = swapped();
    warm(0, oldSet);
    await pass(100);
    warm(1, newSet);
    await pass(100);
    const now = begin();
    await pass(s(5));
    expect(now().verdict).toBe('mixed');
    await pass(s(120));
    expect(now().verdict).toBe('new');
  });

  it('are not new by what comes over one connection, however often it is said', async () => {
    const { begin, pass, net, places } = swapped({ mayRenew: false });
    net.authority.rdata = newSet;
    const now = begin();
    // Asked again within two seconds it stays the same connection.
    await pass(s(60));
    const { state, verdict, heard } = now();
    expect(places().length).toBeGreaterThanOrEqual(11);
    expect([verdict, state.clean, [...heard]]).toEqual(['mixed', 1, [1]]);
  });
});
