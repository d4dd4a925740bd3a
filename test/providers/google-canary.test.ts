import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, expect, it } from 'vitest';
import { faultOfCredentials } from '../../providers/google/credentials.ts';
import { type Fault } from '../../src/errors.ts';
import { faultOf, never } from './backend.ts';
import { apex, stage, withEnv } from './google-backend.ts';

const undo: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

const printed = (fault: Fault): string =>
  [
    inspect(fault, { depth: 20, showHidden: true }),
    JSON.stringify([fault.message, fault.fix, fault.where, fault.details]),
    fault.stack,
  ].join('\n');

/** The fault of a provider whose credentials file holds this. */
async function withCredentials(text: string): Promise<Fault> {
  const { another, close } = await stage();
  undo.push(close);
  const folder = mkdtempSync(join(tmpdir(), 'google-'));
  undo.push(() => {
    rmSync(folder, { recursive: true });
  });
  const file = join(folder, 'key.json');
  writeFileSync(file, text);
  undo.push(withEnv({ GOOGLE_APPLICATION_CREDENTIALS: file, METADATA_SERVER_DETECTION: 'none' }));
  return faultOf((await another({ project: 'mail-dns-4711' })).zone(apex, never()));
}

const account = {
  type: 'service_account',
  client_email: 'a@example.iam.gserviceaccount.com',
  private_key_id: 'hunter2',
};
const pem = '-----BEGIN PRIVATE KEY-----\nSHVudGVyMi1DYW5hcnk=\n-----END PRIVATE KEY-----\n';

it.each([
  ['a password of 16 letters', 'Hunter2-Canary-1', /is not JSON/],
  ['a key that breaks off', '{"private_key": "Hunter2-Canary', /is not JSON/],
  ['a key in the middle', '{"private_key": Hunter2-Canary}', /is not JSON/],
  [
    'a key that is none',
    JSON.stringify({ ...account, private_key: 'Hunter2-Canary' }),
    /private key/,
  ],
  ['a key that is cut', JSON.stringify({ ...account, private_key: pem }), /private key/],
  ['a key without its field', JSON.stringify({ ...account, x: 'Hunter2' }), /field private_key/],
])('shows nothing of a credentials file: %s', async (_, text, words) => {
  const fault = await withCredentials(text);
  expect([fault.code, fault.message]).toEqual(['UNAUTHORIZED', expect.stringMatching(words)]);
  expect(fault.fix).toContain('GOOGLE_APPLICATION_CREDENTIALS');
  expect(printed(fault)).not.toMatch(/hunter2|canary|SHVu|1E08010C|unexpected token/i);
});

it.each([
  new Error('Invalid token signature: Hunter2'),
  new Error('Headers.append: "Bearer Hunter2" is an invalid header value.'),
  Object.assign(new Error('invalid_grant: Hunter2'), { response: { status: 400 } }),
  Object.assign(new Error('x'), { response: { status: 400, data: { error: 'Hunter2' } } }),
  Object.assign(new Error('Hunter2'), { code: 'ENOENT', path: 'Hunter2' }),
  Object.assign(new Error('Hunter2', { cause: new Error('Hunter2') }), { code: 'ECONNRESET' }),
  new Error('Unable to impersonate: unable to impersonate: Hunter2'),
  new SyntaxError('Unexpected token \'H\', "Hunter2" is not valid JSON'),
  'Hunter2',
])('passes on no words of a library: %s', error => {
  expect(printed(faultOfCredentials(error, 'provider cloud'))).not.toContain('Hunter2');
});
