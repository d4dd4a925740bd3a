import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, expect, it } from 'vitest';
import { providers } from '../../providers/index.ts';
import { parseName } from '../../src/dns/name.ts';
import { rrset } from '../../src/dns/rrset.ts';
import { type Fault } from '../../src/errors.ts';
import { providerEnvironment } from '../support/provider-environment.ts';
import { faultOf, fresh, never } from './backend.ts';
import { type GoogleDouble } from './doubles/google.ts';
import { type Trouble } from './doubles/mischief.ts';
import { apex, hastyClock, stage, type Stage, withEnv } from './google-backend.ts';

let opened: Stage | null = null;
let restore = () => {
  // Nothing was set yet.
};
afterEach(async () => {
  restore();
  await opened?.close();
  opened = null;
});

async function play(): Promise<Stage> {
  opened = await stage();
  return opened;
}

const key = { name: apex, type: 'MX' };
const mx = rrset({ ...key, ttl: 300, rdata: ['10 mx1.example.net.'] });

/** The canary, in every form in which it could slip out. */
const canaries = ({ accessToken }: GoogleDouble): readonly string[] => [
  accessToken,
  'canary',
  Buffer.from(accessToken).toString('base64'),
];

function expectNoSecret(double: GoogleDouble, fault: Fault): void {
  const shown = [
    fault.message,
    fault.fix,
    fault.where,
    JSON.stringify(fault.details),
    fault.stack,
    inspect(fault, { depth: 20, showHidden: true }),
  ].join('\n');
  for (const canary of canaries(double)) expect(shown).not.toContain(canary);
}

/** Runs with the credentials of an external account, whose tokens come from the double. */
async function withFile<T>(text: string, run: () => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'dns-cutover-'));
  const file = join(folder, 'credentials.json');
  await writeFile(file, text);
  restore = withEnv({
    ...{ GOOGLE_APPLICATION_CREDENTIALS: file, METADATA_SERVER_DETECTION: 'none' },
  });
  try {
    return await run();
  } finally {
    await rm(folder, { recursive: true });
  }
}

it('finds credentials and project at the metadata server of its machine', async () => {
  const { double, another } = await play();
  restore = withEnv({ GOOGLE_CLOUD_PROJECT: '', PATH: '/nonexistent' });
  const provider = await another();
  expect(await provider.zone(apex, never())).toBe(apex);
  expect((await provider.hosting?.(apex, [], never()))?.account).toBe(double.project);
  const [{ request } = { request: null }] = double.log;
  expect(request?.headers['authorization']).toBe(`Bearer ${double.accessToken}`);
  expect(double.tokens.given()).toBe(1);
});

it('takes a credentials file, and notices a revoked login and a new one', async () => {
  const { double, another } = await play();
  await withFile(double.credentialsFile, async () => {
    const provider = await another({ project: double.project });
    double.tokens.trouble('invalid_grant');
    const fault = await faultOf(provider.read(key, never()));
    expect(fault.code).toBe('UNAUTHORIZED');
    expect(fault.message).toContain('invalid_grant');
    expect(fault.fix).toContain('gcloud auth application-default login');
    expectNoSecret(double, fault);
    expect(double.log).toEqual([]);
    double.tokens.trouble('none');
    expect(await provider.read(key, never())).toBeNull();
  });
});

it('looks for credentials anew when the token is refused', async () => {
  const { double, provider } = await play();
  await provider.read(key, never());
  double.mischief.next(['unauthorized']);
  const fault = await faultOf(provider.read(key, never()));
  expect(fault.code).toBe('UNAUTHORIZED');
  expectNoSecret(double, fault);
  expect(await provider.read(key, never())).toBeNull();
  expect(double.tokens.given()).toBe(2);
});

