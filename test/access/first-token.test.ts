import {
  chmodSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { firstToken } from '../../src/access/first-token.ts';
import { limits } from '../../src/limits.ts';
import { freshDirectory } from '../store/support.ts';
import { openPlace } from './ground.ts';

it('makes one token of an admin, once, in a file for its owner alone', async () => {
  const { access, ground, now, pass } = openPlace();
  const directory = freshDirectory();
  const path = join(directory, 'first-token');
  const expiresAt = now() + limits.firstTokenMs;
  expect(await firstToken(ground, directory)).toEqual({ path, expiresAt });
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(directory)).toEqual(['first-token']);
  const bearer = readFileSync(path, 'utf8').trim();
  expect(await access.identify({ bearer, session: null })).toMatchObject({ role: 'admin' });
  expect(await firstToken(ground, directory)).toBeNull();
  rmSync(path);
  expect(await firstToken(ground, directory)).toBeNull();
  // Neither its end nor a sweep lets the same secret begin anew.
  writeFileSync(path, `${bearer}\n`, { mode: 0o600 });
  pass(limits.firstTokenMs + limits.tokenKeptMs + 1);
  await ground.documents.sweep(now());
  expect(await firstToken(ground, directory)).toBeNull();
  expect(await access.identify({ bearer, session: null })).toBeNull();
});

it('makes none where somebody made one already', async () => {
  const { ground, token } = openPlace();
  await token();
  const directory = freshDirectory();
  expect(await firstToken(ground, directory)).toBeNull();
  expect(readdirSync(directory)).toEqual([]);
});

it('of several that begin at once one is told, and the file is good', async () => {
  const { access, ground } = openPlace();
  const directory = freshDirectory();
  const told = await Promise.all([1, 2, 3].map(() => firstToken(ground, directory)));
  expect(told.filter(one => one !== null)).toHaveLength(1);
  expect(await access.tokens()).toHaveLength(1);
  const bearer = readFileSync(join(directory, 'first-token'), 'utf8').trim();
  expect(await access.identify({ bearer, session: null })).toMatchObject({ role: 'admin' });
});

it('goes on with the file of one that was killed before the store knew it', async () => {
  const before = openPlace(7);
  const directory = freshDirectory();
  await firstToken(before.ground, directory);
  const bearer = readFileSync(join(directory, 'first-token'), 'utf8').trim();
  const { access, ground } = openPlace(8);
  expect(await firstToken(ground, directory)).not.toBeNull();
  expect(await access.identify({ bearer, session: null })).toMatchObject({ role: 'admin' });
});

it('takes no file that others can read, or that is none of ours, and overwrites nothing', async () => {
  const { access, ground } = openPlace();
  const directory = freshDirectory();
  const path = join(directory, 'first-token');
  const text = `dnsc_${'0'.repeat(16)}_${'0'.repeat(64)}\n`;
  const refused = { code: 'REFUSED', where: path };
  for (const [content, mode] of [
    [text, 0o644],
    ['notes', 0o600],
    ['', 0o600],
  ] as const) {
    writeFileSync(path, content);
    chmodSync(path, mode);
    await expect(firstToken(ground, directory)).rejects.toMatchObject(refused);
    expect(readFileSync(path, 'utf8')).toBe(content);
  }
  rmSync(path);
  writeFileSync(join(directory, 'elsewhere'), text, { mode: 0o600 });
  symlinkSync('elsewhere', path);
  await expect(firstToken(ground, directory)).rejects.toMatchObject(refused);
  expect(await access.tokens()).toEqual([]);
  expect(readdirSync(directory)).toEqual(['elsewhere', 'first-token']);
  const gone = join(directory, 'gone');
  await expect(firstToken(ground, gone)).rejects.toMatchObject({ code: 'STORE' });
});
