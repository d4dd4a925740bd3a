import { afterEach, expect, it } from 'vitest';
import { parseName } from '../../src/dns/name.ts';
import { type HostedRRset, type Key, type RRset, rrset } from '../../src/dns/rrset.ts';
import { type Move, type Provider } from '../../src/provider.ts';
import { faultOf, fresh, never } from './backend.ts';
import { type GoogleDouble, type GoogleOptions } from './doubles/google.ts';
import { type Trouble } from './doubles/mischief.ts';
import { apex, seeds, stage, type Stage } from './google-backend.ts';

let opened: Stage | null = null;
afterEach(async () => {
  await opened?.close();
  opened = null;
});

async function play(options: Partial<GoogleOptions> = {}, requestMs?: number): Promise<Stage> {
  opened = await stage(options, requestMs);
  return opened;
}

const key: Key = { name: apex, type: 'MX' };
const mx = (ttl: number, ...rdata: readonly string[]): RRset => rrset({ ...key, ttl, rdata });
const old = mx(300, '10 mx1.example.net.', '20 mx2.example.net.');
const ours = mx(60, '0 new.example.net.');

const read = (provider: Provider): Promise<HostedRRset | null> => provider.read(key, never());
const write = (provider: Provider, moves: readonly Move[]) => provider.write(moves, never());
const swap = async (provider: Provider): Promise<readonly Move[]> => [
  { from: await read(provider), to: fresh(ours) },
];

/** Requests that would change something, with what they were answered. */
const changes = (double: GoogleDouble) =>
  double.log.filter(
    ({ request }) => request.method === 'POST' && request.path.endsWith('/changes'),
  );

const bodies = (double: GoogleDouble): readonly unknown[] =>
  changes(double).map(({ request }) => JSON.parse(request.body) as unknown);

it('deletes what is there letter by letter, in one change with what is added', async () => {
  const { double, provider } = await play();
  const spelt = { ttl: 300, rrdatas: ['20 MX2.example.NET.', '10 Mx1.Example.net.'] };
  double.hold(apex, { name: apex, type: 'MX', ...spelt });
  const moves = await swap(provider);
  expect(moves[0]?.from?.rrset).toEqual(old);
  const txt = rrset({ name: apex, type: 'TXT', ttl: 60, rdata: ['"v=spf1 -all"'] });
  await write(provider, [...moves, { from: null, to: fresh(txt) }]);
  expect(bodies(double)).toEqual([
    {
      deletions: [{ name: 'alpha.example.', type: 'MX', ...spelt }],
      additions: [
        { name: 'alpha.example.', type: 'MX', ttl: 60, rrdatas: ['0 new.example.net.'] },
        { name: 'alpha.example.', type: 'TXT', ttl: 60, rrdatas: ['"v=spf1 -all"'] },
      ],
    },
  ]);
  expect((await read(provider))?.rrset).toEqual(ours);
});

it('reads the exact spelling when it has lost the token, and when the spelling changed', async () => {
  const { double, provider } = await play();
  double.hold(apex, { name: apex, type: 'MX', ttl: 60, rrdatas: ['0 NEW.example.net.'] });
  await write(provider, [{ from: fresh(ours), to: fresh(old) }]);
  const from = await read(provider);
  const shouted = old.rdata.map(text => text.toUpperCase());
  double.hold(apex, { name: apex, type: 'MX', ttl: 300, rrdatas: shouted });
  await write(provider, [{ from, to: fresh(ours) }]);
  expect((await read(provider))?.rrset).toEqual(ours);
  expect(changes(double).map(({ status }) => status)).toEqual([200, 412, 200]);
});

it('sends nothing when nothing changes, and believes its own receipt', async () => {
  const { double, provider } = await play();
  double.edit(apex, key, old);
  const from = await read(provider);
  const receipt = await write(provider, [{ from, to: fresh(old) }]);
  expect(changes(double)).toEqual([]);
  expect(await provider.synced(receipt, never())).toBe(true);
  double.edit(apex, key, ours);
  expect((await faultOf(write(provider, [{ from, to: fresh(old) }]))).code).toBe('CONFLICT');
});

it('says when the change is done, not when it is served', async () => {
  const { double, provider } = await play({ pendingAsks: 2, lagMs: 60_000 });
  const receipt = await write(provider, [{ from: null, to: fresh(ours) }]);
  const asked = [1, 2, 3].map(() => provider.synced(receipt, never()));
  expect((await Promise.all(asked)).filter(Boolean)).toHaveLength(1);
  expect(double.published(apex).some(({ type }) => type === 'MX')).toBe(false);
  const other = { ...receipt, data: { zone: double.managedZone(apex), change: '99' } };
  expect((await faultOf(provider.synced(other, never()))).code).toBe('NOT_FOUND');
});

