import { expect, it } from 'vitest';
import { liveZone as cloudflareZone } from './cloudflare-live.ts';
import { route53Live } from './doubles/route53-live.ts';
import { liveZone as googleZone } from './google-live.ts';

const route53 = { LIVE: '1', LIVE_ROUTE53_ZONE_ID: 'Z1', LIVE_ROUTE53_ZONE: 'a.example' };
const google = { LIVE: '1', LIVE_GOOGLE_PROJECT: 'p', LIVE_GOOGLE_ZONE: 'dns-cutover-a' };
const cloudflare = {
  ...{ LIVE: '1', LIVE_CLOUDFLARE_ZONE_ID: '1', LIVE_CLOUDFLARE_ZONE: 'a.example' },
  CLOUDFLARE_API_TOKEN: 't',
};
const services = [
  ['Route 53', route53Live, route53],
  ['Google', googleZone, google],
  ['Cloudflare', cloudflareZone, cloudflare],
] as const;

it.each(services)('%s is met when it is named whole, and not without LIVE=1', (_, open, env) => {
  expect(open(env)).not.toBeNull();
  expect(open({ ...env, LIVE: '' })).toBeNull();
  expect(open({})).toBeNull();
});

it.each(services)('%s is left alone when another is named', (service, open) => {
  for (const [other, , env] of services) if (other !== service) expect(open(env)).toBeNull();
});

it.each(services)('%s: a run that cannot be live fails', (_, open, env) => {
  expect(() => open({ LIVE: '1' })).toThrow('LIVE=1 without');
  for (const name of Object.keys(env).filter(one => one !== 'LIVE')) {
    expect(() => open({ ...env, [name]: '' })).toThrow(`LIVE=1 without ${name}`);
    expect(() => open({ ...env, [`LIVE_${name}S`]: 'x' })).toThrow('no service has these');
  }
});

it.each(['example.org', 'mail-dns-cutover-1.org', 'xexample'])('takes %s for in use', zone => {
  expect(() => route53Live({ ...route53, LIVE_ROUTE53_ZONE: zone })).toThrow('must begin with');
  expect(() => googleZone({ ...google, LIVE_GOOGLE_ZONE: zone })).toThrow('must begin with');
});
