import { type Rfc2136Settings } from '../../providers/rfc2136/settings.ts';
import { rfc2136 } from '../../providers/rfc2136/rfc2136.ts';
import { type Clock } from '../../src/clock.ts';
import { type Provider } from '../../src/provider.ts';
import { Secret } from '../../src/secret.ts';
import { type At } from './server.ts';
import { cutoverKey, type ServerKey } from './servers.ts';

/** The clock of this machine, off by some seconds if wanted. */
export const realClock = (offSeconds = 0): Clock => ({
  now: () => ({ wall: Date.now() + offSeconds * 1000, up: performance.now(), boot: 'test' }),
  sleep: ms => new Promise(resolve => setTimeout(resolve, ms)),
  until: at => new Promise(resolve => setTimeout(resolve, at - Date.now())),
});

/** The provider for a server of the tests. */
export const rfc2136At = (
  { address, port }: At,
  { key = cutoverKey, offSeconds = 0 }: { key?: ServerKey; offSeconds?: number } = {},
): Promise<Provider> => {
  const algorithm = key.algorithm as Rfc2136Settings['key']['algorithm'];
  const settings = {
    ...{ server: address, port },
    key: { name: key.name, algorithm, secretFile: '/etc/secret' },
  };
  let next = 1;
  return rfc2136('onprem', settings, {
    clock: realClock(offSeconds),
    chance: {
      float: () => 0.5,
      hex: bytes => (next++ % 65_536).toString(16).padStart(2 * bytes, '0'),
    },
    secret: async source => new Secret(Buffer.from(key.secret, 'base64'), source),
  });
};
