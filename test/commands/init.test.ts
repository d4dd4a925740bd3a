import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { said } from './said.ts';

const home = mkdtempSync(join(tmpdir(), 'dns-cutover-init-'));
afterAll(() => {
  rmSync(home, { recursive: true, force: true });
});
let files = 0;
async function init(server: string) {
  const file = join(home, `${files++}.yaml`);
  const words = ['--server', server, '--to', '0 mx.new.example', '--history', '1d'];
  const ended = await said('init', 'example.org', ...words, '--config', file, '--no-input');
  return { ...ended, file };
}

it.each([
  ['192.0.2.53', "server: '192.0.2.53'\n    key:"],
  ['127.0.0.1:23053', "server: '127.0.0.1'\n    port: 23053\n"],
  ['2001:db8::53', "server: '2001:db8::53'\n    key:"],
  ['[2001:db8::53]:5353', "server: '2001:db8::53'\n    port: 5353\n"],
  ['ns1.example.net', "server: 'ns1.example.net'\n    key:"],
  ['ns1.example.net:5353', "server: 'ns1.example.net'\n    port: 5353\n"],
])('takes the server %s', async (server, written) => {
  const { code, err, file } = await init(server);
  expect(code, err).toBe(0);
  expect(readFileSync(file, 'utf8')).toContain(written);
});

it.each([
  '192.0.2.53:99999',
  '192.0.2.53:',
  '192.0.2.300',
  'a..b',
  'ns1.example.net:0',
  '2001:db8::x',
])('refuses the server %s, and says how one is written', async server => {
  const { code, err } = await init(server);
  expect(code).toBe(64);
  expect(err).toContain('neither an address nor the name of a host');
  expect(err).toContain('192.0.2.53:5353');
  expect(err).not.toContain('DDD');
});
