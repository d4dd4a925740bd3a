import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import Value from 'typebox/value';
import { faultOf as meaningOf } from '../../providers/route53/fault.ts';
import { route53Schema, type Route53Settings } from '../../providers/route53/settings.ts';
import { route53 } from '../../providers/route53/route53.ts';
import { parseName } from '../../src/dns/name.ts';
import { rrset } from '../../src/dns/rrset.ts';
import { type Code, type Fault } from '../../src/errors.ts';
import { providerEnvironment } from '../support/provider-environment.ts';
import { faultOf, never } from './backend.ts';
import { hurriedClock, logIn, openRoute53, rememberLogin } from './doubles/route53-open.ts';
import { type AwsKey } from './doubles/route53-signature.ts';
import { type Route53Double, route53Double } from './doubles/route53.ts';

const apex = parseName('example.org');
const mx = rrset({ name: apex, type: 'MX', ttl: 60, rdata: ['0 new.example.net.'] });
const key: AwsKey = {
  accessKeyId: 'AKIDGOOD',
  secretAccessKey: 'canary-secret-1',
  sessionToken: 'canary-token-1',
};

let double: Route53Double;
const logBackIn = rememberLogin();

beforeEach(async () => {
  double = await route53Double({
    zones: [{ apex, sets: [mx] }],
    keys: [key],
    mischief: { rate: 0 },
  });
});
afterEach(async () => {
  logBackIn();
  await double.stop();
});

/** Everything that could be printed of it. */
const printed = (fault: Fault): string =>
  [
    inspect(fault, { depth: 20, showHidden: true }),
    JSON.stringify([fault.message, fault.fix, fault.where, fault.details]),
    fault.stack,
  ].join('\n');

const failing = async (
  login: AwsKey | null,
  settings: Partial<Route53Settings> = {},
): Promise<Fault> => {
  const provider = await openRoute53(double, settings);
  logIn(login);
  const fault = await faultOf(provider.read(mx, never()));
  expect(printed(fault)).not.toMatch(/canary|AKIDGOOD/);
  expect(fault.fix).toBeTruthy();
  expect(fault.where).toBe('provider aws');
  return fault;
};

it('is told about wrong keys, each by its remedy', async () => {
  const wrong: readonly (readonly [AwsKey | null, RegExp, RegExp])[] = [
    [{ ...key, secretAccessKey: 'canary-2' }, /SignatureDoesNotMatch/, /Copy both again/],
    [{ ...key, sessionToken: 'canary-3' }, /SignatureDoesNotMatch/, /Copy both again/],
    [{ ...key, accessKeyId: 'AKIDOTHER' }, /InvalidClientTokenId/, /get-caller-identity/],
    [null, /no AWS credentials from the default chain/, /get-caller-identity/],
  ];
  for (const [login, message, fix] of wrong) {
    const fault = await failing(login);
    expect(fault.code).toBe('UNAUTHORIZED');
    expect(fault.message).toMatch(message);
    expect(fault.fix).toMatch(fix);
  }
  double.keys([{ ...key, expired: true }]);
  const fault = await failing(key);
  expect([fault.code, fault.message]).toEqual(['UNAUTHORIZED', expect.stringMatching(/expired/)]);
  expect(fault.fix).toContain('aws sso login');
});

it('is told about profiles: one that is not there, one whose session is over, one that fails', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'route53-'));
  const config = join(folder, 'config');
  writeFileSync(
    config,
    '[profile sso]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = mail\n' +
      '[sso-session corp]\nsso_start_url = https://corp.example/start\nsso_region = us-east-1\n' +
      '[profile process]\ncredential_process = /bin/sh -c "echo canary-secret-9; exit 3"\n',
  );
  try {
    for (const [profile, fix] of [
      ['nobody', /get-caller-identity/],
      ['sso', /aws sso login --profile sso/],
      ['process', /get-caller-identity/],
    ] as const) {
      logIn(null);
      process.env['AWS_CONFIG_FILE'] = config;
      const provider = await route53(
        'aws',
        { region: 'us-east-1', endpoint: double.url, profile },
        providerEnvironment({ clock: hurriedClock() }),
      );
      const fault = await faultOf(provider.read(mx, never()));
      expect([profile, fault.code]).toEqual([profile, 'UNAUTHORIZED']);
      expect(fault.message).toContain(`profile ${profile}`);
      if (profile === 'nobody')
        expect(fault.message).toContain('does not exist; profiles: process, sso');
      if (profile !== 'sso') expect(fault.fix).toContain(`--profile ${profile}`);
      expect(fault.fix).toMatch(fix);
      expect(printed(fault)).not.toContain('canary');
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  expect(double.log).toEqual([]);
});

it('is told about a missing right in the words of AWS', async () => {
  double.rights('none');
  const fault = await failing(key);
  expect(fault.code).toBe('UNAUTHORIZED');
  expect(fault.message).toContain('is not authorized to perform: route53:');
  expect(fault.fix).toContain('docs/providers/route53.md');
});

it('is told that no AWS answers: a proxy, a portal, nobody', async () => {
  double.mischief.always('proxy');
  const fault = await failing(key);
  expect([fault.code, fault.message]).toEqual([
    'UNAVAILABLE',
    expect.stringMatching(/not AWS: a proxy or portal stands in the way/),
  ]);
  await double.stop();
  const gone = await failing(key);
  expect([gone.code, gone.message]).toEqual([
    'UNAVAILABLE',
    expect.stringMatching(/cannot be reached at http:\/\/127\.0\.0\.1:\d+\/? \(ECONNREFUSED\)/),
  ]);
});