it('writes nothing any more when the token comes too late', async () => {
  const { double, provider } = await play();
  await provider.read(key, never());
  double.mischief.next(['unauthorized']);
  await faultOf(provider.read(key, never()));
  const late = Promise.withResolvers<undefined>();
  double.tokens.delay(late.promise);
  const fault = await faultOf(provider.write([{ from: null, to: fresh(mx) }], never()));
  expect(fault.code).toBe('UNAVAILABLE');
  late.resolve(undefined);
  // The same token serves this read, and comes to the write that was given up first.
  expect(await provider.read(key, never())).toBeNull();
  expect(double.tokens.given()).toBe(2);
  expect(double.log.filter(({ request }) => request.method === 'POST')).toEqual([]);
});

it('says when there are no credentials, or an odd file', async () => {
  const { double, another } = await play();
  restore = withEnv({ METADATA_SERVER_DETECTION: 'none' });
  const fault = await faultOf((await another()).zone(apex, never()));
  expect(fault.code).toBe('UNAUTHORIZED');
  expect(fault.message).toContain('Could not load the default credentials');
  restore();
  await withFile('not JSON', async () => {
    const odd = await faultOf((await another()).zone(apex, never()));
    expect(odd.code).toBe('UNAUTHORIZED');
    expectNoSecret(double, odd);
  });
});

it('says of a file that is missing or no object no more than that', async () => {
  const { another } = await play();
  for (const [text, words] of [
    ['{"a": canary', /is not JSON$/],
    ['["canary"]', /holds no credentials$/],
  ] as const)
    await withFile(text, async () => {
      const fault = await faultOf((await another()).zone(apex, never()));
      expect([fault.code, fault.message]).toEqual(['UNAUTHORIZED', expect.stringMatching(words)]);
    });
  restore = withEnv({ GOOGLE_APPLICATION_CREDENTIALS: '/canary/missing.json' });
  const fault = await faultOf((await another()).zone(apex, never()));
  expect([fault.code, fault.message]).toEqual([
    'UNAUTHORIZED',
    'the file that GOOGLE_APPLICATION_CREDENTIALS names does not exist',
  ]);
  restore();
});

it('says when the project is somebody else\u2019s', async () => {
  const { double, another } = await play();
  const provider = await another({ project: 'somebody-elses' });
  const fault = await faultOf(provider.zone(apex, never()));
  expect(fault.code).toBe('UNAUTHORIZED');
  expectNoSecret(double, fault);
});

it('keeps the token to itself in every trouble', async () => {
  const { double, provider } = await play();
  const troubles: readonly Trouble[] = [
    ...(['unauthorized', 'proxy', 'reset before', 'reset after'] as const),
    ...(['server error before', 'server error after', 'malformed', 'silent'] as const),
  ];
  for (const trouble of troubles) {
    double.mischief.next([trouble], 'write');
    const set = rrset({ ...mx, name: parseName(`${trouble.replaceAll(' ', '-')}.${apex}`) });
    const fault = await faultOf(provider.write([{ from: null, to: fresh(set) }], never()));
    expect([trouble, fault.code]).toEqual([
      trouble,
      trouble === 'unauthorized' ? 'UNAUTHORIZED' : 'UNAVAILABLE',
    ]);
    expect(fault.fix).toBeTruthy();
    expectNoSecret(double, fault);
  }
});

it('says when nobody answers at the endpoint', async () => {
  const { double, another } = await play();
  const provider = await another({ project: double.project, endpoint: 'http://127.0.0.1:1' });
  const fault = await faultOf(provider.zone(apex, never()));
  expect(fault.code).toBe('UNAVAILABLE');
  expect(fault.message).toContain('ECONNREFUSED');
  expectNoSecret(double, fault);
});

it('is opened by its type, without asking anybody', async () => {
  const { double } = await play();
  const environment = providerEnvironment({ clock: hastyClock() });
  const provider = await providers['google']?.open('cloud', {}, environment);
  expect(provider?.name).toBe('cloud');
  expect(double.tokens.given()).toBe(0);
  expect(double.log).toEqual([]);
});
