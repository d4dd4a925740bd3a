import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { fold } from '../../src/cutover/apply.ts';
import { type Order } from '../../src/cutover/order.ts';
import { parseName } from '../../src/dns/name.ts';
import { rrset } from '../../src/dns/rrset.ts';
import { isFault } from '../../src/errors.ts';
import { exampleOrder, exampleZone, rehearsedExample } from '../../src/rehearsal/example.ts';
import { type FaultKind } from '../../src/rehearsal/faults.ts';
import { rehearse, type Rehearsal, type Rehearsed } from '../../src/rehearsal/rehearse.ts';

interface Seen {
  readonly rehearsed: Rehearsed;
  readonly told: readonly string[];
  readonly shown: readonly number[];
}

async function run(seed: number, faults: FaultKind, more: Partial<Rehearsal> = {}): Promise<Seen> {
  const told: string[] = [];
  const shown: number[] = [];
  const rehearsed = await rehearse({
    ...{ order: exampleOrder, zone: exampleZone, seed, faults, pace: 'max' },
    now: Date.UTC(2026, 11, 1),
    onEntry: entry => shown.push(entry.seq),
    tell: what => told.push(what),
    signal: new AbortController().signal,
    ...more,
  });
  return { rehearsed, told, shown };
}

const ports = (told: readonly string[]): readonly number[] =>
  told.flatMap(text => [...text.matchAll(/127\.0\.0\.1:(\d+)/g)].map(([, port]) => Number(port)));

/** Fails when something still listens there. */
async function areFree(list: readonly number[]): Promise<void> {
  expect(list).toHaveLength(2);
  for (const port of list) {
    const tcp = createServer().listen(port, '127.0.0.1');
    await once(tcp, 'listening');
    tcp.close();
    const udp = createSocket('udp4').bind(port, '127.0.0.1');
    await once(udp, 'listening');
    udp.close();
  }
}

const aboutWrites = ({ told }: Seen): readonly string[] =>
  told.filter(text => text.includes('write'));

describe('a rehearsal of the built-in example, in memory', () => {
  const seeds = [1, 2, 3, 4, 5];
  const all = (['none', 'normal', 'hard'] as const).flatMap(faults =>
    seeds.map(seed => ({ faults, seed })),
  );

  it.each(all)('ends in done and is right about every cache: $faults, $seed', async of => {
    const seen = await run(of.seed, of.faults);
    const { rehearsed, shown } = seen;
    const { cutover, entries, caches } = rehearsed;
    expect(cutover.outcome).toBe('done');
    expect(shown).toEqual(shown.map((_, index) => index + 1));
    expect(shown).toEqual(entries.map(({ seq }) => seq));
    expect(fold(entries.map(({ line }) => line))).toEqual(cutover);
    expect(caches).toHaveLength(17);
    expect(caches.filter(({ right }) => !right)).toEqual([]);
    // Weights decide when enough is new; whoever then is not is explained.
    expect(caches.filter(({ verdict }) => verdict === 'new').length).toBeGreaterThan(9);
    for (const { verdict, causes } of caches) if (verdict !== 'new') expect(causes).not.toEqual([]);
    expect(aboutWrites(seen).length > 0).toBe(of.faults !== 'none');
  });

  it('is the same to the last word when the seed is the same', async () => {
    const [first, second, other] = [
      await run(5, 'hard'),
      await run(5, 'hard'),
      await run(6, 'hard'),
    ];
    expect(aboutWrites(first).length).toBeGreaterThan(1);
    expect(second).toEqual(first);
    expect(aboutWrites(other)).not.toEqual(aboutWrites(first));
  });

  it('shows every habit: who waits, raises, freezes, is stale, disagrees, trails, denies', async () => {
    const causes = await Promise.all(
      [1, 4].map(async seed => (await run(seed, 'none')).rehearsed.caches),
    );
    const found = new Set(causes.flat().flatMap(row => row.causes));
    expect([...found].sort()).toEqual([
      ...['does not count down', 'fetched old again', 'filtered or rewritten', 'raises TTLs'],
      ...['serves stale', 'several caches disagree', 'silent or refused', 'waiting for its TTL'],
    ]);
  });

  it('a canary makes the forecast longer by the floors that it finds, and is gone', async () => {
    const { policy } = exampleOrder;
    const watch = { ...policy.watch, canary: true };
    const { rehearsed } = await run(1, 'none', {
      order: { ...exampleOrder, policy: { ...policy, watch } },
    });
    const { cutover, entries } = rehearsed;
    expect(cutover.outcome).toBe('done');
    expect(cutover.canary).toMatchObject({ stands: 'nothing', over: null, failures: 0 });
    expect(cutover.canary?.measured?.floors[0]).toEqual({ resolver: 'floor', floor: 1800 });
    expect(cutover.canary?.rehearsed?.turned).toBeGreaterThan(10);
    const worst = entries.flatMap(({ line }) =>
      line.type === 'caches.forecast' && line.data.from === 'baseline' ? [line.data.worst] : [],
    );
    expect(worst.length).toBeGreaterThan(1);
    expect(worst.at(-1)).toBeGreaterThanOrEqual(1800);
    expect(worst[0]).toBeLessThan(1800);
  });

  it('asks nobody where the order says so', async () => {
    const { policy } = exampleOrder;
    const order = {
      ...exampleOrder,
      policy: { ...policy, watch: { ...policy.watch, resolvers: 'none' } },
    };
    const { rehearsed, told } = await run(1, 'none', { order });
    expect([rehearsed.cutover.outcome, rehearsed.caches]).toEqual(['done', []]);
    expect(told.filter(text => text.startsWith('caches:'))).toEqual([]);
  });
});

