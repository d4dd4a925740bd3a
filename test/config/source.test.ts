import { execFileSync } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadConfig } from '../../src/config/config.ts';
import { readSource } from '../../src/config/source.ts';
import { limits } from '../../src/limits.ts';
import { cutover, inFolder, load, NOW, problemsOf } from './load.ts';

const spoiled = async (bytes: Uint8Array | string): Promise<string> => {
  const problems = await problemsOf(load(bytes));
  return problems.map(({ where, found, fix }) => `${where} ${found} ${fix}`).join('\n');
};

it('a byte order mark', async () => {
  expect(await spoiled(`\ufeff${cutover('')}`)).toMatch(/^1:1 a byte order mark .*UTF-8/);
});

it('octets that are not UTF-8, at their place', async () => {
  const bytes = Buffer.concat([Buffer.from('a: 1\nbü: '), Buffer.from([0xe4, 0x0a])]);
  expect(await spoiled(bytes)).toMatch(/^2:5 the octet 0xe4/);
  expect(await spoiled(Buffer.from([0x61, 0xc3]))).toMatch(/^1:2 the octet 0xc3/);
});

it('NUL and other control characters', async () => {
  expect(await spoiled('a: 1\nb: \0')).toMatch(/^2:4 the octet 0x00/);
  expect(await spoiled('a: \x1b[2J')).toMatch(/^1:4 the octet 0x1b/);
});

it('UTF-16', async () => {
  expect(await spoiled(Buffer.from('\ufeffa: 1', 'utf16le'))).toMatch(/^1:1 UTF-16 /);
});

it('a file of 5 MB is not read', async () => {
  const said = await spoiled(Buffer.alloc(5_000_000, '# x\n'));
  expect(said).toMatch(/^ 5000000 octets or more Split/);
  expect(limits.configFileOctets).toBeLessThan(5_000_000);
});

it('a file that is missing, and a folder in its place', async () => {
  await inFolder(async folder => {
    const file = join(folder, 'c.yaml');
    const missing = await problemsOf(loadConfig(file, NOW));
    expect(missing).toMatchObject([{ where: '', found: 'no such file' }]);
    expect(missing[0]?.fix).toContain('dns-cutover init');
    const below = await problemsOf(loadConfig(join(file, 'c.yaml'), NOW));
    expect(below).toMatchObject([{ found: 'no such file' }]);
    await mkdir(file);
    expect(await problemsOf(loadConfig(file, NOW))).toMatchObject([{ found: 'a directory' }]);
  });
});

it('a pipe, which nobody writes into, is refused instead of waited for', async () => {
  await inFolder(async folder => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    for (const path of [pipe, '/dev/null']) {
      const [problem, ...more] = await problemsOf(loadConfig(path, NOW));
      expect(more).toEqual([]);
      expect(problem).toMatchObject({
        found: 'a pipe, socket or device',
        expected: 'a regular file',
      });
      expect(problem?.fix).toContain('into a file first');
    }
  });
});

it('a link to a file is as good as the file', async () => {
  await inFolder(async folder => {
    await writeFile(join(folder, 'c.yaml'), 'a: 1');
    await symlink('c.yaml', join(folder, 'link.yaml'));
    expect(await readSource(join(folder, 'link.yaml'))).toBe('a: 1');
  });
});

it('gives the text as it is', async () => {
  await inFolder(async folder => {
    const file = join(folder, 'c.yaml');
    await writeFile(file, 'a: ü\r\n\tb');
    expect(await readSource(file)).toBe('a: ü\r\n\tb');
  });
});
