import { setTimeout as sleep } from 'node:timers/promises';
import { openAccounts } from '../../providers/account.ts';
import { type ProviderEnvironment } from '../../providers/adapter.ts';
import { type Clock } from '../../src/clock.ts';
import { Fault } from '../../src/errors.ts';

/** The clock of this machine, off by some seconds if wanted. */
export const realClock = (offSeconds = 0): Clock => ({
  now: () => ({ wall: Date.now() + offSeconds * 1000, up: performance.now(), boot: 'test' }),
  sleep: (ms, signal) => sleep(ms, undefined, { signal }),
  until: at => new Promise(resolve => setTimeout(resolve, at - Date.now())),
});

/** What an adapter is given in tests; names no secret and no delegation unless told. */
export function providerEnvironment(more: Partial<ProviderEnvironment> = {}): ProviderEnvironment {
  const clock = more.clock ?? realClock();
  let next = 1;
  return {
    clock,
    chance: {
      float: () => 0.5,
      hex: bytes => (next++ % 65_536).toString(16).padStart(2 * bytes, '0'),
    },
    secret: async file => {
      throw new Fault('CONFIG', `no secret stands in ${file}`);
    },
    account: openAccounts(clock),
    delegation: async () => [],
    ...more,
  };
}
