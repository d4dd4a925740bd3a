import { afterEach, describe, expect, it } from 'vitest';
import { read } from '../../src/authority/reading.ts';
import { parseName } from '../../src/dns/name.ts';
import { type RRset, rrset } from '../../src/dns/rrset.ts';
import { type Fault } from '../../src/errors.ts';
import { type Move, type Provider } from '../../src/provider.ts';
import { networkAsk } from '../../src/transport/ask.ts';
import { faultOf, fresh, never } from '../providers/backend.ts';
import { dig, foreignEdit } from '../support/dig.ts';
import { proxy, type Proxy } from '../support/proxy.ts';
import { realClock } from '../support/provider-environment.ts';
import { rfc2136At } from '../support/rfc2136.ts';
import { type At, freePort, type RunningServer } from '../support/server.ts';
import { bind, cutoverKey, knot, type ServerKey, strangerKey } from '../support/servers.ts';
import { zoneText } from '../support/zone.ts';

const zone = parseName('alpha.example');
const text = 'alpha.example';

const edit = (server: At, ...lines: readonly string[]): void => {
  foreignEdit(server, { zone: text, key: cutoverKey, lines });
};

const running: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of running.splice(0).reverse()) await one.stop();
});
const up = async <T extends { stop(): Promise<void> }>(starting: Promise<T>): Promise<T> => {
  const one = await starting;
  running.push(one);
  return one;
};

const mx = (ttl: number, ...rdata: readonly string[]): RRset =>
  rrset({ name: zone, type: 'MX', ttl, rdata });
const old = mx(20, '10 mx1.oldhost.example.');
const swap: readonly Move[] = [{ from: fresh(old), to: fresh(mx(20, '0 new.example.net.')) }];
const served = (server: At): string[] => dig(server, text, 'MX');
const oldServed = ['alpha.example. 20 IN MX 10 mx1.oldhost.example.'];
const newServed = ['alpha.example. 20 IN MX 0 new.example.net.'];

/** What a person would read, all of it. */
const said = ({ message, fix, where, details }: Fault): string =>
  [message, fix, where, JSON.stringify(details)].join(' | ');

const wrongSecret: ServerKey = { ...cutoverKey, secret: Buffer.alloc(32, 1).toString('base64') };
const unknownKey: ServerKey = { ...cutoverKey, name: 'nobody' };
const servers = { BIND: bind, Knot: knot };

describe.each(Object.entries(servers))('%s refuses', (name, start) => {
  const refusals: readonly [string, Parameters<typeof rfc2136At>[1], RegExp][] = [
    [
      'a wrong secret',
      { key: wrongSecret },
      /NOTAUTH, BADSIG, unsigned.*another secret.*secret file/,
    ],
    [
      'an unknown key',
      { key: unknownKey },
      /NOTAUTH, BADKEY, unsigned.*nobody.*name and algorithm/,
    ],
    [
      'a clock that is off',
      { offSeconds: -3600 },
      /NOTAUTH, BADTIME.*clocks are 3(?:599|600|601) s apart.*NTP/,
    ],
    [
      'a key without rights',
      { key: strangerKey },
      name === 'BIND'
        ? /REFUSED.*policy.*stranger.*Grant/
        : /NOTAUTH, BADKEY.*gives it no rights.*acl/,
    ],
  ];
  it.each(refusals)('%s, and says what to do', async (_, how, words) => {
    const server = await up(start(text, { other: strangerKey }));
    const provider = await rfc2136At(server, how);
    for (const attempt of ['write', 'writable'] as const) {
      const fault = await faultOf(provider[attempt](swap, never()));
      expect(fault.code).toBe('UNAUTHORIZED');
      expect(said(fault)).toMatch(words);
      const secret = (how?.key ?? cutoverKey).secret;
      expect(said(fault)).not.toContain(secret.slice(0, 20));
    }
    expect(served(server)).toEqual(oldServed);
  });
});

