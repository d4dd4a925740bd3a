import { type Name } from '../../src/dns/name.ts';
import { type RRset } from '../../src/dns/rrset.ts';
import { cloudflareDouble } from '../providers/doubles/cloudflare.ts';
import { type Double } from '../providers/doubles/double.ts';
import { googleDouble } from '../providers/doubles/google.ts';
import { type HttpRequest } from '../providers/doubles/listen.ts';
import { type MischiefOptions } from '../providers/doubles/mischief.ts';
import { awsEnvironment } from '../providers/doubles/route53-open.ts';
import { route53Double } from '../providers/doubles/route53.ts';

// The clouds whose doubles take part in whole cutovers, and what tells them apart.

type Texts = Readonly<Record<string, string>>;

/** A zone to begin with, and how the double behaves. */
export interface Opening {
  readonly apex: Name;
  readonly sets: readonly RRset[];
  readonly mischief: MischiefOptions;
}

/** What is kept of an RRset besides its records: one value for each of them, by its data. */
export type Extras = Readonly<Record<string, unknown>>;

/** A double that runs, and how the command line finds it. */
export interface OpenCloud {
  readonly double: Double;
  /** The entry under `providers:`. */
  readonly provider: Readonly<Record<string, unknown>>;
  /** Credentials, as the default chain takes them from the environment. */
  readonly env: Texts;
  /** The secrets among these, which nothing may ever say. */
  readonly canaries: readonly string[];
  /** Of the MX at the apex. */
  readonly extras: () => Extras;
  /** Somebody edits the first record of the MX where it stands; null where sets are edited as a whole. */
  readonly editInPlace: ((preference: number, exchange: string) => void) | null;
}

export interface Cloud {
  readonly name: string;
  /** The lowest TTL that it takes; null: any. */
  readonly minTtl: number | null;
  /** What the MX is served with when its TTL is left to the cloud; null where that cannot be. */
  readonly autoTtl: number | null;
  readonly compareAndSwap: 'atomic' | 'checked';
  /** What is said when the right to write is gone: the cloud's own words, then the remedy. */
  readonly withoutRight: RegExp;
  /** The same by `check`, which asks without writing. */
  readonly findsNoRight: RegExp;
  readonly open: (opening: Opening) => Promise<OpenCloud>;
  /** What a request asks for, in the words of its API. */
  readonly operation: (request: HttpRequest) => string;
}

const nothingBesides = { extras: (): Extras => ({}), editInPlace: null };

const route53: Cloud = {
  name: 'Route 53',
  ...{ minTtl: null, autoTtl: null, compareAndSwap: 'atomic' },
  withoutRight: /not authorized[^]*docs\/providers\/route53\.md/,
  findsNoRight: /UNAUTHORIZED[^]*not authorized[^]*docs\/providers\/route53\.md/,
  open: async ({ apex, sets, mischief }) => {
    const double = await route53Double({ zones: [{ apex, sets }], mischief });
    double.pending(1);
    return {
      ...{ double, ...nothingBesides, env: awsEnvironment(double.key) },
      provider: { type: 'route53', zoneId: double.zoneId(apex), endpoint: double.url },
      canaries: [double.key.secretAccessKey],
    };
  },
  operation: ({ method, path }) => {
    const [first, , part] = path.replace(/^\/2013-04-01\//, '').split('/');
    if (first === 'change') return 'GetChange';
    if (first === 'hostedzonesbyname') return 'ListHostedZonesByName';
    if (part === 'rrset')
      return method === 'POST' ? 'ChangeResourceRecordSets' : 'ListResourceRecordSets';
    return part === 'rrsetprotection' ? 'ListResourceRecordSetProtections' : 'GetHostedZone';
  },
};

const google: Cloud = {
  name: 'Google Cloud DNS',
  ...{ minTtl: null, autoTtl: null, compareAndSwap: 'atomic' },
  withoutRight: /Forbidden[^]*docs\/providers\/google-cloud-dns\.md/,
  findsNoRight: /UNAUTHORIZED[^]*dns\.changes\.create[^]*docs\/providers\/google-cloud-dns\.md/,
  open: async ({ apex, sets, mischief }) => {
    const double = await googleDouble({ zones: [{ apex, sets }], mischief });
    const { url, project, env, accessToken } = double;
    return {
      ...{ double, ...nothingBesides, env, canaries: [accessToken] },
      provider: { type: 'google', project, endpoint: url },
    };
  },
  operation: ({ method, path }) => {
    const [zone = '', what = '', id] = path.replace(/^.*\/managedZones\/?/, '').split('/');
    if (zone.endsWith(':testIamPermissions')) return 'managedZones.testIamPermissions';
    if (zone === '') return 'managedZones.list';
    if (what === '') return 'managedZones.get';
    if (what === 'rrsets') return 'resourceRecordSets.list';
    return method === 'POST' ? 'changes.create' : `changes.${id === undefined ? 'list' : 'get'}`;
  },
};

const cloudflare: Cloud = {
  name: 'Cloudflare',
  ...{ minTtl: 60, autoTtl: 300, compareAndSwap: 'checked' },
  withoutRight: /Authentication error[^]*Zone \/ DNS \/ Edit/,
  findsNoRight: /UNAUTHORIZED[^]*Authentication error[^]*Zone \/ DNS \/ Edit/,
  open: async ({ apex, sets, mischief }) => {
    const double = await cloudflareDouble({ zones: [{ apex, sets }], mischief });
    const name = apex.slice(0, -1);
    const records = () =>
      double.records(apex).filter(record => record.name === name && record.type === 'MX');
    // Each of them has another comment; their TTL is left to Cloudflare.
    for (const [index, { id }] of records().entries())
      double.patch(apex, id, { ttl: 1, comment: `host ${index + 1}`, tags: ['mail:yes'] });
    return {
      ...{ double, env: { CLOUDFLARE_API_TOKEN: double.token }, canaries: [double.token] },
      provider: { type: 'cloudflare', endpoint: double.endpoint },
      extras: () =>
        Object.fromEntries(
          records().map(({ content, ttl, comment, tags }) => [content, { ttl, comment, tags }]),
        ),
      editInPlace: (priority, content) => {
        const [first] = records();
        if (first !== undefined) double.patch(apex, first.id, { priority, content });
      },
    };
  },
  operation: ({ method, path }) => {
    const [, , what = '', batch] = path
      .replace(/^\/client\/v4/, '')
      .split('/')
      .slice(0, 4);
    if (batch === 'batch' || path.endsWith('/batch')) return 'dns_records/batch';
    if (what === '') return method === 'GET' && path.endsWith('/zones') ? 'list zones' : 'zone';
    return 'list dns_records';
  },
};

export const clouds: readonly Cloud[] = [route53, google, cloudflare];
