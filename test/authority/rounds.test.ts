import { expect, it } from 'vitest';
import { round, watchRounds } from '../../src/authority/rounds.ts';
import { type Round } from '../../src/cutover/survey.ts';
import { parseName } from '../../src/dns/name.ts';
import { isFault } from '../../src/errors.ts';
import { stillClock } from '../support/clock.ts';
import { line, worldAsk, type WorldServer } from '../support/world.ts';

const zone = parseName('example.org');
const keys = [
  { name: zone, type: 'MX' },
  { name: parseName('new.example.org'), type: 'TXT' },
];
const soa = (serial: number): string =>
  `example.org SOA 3600 ns1.example.org. hostmaster.example.org. ${serial} 40 20 86400 900`;
const records = (serial = 7): readonly string[] => [
  soa(serial),
  'example.org NS 3600 ns1.example.org. | ns2.example.org.',
  'example.org MX 300 10 mx1.example.net.',
];
const good: WorldServer = { zones: { 'example.org': records() } };
const never = () => new AbortController().signal;

async function roundOf(
  world: Record<string, WorldServer>,
  of: { keys?: typeof keys } = {},
): Promise<Round> {
  const { ask } = worldAsk(world);
  const servers = Object.keys(world).map((address, index) => ({
    ...{ name: `ns${index + 1}.example.org.`, address, port: 53 },
  }));
  return round({ zone, keys, ask, clock: stillClock(), servers, ...of }, never());
}

it('asks every address for every key, without recursion and with DNSSEC', async () => {
  const { ask, asked } = worldAsk({ '192.0.2.1': good, '192.0.2.2': good });
  const servers = ['192.0.2.1', '192.0.2.2'].map(address => ({ name: address, address, port: 53 }));
  const result = await round({ zone, keys, ask, clock: stillClock(), servers }, never());
  expect(result.nameServers).toEqual(['ns1.example.org.', 'ns2.example.org.']);
  expect(result.readings).toHaveLength(2);
  for (const reading of result.readings) {
    expect(reading).toMatchObject({ state: 'answered', error: null, serial: 7 });
    expect(reading.served).toEqual([
      {
        key: 'example.org. MX',
        rrset: line('example.org MX 300 10 mx1.example.net.'),
        negativeTtl: null,
        signature: 'unsigned',
      },
      { key: 'new.example.org. TXT', rrset: null, negativeTtl: 900, signature: 'unsigned' },
    ]);
  }
  expect(asked).toHaveLength(8);
  expect(asked.every(({ question }) => !question.recursive && question.dnssec)).toBe(true);
});

const useless: Record<string, [WorldServer, RegExp]> = {
  'a silent server': [{ silent: true }, /is silent/],
  'a refusal': [{ rcode: 5 }, /answers REFUSED/],
  'a broken server': [{ rcode: 2 }, /answers SERVFAIL/],
  'an answer without authority': [{ ...good, lame: true }, /AA is not set/],
  'a referral': [
    { zones: { org: ['org SOA 60 a. b. 1 1 1 1 1', 'example.org NS 60 ns1.example.org.'] } },
    /refers to other servers/,
  ],
  'a zone without SOA': [{ zones: { 'example.org': records().slice(1) } }, /no SOA/],
  'an alias': [
    {
      zones: {
        'example.org': [...records(), 'new.example.org CNAME 60 other.example.net.'],
      },
    },
    /new.example.org. TXT is behind a CNAME at new.example.org. to other.example.net./,
  ],
};

it.each(Object.entries(useless))('takes %s for silence, and says why', async (_, [server, why]) => {
  const { readings, nameServers } = await roundOf({ '192.0.2.1': good, '192.0.2.2': server });
  expect(readings.map(({ state }) => state)).toEqual(['answered', 'silent']);
  expect(readings[1]?.error).toMatch(why);
  expect(readings[1]?.served).toEqual([]);
  expect(nameServers).toHaveLength(2);
});

