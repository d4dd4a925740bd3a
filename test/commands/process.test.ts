import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';

const cli = ['src/cli.ts'];

/** Runs the program as a process of its own; a signal is sent as soon as it says something. */
async function runs(argv: readonly string[], signal?: NodeJS.Signals) {
  const child = spawn(process.execPath, [...cli, ...argv], { stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { out: '', err: '' };
  child.stderr.on('data', text => (said.err += String(text)));
  child.stdout.on('data', text => {
    if (said.out === '' && signal !== undefined) child.kill(signal);
    said.out += String(text);
  });
  const [code, by] = (await once(child, 'close')) as [number | null, string | null];
  return { code, by, ...said };
}

describe('the program as a process', () => {
  it('gives its exit code and keeps data and talk apart', async () => {
    const { code, out, err } = await runs(['plam']);
    expect([code, out]).toEqual([64, '']);
    expect(err).toContain('plan');
  });

  it.each([
    { signal: 'SIGINT', exit: 130 },
    { signal: 'SIGTERM', exit: 143 },
  ] as const)('ends a rehearsal by $signal with $exit', async ({ signal, exit }) => {
    const { code, by, err } = await runs(['rehearse', '--pace', '1', '--faults', 'none'], signal);
    expect([code, by]).toEqual([exit, null]);
    expect(err).not.toContain('error');
  });
});
