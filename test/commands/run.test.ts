import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeApp } from '../../src/app.ts';
import { type Context } from '../../src/commands/context.ts';
import { findOrder } from '../../src/commands/find.ts';
import { commands } from '../../src/commands/table/table.ts';
import { topics } from '../../src/commands/topics.ts';
import { loadConfig } from '../../src/config/config.ts';
import { Fault, isFault, type Code } from '../../src/errors.ts';
import { exampleOrder } from '../../src/rehearsal/example.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { never, openSite, order } from '../controller/site.ts';
import { said } from './said.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dns-cutover-commands-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const nowhere = () => ['--state', join(folder, 'nowhere'), '-c', join(folder, 'nowhere.yaml')];

let owners = 0;

/** A state directory with a cutover that was started and nothing more. */
async function withCutover(): Promise<readonly string[]> {
  const state = join(folder, 'state');
  const me = { pid: process.pid, host: hostname(), ownerId: `test-${(owners += 1)}` };
  const store = await openSqlite(state, { ...me, epochBytes: 'abcdef' });
  const { environment } = openSite();
  const app = makeApp({ ...environment, store });
  const { plan } = await app.plan(order, never);
  await app.start(plan, { accept: [], takeClaim: null, reason: null }, 'kim');
  await store.close();
  return ['--state', state, '-c', join(folder, 'nowhere.yaml')];
}

const escape = '\u001b';

describe('help', () => {
  it('lists every command under its group, and every topic', async () => {
    const { code, out, err } = await said('--help');
    expect([code, err]).toEqual([0, '']);
    for (const { name, group } of commands) {
      expect(out).toContain(`\n  ${name.split(' ')[0] ?? name} `);
      expect(out).toContain(`${group}:`);
    }
    for (const topic of Object.keys(topics)) expect(out).toContain(topic);
    expect((await said()).out).toBe(out);
    expect((await said('help')).out).toBe(out);
  });

  it('shows a command, one below another, and a topic', async () => {
    for (const { name, summary, examples } of commands) {
      const { code, out } = await said('help', ...name.split(' '));
      expect(code).toBe(0);
      expect(out.replaceAll(/\s+/g, ' ')).toContain(summary);
      for (const example of examples) expect(out).toContain(example);
    }
    for (const topic of Object.keys(topics)) {
      const { code, out } = await said('help', topic);
      expect([code, out.length > 100]).toEqual([0, true]);
    }
    expect(await said('help', 'nosuch')).toMatchObject({ code: 64, out: '' });
  });

  it('knows every exit code that there is', async () => {
    const codes: Record<Code, true> = {
      ...({ USAGE: true, CONFIG: true, MALFORMED: true, NOT_FOUND: true, REFUSED: true } as const),
      ...({ STALE: true, LEASE_LOST: true, CONFLICT: true, CHECK_FAILED: true } as const),
      ...({ UNAUTHORIZED: true, UNSUPPORTED: true, RATE_LIMITED: true } as const),
      ...({ UNAVAILABLE: true, STORE: true, ABORTED: true, BUG: true } as const),
    };
    const thrown = Object.keys(codes).map(code => new Fault(code as Code, '').exit);
    const { out } = await said('help', 'exit-codes');
    const listed = [...out.matchAll(/^ +(\d+) {2}/gm)].map(([, code]) => Number(code));
    expect(listed).toEqual([...new Set([0, 2, 6, 7, 8, 143, ...thrown])].sort((a, b) => a - b));
  });
});

