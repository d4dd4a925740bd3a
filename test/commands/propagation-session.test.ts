import { describe, expect, it } from 'vitest';
import { type Picture } from '../../src/view/propagation.ts';
import { session } from '../../src/commands/propagation-session.ts';
import { readTerms } from '../../src/commands/propagation-terms.ts';
import { type World } from '../../src/commands/propagation-world.ts';
import { parseName } from '../../src/dns/name.ts';
import { RCODE } from '../../src/dns/rcode.ts';
import { rrset, type RRset } from '../../src/dns/rrset.ts';
import { decodeMessage, encodeQuery, encodeResponse } from '../../src/dns/wire.ts';
import { Fault } from '../../src/errors.ts';
import { type Heard, type Subject } from '../../src/poller/subject.ts';
import { observe } from '../../src/propagation/cachestate.ts';
import { type Observation } from '../../src/propagation/observation.ts';
import { type Resolver } from '../../src/propagation/watched.ts';
import { type Ask } from '../../src/transport/transport.ts';

const org = parseName('example.org');
const oldMx = '10 mx1.oldhost.example.';
const newMx = '10 mx1.newhost.example.';
const set = (type: string, ...rdata: readonly string[]): RRset =>
  rrset({ name: org, type, ttl: 300, rdata });
const soa = set('SOA', 'ns1.example.net. hostmaster.example.org. 7 3600 600 86400 300');

/** A message as it comes from a server. */
function message(name: string, type: string, said: Partial<Parameters<typeof encodeResponse>[0]>) {
  const query = encodeQuery({
    ...{ name: parseName(name), type, id: 1, recursive: false, dnssec: false, edns: true },
    mixCase: new Uint8Array(32),
  });
  return decodeMessage(encodeResponse({ query: decodeMessage(query), aa: true, ...said }));
}

/** The authoritative servers, by address. */
const serving =
  (served: (address: string) => RRset | null): Ask =>
  async ({ name, type }, { address }) => {
    const found =
      type === 'SOA' ? soa : type === 'NS' ? set('NS', 'ns1.example.net.') : served(address);
    const nothing = { authority: [soa], rcode: name === org ? RCODE.NOERROR : RCODE.NXDOMAIN };
    const said = name === org && found !== null ? { answer: [found] } : nothing;
    return { message: message(name, type, said), transport: 'udp', rttMs: 1 };
  };

const silence = async () => {
  throw new Fault('UNAVAILABLE', 'no answer within 1000 ms');
};

const resolver = (id: string, address = '192.0.2.53'): Resolver => ({
  ...{ id, name: id, operator: id, country: null, addresses: [address], port: 53 },
  ...{ tier: 'core', weight: 1, anycast: false },
});

/** Time stands still; a sleep ends when it is aborted, or when `wake` says so. */
function stage(change: Partial<World> = {}) {
  let up = 0;
  const sleepers = new Set<() => void>();
  const world: World = {
    clock: {
      now: () => ({ wall: 1_000_000 + up, up, boot: 'b' }),
      sleep: (_ms, signal) =>
        new Promise((resolve, reject) => {
          const giveUp = () => {
            reject(new Fault('ABORTED', 'given up'));
          };
          if (signal.aborted) giveUp();
          signal.addEventListener('abort', giveUp);
          sleepers.add(resolve);
        }),
      until: () => Promise.reject(new Error('not here')),
    },
    chance: { float: () => 0, hex: bytes => 'ab'.repeat(bytes) },
    ask: serving(() => set('MX', newMx)),
    ...{ sweep: silence, probe: silence, lookups: async () => [], close: async () => undefined },
    poller: { watch: async () => undefined },
    ...change,
  };
  const wake = (ms: number) => {
    up += ms;
    for (const sleeper of [...sleepers]) sleeper();
    sleepers.clear();
  };
  return { world, wake };
}

const terms = (...argv: readonly string[]) => {
  const flags = argv.filter(text => text.startsWith('--'));
  const options = Object.fromEntries(flags.map(flag => [flag.slice(2), true]));
  const expected = { expect: [newMx], authority: ['192.0.2.1', '192.0.2.2'] };
  return readTerms({ args: ['example.org'], options: { ...expected, ...options } }, false);
};

const answers = (rdata: readonly string[], received = 1_000_000): Observation => ({
  ...{
    resolver: 'a',
    address: '192.0.2.53',
    transport: 'udp',
    asked: received,
    received,
    rttMs: 1,
  },
  outcome: {
    ...{ kind: 'answered', rcodeName: 'NOERROR', rdata, ttl: 60, ad: false, nsid: null, ede: [] },
  },
});

const tells = (subject: Subject, heard: Heard, observation: Observation): void => {
  const [one] = subject.resolvers;
  const state = observe(null, observation, subject.expectation);
  if (one !== undefined) heard(one, state, observation);
};

const never = new AbortController().signal;
const ignore = () => undefined;

