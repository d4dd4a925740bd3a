import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { said } from './said.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dns-cutover-rehearse-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Lines of a caches table: `✔ id  what` and below it what was said. */
const rowsOf = (out: string): readonly string[] =>
  out.split('\n').filter(line => /^ {2}[✔✗*x] \S/u.test(line));

describe('rehearse', () => {
  it('shows a whole cutover, how the caches turn, and what each of them is', async () => {
    const { code, out, err } = await said('rehearse', '--pace', 'max', '--faults', 'none');
    expect(code).toBe(0);
    expect(err).toContain('caches in memory');
    const turns = [...err.matchAll(/caches: (\d+) of 17 new/g)].map(([, many]) => Number(many));
    expect(turns.length).toBeGreaterThan(5);
    expect(Math.max(...turns)).toBeGreaterThan(9);
    for (const stage of ['drain', 'propagate', 'settle', 'done'])
      expect(out).toContain(`stage ${stage}`);
    expect(out).toContain('The caches of example.org. MX');
    expect(rowsOf(out)).toHaveLength(17);
    expect(rowsOf(out).every(line => line.startsWith('  ✔ '))).toBe(true);
    expect(out).toMatch(/refusing +refuses to answer\n +→ refused; silent or refused/);
    expect(out).toContain('The monitor was right about 17 of 17.');
  });

  it('gives events and a report with the caches as JSON, and nothing but ASCII if asked', async () => {
    const args = ['rehearse', '--pace', 'max', '--faults', 'none', '--seed', '3'];
    const { out } = await said(...args, '--json');
    const lines = out.trim().split('\n');
    const report = JSON.parse(lines.at(-1)!) as { caches: { id: string; right: boolean }[] };
    expect(report).toMatchObject({ outcome: 'done' });
    expect(report.caches).toHaveLength(17);
    expect(report.caches.every(({ right }) => right)).toBe(true);
    const events = lines.slice(0, -1).map(line => JSON.parse(line) as { seq: number });
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
    const ascii = await said(...args, '--ascii');
    expect(rowsOf(ascii.out)).toHaveLength(17);
    // oxlint-disable-next-line no-control-regex
    expect(ascii.out.split('The caches of')[1]).toMatch(/^[\x00-\x7f]*$/);
  });

  it('rehearses the order of a configuration with caches of its own, and none if it has none', async () => {
    const file = join(folder, 'dns-cutover.yaml');
    const config = (resolvers: string): string => `
providers:
  onprem: { type: rfc2136, server: 127.0.0.1, port: 1, key: { name: k, algorithm: hmac-sha256, secretFile: tsig.secret } }
cutovers:
  - domain: example.net
    provider: onprem
    authority: { replace: ['127.0.0.1:1'] }
    records: [{ name: '@', type: MX, set: ['0 mx.new.example'] }]
    watch: { resolvers: ${resolvers} }
`;
    await writeFile(join(folder, 'tsig.secret'), 'c2VjcmV0IHNlY3JldCBzZWNyZXQ=', { mode: 0o600 });
    await writeFile(file, config('core'));
    const args = ['rehearse', 'example.net', '-c', file, '--pace', 'max', '--faults', 'none'];
    const core = await said(...args);
    expect(core.err).toContain('rehearsing with an assumed one');
    expect(core.code).toBe(0);
    expect(core.out).toContain('The caches of example.net. MX');
    await writeFile(file, config('none'));
    const none = await said(...args);
    expect([none.code, rowsOf(none.out)]).toEqual([0, []]);
  });

  it('says which paces there are', async () => {
    for (const pace of ['faster', '0', '100001']) {
      const { code, err } = await said('rehearse', '--pace', pace);
      expect(code).toBe(64);
      expect(err).toContain(pace);
    }
  });
});
