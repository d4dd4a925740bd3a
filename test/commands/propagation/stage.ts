import { readTerms } from '../../../src/commands/propagation/terms.ts';
import { type World } from '../../../src/commands/propagation/world.ts';
import { parseName } from '../../../src/dns/name.ts';
import { RCODE } from '../../../src/dns/rcode.ts';
import { rrset, type RRset } from '../../../src/dns/rrset.ts';
import { decodeMessage, encodeQuery, encodeResponse } from '../../../src/dns/wire.ts';
import { Fault } from '../../../src/errors.ts';
import { type Errands } from '../../../src/poller/errand.ts';
import { type Heard, type Subject } from '../../../src/poller/subject.ts';
import { observe } from '../../../src/propagation/cachestate.ts';
import { type Observation } from '../../../src/propagation/observation.ts';
import { type Resolver } from '../../../src/propagation/watched.ts';
import { type Ask } from '../../../src/transport/transport.ts';

const org = parseName('example.org');
export const oldMx = '10 mx1.oldhost.example.';
export const newMx = '10 mx1.newhost.example.';
export const set = (type: string, ...rdata: readonly string[]): RRset =>
  rrset({ name: org, type, ttl: 300, rdata });
const soa = set('SOA', 'ns1.example.net. hostmaster.example.org. 7 3600 600 86400 300');

/** A message as it comes from a server. */
export function message(
  name: string,
  type: string,
  said: Partial<Parameters<typeof encodeResponse>[0]>,
) {
  const query = encodeQuery({
    ...{ name: parseName(name), type, id: 1, recursive: false, dnssec: false, edns: true },
    mixCase: new Uint8Array(32),
  });
  return decodeMessage(encodeResponse({ query: decodeMessage(query), aa: true, ...said }));
}

/** The authoritative servers, by address. */
export const serving =
  (served: (address: string) => RRset | null): Ask =>
  async ({ name, type }, { address }) => {
    const found =
      type === 'SOA' ? soa : type === 'NS' ? set('NS', 'ns1.example.net.') : served(address);
    const nothing = { authority: [soa], rcode: name === org ? RCODE.NOERROR : RCODE.NXDOMAIN };
    const said = name === org && found !== null ? { answer: [found] } : nothing;
    return { message: message(name, type, said), transport: 'udp', rttMs: 1 };
  };

/** A resolver that can be believed. */
const honest: Errands['ask'] = async ({ question: { name, type } }) => {
  const said = type === 'SOA' ? { answer: [soa] } : { rcode: RCODE.NXDOMAIN };
  return { message: message(name, type, said), transport: 'udp', rttMs: 1 };
};

export const silence = async () => {
  throw new Fault('UNAVAILABLE', 'no answer within 1000 ms');
};

export const resolver = (id: string, address = '192.0.2.53'): Resolver => ({
  ...{ id, name: id, operator: id, country: null, addresses: [address], port: 53 },
  ...{ tier: 'core', weight: 1, anycast: false },
});

/** Time stands still; a sleep ends when it is aborted, or when `wake` says so. */
export function stage(change: Partial<World> = {}) {
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
    errands: { ask: honest },
    ...change,
  };
  const wake = (ms: number) => {
    up += ms;
    for (const sleeper of [...sleepers]) sleeper();
    sleepers.clear();
  };
  return { world, wake };
}

export const terms = (...argv: readonly string[]) => {
  const flags = argv.filter(text => text.startsWith('--'));
  const options = Object.fromEntries(flags.map(flag => [flag.slice(2), true]));
  const expected = { expect: [newMx], authority: ['192.0.2.1', '192.0.2.2'] };
  return readTerms({ args: ['example.org'], options: { ...expected, ...options } }, false);
};

export const answers = (rdata: readonly string[], received = 1_000_000): Observation => ({
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

export const tells = (subject: Subject, heard: Heard, observation: Observation): void => {
  const [one] = subject.resolvers;
  const state = observe(null, observation, subject.expectation);
  if (one !== undefined) heard(one, state, observation);
};

export const never = new AbortController().signal;
export const ignore = () => undefined;
