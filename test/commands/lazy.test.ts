import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { providers } from '../../providers/index.ts';
import { command } from '../support/commands.ts';

const root = join(import.meta.dirname, '../..');
const trace = join(root, 'test/support/trace-loads.mjs');
let home = '';

/** A configuration with an entry for every kind of provider: none of them is opened. */
const config = `providers:
  onprem:
    type: rfc2136
    server: 192.0.2.53
    key: { name: k, algorithm: hmac-sha256, secretFile: ./tsig.secret }
${Object.keys(providers)
  .filter(type => type !== 'rfc2136')
  .map(type => `  ${type}: { type: ${type} }\n`)
  .join('')}cutovers:
  - domain: example.org
    provider: onprem
    records: [{ name: '@', type: MX, set: ['0 mx.new.example'] }]
    ttl: { history: { longest: 86400 } }
`;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'dns-cutover-lazy-'));
  await writeFile(join(home, 'dns-cutover.yaml'), config);
  await writeFile(join(home, 'tsig.secret'), Buffer.alloc(32, 7).toString('base64'), {
    mode: 0o600,
  });
});
afterAll(() => rm(home, { recursive: true, force: true }));

/** Every package of which this command loads something, and how it ends. */
async function packagesOf(words: readonly string[], program = join(root, 'src/cli.ts')) {
  const list = join(home, 'loaded');
  const env = { TRACE_LOADS: list, HOME: home, CLOUDFLARE_API_TOKEN: 'not-a-token' };
  const ended = await command(process.execPath, ['--import', trace, program, ...words], {
    cwd: home,
    env,
  });
  const urls = (await readFile(list, 'utf8')).split('\n');
  const packages = urls.flatMap(url => {
    const [, name] = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url) ?? [];
    return name === undefined ? [] : [name];
  });
  return { ...ended, packages: [...new Set(packages)].sort(), files: urls.length };
}

// All that the product may need where no provider is opened.
const own = ['commander', 'kysely', 'picocolors', 'typebox', 'yaml'];

describe('a command that needs no provider loads no SDK of a cloud', () => {
  it.each([
    ...['--help', 'help init', 'version', 'validate', 'config show', 'schema', 'completion bash'],
    'init example.net --server 192.0.2.1 --to mx.example -c new.yaml',
  ])('%s', async line => {
    const { code, err, packages, files } = await packagesOf(line.split(' '));
    expect(code, err).toBe(0);
    expect(files).toBeGreaterThan(10);
    expect(packages.filter(name => !own.includes(name))).toEqual([]);
  });
});

it('sees an SDK that is loaded, whatever way it takes', async () => {
  const program = join(home, 'greedy.mjs');
  const of = (name: string) => join(root, 'node_modules', name);
  await writeFile(
    program,
    `import ${JSON.stringify(of('p-retry/index.js'))};
     import { createRequire } from 'node:module';
     createRequire(import.meta.url)(${JSON.stringify(of('yaml'))});`,
  );
  expect((await packagesOf([], program)).packages).toEqual(
    expect.arrayContaining(['p-retry', 'yaml']),
  );
});
