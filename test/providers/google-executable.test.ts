import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';

/** As in the page on workload identity federation with an executable, with a program that is missing. */
const source = {
  type: 'external_account',
  audience: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/q',
  subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
  token_url: 'http://127.0.0.1:9/token',
  credential_source: { executable: { command: '/nonexistent/canary --key CANARY' } },
};
const impersonating = {
  type: 'impersonated_service_account',
  service_account_impersonation_url: 'http://127.0.0.1:9/x:generateAccessToken',
  source_credentials: source,
};

/** Asks as a process of its own, in which nothing else could keep it from crashing. */
const script = `
  import { google } from './providers/google/google.ts';
  import { parseName } from './src/dns/name.ts';
  import { providerEnvironment, realClock } from './test/support/provider-environment.ts';
  const environment = providerEnvironment({ clock: realClock() });
  const provider = await google('g', { project: 'some-project' }, environment);
  const fault = await provider.zone(parseName('a.example'), AbortSignal.timeout(20000)).catch(e => e);
  await new Promise(resolve => setTimeout(resolve, 100));
  console.log(JSON.stringify([fault.code, fault.message, fault.fix]));
`;

let home = '';
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'dns-cutover-'));
});
afterEach(async () => {
  await rm(home, { recursive: true });
});

const ask = (env: Readonly<Record<string, string>>) =>
  promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
    env: {
      ...{ HOME: home, METADATA_SERVER_DETECTION: 'none' },
      ...{ GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES: '1', ...env },
    },
  });

it.each([
  ['named by the variable', source, true],
  ['kept by gcloud', source, false],
  ['behind an impersonation', impersonating, true],
])('refuses a program that gives credentials and lives on: %s', async (_, text, named) => {
  const folder = join(home, '.config', 'gcloud');
  await mkdir(folder, { recursive: true });
  const file = join(folder, named ? 'other.json' : 'application_default_credentials.json');
  await writeFile(file, JSON.stringify(text));
  const { stdout, stderr } = await ask(named ? { GOOGLE_APPLICATION_CREDENTIALS: file } : {});
  const [code, message, fix] = JSON.parse(stdout) as readonly string[];
  expect([code, message]).toEqual(['UNAUTHORIZED', expect.stringContaining('a program gives')]);
  expect(fix).toContain('another kind');
  expect((stdout + stderr).toLowerCase()).not.toContain('canary');
});
