import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { command } from '../support/commands.ts';

const root = join(import.meta.dirname, '../..');
// Outside of the checkout, whose node_modules would be found from within it.
const home = mkdtempSync(join(tmpdir(), 'dns-cutover-tree-'));
const tree = join(home, 'app');
const started: ChildProcess[] = [];

beforeAll(async () => {
  const script = join(root, 'scripts/production-tree.mjs');
  const made = await command(process.execPath, [script, tree, '--link'], { cwd: home });
  expect(made.code, made.err).toBe(0);
}, 60_000);
afterAll(() => {
  for (const child of started) if (child.exitCode === null) child.kill('SIGKILL');
  rmSync(home, { recursive: true, force: true });
});

const clean = { PATH: process.env['PATH'] ?? '', HOME: home };

describe('the tree that runs in production', () => {
  it('has what the lock file says, and nothing to compile, test or look at', () => {
    const names = readdirSync(join(tree, 'node_modules'));
    for (const name of ['fastify', 'commander', 'prom-client', 'preact'])
      expect(names).toContain(name);
    for (const name of ['vitest', 'typescript', 'vite', 'oxlint', 'playwright-core', 'node'])
      expect(names, name).not.toContain(name);
    expect(existsSync(join(tree, 'dist/test'))).toBe(false);
    expect(existsSync(join(tree, 'dist/page/manifest.json'))).toBe(true);
    expect(existsSync(join(tree, 'node_modules/fastify/LICENSE'))).toBe(true);
    const files = readdirSync(tree, { recursive: true, encoding: 'utf8' });
    expect(files.filter(file => /\.(?:map|ts)$/.test(file))).toEqual([]);
    const { dependencies, scripts } = JSON.parse(
      readFileSync(join(tree, 'package.json'), 'utf8'),
    ) as { dependencies: object; scripts?: object };
    expect(scripts).toBeUndefined();
    expect(Object.keys(dependencies)).toContain('fastify');
  });

  it('is not made where something is already, nor from a checkout that was not built', async () => {
    const script = join(root, 'scripts/production-tree.mjs');
    expect((await command(process.execPath, [script, tree], { cwd: home })).code).toBe(1);
    expect((await command(process.execPath, [script], { cwd: home })).code).toBe(64);
  });

  it('loads every provider', async () => {
    const code = `for (const name of ['cloudflare', '@google-cloud/dns', '@google-cloud/common', '@aws-sdk/client-route-53', 'dns2', 'yaml', 'croner', 'kysely', 'p-retry', 'tldts']) await import(name)`;
    const cwd = join(tree, 'dist');
    const loaded = await command(process.execPath, ['--input-type=module', '-e', code], {
      cwd,
      env: clean,
    });
    expect(loaded.code, loaded.err).toBe(0);
  });

  it('serves, is healthy, and ends when it is asked to', async () => {
    const child = spawn(
      process.execPath,
      [
        join(tree, 'dist/src/cli.js'),
        'serve',
        '--listen',
        '127.0.0.1:0',
        '--state',
        join(home, 'data'),
      ],
      { cwd: home, env: clean, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    started.push(child);
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (said += text));
    const url = () => /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0];
    await expect.poll(url, { timeout: 20_000 }).toBeDefined();
    expect((await fetch(`${url()!}/login`)).status, said).toBe(200);
    // It has no configuration here, and says that to whoever plans.
    const token = readFileSync(join(home, 'data', 'first-token'), 'utf8').trim();
    const planned = await fetch(`${url()!}/api/v1/plans`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: '{"domain":"example.org"}',
    });
    expect(planned.status).toBe(409);
    expect(await planned.text()).toContain('was started without a configuration');
    const checked = (at: string) =>
      command(process.execPath, [join(tree, 'dist/src/commands/serve/healthcheck.js')], {
        cwd: home,
        env: { ...clean, DNS_CUTOVER_HEALTH_URL: at },
      });
    expect(await checked(`${url()!}/readyz`)).toMatchObject({ code: 0 });
    expect(await checked(`${url()!}/nothing`)).toMatchObject({ code: 1 });
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    expect(await ended).toSatisfy(([code]) => code === 0 || code === 143);
    expect(await checked(`${url()!}/readyz`)).toMatchObject({ code: 1 });
  });
});
