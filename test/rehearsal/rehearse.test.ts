import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { fold } from '../../src/cutover/apply.ts';
import { type Order } from '../../src/cutover/order.ts';
import { parseName } from '../../src/dns/name.ts';
import { rrset } from '../../src/dns/rrset.ts';
import { isFault } from '../../src/errors.ts';
import { exampleOrder, exampleZone } from '../../src/rehearsal/example.ts';
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
    ...{ order: exampleOrder, zone: exampleZone, seed, faults, pace: 100_000 },
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

describe.concurrent('a rehearsal of the built-in example', () => {
  it('ends in done whatever goes wrong, shows every line once and closes its servers', async () => {
    const all = await Promise.all([
      run(1, 'none'),
      ...[1, 2, 3].map(seed => run(seed, 'normal')),
      ...[1, 2, 3].map(seed => run(seed, 'hard')),
    ]);
    for (const { rehearsed, shown, told } of all) {
      const { cutover, entries } = rehearsed;
      expect(cutover.outcome).toBe('done');
      expect(shown).toEqual(entries.map(({ seq }) => seq));
      expect(shown).toEqual(shown.map((_, index) => index + 1));
      expect(fold(entries.map(({ line }) => line))).toEqual(cutover);
      await areFree(ports(told));
    }
    expect(aboutWrites(all[0])).toEqual([]);
    expect(all.slice(1).flatMap(aboutWrites).length).toBeGreaterThan(0);
  });

  it('does the same to the same writes when the seed is the same', async () => {
    const [first, second, other] = await Promise.all([
      run(5, 'hard'),
      run(5, 'hard'),
      run(6, 'hard'),
    ]);
    expect(aboutWrites(first).length).toBeGreaterThan(1);
    expect(aboutWrites(second)).toEqual(aboutWrites(first));
    expect(aboutWrites(other)).not.toEqual(aboutWrites(first));
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
  it('goes through a window that is far away', async () => {
    const swapFrom = Date.UTC(2026, 11, 5, 6);
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
