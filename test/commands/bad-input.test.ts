import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { badTtls, ttlRange } from '../config/bad-ttls.ts';
import { said } from './said.ts';

const home = mkdtempSync(join(tmpdir(), 'dns-cutover-bad-'));
afterAll(() => {
  rmSync(home, { recursive: true, force: true });
});
let dir = home;
let count = 0;
beforeEach(() => {
  dir = join(home, String(++count));
  mkdirSync(dir);
});

/** Lines 1 to 3 are the provider, line 4 begins the cutover. */
const good = (...more: readonly string[]): string =>
  [
    'providers:',
    '  onprem: { type: rfc2136, server: 192.0.2.53, key: { name: k, algorithm: hmac-sha256, secretFile: tsig.secret } }',
    'cutovers:',
    '  - domain: example.org',
    '    provider: onprem',
    "    records: [{ name: '@', type: MX, set: ['0 mx.new.example'] }]",
    ...more.map(line => `    ${line}`),
    '',
  ].join('\n');
const records = (...entries: readonly string[]): string =>
  good().replace(/records: .*/, `records: [${entries.join(', ')}]`);
const mx = (set: string): string => records(`{ name: '@', type: MX, set: ${set} }`);

/** Starts, in a directory with this configuration and this state directory. */
function start(text: string | Buffer, state = 'state') {
  writeFileSync(join(dir, 'c.yaml'), text);
  writeFileSync(join(dir, 'tsig.secret'), 'c2VjcmV0c2VjcmV0c2VjcmV0\n', { mode: 0o600 });
  return run('start', 'example.org', '--plan-hash', '0000-0000-0000-0000', '--state', at(state));
}
const at = (name: string): string => join(dir, name);
const run = (...argv: readonly string[]) => said(...argv, '--config', at('c.yaml'));

/** Nothing was started. */
async function nothing(state = 'state'): Promise<void> {
  const status = await said('status', '--json', '--state', at(state));
  expect(status).toMatchObject({ code: 0, out: '[]\n' });
}

type Row = readonly [what: string, text: string | Buffer, where: string, ...words: string[]];

const broken: readonly Row[] = [
  ['an unknown key', good('ttl: { lo: 300 }'), '7:12', '"lo"', 'Did you mean low?'],
  ['a key twice', good('claim: on', 'claim: off'), '8:5', '"claim" a second time'],
  ['an alias', good('attest: [&a x, *a]'), '7:20', 'alias'],
  ['a tab', 'providers:\n\tonprem: {}\n', '2:1', 'tab', 'spaces'],
  ...badTtls.map(([written, quoted]): Row => [
    ...([`a TTL of ${written}`, good(`ttl: { low: ${written} }`)] as const),
    ...(['7:17', quoted, ttlRange] as const),
  ]),
  [
    'a name outside',
    records('{ name: mail.example.net., type: A, absent: true }'),
    '6:23',
    'within',
  ],
  [
    'an owner without its dot',
    records('{ name: mail.example.org, type: A, absent: true }'),
    '6:23',
    'Write mail or mail.example.org.',
  ],
  ['an MX with an address', mx("['10 192.0.2.1']"), '6:44', 'IP address'],
  ['an MX without preference', mx('[mx.new.example]'), '6:44', 'preference is missing'],
  ['a preference of 70000', mx("['70000 mx.new.example']"), '6:44', '65535'],
  ['an empty set', mx('[]'), '6:43', 'absent: true'],
  [
    'a CNAME beside the MX',
    records(
      "{ name: '@', type: MX, set: ['0 a.example'] }",
      "{ name: '@', type: CNAME, set: [b.example] }",
    ),
    '6:',
    'CNAME',
  ],
  [
    'two cutovers of one RRset',
    `${good()}${good().split('\n').slice(3).join('\n')}`,
    '7:',
    'example.org',
  ],
  ['an unknown provider', good().replace('provider: onprem', 'provider: onprm'), '5:15', 'onprem'],
  [
    'a kind of provider that is not built',
    good().replace('type: rfc2136', 'type: rfc2137'),
    '2:19',
    'rfc2136',
  ],
  [
    'a time that does not exist',
    good('schedule: { swapFrom: 2027-03-28T02:30:00, timeZone: Europe/Berlin }'),
    '7:27',
    'does not exist',
  ],
  ['a time in the past', good('schedule: { swapUntil: 2020-01-01T00:00:00Z }'), '7:28', 'past'],
  [
    'a window shorter than the plan',
    good('schedule: { swapFrom: 2099-01-01T00:00:00Z, swapUntil: 2099-01-01T00:00:30Z }'),
    '7:',
    'window',
  ],
  ['a byte order mark', `\uFEFF${good()}`, '1:1', 'byte order mark', 'UTF-8'],
  ['5 MB', Buffer.alloc(5 * 1024 * 1024, '# x\n'), 'c.yaml', '4'],
];

