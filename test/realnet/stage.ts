import { type Key, rrset } from '../../src/dns/rrset.ts';
import { systemChance } from '../../src/machine/chance.ts';
import { systemClock } from '../../src/machine/clock.ts';
import { makePoller } from '../../src/poller/poller.ts';
import { type Poller } from '../../src/poller/subject.ts';
import { sweepAsk } from '../../src/transport/sweep.ts';
import { rfc2136At } from '../support/rfc2136.ts';
import { type OnEnd } from '../support/scene.ts';
import { type RunningServer } from '../support/server.ts';

// What the stories about real caches have in common.

export const sleep = (ms: number) => new Promise(resolve => setTimeout(resolve, Math.max(0, ms)));

/** Caches count in whole seconds: begun early in one, the watched and their twins agree. */
export const toWholeSecond = () => sleep(1100 - (Date.now() % 1000));

/** A poller of the product's own, that may ask caches of ours often. */
export function pollerFor(
  onEnd: OnEnd,
  trust: readonly string[] = [],
): { readonly poller: Poller; readonly up: () => number } {
  const clock = systemClock();
  const sweep = sweepAsk({ timeoutMs: 1000, trust });
  onEnd(() => sweep.close());
  const politeness = async () => ({ total: 1000, operator: 20 });
  const poller = makePoller({ clock, chance: systemChance, sweep, politeness });
  return { poller, up: () => clock.now().up };
}

/** Puts that set at every name, by a real UPDATE each, whatever is there. */
export async function put(
  at: Parameters<typeof rfc2136At>[0],
  keys: readonly Key[],
  set: { readonly ttl: number; readonly rdata: readonly string[] },
): Promise<void> {
  const provider = await rfc2136At(at);
  const { signal } = new AbortController();
  for (const key of keys) {
    const from = await provider.read(key, signal);
    const to = { extras: null, token: null, ...from, rrset: rrset({ ...key, ...set }) };
    await provider.write([{ from, to }], signal);
  }
}

/** Starts a server; a free port may be taken before the server has it. It runs until the end. */
export function runner(onEnd: OnEnd) {
  const running: RunningServer[] = [];
  onEnd(async () => {
    await Promise.all(running.map(server => server.stop('SIGKILL')));
  });
  return async (start: () => Promise<RunningServer>): Promise<RunningServer> => {
    for (let attempt = 1; ; attempt++)
      try {
        const server = await start();
        running.push(server);
        return server;
      } catch (error) {
        if (attempt === 3) throw error;
      }
  };
}