describe('a rehearsal of the built-in example with its mail hosts, in memory', () => {
  const play = async (faults: FaultKind, seed = 1) => {
    const { rehearsed, told } = await run(seed, faults, { order: rehearsedExample });
    const { cutover, entries, caches } = rehearsed;
    expect(cutover.outcome).toBe('done');
    expect(caches.filter(({ right }) => !right)).toEqual([]);
    const lines = entries.map(({ line }) => line);
    const gates = lines.flatMap(line =>
      line.type === 'findings.changed'
        ? line.data.findings.filter(
            ({ id, status }) => id === 'smtp-domain-accepted' && status !== 'pass',
          )
        : [],
    );
    const rollbacks = lines.flatMap(line => (line.type === 'rollback.asked' ? [line.data] : []));
    return { told: told.join('\n'), gates, rollbacks, cutover };
  };

  it('nothing goes wrong: the new host accepts, the old one refuses at the end', async () => {
    const { told, gates, rollbacks, cutover } = await play('none');
    expect([gates, rollbacks]).toEqual([[], []]);
    expect(cutover.settling['old-host']).toBe('done');
    expect(told).toContain('the old host refuses mail for the domain from now on');
  });

  it('greylisting and a moment without a host pass by themselves', async () => {
    const { told, gates, rollbacks } = await play('normal');
    expect(told).toContain('the new host greylists whom it does not know');
    expect(told).toContain('for a moment nobody listens');
    expect(gates.map(({ status }) => status)).toEqual(['could-not-test']);
    expect(rollbacks).toEqual([]);
  });

  it.each([1, 2, 3])(
    'hard: the gate waits for the new host, and what it forgets is rolled back once, seed %i',
    async seed => {
      const { told, gates, rollbacks, cutover } = await play('hard', seed);
      expect(gates.map(({ status }) => status)).toEqual(['fail']);
      expect(gates[0]?.observed).toContain('550 5.7.64 TenantAttribution; Relay Access Denied');
      expect(rollbacks.map(({ automatic }) => automatic)).toEqual([true]);
      expect(cutover.mail.rolledBack).toContain('a new host that accepted the domain refuses it');
      expect(told).toContain('the domain is there again');
    },
  );
});

describe('a rehearsal of the built-in example, on loopback', () => {
  it('ends in done, and leaves no server, socket or timer behind', async () => {
    const before = process.getActiveResourcesInfo().length;
    const { rehearsed, told } = await run(1, 'normal', { pace: 50_000 });
    expect(rehearsed.cutover.outcome).toBe('done');
    expect(rehearsed.caches).toHaveLength(17);
    await areFree(ports(told));
    await new Promise(resolve => setTimeout(resolve, 50));
    expect(process.getActiveResourcesInfo().length).toBeLessThanOrEqual(before);
  });

  it('ends promptly where it is when it is aborted, and closes its servers', async () => {
    const stop = new AbortController();
    const { rehearsed, told } = await run(1, 'none', {
      pace: 1,
      signal: stop.signal,
      onEntry: ({ line }) => {
        if (line.type === 'stage.entered') stop.abort();
      },
    });
    expect(rehearsed.cutover.outcome).toBe(null);
    expect(rehearsed.cutover.stage).toBe('lower');
    await areFree(ports(told));
  });

  it('was aborted before it began', async () => {
    await expect(run(1, 'none', { signal: AbortSignal.abort() })).rejects.toSatisfy(error =>
      isFault(error, 'ABORTED'),
    );
  });
});

function windowed(swapFrom: number, swapUntil: number): Order {
  const { policy } = exampleOrder;
  const schedule = { ...policy.schedule, swapFrom, swapUntil };
  return { ...exampleOrder, policy: { ...policy, schedule } };
}

describe.concurrent('a rehearsal of a cutover of one’s own', () => {
  it('waits for a window that is hours away', async () => {
    const swapFrom = Date.UTC(2026, 11, 1, 5);
    const order = windowed(swapFrom, swapFrom + 7_200_000);
    const { rehearsed } = await run(1, 'none', { order });
    expect(rehearsed.cutover.outcome).toBe('done');
    expect(rehearsed.cutover.swaps[0]?.wall).toBeGreaterThanOrEqual(swapFrom);
  });

  it('has a missed window put off by the person, and swaps then', async () => {
    const from = Date.UTC(2026, 10, 20);
    const { rehearsed } = await run(1, 'none', { order: windowed(from, from + 3_600_000) });
    expect(rehearsed.entries.map(({ line }) => line.type)).toContain('window.extended');
    expect(rehearsed.cutover.outcome).toBe('done');
  });

  it('ends with what stands in the way when nobody can mend it', async () => {
    // The zone has more than the edit that is ordered, and no person in a rehearsal takes a claim.
    const claim = rrset({
      name: parseName('_dns-cutover.example.org'),
      ...{ type: 'TXT', ttl: 60, rdata: ['"dns-cutover run=c0ffee host=elsewhere since=then"'] },
    });
    const doing = run(1, 'none', { zone: [...exampleZone, claim] });
    await expect(doing).rejects.toSatisfy(
      error => isFault(error, 'CHECK_FAILED') && error.message.includes('held: '),
    );
  });
});