it('tells a missing address family from silence', async () => {
  const { readings } = await roundOf({ '192.0.2.1': good, '2001:db8::1': { lacking: true } });
  expect(readings.map(({ state }) => state)).toEqual(['answered', 'lacking']);
});

const signature = (over: {
  ttl?: number;
  until?: string;
  from?: string;
  signer?: string;
}): string =>
  `example.org RRSIG 300 MX 13 2 ${over.ttl ?? 300} ${over.until ?? '20261201000000'} ` +
  `${over.from ?? '20261101000000'} 12345 ${over.signer ?? 'example.org.'} AAAA`;
const soaSignature =
  'example.org RRSIG 3600 SOA 13 2 3600 20261201000000 20261101000000 12345 example.org. AAAA';

it.each([
  ['signed', [signature({})]],
  ['missing', []],
  ['expired', [signature({ until: '20261119235959' })]],
  ['expired', [signature({ from: '20261120000001' })]],
  ['not covering', [signature({ ttl: 3600 })]],
  ['not covering', [signature({ signer: 'example.net.' })]],
  ['signed', [signature({ ttl: 3600 }), signature({})]],
] as const)('judges a signature: %s', async (expected, signatures) => {
  const signed = { zones: { 'example.org': [...records(), soaSignature, ...signatures] } };
  const { readings } = await roundOf({ '192.0.2.1': signed });
  expect(readings[0]?.served[0]?.signature).toBe(expected);
});

/** Rounds over worlds that follow each other; gives what the watcher heard. */
async function watch(worlds: readonly Record<string, WorldServer>[]): Promise<number[]> {
  const heard: number[] = [];
  const clock = stillClock();
  const controller = new AbortController();
  let turn = 0;
  const ask = (...question: Parameters<ReturnType<typeof worldAsk>['ask']>) =>
    worldAsk(worlds[turn] ?? {}).ask(...question);
  const servers = ['192.0.2.1', '192.0.2.2'].map(address => ({ name: address, address, port: 53 }));
  const watched = watchRounds(
    { zone, keys, ask, clock, servers, everyMs: 10 },
    async (_, identical) => {
      heard.push(identical);
      turn += 1;
      if (turn === worlds.length) controller.abort();
    },
    controller.signal,
  );
  await expect(watched).rejects.toSatisfy(error => isFault(error, 'ABORTED'));
  expect(clock.slept.every(ms => ms >= 1000)).toBe(true);
  return heard;
}

it('counts identical rounds; serials do not matter, content does', async () => {
  const other = (more: readonly string[], serial = 7): WorldServer => ({
    zones: { 'example.org': [...more, ...records(serial).slice(more.length === 0 ? 0 : 1)] },
  });
  const both = (server: WorldServer) => ({ '192.0.2.1': good, '192.0.2.2': server });
  const longer = records().with(2, 'example.org MX 301 10 mx1.example.net.');
  const fewer = records().with(1, 'example.org NS 3600 ns1.example.org. | ns3.example.org.');
  expect(
    await watch([
      both(good),
      both(good),
      both(other([], 8)),
      both({ zones: { 'example.org': longer } }),
      both(good),
      both({ silent: true }),
      both({ silent: true }),
      both(good),
      both({ zones: { 'example.org': fewer } }),
      both(good),
      both(good),
      both(good),
    ]),
  ).toEqual([1, 2, 3, 1, 1, 1, 2, 1, 1, 1, 2, 3]);
});

it('rounds differ where a signature has ended meanwhile', async () => {
  const signedBy = (of: Parameters<typeof signature>[0]) => {
    const server = { zones: { 'example.org': [...records(), soaSignature, signature(of)] } };
    return { '192.0.2.1': server, '192.0.2.2': server };
  };
  const ended = signedBy({ until: '20261119235959' });
  expect(await watch([signedBy({}), signedBy({}), ended])).toEqual([1, 2, 1]);
});
