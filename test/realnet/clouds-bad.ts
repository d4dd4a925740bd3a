import { parseName } from '../../src/dns/name.ts';
import { rrset } from '../../src/dns/rrset.ts';
import { cloudflareDouble, type CloudflareDouble } from '../providers/doubles/cloudflare.ts';
import { type Double } from '../providers/doubles/double.ts';
import { googleDouble, type GoogleDouble } from '../providers/doubles/google.ts';
import { awsEnvironment } from '../providers/doubles/route53-open.ts';
import { route53Double, type Route53Double } from '../providers/doubles/route53.ts';
import { freePort } from '../support/server.ts';

// Everything that may be wrong at a cloud before anything is started, by the kind of cloud.

export const zone = 'alpha.example';
const apex = parseName(zone);
const elsewhere = parseName('bravo.example');
const seed = (name: typeof apex) => ({
  apex: name,
  sets: [rrset({ name, type: 'MX', ttl: 300, rdata: ['10 mx1.oldhost.example.'] })],
});
const mischief = { rate: 0 };

/** What the command line is given. */
export interface Given {
  readonly provider: Readonly<Record<string, unknown>>;
  readonly env: Readonly<Record<string, string>>;
}

export interface Bad<D extends Double> {
  readonly what: string;
  readonly exit: number;
  /** What is said: the provider's own words where it has some; then the remedy. */
  readonly says: RegExp;
  readonly fix: RegExp;
  /** Instead of the usual double. */
  readonly open?: () => Promise<D>;
  /** Spoils the double, or what is given. */
  readonly spoil: (double: D, given: Given) => Given | Promise<Given>;
}

export interface Kind<D extends Double> {
  readonly name: string;
  readonly open: () => Promise<D>;
  readonly given: (double: D) => Given;
  readonly secrets: (double: D) => readonly string[];
  readonly bad: readonly Bad<D>[];
}

const setting = ({ provider, env }: Given, more: Given['provider']): Given => ({
  provider: { ...provider, ...more },
  env,
});
const entry = (given: Given, more: Given['env']): Given => ({
  provider: given.provider,
  env: { ...given.env, ...more },
});

/** What befalls every kind alike. `unheard`: how it says that nobody it knows has answered. */
const everywhere = <D extends Double>(unheard: RegExp, refusal: RegExp): readonly Bad<D>[] => [
  {
    what: 'credentials without any right',
    ...{ exit: 4, says: refusal, fix: /\S/ },
    spoil: (double, given) => {
      double.rights('none');
      return given;
    },
  },
  {
    what: 'an endpoint at which nobody listens',
    ...{ exit: 69, says: /ECONNREFUSED|cannot be reached|Connection error/, fix: /reaches/ },
    spoil: async (_, given) =>
      setting(given, { endpoint: `http://127.0.0.1:${await freePort('127.0.0.1')}` }),
  },
  {
    what: 'a proxy in the way',
    ...{ exit: 69, says: unheard, fix: /proxy|endpoint/ },
    spoil: (double, given) => {
      double.mischief.always('proxy');
      return given;
    },
  },
  {
    what: 'answers that are cut in the middle',
    ...{ exit: 69, says: /malformed|not JSON|cannot be read/, fix: /proxy|[Tt]ry again/ },
    spoil: (double, given) => {
      double.mischief.always('malformed');
      return given;
    },
  },
  {
    what: 'an endpoint to which the credentials would go in the clear',
    ...{ exit: 65, says: /http:\/\/192\.0\.2\.1/, fix: /https|Leave the key out/ },
    spoil: (_, given) => setting(given, { endpoint: 'http://192.0.2.1' }),
  },
];

const stranger = { accessKeyId: 'AKIDSTRANGER0000001', secretAccessKey: 'canary/another+secret' };

export const route53: Kind<Route53Double> = {
  name: 'Route 53',
  open: () => route53Double({ zones: [seed(apex), seed(elsewhere)], mischief }),
  given: double => ({
    provider: { type: 'route53', endpoint: double.url },
    env: awsEnvironment(double.key),
  }),
  secrets: ({ key }) => [key.secretAccessKey, stranger.secretAccessKey],
  bad: [
    ...everywhere<Route53Double>(/which is not AWS/, /not authorized to perform: route53/),
    {
      what: 'no credentials',
      ...{ exit: 4, says: /no AWS credentials/, fix: /aws sts get-caller-identity/ },
      spoil: (_, { provider }) => ({ provider, env: awsEnvironment(null) }),
    },
    {
      what: 'a key that AWS does not know',
      ...{ exit: 4, says: /InvalidClientTokenId/, fix: /aws sts get-caller-identity/ },
      spoil: (_, given) => entry(given, awsEnvironment(stranger)),
    },
    {
      what: 'a wrong secret',
      ...{ exit: 4, says: /SignatureDoesNotMatch/, fix: /secret access key/ },
      spoil: ({ key: { accessKeyId } }, given) =>
        entry(given, awsEnvironment({ ...stranger, accessKeyId })),
    },
    {
      what: 'a token that has expired',
      ...{ exit: 4, says: /expired \(ExpiredToken\)/, fix: /[Ll]og in again/ },
      spoil: (double, given) => {
        double.keys([{ ...double.key, expired: true }]);
        return given;
      },
    },
    {
      what: 'a zone id that is not of this account',
      ...{ exit: 65, says: /No hosted zone found with ID: Z0000000/, fix: /another account/ },
      spoil: (_, given) => setting(given, { zoneId: 'Z0000000' }),
    },
    {
      what: 'the id of another zone',
      ...{ exit: 65, says: /bravo\.example/, fix: /zoneId/ },
      spoil: (double, given) => setting(given, { zoneId: double.zoneId(elsewhere) }),
    },
    {
      what: 'two zones of one name, and nobody to tell which of them the world asks',
      ...{ exit: 1, says: /Z\w+[^]*Z\w+/, fix: /zoneId/ },
      spoil: (double, given) => {
        double.addZone(seed(apex));
        return given;
      },
    },
    {
      what: 'a region that is none',
      ...{ exit: 65, says: /"?middle-earth"?/, fix: /[Ll]eave the key out/ },
      spoil: (_, given) => setting(given, { region: 'middle-earth' }),
    },
  ],
};

