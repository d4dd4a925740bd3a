import { type Rfc2136Settings } from '../../providers/rfc2136/settings.ts';
import { rfc2136 } from '../../providers/rfc2136/rfc2136.ts';
import { type Provider } from '../../src/provider.ts';
import { Secret } from '../../src/secret.ts';
import { providerEnvironment, realClock } from './provider-environment.ts';
import { type At } from './server.ts';
import { cutoverKey, type ServerKey } from './servers.ts';

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
  const clock = realClock(offSeconds);
  const secret = async (source: string) => new Secret(Buffer.from(key.secret, 'base64'), source);
  return rfc2136('onprem', settings, providerEnvironment({ clock, secret }));
};