describe('a configuration with', () => {
  it.each(broken)('%s stops the start at its place', async (...row) => {
    const [, text = '', where = '', ...words] = row;
    const { code, err, out } = await start(text);
    expect(code, err).toBe(65);
    expect(out).toBe('');
    const place = where === 'c.yaml' ? where : `c.yaml:${where}`;
    expect(err).toContain(place);
    for (const word of words) expect(err).toContain(word);
    expect(err).toMatch(/fix|Write|Did you mean|Remove|Add|Move|Name/);
    await nothing();
  });
});

describe('files', () => {
  it('a configuration that is not there is named, and how to make one', async () => {
    const ended = await run('plan', 'example.org', '--state', at('state'));
    expect(ended.code).toBe(65);
    expect(ended.err).toContain(at('c.yaml'));
    expect(ended.err).toContain('init');
  });

  it('a secret that is a directory stops everything that would need it', async () => {
    writeFileSync(at('c.yaml'), good());
    mkdirSync(at('tsig.secret'));
    for (const command of [['validate'], ['plan', 'example.org']]) {
      const { code, err } = await run(...command, '--state', at('state'));
      expect([command, code]).toEqual([command, 65]);
      expect(err).toContain(at('tsig.secret'));
      expect(err).toMatch(/is a directory[\s\S]*Name the file itself/);
    }
    await nothing();
  });

  it('a secret that others can read is warned of', async () => {
    writeFileSync(at('c.yaml'), good());
    writeFileSync(at('tsig.secret'), 'c2VjcmV0c2VjcmV0c2VjcmV0\n');
    chmodSync(at('tsig.secret'), 0o644);
    const { code, err } = await run('validate');
    expect(code).toBe(0);
    expect(err).toContain('0644');
    expect(err).toContain(`chmod 600 ${at('tsig.secret')}`);
    expect(err).not.toContain('c2VjcmV0');
  });

  it('a state file that is none, or of another program, is left as it is', async () => {
    mkdirSync(at('garbage'));
    writeFileSync(at('garbage/store.sqlite'), 'x'.repeat(9000));
    mkdirSync(at('foreign'));
    const foreign = new DatabaseSync(at('foreign/store.sqlite'));
    foreign.exec('create table customers (name text)');
    foreign.close();
    for (const state of ['garbage', 'foreign']) {
      const before = readFileSync(at(`${state}/store.sqlite`));
      const ended = [await start(good(), state)];
      for (const command of [['status'], ['store', 'check'], ['report', 'example.org']])
        ended.push(await run(...command, '--state', at(state)));
      for (const { code, err } of ended) {
        expect(code, err).toBe(65);
        expect(err).toContain(at(`${state}/store.sqlite`));
        expect(err).toMatch(/^ {2}fix {4}\S/m);
      }
      expect(readFileSync(at(`${state}/store.sqlite`)).equals(before)).toBe(true);
    }
  });

  it('a file where the state directory should be is left as it is', async () => {
    writeFileSync(at('state'), 'mine');
    const { code, err } = await start(good());
    expect(code, err).toBe(65);
    expect(err).toContain(at('state'));
    expect(err).toContain('--state');
    expect(readFileSync(at('state'), 'utf8')).toBe('mine');
  });
});

type Line = readonly [what: string, argv: readonly string[], ...words: string[]];

const lines: readonly Line[] = [
  ['an unknown command', ['strat', 'example.org'], 'strat', 'start'],
  ['an unknown flag', ['plan', 'example.org', '--detailed-exit'], '--detailed-exit'],
  ['a flag without its value', ['start', 'example.org', '--plan-hash'], '--plan-hash'],
  ['too many names', ['plan', 'example.org', 'example.net'], 'too many arguments'],
  ['no name', ['approve'], 'name'],
  ['a domain of no cutover', ['plan', 'example.net'], 'example.net', 'it has: example.org'],
  ['a cutover that was never started', ['status', 'example.org'], 'example.org', '--state'],
  ['a rollback of it', ['rollback', 'example.org'], 'example.org', '--state'],
  ['an acceptance without a reason', ['start', 'example.org', '--accept', 'x'], '--reason'],
  ['a start without its plan', ['start', 'example.org'], '--plan-hash'],
  ['a claim taken without a reason', ['start', 'example.org', '--take-claim=1'], '--reason'],
];

describe('a command line with', () => {
  it.each(lines.map(row => [row[0], row] as const))(
    '%s is refused before anything is opened',
    async (_what, [, argv, ...words]) => {
      writeFileSync(at('c.yaml'), good());
      writeFileSync(at('tsig.secret'), 'c2VjcmV0c2VjcmV0c2VjcmV0\n', { mode: 0o600 });
      const { code, err, out } = await run(...argv, '--state', at('state'));
      expect(code, err).toBe(64);
      expect(out).toBe('');
      for (const word of words) expect(err).toContain(word);
      expect(err).toMatch(/^ {2}fix {4}\S/m);
      await nothing();
    },
  );
});