// The client's own retries would send a write up to four times, whatever its options say.
it.each<Trouble>(['reset before', 'server error before', 'proxy'])(
  'sends a write that meets "%s" exactly once',
  async trouble => {
    // Time enough for a client that would try again by itself; it is not used up.
    const { double, provider } = await play({}, 5000);
    double.mischief.always(trouble, 'write');
    const fault = await faultOf(write(provider, [{ from: null, to: fresh(ours) }]));
    expect(fault.code).toBe('UNAVAILABLE');
    expect(changes(double)).toHaveLength(1);
    expect(double.writes(apex)).toBe(0);
  },
);

it.each<Trouble>(['reset after', 'server error after', 'malformed'])(
  'does not write again when the answer is lost by "%s"',
  async trouble => {
    const { double, provider } = await play();
    double.mischief.next([trouble], 'write');
    const fault = await faultOf(write(provider, [{ from: null, to: fresh(ours) }]));
    expect(fault.code).toBe('UNAVAILABLE');
    expect(changes(double)).toHaveLength(1);
    expect(double.writes(apex)).toBe(1);
    // The next attempt of a caller that did not look is told what is there.
    expect((await faultOf(write(provider, [{ from: null, to: fresh(ours) }]))).code).toBe(
      'CONFLICT',
    );
    expect((await read(provider))?.rrset).toEqual(ours);
  },
);

it('reads again after any trouble that may pass, each attempt one request', async () => {
  const { double, provider } = await play();
  await provider.zone(apex, never());
  const before = double.log.length;
  double.mischief.next(['reset before', 'proxy', 'server error before', 'throttled'], 'read');
  expect(await read(provider)).toBeNull();
  expect(double.log.slice(before).map(({ status }) => status)).toEqual([0, 502, 503, 403, 200]);
});

it('stands a storm of throttling for a while, in both forms, and then says so', async () => {
  const { double, provider } = await play();
  double.mischief.next(Array<Trouble>(4).fill('throttled'), 'write');
  await write(provider, [{ from: null, to: fresh(old) }]);
  expect(changes(double).map(({ status }) => status)).toEqual([429, 403, 429, 403, 200]);
  double.mischief.always('throttled', 'write');
  const fault = await faultOf(write(provider, await swap(provider)));
  expect(fault.code).toBe('RATE_LIMITED');
  double.mischief.always(null);
  expect((await read(provider))?.rrset).toEqual(old);
});

it.each([
  ['other records', mx(300, '10 foreign.example.net.')],
  ['another TTL', mx(301, ...old.rdata)],
  ['nothing', null],
  ['what we want already', ours],
])('finds a foreign edit between read and write: %s', async (_, foreign) => {
  const { double, provider } = await play();
  double.edit(apex, key, old);
  const moves = await swap(provider);
  double.aim(() => {
    double.edit(apex, key, foreign);
  });
  const fault = await faultOf(write(provider, moves));
  expect(fault.code).toBe('CONFLICT');
  expect(fault.details).toMatchObject({ expected: old, found: foreign });
  expect((await read(provider))?.rrset ?? null).toEqual(foreign);
});

it('finds that somebody made the set that was to be made', async () => {
  const { double, provider } = await play();
  double.aim(() => {
    double.edit(apex, key, old);
  });
  const fault = await faultOf(write(provider, [{ from: null, to: fresh(ours) }]));
  expect(fault.code).toBe('CONFLICT');
  expect(changes(double).map(({ status }) => status)).toEqual([409]);
});

it('asks for one set of a zone with 5,000 with one request', async () => {
  const many = seeds(apex, 5000);
  const { double, provider } = await play({ zones: [{ apex, sets: many }], pageSize: 100 });
  const last = many.at(-1)!;
  expect((await provider.read(last, never()))?.rrset).toEqual(last);
  expect(double.log.filter(({ request }) => request.path.endsWith('/rrsets'))).toHaveLength(1);
});

it('writes wildcards, international names, long texts and a null MX as the service wants them', async () => {
  const { double, provider } = await play();
  const long = `"${'a'.repeat(255)}" "${'b'.repeat(145)}"`;
  const sets = [
    rrset({ name: parseName(`*.${apex}`), type: 'MX', ttl: 60, rdata: ['0 .'] }),
    rrset({ name: parseName(`bücher.${apex}`), type: 'MX', ttl: 60, rdata: ['1 BÜCHER.example'] }),
    rrset({ name: parseName(`k1._domainkey.${apex}`), type: 'TXT', ttl: 60, rdata: [long] }),
  ];
  const moves = sets.map(set => ({ from: null, to: fresh(set) }));
  await write(provider, moves);
  for (const set of sets) expect((await provider.read(set, never()))?.rrset).toEqual(set);
  expect(bodies(double)).toMatchObject([
    {
      additions: [
        { name: '*.alpha.example.', rrdatas: ['0 .'] },
        { name: 'xn--bcher-kva.alpha.example.', rrdatas: ['1 xn--bcher-kva.example.'] },
        { rrdatas: [long] },
      ],
    },
  ]);
});
