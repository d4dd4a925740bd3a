import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/config.ts';
import { readSecret } from '../../src/config/secret.ts';
import { isFault } from '../../src/errors.ts';
import { checkSecrets } from '../../src/config/secrets.ts';
import { cutover, inFolder, NOW, problemsOf } from './load.ts';

const octets = Buffer.from('sixteen octets!!');
const base64 = octets.toString('base64');

const read = (text: string, decode: 'base64' | 'text' = 'base64') =>
  inFolder(async folder => {
    const path = join(folder, 'key');
    await writeFile(path, text, { mode: 0o600 });
    return readSecret(path, { decode });
  });

describe('a TSIG secret', () => {
  it.each([
    ['base64', `${base64}\n`],
    ['base64 on two lines', `${base64.slice(0, 8)}\n${base64.slice(8)}\n`],
    ['a BIND key file', `key "cutover" {\n  algorithm hmac-sha256;\n  secret "${base64}";\n};\n`],
    ['one on one line', `key cutover { algorithm hmac-sha256; secret ${base64}; };`],
    ['one with comments', `# secret "AAAA";\n// secret "BBBB";\nkey "k" { secret "${base64}"; };`],
    ['a key of Knot', `key:\n  - id: k\n    algorithm: hmac-sha256\n    secret: ${base64}\n`],
  ])('as %s', async (_what, text) => {
    const { secret, warning } = await read(text);
    expect(Buffer.from(secret.reveal())).toEqual(octets);
    expect(warning).toBeNull();
  });

  it.each([
    ['empty', '  \n', 'is empty'],
    ['no base64', 'hunter2!', 'holds no base64'],
    ['base64 cut short', base64.slice(0, -1), 'holds no base64'],
    [
      'two keys',
      `key a { secret "${base64}"; }; key b { secret "${base64}"; };`,
      'holds no base64',
    ],
    ['too large', 'A'.repeat(20_000), 'larger than'],
  ])('that is %s is refused without showing it', async (_what, text, words) => {
    const refusal: unknown = await read(text).catch((error: unknown) => error);
    expect(isFault(refusal, 'CONFIG') ? refusal.message : null).toContain(words);
    if (text.trim() !== '') expect(inspect(refusal)).not.toContain(text.trim().slice(0, 8));
  });
});

it('text is taken as it stands, without the line end', async () => {
  const { secret } = await read('hunter2!\n', 'text');
  expect(Buffer.from(secret.reveal()).toString()).toBe('hunter2!');
  expect(inspect(secret)).not.toContain('hunter2');
});

it('a file that others can read is used, with a warning', async () => {
  await inFolder(async folder => {
    const path = join(folder, 'key');
    await writeFile(path, base64);
    await chmod(path, 0o644);
    const { warning } = await readSecret(path, { decode: 'base64' });
    expect(warning?.message).toContain('mode 0644');
    expect(warning?.fix).toBe(`Run: chmod 600 ${path}`);
    await chmod(path, 0o600);
    expect((await readSecret(path, { decode: 'base64' })).warning).toBeNull();
  });
});

describe('the secrets of a configuration', () => {
  const check = (prepare: (path: string) => Promise<unknown>) =>
    inFolder(async folder => {
      await writeFile(join(folder, 'c.yaml'), cutover(''));
      await prepare(join(folder, 's'));
      return checkSecrets(await loadConfig(join(folder, 'c.yaml'), NOW));
    });

  it('are looked for beside the file', async () => {
    expect(await check(path => writeFile(path, base64, { mode: 0o600 }))).toEqual([]);
  });

  it('are named at their place when they cannot be used', async () => {
    const missing = await problemsOf(check(async () => undefined));
    expect(missing).toMatchObject([{ where: '2:100' }]);
    expect(missing[0]?.message).toContain('does not exist');
    const folder = await problemsOf(check(path => mkdir(path)));
    expect(folder[0]?.message).toContain('is a directory');
  });

  it('are warned of when others can read them', async () => {
    const warnings = await check(async path => {
      await writeFile(path, base64);
      await chmod(path, 0o640);
    });
    expect(warnings).toHaveLength(1);
    expect(warnings[0]?.where).toMatch(/c\.yaml:2:100$/);
  });
});