it('says once that this machine lacks an address family, whatever the number of resolvers', async () => {
  const lacking = new Fault(
    'UNAVAILABLE',
    '[2001:db8::1]:53 (udp): this machine has no IPv6 route',
  );
  const { world } = stage({
    poller: {
      watch: async ({ resolvers, leftOut }) => {
        for (const one of resolvers) leftOut?.(one, lacking);
      },
    },
  });
  const resolvers = [resolver('a', '2001:db8::1'), resolver('b', '2001:db8::2')];
  const { picture } = await session({ terms: terms(), resolvers, world }, ignore, never);
  expect(picture.notes).toEqual([expect.stringMatching(/2 resolvers have no other one/)]);
  expect(picture.rows).toMatchObject([
    { id: 'a', verdict: 'silent', silence: lacking.message },
    { id: 'b', verdict: 'silent' },
  ]);
});

describe('where something on the way answers for others', () => {
  const probe = async () => ({
    ...{ message: message('x.invalid', 'A', {}), transport: 'udp' as const, rttMs: 1 },
  });

  it('says that nothing here can be trusted', async () => {
    const { world } = stage({ probe });
    const resolvers = [resolver('a')];
    const { picture } = await session({ terms: terms(), resolvers, world }, ignore, never);
    expect(picture.notes).toEqual([expect.stringContaining('192.0.2.1, where no machine is')]);
  });

  it('takes no word for it that a name does not exist', async () => {
    const { world } = stage({ probe, ask: serving(() => null) });
    const unknown = { ...terms(), key: { name: parseName('x.example.org'), type: 'MX' } };
    const of = { terms: { ...unknown, expect: null }, resolvers: [resolver('a')], world };
    await expect(session(of, ignore, never)).rejects.toThrow('cannot be trusted');
    await expect(session(of, ignore, never)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    const honest = { ...of, world: { ...world, probe: silence } };
    await expect(session(honest, ignore, never)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('asks no such question where only this machine itself is asked', async () => {
    const { world } = stage({ probe });
    const resolvers = [resolver('a', '127.0.0.1')];
    const { picture } = await session({ terms: terms(), resolvers, world }, ignore, never);
    expect(picture.notes).toEqual([]);
  });
});

describe('what counts as old', () => {
  it('is whatever else a resolver answers, from then on, unless somebody said what it is', async () => {
    const subjects: Subject[] = [];
    const { world } = stage({
      poller: {
        watch: async (subject, heard, signal) => {
          subjects.push(subject);
          if (subjects.length === 1) tells(subject, heard, answers([oldMx]));
          if (signal.aborted) throw new Fault('ABORTED', 'given up');
          if (subjects.length === 2) tells(subject, heard, answers([newMx], 2_000_000));
        },
      },
    });
    const resolvers = [resolver('a')];
    const of = { terms: { ...terms('--watch'), until: 'settled' as const }, resolvers, world };
    const pictures: Picture[] = [];
    const { picture } = await session(of, seen => pictures.push(seen.picture), never);
    // The watch began anew with that set, and with what was seen of it.
    expect(subjects.map(({ expectation }) => expectation.old)).toEqual([[], [[oldMx]]]);
    expect(subjects[1]?.known?.get('a')).toMatchObject({ verdict: 'old' });
    expect(pictures.map(({ rows }) => rows[0]?.verdict)).toEqual([null, 'old', 'new']);
    expect(picture).toMatchObject({ old: [[oldMx]], oldFrom: 'seen' });
  });

  it('is no set that a resolver says it filtered', async () => {
    const filtered = answers([oldMx]);
    const outcome = {
      ...filtered.outcome,
      ede: [{ code: 17, text: '' }],
    } as typeof filtered.outcome;
    const { world } = stage({
      poller: {
        watch: async (subject, heard) => {
          tells(subject, heard, { ...filtered, outcome });
        },
      },
    });
    const of = { terms: terms(), resolvers: [resolver('a')], world };
    const { picture } = await session(of, ignore, never);
    expect(picture.old).toEqual([]);
    expect(picture.rows[0]).toMatchObject({ verdict: 'other', cause: 'filtered or rewritten' });
  });
});

it('asks the servers again while it waits, and hears when the last one turned', async () => {
  const served = new Map([
    ['192.0.2.1', newMx],
    ['192.0.2.2', oldMx],
  ]);
  const since: (number | null)[] = [];
  const { world, wake } = stage({
    ask: serving(address => set('MX', served.get(address) ?? oldMx)),
    poller: {
      watch: ({ expectation }, _heard, signal) =>
        new Promise((_resolve, reject) => {
          since.push(expectation.authorityNewSince);
          signal.addEventListener('abort', () => {
            reject(new Fault('ABORTED', 'given up'));
          });
        }),
    },
  });
  const stop = new AbortController();
  const of = { terms: terms('--watch'), resolvers: [resolver('a')], world };
  let verdicts: readonly string[] = [];
  const running = session(
    of,
    ({ picture }) => {
      verdicts = picture.authority.map(({ verdict }) => verdict);
    },
    stop.signal,
  );
  await expect.poll(() => since).toEqual([null]);
  expect(verdicts).toEqual(['new', 'old']);
  served.set('192.0.2.2', newMx);
  wake(5000);
  await expect.poll(() => since).toEqual([null, 1_005_000]);
  expect(verdicts).toEqual(['new', 'new']);
  stop.abort();
  await running;
});
