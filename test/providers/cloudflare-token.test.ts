import { inspect } from 'node:util';
import { afterEach, expect, it, vi } from 'vitest';
import { tokenOf } from '../../providers/cloudflare/token.ts';
import { Secret } from '../../src/secret.ts';
import { providerEnvironment } from '../support/provider-environment.ts';
import { faultOf, never } from './backend.ts';
import { apex, withCloudflare } from './cloudflare-backend.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

it.each([
  ['Canary Hunter2', 'holds a blank'],
  ['Bearer Hunter2', 'begins with the word Bearer'],
  ['Canary\nHunter2', 'holds several lines'],
  ['<Hunter2>', 'holds angle brackets'],
  ['"Hunter2"', 'holds quotes'],
  ['Hunter2\u00e9', 'holds what no token has'],
])('names what is odd about a token, and nothing of it: %j', async (text, odd) => {
  vi.stubEnv('CLOUDFLARE_API_TOKEN', text);
  const secret = async (file: string) => new Secret(Buffer.from(text), file);
  const environment = providerEnvironment({ secret });
  for (const [settings, source] of [
    [{}, 'the variable CLOUDFLARE_API_TOKEN'],
    [{ tokenFile: '/etc/cf.token' }, 'the file /etc/cf.token'],
  ] as const) {
    const fault = await faultOf(tokenOf('provider cf', settings, environment));
    expect([fault.code, fault.message, fault.fix, fault.where]).toEqual([
      'UNAUTHORIZED',
      `${source} ${odd}, so it is no API token`,
      'Paste the token alone, without "Bearer" or quotes.',
      'provider cf',
    ]);
    expect(inspect(fault, { depth: 20, showHidden: true })).not.toMatch(/Hunter2|Canary/);
  }
});

it('says which one is empty', async () => {
  vi.stubEnv('CLOUDFLARE_API_TOKEN', ' ');
  vi.stubEnv('CLOUDFLARE_API_KEY', undefined);
  const environment = providerEnvironment({
    secret: async file => new Secret(Buffer.from('\n'), file),
  });
  const absent = await faultOf(tokenOf('provider cf', {}, environment));
  expect(absent.message).toBe('there is no API token');
  const empty = await faultOf(tokenOf('provider cf', { tokenFile: '/t' }, environment));
  expect(empty.message).toBe('the file /t is empty, so it is no API token');
});

it('tells of a page the title alone', () =>
  withCloudflare({}, async ({ double, provider }) => {
    const headers = { 'content-type': 'text/html' };
    const body = '<!DOCTYPE html><title>Hotel Wifi</title><p>Your request was Hunter2</p>';
    for (const status of [200, 403, 502]) {
      double.answer(...Array.from({ length: 6 }, () => ({ status, headers, body })));
      const fault = await faultOf(provider.zone(apex, never()));
      expect([fault.code, fault.message]).toEqual([
        'UNAVAILABLE',
        `what answered is not the API of Cloudflare (HTTP ${status}): a web page (HTML), titled ` +
          '"Hotel Wifi", answered in its place: a proxy or portal stands in the way',
      ]);
      double.answer();
    }
  }));

it('says that nobody listens, in words of the system', () =>
  withCloudflare({}, async ({ double, provider }) => {
    await double.stop();
    const fault = await faultOf(provider.zone(apex, never()));
    expect(fault.message).toMatch(
      /^Cloudflare cannot be reached: connect ECONNREFUSED 127\.0\.0\.1:\d+$/,
    );
    expect(inspect(fault, { depth: 20, showHidden: true })).not.toContain(double.token);
  }));
