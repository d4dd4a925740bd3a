import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { globals } from '../../src/commands/globals.ts';
import { commands } from '../../src/commands/table/table.ts';
import { said } from './said.ts';

const shells = ['bash', 'zsh', 'fish'] as const;
const has = (shell: string): boolean => spawnSync(shell, ['--version']).error === undefined;
const long = (flags: string): string => /--([a-z-]+)/.exec(flags)?.[1] ?? '';

describe.each(shells)('completion for %s', shell => {
  it('knows every command and every option', async () => {
    const { code, out } = await said('completion', shell);
    expect(code).toBe(0);
    for (const { name, options } of commands) {
      for (const word of name.split(' ')) expect(out).toMatch(new RegExp(`\\b${word}\\b`));
      for (const { flags } of [...options, ...globals]) expect(out).toContain(long(flags));
    }
  });

  // Only the shell itself can tell, wherever it is installed.
  if (!has(shell)) return;
  it('is a script that the shell understands', async () => {
    const { out } = await said('completion', shell);
    const flag = shell === 'fish' ? '--no-execute' : '-n';
    const dir = mkdtempSync(join(tmpdir(), 'dns-cutover-completion-'));
    try {
      // Fish checks files only.
      const file = join(dir, 'script');
      writeFileSync(file, out);
      const { status, stderr } = spawnSync(shell, [flag, file], { encoding: 'utf8' });
      expect([status, stderr]).toEqual([0, '']);
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  });
});

it('for zsh registers itself where it is sourced, and completes at once where it is loaded', async () => {
  const { out } = await said('completion', 'zsh');
  const [, loaded, sourced] = /funcstack\[1\].*\n(.*)\nelse\n(.*)\nfi/.exec(out) ?? [];
  expect([loaded, sourced]).toEqual(['  _dns_cutover "$@"', '  compdef _dns_cutover dns-cutover']);
});

it.each(shells)('offers no word twice to %s', async shell => {
  const { out } = await said('completion', shell);
  for (const [line] of out.matchAll(/^ +\w+\) .*$/gm)) {
    const words = line.match(/ --[a-z-]+/g) ?? [];
    expect(words.length).toBe(new Set(words).size);
  }
});

describe('in bash', () => {
  /** What bash would offer for the last of these words. */
  async function offered(...words: readonly string[]): Promise<readonly string[]> {
    const { out } = await said('completion', 'bash');
    const list = words.map(word => `'${word}'`).join(' ');
    const script = `${out}
COMP_WORDS=(dns-cutover ${list}); COMP_CWORD=${words.length}
_dns_cutover
printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout } = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
    return stdout.split('\n').filter(word => word !== '');
  }

  it('offers commands, what is below them, and their options', async () => {
    expect(await offered('st')).toEqual(['start', 'status', 'store']);
    expect(await offered('store', 'b')).toEqual(['backup']);
    expect(await offered('start', '--pl')).toEqual(['--plan-hash']);
    expect(await offered('propagation', 'example.org', 'TL')).toEqual(['TLSA']);
    expect(await offered('xyzzy', '--')).toEqual([]);
  });
});
