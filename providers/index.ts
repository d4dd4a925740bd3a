import { type Adapter } from './adapter.ts';
import { cloudflareSchema, type CloudflareSettings } from './cloudflare/settings.ts';
import { googleSchema, type GoogleSettings } from './google/settings.ts';
import { rfc2136Schema, type Rfc2136Settings } from './rfc2136/settings.ts';
import { route53Schema, type Route53Settings } from './route53/settings.ts';

/** Every kind of provider, by the `type:` of the configuration. The only list. */
export const providers: Readonly<Record<string, Adapter>> = {
  rfc2136: {
    settings: rfc2136Schema,
    secrets: [{ path: ['key', 'secretFile'], form: 'base64' }],
    async open(name, settings, environment) {
      const { rfc2136 } = await import('./rfc2136/rfc2136.ts');
      // The configuration was held against `settings` above before anything is opened.
      return rfc2136(name, settings as Rfc2136Settings, environment);
    },
  },
  google: {
    settings: googleSchema,
    secrets: [],
    async open(name, settings, environment) {
      const { google } = await import('./google/google.ts');
      return google(name, settings as GoogleSettings, environment);
    },
  },
  route53: {
    settings: route53Schema,
    secrets: [],
    async open(name, settings, environment) {
      const { route53 } = await import('./route53/route53.ts');
      return route53(name, settings as Route53Settings, environment);
    },
  },
  cloudflare: {
    settings: cloudflareSchema,
    secrets: [{ path: ['tokenFile'], form: 'text' }],
    async open(name, settings, environment) {
      const { cloudflare } = await import('./cloudflare/cloudflare.ts');
      return cloudflare(name, settings as CloudflareSettings, environment);
    },
  },
};