const strangers: Record<string, [number, string, Code]> = {
  'a portal that says yes': [200, '<html><body>Welcome</body></html>', 'UNAVAILABLE'],
  'a portal that says no': [403, '<html><body>Blocked</body></html>', 'UNAVAILABLE'],
  'a proxy that asks who we are': [407, 'Proxy Authentication Required', 'UNAVAILABLE'],
  'JSON that says yes': [200, '{"ok":true}', 'UNAVAILABLE'],
  'nothing at all': [200, '', 'UNAVAILABLE'],
  'another document': [200, '<Welcome><To>nowhere</To></Welcome>', 'UNAVAILABLE'],
};

it.each(Object.entries(strangers))('takes nothing from %s', async (_, [status, body, code]) => {
  const server = createServer((__, response) => {
    response.writeHead(status, { 'content-type': 'text/html' });
    response.end(body);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    for (const zoneId of [undefined, 'Z0123']) {
      const settings = { endpoint: `http://127.0.0.1:${port}`, ...(zoneId && { zoneId }) };
      const provider = await openRoute53(double, settings);
      logIn(key);
      const fault = await faultOf(provider.read(mx, never()));
      expect(fault.code).toBe(code);
      expect(fault.message).toMatch(/web page \(HTML\).*: a proxy or portal stands in the way/);
      expect(printed(fault)).not.toContain('canary');
      expect(fault.fix).toBeTruthy();
    }
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

it('lets the SDK print nothing about a profile that AWS_PROFILE names beside a key', async () => {
  const warn = vi.spyOn(console, 'warn');
  const provider = await openRoute53(double);
  logIn(key);
  process.env['AWS_PROFILE'] = 'tpyo';
  const fault = await faultOf(provider.read(mx, never()));
  expect(fault.message).toContain('profile tpyo (from AWS_PROFILE): it does not exist');
  expect(warn).not.toHaveBeenCalled();
  warn.mockRestore();
});

it('does not repeat the command line of a credential process', () => {
  const message = 'Command failed: /opt/vault --password canary-7';
  const fault = meaningOf(
    { name: 'CredentialsProviderError', message },
    { provider: 'aws', profile: 'mail' },
  );
  expect([fault.code, fault.message]).toEqual([
    'UNAUTHORIZED',
    expect.stringMatching(/^no AWS credentials from profile mail: it does not exist; /),
  ]);
  expect(printed(fault)).not.toContain('canary');
});

it('tells clocks that are apart from keys that are wrong', () => {
  const about = { provider: 'aws', profile: undefined };
  const answered = (name: string, message: string, status = 403) =>
    meaningOf(
      { name, message, $fault: 'client', $metadata: { httpStatusCode: status, requestId: 'r' } },
      about,
    );
  const skewed = answered(
    'SignatureDoesNotMatch',
    'Signature expired: 20261121T0000Z is now earlier',
  );
  expect([skewed.code, skewed.fix]).toEqual(['UNAUTHORIZED', expect.stringMatching(/NTP/)]);
  expect(answered('RequestTimeTooSkewed', 'x').fix).toContain('NTP');
  expect(answered('InvalidInput', 'odd', 400).code).toBe('UNSUPPORTED');
  expect(answered('InternalFailure', 'x', 500).code).toBe('UNAVAILABLE');
  const certificate = meaningOf({ name: 'Error', code: 'SELF_SIGNED_CERT_IN_CHAIN' }, about);
  expect([certificate.code, certificate.fix]).toEqual([
    'UNAVAILABLE',
    expect.stringContaining('NODE_EXTRA_CA_CERTS'),
  ]);
});

it('has settings that let nothing odd through', () => {
  const good = [
    { region: 'us-east-1' },
    { region: 'us-gov-west-1', profile: 'mail', zoneId: 'Z0123456789ABCDEFGHIJ' },
    { region: 'cn-north-1', zoneId: '/hostedzone/Z1', endpoint: 'https://vpce-1.example.com:8443' },
    ...['http://127.0.0.1:8080', 'http://localhost', 'http://[::1]:1/'].map(endpoint => ({
      ...{ region: 'us-east-1', endpoint },
    })),
  ];
  for (const settings of good)
    expect([settings, Value.Check(route53Schema, settings)]).toEqual([settings, true]);
  const bad = [
    { region: 'mars' },
    { region: 'us-east-1 ' },
    { region: 'us-east-1.evil.example/x' },
    { region: 'us-east-1', zoneId: 'example.org' },
    { region: 'us-east-1', endpoint: 'http://route53.example.com' },
    { region: 'us-east-1', endpoint: 'http://127.0.0.1.evil.example' },
    { region: 'us-east-1', endpoint: 'https://user:secret@example.com' },
    { region: 'us-east-1', endpoint: 'ftp://example.com' },
    { region: 'us-east-1', secretAccessKey: 'x' },
  ];
  for (const settings of bad)
    expect([settings, Value.Check(route53Schema, settings)]).toEqual([settings, false]);
});

it.each([
  [{ 'x-amzn-requestid': 'r-1' }, 'RATE_LIMITED'],
  [{}, 'UNAVAILABLE'],
] as const)('believes a bare 429 of AWS alone: %j', (headers, code) => {
  const error = Object.assign(new Error('UnknownError'), {
    ...{ name: 'Unknown', $fault: 'client', $metadata: { httpStatusCode: 429 } },
    $response: { statusCode: 429, headers },
  });
  expect(meaningOf(error, { provider: 'aws', profile: undefined }).code).toBe(code);
});
