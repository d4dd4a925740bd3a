import { expect, it } from 'vitest';
import { NSID } from '../../src/dns/edns.ts';
import { rrset } from '../../src/dns/rrset.ts';
import { decodeMessage, encodeResponse } from '../../src/dns/wire.ts';
import { systemChance } from '../../src/machine/chance.ts';
import { systemClock } from '../../src/machine/clock.ts';
import { makePoller } from '../../src/poller/poller.ts';
import { limits } from '../../src/limits.ts';
import { type CacheState } from '../../src/propagation/cachestate.ts';
import { sweepAsk } from '../../src/transport/sweep.ts';
import { frame } from '../support/nasty.ts';
import { host, opened, rightful, start, trusted } from '../transport/subject.ts';
import { expected, mx, newSet, resolver } from './caches.ts';

/** Two caches behind one address: each connection stays with the one that it came to. */
async function farm() {
  const members = new Map<number, string>();
  const server = await start({
    tls: rightful(),
    tcp: (query, socket) => {
      const source = socket.remotePort ?? 0;
      const nsid = members.get(source) ?? (members.size % 2 === 0 ? 'one' : 'two');
      members.set(source, nsid);
      const answer = [rrset({ ...mx, ttl: 60, rdata: newSet })];
      const options = [{ code: NSID, data: Buffer.from(nsid) }];
      socket.write(frame(encodeResponse({ query: decodeMessage(query), answer, options })));
    },
  });
  return { server, connections: () => members.size };
}

it('two caches behind a real listener are met over connections of their own, each counted once', async () => {
  const { server, connections } = await farm();
  const clock = systemClock();
  const sweep = opened(sweepAsk({ timeoutMs: 5000, trust: [trusted().pem] }));
  const politeness = async () => ({ total: 1000, operator: 1000 });
  const poller = makePoller({ clock, chance: systemChance, sweep, politeness });
  const { address, port } = server;
  const over = { transport: 'tls', host } as const;
  const one = resolver(0, { addresses: [address], port, over, anycast: true });
  const at = clock.now().up;
  const expectation = expected({ new: newSet, swappedAt: at, authorityNewSince: at });
  const stop = new AbortController();
  let state: CacheState | null = null;
  let heard = 0;
  const watching = poller.watch(
    { key: mx, resolvers: [one], mode: 'watch', expectation, offset: 0 },
    (_, now) => {
      heard += 1;
      state = now;
      // More answers than are wanted, over fewer connections than that.
      if (heard === 15) stop.abort();
    },
    stop.signal,
  );
  await expect(watching).rejects.toMatchObject({ code: 'ABORTED' });
  const last = state as CacheState | null;
  expect(last?.nsids.toSorted()).toEqual(['one', 'two']);
  expect(connections()).toBeGreaterThanOrEqual(1 + limits.freshConnections);
  expect(connections()).toBeLessThan(heard);
  expect(last?.clean).toBe(connections());
});
