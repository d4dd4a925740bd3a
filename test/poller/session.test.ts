import { describe, expect, it } from 'vitest';
import { parseName } from '../../src/dns/name.ts';
import { Fault } from '../../src/errors.ts';
import { type Resolver } from '../../src/propagation/watched.ts';
import { addressOf, expected, newSet, resolver } from './caches.ts';
import { site } from './site.ts';

const s = (seconds: number) => seconds * 1000;
const many = (count: number) => Array.from({ length: count }, (_, i) => resolver(i));
const lacking = () =>
  new Fault('UNAVAILABLE', 'this machine has no IPv6 route there', {
    details: { family: 'lacking' },
  });
const nothing = { sessions: 0, timers: 0 };

describe('what this machine lacks', () => {
  const v6 = ['2001:db8::1', '2001:db8::2'];
  const habits = Object.fromEntries(
    v6.map(one => [one, { is: 'failing', fault: lacking } as const]),
  );

  it('an address family: said once, the other one asked, silence of nobody', async () => {
    const { watch, pass, told } = site(habits);
    const both = resolver(0, { addresses: [...v6, addressOf(0)] });
    const only = resolver(1, { addresses: v6 });
    const look = watch({ mode: 'baseline', resolvers: [both, only] });
    await pass(s(10));
    expect(told).toHaveLength(1);
    expect([...look.states.keys()]).toEqual(['r0']);
    expect(look.states.get('r0')?.samples).toBe(1);
    expect(look.leftOut).toEqual(['r1']);
    expect(look.end()).toBe('done');
  });

  it('the family may come: it is tried again from time to time', async () => {
    let lacks = true;
    const fault = () => (lacks ? lacking() : new Fault('UNAVAILABLE', 'no answer'));
    const { watch, pass, net } = site({ '2001:db8::1': { is: 'failing', fault } });
    const watching = watch({ resolvers: [resolver(1, { addresses: ['2001:db8::1'] })] });
    await pass(s(600));
    expect(net.asked.length).toBeGreaterThan(5);
    expect(net.asked.length).toBeLessThan(20);
    expect([watching.leftOut, watching.heard()]).toEqual([['r1'], 0]);
    lacks = false;
    await pass(s(130));
    expect(watching.heard()).toBeGreaterThan(0);
  });

  it('places in a queue: asked again later, nothing recorded', async () => {
    let full = 3;
    const queue = () => {
      full -= 1;
      return full >= 0
        ? new Fault('RATE_LIMITED', 'questions wait already', { details: { queue: 'full' } })
        : new Fault('UNAVAILABLE', 'no answer');
    };
    const { watch, pass, net } = site({ [addressOf(0)]: { is: 'failing', fault: queue } });
    const watching = watch({ resolvers: [resolver(0)] });
    await pass(s(8));
    expect(net.asked).toHaveLength(4);
    expect(watching.states.get('r0')?.samples).toBe(1);
  });

  it('source ports: a look gives up in the end, and says why', async () => {
    const ports = () =>
      new Fault('UNAVAILABLE', 'no free source port', { details: { ports: 'exhausted' } });
    const { watch, pass, told, poller } = site({ [addressOf(0)]: { is: 'failing', fault: ports } });
    const look = watch({ mode: 'look', resolvers: [resolver(0)] });
    await pass(s(60));
    expect(look.end()).toBe('done');
    expect(look.leftOut).toEqual(['r0']);
    expect(look.heard()).toBe(0);
    expect(told).toHaveLength(1);
    expect(poller.sizes).toMatchObject(nothing);
  });
});