export const google: Kind<GoogleDouble> = {
  name: 'Google Cloud DNS',
  open: () => googleDouble({ zones: [seed(elsewhere), seed(apex)], mischief }),
  given: ({ url, project, env }) => ({ provider: { type: 'google', project, endpoint: url }, env }),
  secrets: ({ accessToken }) => [accessToken],
  bad: [
    ...everywhere<GoogleDouble>(/502|not JSON/, /Forbidden/),
    {
      what: 'a token that is refused',
      ...{ exit: 4, says: /Invalid Credentials/, fix: /gcloud auth application-default login/ },
      spoil: (double, given) => {
        double.mischief.always('unauthorized');
        return given;
      },
    },
    {
      what: 'credentials that have ended',
      ...{ exit: 4, says: /invalid_grant|expired or revoked/, fix: /application-default login/ },
      spoil: (double, given) => {
        double.tokens.trouble('invalid_grant');
        return given;
      },
    },
    {
      what: 'a managed zone that is not there',
      ...{ exit: 65, says: /no-such-zone/, fix: /\S/ },
      spoil: (_, given) => setting(given, { zone: 'no-such-zone' }),
    },
    {
      what: 'the name of another zone',
      ...{ exit: 65, says: /bravo\.example/, fix: /zone:/ },
      spoil: (double, given) => setting(given, { zone: double.managedZone(elsewhere) }),
    },
    {
      what: 'a project of somebody else',
      ...{ exit: 4, says: /Forbidden/, fix: /\S/ },
      spoil: (_, given) => setting(given, { project: 'somebody-else' }),
    },
    {
      what: 'two zones of one name, and nobody to tell which of them the world asks',
      ...{ exit: 1, says: /z-alpha-example, z-another[^]*delegation/, fix: /`zone:`/ },
      open: () =>
        googleDouble({
          ...{ zones: [seed(apex)], more: [{ ...seed(apex), name: 'z-another' }], mischief },
        }),
      spoil: (_, given) => given,
    },
    {
      what: 'a zone that nobody has',
      ...{ exit: 65, says: /alpha\.example/, fix: /\S/ },
      spoil: (double, given) => {
        double.drop(apex);
        return given;
      },
    },
  ],
};

const badToken = 'canary-another-token-0123456789abcdef';

export const cloudflare: Kind<CloudflareDouble> = {
  name: 'Cloudflare',
  open: () =>
    cloudflareDouble({ zones: [seed(apex), { ...seed(elsewhere), account: 'B' }], mischief }),
  given: ({ endpoint, token }) => ({
    provider: { type: 'cloudflare', endpoint },
    env: { CLOUDFLARE_API_TOKEN: token },
  }),
  secrets: ({ token }) => [token, badToken],
  bad: [
    ...everywhere<CloudflareDouble>(/not the API of Cloudflare \(HTTP 502/, /\S/),
    {
      what: 'no token',
      ...{ exit: 4, says: /CLOUDFLARE_API_TOKEN/, fix: /token/ },
      spoil: (_, { provider }) => ({ provider, env: {} }),
    },
    {
      what: 'a token that Cloudflare does not know',
      ...{ exit: 4, says: /Authentication error \(10000\)/, fix: /Zone \/ DNS \/ Edit/ },
      spoil: (_, given) => entry(given, { CLOUDFLARE_API_TOKEN: badToken }),
    },
    {
      what: 'a token that has expired',
      ...{ exit: 4, says: /Authentication error \(10000\)/, fix: /expired/ },
      spoil: (double, given) => {
        double.expire();
        return given;
      },
    },
    {
      what: 'what can be no token',
      ...{ exit: 4, says: /\S/, fix: /token/ },
      spoil: (_, given) => entry(given, { CLOUDFLARE_API_TOKEN: 'canary no token' }),
    },
    {
      what: 'two zones of one name, and nobody to tell which of them the world asks',
      ...{ exit: 1, says: /2 zones are named alpha\.example[^]*\(B\)/, fix: /zoneId/ },
      open: () =>
        cloudflareDouble({ zones: [seed(apex), { ...seed(apex), account: 'B' }], mischief }),
      spoil: (_, given) => given,
    },
    {
      what: 'a zone id that is not of this account',
      ...{ exit: 65, says: /no such zone/, fix: /zoneId/ },
      spoil: (_, given) => setting(given, { zoneId: 'f'.repeat(32) }),
    },
    {
      what: 'the id of another zone',
      ...{ exit: 65, says: /bravo\.example/, fix: /zoneId/ },
      spoil: (double, given) => setting(given, { zoneId: double.zoneId(elsewhere) }),
    },
  ],
};
