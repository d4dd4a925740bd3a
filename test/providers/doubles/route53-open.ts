import { setTimeout as sleep } from 'node:timers/promises';
import { type ProviderEnvironment } from '../../../providers/adapter.ts';
import { route53 } from '../../../providers/route53/route53.ts';
import { type Route53Settings } from '../../../providers/route53/settings.ts';
import { type Clock } from '../../../src/clock.ts';
import { type Provider } from '../../../src/provider.ts';
import { providerEnvironment } from '../../support/provider-environment.ts';
import { type AwsKey } from './route53-signature.ts';
import { type Route53Double } from './route53.ts';

/** The environment variables by which the SDK's default chain finds a key, and nothing else. */
export const awsEnvironment = (key: AwsKey | null): Readonly<Record<string, string>> => ({
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_CONFIG_FILE: '/nonexistent/aws/config',
  AWS_SHARED_CREDENTIALS_FILE: '/nonexistent/aws/credentials',
  ...(key === null
    ? {}
    : { AWS_ACCESS_KEY_ID: key.accessKeyId, AWS_SECRET_ACCESS_KEY: key.secretAccessKey }),
  ...(key?.sessionToken === undefined ? {} : { AWS_SESSION_TOKEN: key.sessionToken }),
});

function forgetLogin(): void {
  for (const name of Object.keys(process.env))
    if (name.startsWith('AWS_')) Reflect.deleteProperty(process.env, name);
}

/** This process logs in with the key from now on. */
export function logIn(key: AwsKey | null): void {
  forgetLogin();
  Object.assign(process.env, awsEnvironment(key));
}

/** Gives back what makes this process be logged in as it is now. */
export function rememberLogin(): () => void {
  const before = { ...process.env };
  return () => {
    forgetLogin();
    Object.assign(process.env, before);
  };
}

/** A clock whose pauses pass at once, and whose deadlines do not. */
export interface Hurried extends Clock {
  /** The deadlines of requests pass soon, too: for servers that stay silent. */
  hurry(): void;
}

export function hurriedClock(): Hurried {
  let skipped = 0;
  let deadlineMs: number | null = null;
  const now = () => ({ wall: Date.now() + skipped, up: performance.now() + skipped, boot: 'test' });
  return {
    now,
    sleep: async (ms, signal) => {
      const real = ms >= 5000 ? (deadlineMs ?? ms) : Math.min(ms, 1);
      await sleep(real, undefined, { signal });
      skipped += ms - real;
    },
    until: async (at, signal) => {
      await sleep(Math.max(0, at - now().wall), undefined, { signal });
    },
    hurry: () => {
      deadlineMs = 100;
    },
  };
}

/** The provider at a double, logged in with its key. */
export function openRoute53(
  double: Route53Double,
  settings: Partial<Route53Settings> = {},
  environment: Partial<ProviderEnvironment> = {},
): Promise<Provider> {
  logIn(double.key);
  return route53(
    'aws',
    { region: 'us-east-1', endpoint: double.url, ...settings },
    providerEnvironment({ clock: hurriedClock(), ...environment }),
  );
}
