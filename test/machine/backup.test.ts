import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isFault } from '../../src/errors.ts';
import { backupTo } from '../../src/machine/backup.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dns-cutover-backup-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const mode = async (path: string): Promise<string> => ((await stat(path)).mode & 0o777).toString(8);

describe('a backup', () => {
  it('is kept in every directory, for its owner only; directories are made', async () => {
    const directories = [join(folder, 'a', 'b'), join(folder, 'c')];
    await backupTo(directories)('x.json', 'text\n');
    for (const directory of directories) {
      expect(await readFile(join(directory, 'x.json'), 'utf8')).toBe('text\n');
      expect(await mode(join(directory, 'x.json'))).toBe('600');
      expect(await mode(directory)).toBe('700');
      expect(await readdir(directory)).toEqual(['x.json']);
    }
  });

  it('leaves a directory that is there as it is, and replaces what it kept before', async () => {
    await chmod(folder, 0o755);
    await backupTo([folder])('x', 'a long first text');
    await backupTo([folder])('x', 'second');
    expect(await readFile(join(folder, 'x'), 'utf8')).toBe('second');
    expect(await mode(folder)).toBe('755');
  });

  it('neither follows nor inherits what a crash, or somebody else, left at its draft', async () => {
    const victim = join(folder, 'victim');
    await writeFile(victim, 'mine');
    await symlink(victim, join(folder, 'x.new'));
    await writeFile(join(folder, 'y.new'), 'half', { mode: 0o644 });
    const backup = backupTo([folder]);
    await backup('x', 'text');
    await backup('y', 'text');
    expect(await readFile(victim, 'utf8')).toBe('mine');
    expect(await mode(join(folder, 'y'))).toBe('600');
    expect((await readdir(folder)).sort()).toEqual(['victim', 'x', 'y']);
  });

  it('fails with the path and the way out, and leaves nothing half', async () => {
    const file = join(folder, 'file');
    await writeFile(file, '');
    const taken = join(folder, 'taken');
    await mkdir(join(taken, 'x', 'full'), { recursive: true });
    for (const directory of [file, join(file, 'below'), taken]) {
      const doing = backupTo([join(folder, 'good'), directory])('x', 'text');
      await expect(doing).rejects.toSatisfy(
        error =>
          isFault(error, 'STORE') &&
          error.where === join(directory, 'x') &&
          error.fix?.includes('--backup') === true,
      );
    }
    expect(await readdir(taken)).toEqual(['x']);
    expect(await readdir(join(folder, 'good'))).toEqual(['x']);
  });
});