/** A server behind a proxy, with the provider in front of both. */
async function aimed(
  starting: Promise<RunningServer>,
): Promise<{ server: RunningServer; front: Proxy; provider: Provider }> {
  const server = await up(starting);
  const front = await up(proxy(server));
  return { server, front, provider: await rfc2136At(front) };
}

it('says that nothing was sent when the server is down', async () => {
  const port = await freePort('127.0.0.1');
  const provider = await rfc2136At({ address: '127.0.0.1', port });
  const fault = await faultOf(provider.write(swap, never()));
  expect(fault.code).toBe('UNAVAILABLE');
  expect(said(fault)).toMatch(/port unreachable/);
});

it('says that a write may have taken effect when its answer is lost', async () => {
  const { server, front, provider } = await aimed(bind(text));
  front.hooks = { afterUpdate: async () => 'reset' };
  const fault = await faultOf(provider.write(swap, never()));
  expect(fault.code).toBe('UNAVAILABLE');
  expect(said(fault)).toMatch(/may have taken effect.*Look at the zone/);
  expect(fault.details).toMatchObject({ sent: true });
  expect(served(server)).toEqual(newServed);
  expect(front.writes()).toHaveLength(1);
});

describe.each(Object.entries(servers))('between the look and the write of %s', (_, start) => {
  it('an edit elsewhere in the zone costs a second try', async () => {
    const { server, front, provider } = await aimed(start(text));
    front.hooks = {
      beforeUpdate: async () => {
        front.hooks = {};
        edit(server, 'update add elsewhere.alpha.example. 60 A 192.0.2.99');
      },
    };
    const receipt = await provider.write(swap, never());
    expect(served(server)).toEqual(newServed);
    expect(front.writes().map(({ rcode }) => rcode)).toEqual([8, 0]);
    expect([...front.applied().values()]).toEqual([1]);
    expect(await provider.synced(receipt, never())).toBe(true);
  });

  it('an edit of nothing but the TTL is a conflict that shows it', async () => {
    const { server, front, provider } = await aimed(start(text));
    front.hooks = {
      beforeUpdate: async () => {
        front.hooks = {};
        edit(
          server,
          'update delete alpha.example. MX',
          'update add alpha.example. 21 MX 10 mx1.oldhost.example.',
        );
      },
    };
    const fault = await faultOf(provider.write(swap, never()));
    expect(fault.code).toBe('CONFLICT');
    expect(fault.details).toMatchObject({ expected: { ttl: 20 }, found: { ttl: 21 } });
    expect(served(server)).toEqual(['alpha.example. 21 IN MX 10 mx1.oldhost.example.']);
  });
});

it('gives up with a conflict when the zone never stands still', async () => {
  const { server, front, provider } = await aimed(bind(text));
  let edits = 0;
  front.hooks = {
    beforeUpdate: async () => {
      edit(server, `update add busy${++edits}.alpha.example. 60 A 192.0.2.99`);
    },
  };
  const fault = await faultOf(provider.write(swap, never()));
  expect(fault.code).toBe('CONFLICT');
  expect(said(fault)).toMatch(/changed between look and write 5 times/);
  expect(served(server)).toEqual(oldServed);
});

it('names the mail host that BIND misses an address for', async () => {
  const server = await up(bind(text));
  const provider = await rfc2136At(server);
  const within = [{ from: fresh(old), to: fresh(mx(20, '0 nohost.alpha.example.')) }];
  expect(await provider.writable(within, never())).toBe('cannot-tell');
  const fault = await faultOf(provider.write(within, never()));
  expect(fault.code).toBe('UNAUTHORIZED');
  expect(said(fault)).toMatch(/REFUSED.*nohost\.alpha\.example has an A or AAAA record/);
  const known = [{ from: fresh(old), to: fresh(mx(20, '0 short.alpha.example.')) }];
  expect(await provider.writable(known, never())).toBe('yes');
});