describe('words for programs', () => {
  it('are JSON on stdout, also when something is wrong; stderr is silent', async () => {
    const wrong = [
      ...['status x', 'events x', 'snapshot x', 'report x', 'report x --format pdf'],
      ...['check', 'check x', 'plan', 'plan x', 'validate', 'config show', 'store check'],
      ...['completion tcsh', 'plam', 'status --nosuch', 'plan a b', 'help nosuch', 'store'],
    ];
    for (const line of wrong) {
      const { code, out, err } = await said(...line.split(' '), ...nowhere(), '--json');
      expect([line, err]).toEqual([line, '']);
      const { error } = JSON.parse(out) as { error: { code: string; exit: number; fix: string } };
      expect(error.exit, line).toBe(code);
      expect(code, line).not.toBe(0);
      expect(error.fix, line).not.toBe('');
    }
    await expect(stat(join(folder, 'nowhere'))).rejects.toThrow('ENOENT');
  });

  it('are JSON when all is well', async () => {
    const places = await withCutover();
    const read = async (line: string): Promise<unknown> => {
      const { code, out, err } = await said(...line.split(' '), ...places, '--json');
      expect([line, code, err]).toEqual([line, 0, '']);
      return JSON.parse(out);
    };
    expect(await read('status')).toMatchObject([{ id: 'example.org.1' }]);
    expect(await read('status example.org')).toMatchObject({ id: 'example.org.1', seq: 1 });
    expect(await read('events example.org')).toMatchObject({ seq: 1, cutover: 'example.org.1' });
    expect(await read('report example.org.1')).toBeTypeOf('object');
    expect(await read('store check')).toEqual({ cutovers: 1, bad: [] });
    expect(await read('config path')).toMatchObject({ config: places[3], state: places[1] });
    expect(await read('version')).toMatchObject({ node: process.versions.node });
    const schema = await readFile('config/cutover.schema.json', 'utf8');
    expect(await read('schema')).toEqual(JSON.parse(schema));
    expect(await read('schema --resolvers')).toMatchObject({ definitions: { list: {} } });
  });

  it('have no escape codes, nor have those for people, when nobody sits there', async () => {
    const places = await withCutover();
    const lines = ['status', 'status example.org', 'events example.org', 'report example.org'];
    for (const line of [...lines, 'status nosuch', 'snapshot example.org', 'plam', '--help']) {
      const { out, err } = await said(...line.split(' '), ...places);
      expect(out + err, line).not.toContain(escape);
      expect(out + err, line).not.toBe('');
    }
  });
});

describe('what is under way', () => {
  it('is named to whoever checks it, and not to programs', async () => {
    const places = await withCutover();
    const { err } = await said('check', 'example.org', ...places);
    expect(err).toContain('example.org.1 is under way (stage snapshot): see dns-cutover status');
    expect((await said('check', 'example.org', ...places, '--json')).err).toBe('');
  });
});

it('what a provider has not is the configuration, not the command line', async () => {
  expect(new Fault('NOT_FOUND', 'no such zone', { where: 'provider dns' }).exit).toBe(65);
  expect(new Fault('NOT_FOUND', 'no such cutover', { where: '/state' }).exit).toBe(64);
  const { out } = await said('help', 'environment');
  for (const word of ['CLOUDFLARE_API_TOKEN', 'AWS_PROFILE', 'GOOGLE_APPLICATION_CREDENTIALS'])
    expect(out).toContain(word);
});

describe('config path and version', () => {
  it('say the same to people', async () => {
    const { out } = await said('config', 'path', ...nowhere());
    expect(out).toBe(
      `config  ${join(folder, 'nowhere.yaml')}\nstate   ${join(folder, 'nowhere')}\n`,
    );
    const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string };
    expect((await said('version')).out).toContain(`dns-cutover ${version}\nnode `);
    expect((await said('--version')).out).toBe(`${version}\n`);
  });
});

describe('init', () => {
  const init = (file: string) =>
    said('init', 'example.org', '--server', '192.0.2.53', '--to', '0 mx.new.example', '-c', file);

  it('writes a file that is valid, for its owner only, and never overwrites one', async () => {
    const file = join(folder, 'new.yaml');
    expect(await init(file)).toMatchObject({ code: 0, err: '' });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const { orders } = await loadConfig(file, Date.now());
    expect(orders.map(({ domain }) => domain)).toEqual(['example.org.']);
    await writeFile(file, 'mine');
    expect(await init(file)).toMatchObject({ code: 64, out: '' });
    expect(await readFile(file, 'utf8')).toBe('mine');
  });

  it('says what is missing where nobody can be asked', async () => {
    const { code, err } = await said('init', 'example.org', '-c', join(folder, 'other.yaml'));
    expect(code).toBe(64);
    expect(err).toContain('--server');
    await expect(stat(join(folder, 'other.yaml'))).rejects.toThrow('ENOENT');
  });
});

describe('the order that a name means', () => {
  const known = [exampleOrder, { ...exampleOrder, domain: 'example.net.' as typeof order.domain }];
  const find = (name: string | undefined, orders = known) => {
    const config = async () => ({ orders, file: 'f.yaml', refuseOverdue: () => undefined });
    return findOrder({ config } as unknown as Context, name);
  };

  it('is the one of the domain, in any spelling, or of the id of one of its cutovers', async () => {
    for (const name of ['example.net', 'Example.NET.', 'example.net.1', 'example.net.20'])
      expect((await find(name)).domain, name).toBe('example.net.');
    expect((await find(undefined, [exampleOrder])).domain).toBe('example.org.');
  });

  it('is asked for, with those that there are, when it is not clear', async () => {
    const refused = async (name: string | undefined) => {
      await expect(find(name), name).rejects.toSatisfy(
        error => isFault(error) && error.fix?.includes('example.org, example.net') === true,
      );
    };
    await refused(undefined);
    await refused('example.com');
    await refused('example.org.x');
    await refused('www.example.org');
  });
});
