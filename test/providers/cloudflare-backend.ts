import { cloudflare } from '../../providers/cloudflare/cloudflare.ts';
import { type CloudflareSettings } from '../../providers/cloudflare/settings.ts';
import { type ProviderEnvironment } from '../../providers/adapter.ts';
import { type Clock } from '../../src/clock.ts';
import { type Name, parseName } from '../../src/dns/name.ts';
import { limits } from '../../src/limits.ts';
import { type RRset, rrset } from '../../src/dns/rrset.ts';
import { type Provider } from '../../src/provider.ts';
import { Secret } from '../../src/secret.ts';
import { providerEnvironment, realClock } from '../support/provider-environment.ts';
import {
  cloudflareDouble,
  type CloudflareDouble,
  type CloudflareOptions,
} from './doubles/cloudflare.ts';

export const apex = parseName('alpha.example');

export interface HastyClock extends Clock {
  /** From now on deadlines come early as well: for a server that never answers. */
  hasten(): void;
}

/** A clock on which pauses pass at once, while a request still has its time: a busy machine is no fault. */
export function hastyClock(): HastyClock {
  const real = realClock();
  let ahead = 0;
  let hastened = false;
  return {
    now: () => ({ ...real.now(), up: real.now().up + ahead }),
    sleep: async (ms, signal) => {
      const takes = ms < limits.requestTimeoutMs || hastened ? ms / 50 : ms;
      await real.sleep(takes, signal);
      ahead += ms - takes;
    },
    until: (at, signal) => real.until(at, signal),
    hasten: () => {
      hastened = true;
    },
  };
}

export const seeds = (zone: Name): readonly RRset[] =>
  Array.from({ length: 20 }, (_, index) =>
    rrset({
      name: parseName(`seed${index}.${zone}`),
      type: 'TXT',
      ttl: 1000 + index,
      rdata: [`"seed ${index}"`],
    }),
  );

/** An environment in which the token of the double stands in a file. */
export const environmentFor = (
  token: string,
  more: Partial<ProviderEnvironment> = {},
): ProviderEnvironment =>
  providerEnvironment({
    clock: hastyClock(),
    secret: async file => new Secret(Buffer.from(token), file),
    ...more,
  });

export interface Scene {
  readonly double: CloudflareDouble;
  readonly provider: Provider;
}

/** A double with one zone and a provider that talks to it, for as long as the scene takes. */
export async function withCloudflare(
  options: Partial<CloudflareOptions>,
  scene: (scene: Scene) => Promise<void>,
  {
    settings = {},
    more = {},
  }: { settings?: CloudflareSettings; more?: Partial<ProviderEnvironment> } = {},
): Promise<void> {
  const double = await cloudflareDouble({
    zones: [{ apex, sets: seeds(apex) }],
    mischief: { rate: 0 },
    ...options,
  });
  try {
    await scene({ double, provider: await providerFor(double, { settings, more }) });
  } finally {
    await double.stop();
  }
}

export const providerFor = (
  double: CloudflareDouble,
  {
    settings = {},
    more = {},
  }: { settings?: CloudflareSettings; more?: Partial<ProviderEnvironment> } = {},
): Promise<Provider> =>
  cloudflare(
    'cloudflare',
    { tokenFile: '/token', endpoint: double.endpoint, ...settings },
    environmentFor(double.token, more),
  );
