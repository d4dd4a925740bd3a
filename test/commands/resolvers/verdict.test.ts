import { describe, expect, it } from 'vitest';
import { type Asked, judged } from '../../../src/commands/resolvers/verdict.ts';
import { type Message } from '../../../src/dns/wire.ts';
import { exposureOf } from '../../../src/propagation/exposure.ts';
import { interferes } from '../../../src/view/resolvers/text.ts';

interface Heard {
  readonly address?: string;
  readonly rcodeName?: string;
  readonly invents?: boolean;
  readonly nsid?: string;
}

const root = { name: '.', type: 'NS', rdata: 'a.root-servers.net.' };

/** What a resolver said: the servers of the root where it says NOERROR. */
function heard(
  id: string,
  { address = '192.0.2.8', rcodeName = 'NOERROR', invents = false, nsid }: Heard,
): Asked {
  const edns = nsid === undefined ? null : { nsid: Buffer.from(nsid), errors: [] };
  const message = { rcodeName, answer: rcodeName === 'NOERROR' ? [root] : [], edns };
  return {
    resolver: {
      ...{ id, name: id, operator: id, country: null, addresses: [address], port: 53 },
      ...{ tier: 'core', weight: 1, anycast: null },
    },
    ...{ address, trouble: null, lacking: false },
    hearing: {
      ...{ resolver: id, operator: id, weight: 1, address, at: 0, trouble: null, denial: null },
      ...{ invents, member: nsid ?? null, exposure: exposureOf({ addresses: [address] }) },
    },
    reply: { message: message as unknown as Message, transport: 'udp', rttMs: 5 },
  };
}

const wellKnown = new Set(['192.0.2.8', '192.0.2.9', '192.0.2.10']);
const look = (asked: readonly Asked[], intercepted: string | null = null) =>
  judged(asked, { wellKnown, intercepted, zone: null });
const verdict = (said: Heard, intercepted: string | null = null) =>
  look([heard('a', said)], intercepted).tested[0]?.verdict;

const own = { address: '198.51.100.5' };

describe('a well-known resolver', () => {
  it.each([
    [{}, 'works'],
    [{ rcodeName: 'REFUSED' }, 'refuses'],
    [{ rcodeName: 'SERVFAIL' }, 'fails'],
    [{ rcodeName: 'NXDOMAIN' }, 'lies'],
    [{ invents: true }, 'lies'],
  ] as const)('that says %o %s', (said, wanted) => {
    expect(verdict(said)).toBe(wanted);
  });
});

describe('another resolver', () => {
  it.each([
    [{}, 'works'],
    [{ rcodeName: 'REFUSED' }, 'answers'],
    [{ rcodeName: 'SERVFAIL' }, 'answers'],
    [{ rcodeName: 'NXDOMAIN' }, 'answers'],
    [{ invents: true }, 'lies'],
  ] as const)('that says %o %s', (said, wanted) => {
    expect(verdict({ ...own, ...said })).toBe(wanted);
  });

  it('answers what it likes within a private network', () => {
    expect(verdict({ address: '10.1.0.53', invents: true })).toBe('answers');
  });

  it('lies where something answers in the place of others, but not on this machine', () => {
    const denies = { rcodeName: 'NXDOMAIN' };
    expect(verdict({ ...own, ...denies }, '203.0.113.1')).toBe('lies');
    expect(verdict({ ...denies, address: '127.0.0.1' }, '203.0.113.1')).toBe('answers');
  });
});

describe('the network', () => {
  const both = (said: Heard, addresses: readonly string[]) =>
    look(addresses.map((address, index) => heard(`r${index}`, { ...said, address }))).network;
  const open = [...wellKnown];
  const inside = ['10.1.0.53', '10.1.0.54', '10.1.0.55'];

  it.each([
    [{ invents: true }, { captive: true }],
    [{ rcodeName: 'NXDOMAIN' }, { rootless: true }],
    [{ nsid: 'ams1' }, { sameNsid: 'ams1' }],
  ])('is told by well-known resolvers that all say %o, not by those of a company', (said, seen) => {
    expect(both(said, open)).toMatchObject(seen);
    expect(interferes(both(said, inside))).toBe(false);
    expect(interferes(both(said, open.slice(0, 1)))).toBe(false);
  });

  it('has two resolvers of different operators that are one cache, and not three members', () => {
    const { tested, network } = look([
      heard('a', { ...own, nsid: 'ams1.example' }),
      heard('b', { address: '198.51.100.6', nsid: 'ams1.example' }),
      heard('c', { address: '198.51.100.7', nsid: 'fra2' }),
    ]);
    expect(tested.map(({ remarks }) => remarks)).toEqual([
      [],
      ['is the same cache as a, by the name that both give: ams1.example'],
      [],
    ]);
    expect(network.sameNsid).toBeNull();
  });

  it('names once the family of addresses that this machine lacks', () => {
    const lacking = ['2001:db8::1', '2001:db8::2'].map(address => ({
      ...heard('a', { address }),
      ...{ reply: null, hearing: null, trouble: 'no IPv6', lacking: true },
    }));
    expect(look(lacking).network.lacks).toEqual(['IPv6']);
    expect(look(lacking).tested.map(one => one.verdict)).toEqual(['silent', 'silent']);
  });
});