describe('the other addresses of an anycast service, or of a farm', () => {
  const [first, second, third, v6] = [addressOf(0), addressOf(1), addressOf(2), '2001:db8::1'];
  const addresses = [first, second, third, v6];
  /** `before`: who was asked by others when there was nothing but the old set. */
  const watched = async (
    habits: Parameters<typeof site>[0],
    more: Partial<Resolver> & { readonly before?: readonly string[] } = {},
  ) => {
    const made = site(habits);
    const held = made.net.asked.length;
    const at = made.up();
    const expectation = expected({ new: newSet, swappedAt: at, authorityNewSince: at });
    const { key } = expectation;
    const ask = (address: string) =>
      made.net.ask(
        { name: key.name, type: key.type, recursive: true, dnssec: false },
        { address, port: 53 },
        new AbortController().signal,
      );
    const { before = [second], ...row } = more;
    for (const address of before) {
      void ask(address).catch(() => undefined);
      await made.pass(s(4));
    }
    made.net.authority.rdata = newSet;
    const resolvers = [resolver(0, { anycast: true, addresses, ...row })];
    const watching = made.watch({ resolvers, expectation });
    const asked = () => made.net.asked.slice(held + 1).map(({ address }) => address);
    return { ...made, asked, state: () => watching.states.get('r0') };
  };

  it('are asked in their turn, once it said new and until that is enough', async () => {
    const { asked, state, pass } = await watched({ [second]: { is: 'plain' } });
    await pass(s(200));
    expect(state()).toMatchObject({ verdict: 'new' });
    expect(state()?.clean).toBeGreaterThanOrEqual(11);
    const counts = addresses.map(one => asked().filter(address => address === one).length);
    expect(Math.min(...counts)).toBeGreaterThanOrEqual(2);
    expect(asked()[0]).toBe(first);
    expect(
      state()
        ?.members?.map(({ name }) => name)
        .toSorted(),
    ).toEqual(addresses.toSorted());
  });

  it('count without those of a family that this machine lacks', async () => {
    const { asked, state, pass } = await watched({ [v6]: { is: 'failing', fault: lacking } });
    await pass(s(100));
    expect(state()).toMatchObject({ verdict: 'new', mute: 0 });
    expect(state()?.clean).toBeGreaterThanOrEqual(11);
    // Tried again after a minute.
    expect(asked().filter(address => address === v6).length).toBeLessThanOrEqual(2);
  });

  it('are heard where they still have the old set', async () => {
    const { state, pass } = await watched({ [second]: { is: 'floor', ttl: 1200 } });
    await pass(s(600));
    expect(state()?.verdict).toBe('mixed');
    await pass(s(900));
    expect(state()?.verdict).toBe('new');
  });

  it('are passed over where they do not answer: that is not the silence of the resolver', async () => {
    for (const is of ['silent', 'hanging', 'refusing'] as const) {
      const { asked, state, pass } = await watched({ [second]: { is }, [third]: { is } });
      await pass(s(100));
      expect(state()).toMatchObject({ verdict: 'new', mute: 0, refused: false });
      expect(state()?.clean).toBeGreaterThanOrEqual(11);
      expect(asked().filter(address => address === second)).toHaveLength(1);
      expect(asked().filter(address => address === third)).toHaveLength(1);
    }
  });

  it('are asked in their turn where several caches answer at the first', async () => {
    const farm = { is: 'farm', size: 2 } as const;
    const row = { anycast: false, before: [first, first] };
    const { asked, state, pass } = await watched({ [first]: farm }, row);
    await pass(s(400));
    expect(state()).toMatchObject({ verdict: 'new', interleaved: true });
    expect(new Set(asked())).toEqual(new Set(addresses));
  });

  it('are left alone where the address is that of one machine', async () => {
    const { asked, pass } = await watched({}, { anycast: null });
    await pass(s(100));
    expect(new Set(asked())).toEqual(new Set([first]));
  });
});

describe('nothing leaks', () => {
  it('an abort in mid flight: the question is given up, nothing is recorded, nothing stays', async () => {
    const { net, watch, pass, poller } = site({ [addressOf(1)]: { is: 'hanging' } });
    const watching = watch({ resolvers: many(5) });
    await pass(2);
    watching.abort();
    await pass(s(60));
    expect(watching.end()).toMatchObject({ code: 'ABORTED' });
    expect([watching.heard(), net.givenUp(), net.asked.length]).toEqual([0, 5, 5]);
    expect(poller.sizes).toMatchObject(nothing);
  });

  it('a question without end counts as silence in the end', async () => {
    const { net, watch, pass, poller } = site({ [addressOf(0)]: { is: 'hanging' } });
    const watching = watch({ mode: 'baseline', resolvers: [resolver(0)] });
    await pass(s(120));
    expect(net.givenUp()).toBe(3);
    expect(watching.states.get('r0')?.verdict).toBe('silent');
    expect(watching.end()).toBe('done');
    expect(poller.sizes).toMatchObject(nothing);
  });

  it('what a callback throws ends its own watch only', async () => {
    const { watch, pass, poller } = site();
    const bad = watch({ resolvers: many(3) }, () => {
      throw new Error('a mistake');
    });
    const good = watch({ resolvers: many(3) });
    await pass(s(10));
    expect(bad.end()).toMatchObject({ code: 'BUG', message: 'a mistake' });
    expect(bad.heard()).toBe(1);
    expect(good.states.size).toBe(3);
    expect(poller.sizes.sessions).toBe(3);
    good.abort();
    expect(poller.sizes).toMatchObject(nothing);
  });

  it('a callback that aborts its own watch', async () => {
    const { watch, pass, poller } = site();
    const watching = watch({ resolvers: many(3) }, () => {
      watching.abort();
    });
    await pass(s(10));
    expect(watching.heard()).toBe(1);
    expect(poller.sizes).toMatchObject(nothing);
  });

  it('who was aborted before it began asks nothing', async () => {
    const { net, poller, pass } = site();
    const subject = { key: { name: parseName('example.org'), type: 'MX' }, mode: 'look' } as const;
    const rest = { resolvers: many(1), expectation: expected(), offset: 0 };
    const ended = poller.watch({ ...subject, ...rest }, () => undefined, AbortSignal.abort());
    await expect(ended).rejects.toMatchObject({ code: 'ABORTED' });
    await pass(s(1));
    expect(net.asked).toHaveLength(0);
  });
});
