import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/config.ts';
import { presets } from '../../src/mail/presets/presets.ts';
import { said } from './said.ts';

const home = mkdtempSync(join(tmpdir(), 'dns-cutover-init-'));
afterAll(() => {
  rmSync(home, { recursive: true, force: true });
});
let files = 0;
async function init(...words: readonly string[]) {
  const file = join(home, `${files++}.yaml`);
  const server = ['--server', '192.0.2.53', '--config', file, '--no-input'];
  return { ...(await said('init', 'example.org', ...server, ...words)), file };
}

describe('init with a preset', () => {
  it.each(
    presets.filter(({ generate }) => generate !== null).map(preset => [preset.id, preset] as const),
  )('writes a valid file for %s', async (id, { needs, generate }) => {
    const given = needs.flatMap(({ key, example }) => ['--need', `${key}=${example}`]);
    const { code, err, file } = await init('--preset', id, ...given);
    expect(code, err).toBe(0);
    const [order] = (await loadConfig(file, 0)).orders;
    const inputs = Object.fromEntries(needs.map(({ key, example }) => [key, example]));
    const mx = generate?.(order!.domain, inputs).mx.map(text => `${text}.`);
    expect(order?.steps[0]?.edits[0]).toMatchObject({ type: 'MX', want: { rdata: mx } });
  });

  it('takes DKIM records and another mechanism', async () => {
    const needs = ['--need', 'dkim.s1=s1.dkim.example.net', '--need', 'spf=include:a.example'];
    const { file } = await init('--preset', 'google-workspace', ...needs);
    expect(readFileSync(file, 'utf8')).toContain("dkim: { 's1': 's1.dkim.example.net' }");
    const [order] = (await loadConfig(file, 0)).orders;
    expect(order?.prepare.map(({ want }) => want)).toEqual([
      { is: 'spf', mechanism: 'include:a.example' },
      { is: 'set', rdata: ['s1.dkim.example.net.'] },
    ]);
  });

  it.each([
    [['--preset', 'fastmial'], 'did you mean fastmail?'],
    [['--preset', 'cpanel'], 'moves away from'],
    [['--preset', 'microsoft365'], 'graph.microsoft.com'],
    [['--preset', 'mimecast', '--need', 'region=mars'], 'mars'],
    [['--preset', 'fastmail', '--need', 'region=eu'], 'does not take region'],
    [['--preset', 'fastmail', '--need', 'region'], 'not key=value'],
    [['--preset', 'fastmail', '--need', 'spf=leave', '--need', 'spf=leave'], 'given twice'],
    [['--preset', 'fastmail', '--to', '0 a.example'], 'leave out --to'],
    [['--to', '0 a.example', '--need', 'region=eu'], 'belongs to a preset'],
  ])('refuses %s', async (words, why) => {
    const { code, err } = await init(...words);
    expect(code).toBe(64);
    expect(err.replaceAll(/\s+/g, ' ')).toContain(why);
  });
});
