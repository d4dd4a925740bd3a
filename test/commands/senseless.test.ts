import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { said } from './said.ts';

/** Answers whatever is asked as some other program might, in the shape that is expected and no further. */
const server = createServer(({ url = '' }, response) => {
  const row = { id: 'x', name: 'x', operator: 'x', tier: '\u001b[31m', weight: 1, port: 53 };
  const plan = { hash: 'h', domain: 'example.org', path: [{}], changes: [{}], timeline: [{}] };
  const body = url.includes('resolvers')
    ? { resolvers: [{ ...row, addresses: ['x'], transports: ['x'] }], next: null }
    : { epoch: 'e', ...plan, findings: [{}], risks: [{}] };
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
});
const directory = mkdtempSync(join(tmpdir(), 'senseless-'));
const tokenFile = join(directory, 'token');
let url = '';

beforeAll(async () => {
  writeFileSync(tokenFile, 'dnsc_1_canary', { mode: 0o600 });
  await new Promise<void>(resolve => {
    server.listen(0, '127.0.0.1', resolve);
  });
  url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(directory, { recursive: true });
});

it.each([
  ['plan', 'example.org'],
  ['resolvers', 'list'],
])(
  'what a server says that makes no sense is its fault, not a mistake here: %s',
  async (...words) => {
    const { code, out, err } = await said(...words, '--server', url, '--token-file', tokenFile);
    expect([code, err]).toEqual([
      69,
      expect.stringContaining('what the server says makes no sense'),
    ]);
    expect(err).toContain(`where  ${url}\n`);
    expect(out + err).not.toContain('canary');
  },
);