const leastRights: Record<string, () => Promise<RunningServer>> = {
  BIND: () =>
    bind(text, {
      policy: [
        'grant cutover name alpha.example. MX;',
        'grant cutover name alpha.example. TXT;',
        'grant cutover name _dns-cutover.alpha.example. TXT;',
      ].join(' '),
    }),
  Knot: () =>
    knot(text, {
      acl: [
        'update-type: [MX, TXT]',
        'update-owner: name',
        'update-owner-match: equal',
        'update-owner-name: [alpha.example., _dns-cutover.alpha.example.]',
      ],
    }),
};

it.each(Object.entries(leastRights))(
  'needs no more rights than it says of %s',
  async (_, start) => {
    const server = await up(start());
    const provider = await rfc2136At(server);
    const claim = rrset({
      ...{ name: parseName(`_dns-cutover.${text}`), type: 'TXT', ttl: 60 },
      rdata: ['"a claim"'],
    });
    // The wildcard of the zone answers for the claim; it is not there all the same.
    expect(dig(server, claim.name, 'TXT')).toHaveLength(1);
    expect(await provider.read(claim, never())).toBeNull();
    const create = [{ from: null, to: fresh(claim) }];
    expect(await provider.writable([...swap, ...create], never())).toBe('yes');
    await provider.write([...swap, ...create], never());
    expect((await provider.read(claim, never()))?.rrset).toEqual(claim);
    const address = rrset({ name: zone, type: 'A', ttl: 20, rdata: ['192.0.2.80'] });
    const remove = [{ from: fresh(address), to: null }];
    expect((await faultOf(provider.writable(remove, never()))).code).toBe('UNAUTHORIZED');
    expect((await faultOf(provider.write(remove, never()))).code).toBe('UNAUTHORIZED');
  },
);

it('does not write beside a CNAME, nor into two zones at once', async () => {
  const server = await up(bind(text, { zones: { 'inner.alpha.example': zoneText(text) } }));
  const provider = await rfc2136At({ address: 'localhost', port: server.port });
  const at = (name: string) => fresh({ ...old, name: parseName(name) });
  const beside = await faultOf(
    provider.write([{ from: null, to: at('www.alpha.example') }], never()),
  );
  expect(beside.code).toBe('UNSUPPORTED');
  expect(said(beside)).toMatch(/beside the CNAME/);
  const both = [...swap, { from: null, to: at('a.inner.alpha.example') }];
  expect((await faultOf(provider.write(both, never()))).code).toBe('UNSUPPORTED');
  expect(served(server)).toEqual(oldServed);
});

it.each(Object.entries(servers))(
  'writes at %s where a wildcard CNAME answers for every name',
  async (_, start) => {
    const server = await up(start(text, { zone: { records: ['*.wild IN CNAME a1'] } }));
    const provider = await rfc2136At(server);
    const set = { ...old, name: parseName('x.wild.alpha.example') };
    expect(dig(server, set.name, 'MX')).not.toEqual([]);
    expect(await provider.read(set, never())).toBeNull();
    await provider.write([{ from: null, to: fresh(set) }], never());
    expect((await provider.read(set, never()))?.rrset).toEqual(set);
  },
);

it.each([
  ['BIND, in place', () => bind(text, { signed: 'dynamic' })],
  ['BIND, a copy', () => bind(text, { signed: 'inline' })],
  ['Knot', () => knot(text, { signed: true })],
] as const)('leaves a zone that is signed by %s with good signatures', async (_, start) => {
  const server = await up(start());
  const provider = await rfc2136At(server);
  await provider.write(swap, never());
  const keys = [old, { name: parseName('nothing.sub.alpha.example'), type: 'MX' }];
  const of = { zone, keys, ask: networkAsk(), clock: realClock() };
  const { reading } = await read({ ...server, name: 'ns1' }, of, never());
  expect(reading.error).toBeNull();
  expect(reading.served.map(({ signature }) => signature)).toEqual(['signed', 'signed']);
  expect(reading.served[0]?.rrset).toEqual(swap[0]?.to?.rrset);
});
