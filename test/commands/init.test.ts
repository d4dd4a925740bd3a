import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { providers } from '../../providers/index.ts';
import { type Context } from '../../src/commands/context.ts';
import { run } from '../../src/commands/init.ts';
import { loadConfig } from '../../src/config/config.ts';
import { initBlocks } from '../../src/config/init-blocks.ts';
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

it('names the next commands, and says that a preference was chosen', async () => {
  const file = join(home, `${files++}.yaml`);
  const words = ['--server', '192.0.2.53', '--to', 'mx.new.example', '-c', file, '--no-input'];
  const { out } = await said('init', 'example.org', ...words);
  expect(out).toContain('Next: dns-cutover check example.org, then dns-cutover plan example.org');
  const text = readFileSync(file, 'utf8');
  expect(text).toMatch(
    /# No preference was given[^\n]*\n {4}records:\n[^\n]*'10 mx\.new\.example'/,
  );
  expect(text).not.toContain('see below');
  expect(readFileSync((await init('192.0.2.53')).file, 'utf8')).not.toContain('No preference');
});

it('leaves a file that is there, and says so without the words of the system', async () => {
  const { file } = await init('192.0.2.53');
  const words = ['--server', '192.0.2.53', '--to', '0 mx.new.example', '-c', file, '--no-input'];
  const { code, err } = await said('init', 'example.org', ...words);
  expect(code).toBe(64);
  expect(err).toContain('the file exists and was left as it is');
  expect(err).not.toContain('EEXIST');
});

it.each([
  ['cloudflare', 'token', 'tokenFile'],
  ['cloudflare', 'apiToken', 'tokenFile'],
  ['route53', 'secretAccessKey', 'help environment'],
])('%s: whoever writes %s is told where a secret goes', async (type, key, where) => {
  const { file } = await initWith('--provider', type);
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replace(/^( +type: \S+).*$/m, `$1\n    ${key}: canary`));
  const { code, err } = await said('validate', '-c', file);
  expect(code).toBe(65);
  expect(err).toContain(where);
  expect(err).toContain('never stands in the configuration');
  expect(err).not.toContain('canary');
});

/** Writes a file with these options, nobody being asked. */
async function initWith(...words: readonly string[]) {
  const file = join(home, `${files++}.yaml`);
  const mail = ['--to', '0 mx.new.example', '--history', '1d'];
  const ended = await said('init', 'example.org', ...words, ...mail, '-c', file, '--no-input');
  return { ...ended, file };
}

describe.each(Object.keys(providers))('init --provider %s', type => {
  const needed = type === 'rfc2136' ? ['--server', '192.0.2.53'] : [];

  it('writes a file that loads as it stands', async () => {
    const { code, err, file } = await initWith('--provider', type, ...needed);
    expect(code, err).toBe(0);
    const { providers: entries, orders } = await loadConfig(file, Date.now());
    expect(Object.values(entries)).toMatchObject([{ type }]);
    expect(orders.map(({ domain }) => domain)).toEqual(['example.org.']);
    // A kind that nobody described is written from its schema alone.
    if (type === 'rfc2136' || Object.hasOwn(initBlocks, type))
      expect(readFileSync(file, 'utf8')).toMatch(/docs\/providers\/[a-z0-9-]+\.md/);
  });

  it('takes its own options, checked, and refuses those of others', async () => {
    const settings = initBlocks[type]?.settings ?? [];
    const own = settings.flatMap(({ flag, example }) =>
      flag === undefined ? [] : [`--${flag}`, example],
    );
    const { code, err, file } = await initWith('--provider', type, ...needed, ...own);
    expect(code, err).toBe(0);
    const text = readFileSync(file, 'utf8');
    for (const { key, example } of settings) expect(text).toContain(`    ${key}: '${example}'`);
    const foreign = ['server', 'zone', 'project', 'profile', 'token-file'].filter(
      flag => !own.includes(`--${flag}`) && !needed.includes(`--${flag}`),
    );
    expect(foreign.length).toBeGreaterThan(0);
    for (const flag of foreign) {
      const refused = await initWith('--provider', type, ...needed, `--${flag}`, 'x');
      expect(refused.code).toBe(64);
      expect(refused.err).toContain(`--${flag} says nothing to a provider of the kind ${type}`);
    }
  });
});

it('refuses a kind that there is not, and says which there are', async () => {
  const { code, err } = await initWith('--provider', 'rfc2163');
  expect(code).toBe(64);
  expect(err).toContain('did you mean rfc2136?');
  expect((await initWith('--provider', 'nosuch')).err).toContain('one of: rfc2136');
  for (const [said, meant] of [
    ...([
      ['aws', 'route53'],
      ['gcp', 'google'],
    ] as const),
    ...([
      ['cf', 'cloudflare'],
      ['bind', 'rfc2136'],
    ] as const),
  ])
    expect((await initWith('--provider', said)).err).toContain(`did you mean ${meant}?`);
});

describe('on a terminal', () => {
  /** What is asked, and what stands in the file, when somebody answers so. */
  async function asked(options: Readonly<Record<string, string>>, ...answers: readonly string[]) {
    const file = join(home, `${files++}.yaml`);
    const questions: string[] = [];
    const terminal = {
      interactive: true,
      question: async (text: string) => {
        questions.push(text.trim());
        return answers[questions.length - 1] ?? '';
      },
      out: () => undefined,
    };
    const context = { terminal, places: { config: file }, json: false } as unknown as Context;
    expect(await run(context, { args: [], options })).toBe(0);
    return { questions, text: readFileSync(file, 'utf8') };
  }

  it('asks for what was not said, the kind first', async () => {
    const { questions, text } = await asked(
      {},
      'example.org',
      '',
      '192.0.2.53',
      '0 mx.new.example',
    );
    expect(questions.map(question => question.split(/[ ,]/, 2).join(' '))).toEqual([
      ...['Which domain', 'Which kind', 'Which server', 'What is', 'The longest'],
    ]);
    expect(text).toContain('type: rfc2136');
    expect(text).toContain("server: '192.0.2.53'");
  });

  it('does not ask for the kind where a server was named', async () => {
    const { questions } = await asked({ server: '192.0.2.53' }, 'example.org', '0 mx.new.example');
    expect(questions).toHaveLength(3);
  });
});
