import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { said } from '../said.ts';

const home = mkdtempSync(join(tmpdir(), 'dns-cutover-propagation-usage-'));
afterAll(() => {
  rmSync(home, { recursive: true, force: true });
});
const look = (...argv: readonly string[]) => said('propagation', 'example.org', ...argv);

const usage: readonly (readonly [string, readonly string[], ...string[]])[] = [
  ['an unknown type', ['MXX'], 'TYPE', 'did you mean MX?'],
  ['a type of questions', ['ANY'], 'ANY'],
  ['two types', ['MX', 'TXT'], '@8.8.8.8'],
  ['a value that is none', ['--expect', 'mx.new.example'], '--expect', 'preference'],
  ['an old value that is none', ['--old', '10 192.0.2.1'], '--old', 'IP address'],
  ['an unknown resolver', ['@gogle'], '@gogle', 'did you mean @google?'],
  ['an address that is none', ['@300.1.1.1'], '@8.8.8.8'],
  ['an address of nobody', ['@0.0.0.0'], '@0.0.0.0', 'unspecified'],
  ['another way to ask', ['@dns://8.8.8.8'], 'dns is not how', '@tls://'],
  ['no resolver behind the sign', ['@'], 'no resolver behind the @'],
  ['nothing to count by', ['--by', 'contry'], '--by', 'did you mean country?'],
  ['a count of what is a row each', ['--by', 'country', '--csv'], '--by', 'CSV'],
  ['a count of all three', ['--by', 'country', '--json'], '--by', 'all three'],
  ['an unknown resolver to explain', ['--explain', 'cloudflar'], 'did you mean @cloudflare?'],
  ['the name of a server', ['--authority', 'ns1.example.net'], '--authority', 'not the name'],
  ['no goal', ['--until', 'old'], '--until', '99%'],
  ['a share of 0', ['--until', '0'], '--until'],
  ['a share of 101', ['--until', '101'], '--until'],
  ['no duration', ['--timeout', 'soon'], '--timeout', '5m'],
  ['no time at all', ['--timeout', '0'], '--timeout'],
  ['a time for one look', ['--timeout', '5m'], '--timeout', '--until new'],
  ['a new set that is the old one', ['--expect', '5 a.example', '--old', '5 A.example.'], '--old'],
  ['two forms', ['--json', '--csv'], '--csv'],
  ['a table that goes on', ['--watch', '--csv'], '--csv'],
  ['evidence that goes on', ['--watch', '--explain', 'google'], '--explain'],
];

describe('a command line with', () => {
  it.each(usage.map(row => [row[0], row] as const))('%s', async (_, [, argv, ...words]) => {
    const { code, out, err } = await look(...argv);
    expect(code, err).toBe(64);
    const told = argv.includes('--json') ? out : err;
    for (const word of words) expect(told).toContain(word);
    if (!argv.includes('--json')) expect(err).toMatch(/^ {2}fix {4}\S/m);
  });

  it('a domain that is none', async () => {
    for (const domain of ['ex ample', '192.0.2.1', 'a..b']) {
      const { code, err } = await said('propagation', domain);
      expect([domain, code]).toEqual([domain, 64]);
      expect(err).toContain('DOMAIN');
    }
  });

  it.each(['https://example.org/', 'post@example.org', 'ftp://me@example.org:21/x'])(
    'the address of a page or of a person: %s',
    async text => {
      const { code, err } = await said('propagation', text);
      expect(code).toBe(64);
      expect(err).toContain('fix    write example.org alone');
    },
  );

  it('a DS of the root', async () => {
    const { code, err } = await said('propagation', '.', 'DS');
    expect(code).toBe(64);
    expect(err).toContain('no zone stands above the root');
  });

  it('a list that cannot be read', async () => {
    const file = join(home, 'broken.json');
    writeFileSync(file, '[{ "id": "a", "addresses": ["dns.example"] }]');
    const { code, err } = await look('--resolvers', file);
    expect(code).toBe(65);
    expect(err).toContain(`${file}:1:`);
  });
});
