import { google } from '../../providers/google/google.ts';
import { type GoogleSettings } from '../../providers/google/settings.ts';
import { type Clock } from '../../src/clock.ts';
import { type Name, parseName } from '../../src/dns/name.ts';
import { formatRRset, type RRset, rrset } from '../../src/dns/rrset.ts';
import { limits } from '../../src/limits.ts';
import { type Provider } from '../../src/provider.ts';
import { realClock, providerEnvironment } from '../support/provider-environment.ts';
import { type Opened } from './backend.ts';
import { type GoogleDouble, googleDouble, type GoogleOptions } from './doubles/google.ts';

export const apex = parseName('alpha.example');
export const inner = parseName('inner.alpha.example');

export const seeds = (zone: Name, count = 20): readonly RRset[] =>
  Array.from({ length: count }, (_, index) =>
    rrset({
      ...{ name: parseName(`seed${index}.${zone}`), type: 'TXT', ttl: 1000 + index },
      rdata: [`"seed ${index}"`],
    }),
  );

/**
 * Pauses take no time and are counted all the same, so that a storm of refusals is over at once. What
 * bounds a request stays real: a silent server must be waited for, if not for long.
 */
export function hastyClock(requestMs = 1000): Clock {
  const real = realClock();
  let skipped = 0;
  return {
    now: () => {
      const { wall, up, boot } = real.now();
      return { wall: wall + skipped, up: up + skipped, boot };
    },
    sleep: async (ms, signal) => {
      if (ms === limits.requestTimeoutMs) return real.sleep(requestMs, signal);
      if (ms === limits.readDeadlineMs) return real.sleep(ms, signal);
      signal.throwIfAborted();
      skipped += ms;
      return real.sleep(0, signal);
    },
    until: async (at, signal) => real.until(at, signal),
  };
}

export interface Stage {
  readonly double: GoogleDouble;
  readonly provider: Provider;
  /** Another provider on the same double. */
  readonly another: (settings?: GoogleSettings, delegation?: readonly Name[]) => Promise<Provider>;
  readonly close: () => Promise<void>;
}

/** Sets variables of this process until the returned function is called. */
export function withEnv(variables: Readonly<Record<string, string>>): () => void {
  const before = Object.keys(variables).map(key => [key, process.env[key]] as const);
  Object.assign(process.env, variables);
  return () => {
    for (const [key, value] of before)
      if (value === undefined) Reflect.deleteProperty(process.env, key);
      else process.env[key] = value;
  };
}

/** A double with one zone and 20 sets in it, and the adapter on it with the real chain of credentials. */
export async function stage(
  options: Partial<GoogleOptions> = {},
  requestMs?: number,
): Promise<Stage> {
  const double = await googleDouble({
    zones: [{ apex, sets: seeds(apex) }],
    mischief: { rate: 0 },
    ...options,
  });
  const restore = withEnv(double.env);
  const another = (settings: GoogleSettings = {}, delegation: readonly Name[] = []) => {
    const clock = hastyClock(requestMs);
    const environment = providerEnvironment({ clock, delegation: async () => delegation });
    return google('cloud', { endpoint: double.url, ...settings }, environment);
  };
  return {
    double,
    provider: await another({ project: double.project }),
    another,
    close: async () => {
      restore();
      await double.stop();
    },
  };
}

const lines = (double: GoogleDouble): readonly string[] => double.published(apex).map(formatRRset);

/** The stage as the suite of all providers wants it. */
export async function opened(): Promise<Opened> {
  const { double, provider, close } = await stage({
    mischief: { rate: 0.05, seed: 7 },
    zones: [
      { apex, sets: seeds(apex) },
      { apex: inner, sets: [] },
    ],
    more: [
      { apex, sets: [], name: 'alpha-inside', hidden: 'private' },
      { apex: parseName('deep.inner.alpha.example'), sets: [], name: 'peer', hidden: 'peering' },
    ],
  });
  const { mischief } = double;
  const others: GoogleDouble[] = [];
  return {
    ...{ provider, zone: apex },
    edit: async (key, after) => {
      double.edit(apex, key, after);
    },
    dump: async () => lines(double),
    writes: async () => double.writes(apex),
    trouble: {
      unauthorized: async () => {
        mischief.next(['unauthorized'], 'write');
      },
      'rate limited': async () => {
        mischief.next(Array(5).fill('throttled with retry-after'), 'write');
      },
      'server error': async () => {
        mischief.next(['server error before'], 'write');
      },
      reset: async () => {
        mischief.next(['reset before'], 'write');
      },
      'malformed body': async () => {
        mischief.next(['proxy'], 'write');
      },
      silent: async () => {
        mischief.next(['silent'], 'write');
      },
    },
    secrets: [double.accessToken, Buffer.from(double.accessToken).toString('base64')],
    nested: { outer: apex, inner },
    twins: async () => {
      const twin = await googleDouble({
        zones: [{ apex, sets: [] }],
        more: [{ apex, sets: [], name: 'second' }],
      });
      others.push(twin);
      const environment = providerEnvironment({ clock: hastyClock() });
      return google('twins', { endpoint: twin.url, project: twin.project }, environment);
    },
    pages: async () => {
      for (const set of seeds(parseName(`many.${apex}`), 300)) double.edit(apex, set, set);
    },
    close: async () => {
      await close();
      await Promise.all(others.map(other => other.stop()));
    },
  };
}
