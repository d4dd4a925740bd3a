import { vi } from 'vitest';
import { main } from '../../src/main.ts';

export interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command line in this process and gives its exit code and words. One at a time. */
export async function said(...argv: readonly string[]): Promise<Said> {
  const words = { out: '', err: '' };
  const hear = (to: 'out' | 'err', text: unknown): boolean => {
    words[to] += String(text);
    return true;
  };
  const stdout = vi.spyOn(process.stdout, 'write').mockImplementation(text => hear('out', text));
  const stderr = vi.spyOn(process.stderr, 'write').mockImplementation(text => hear('err', text));
  try {
    const code = await main(argv);
    return { code, ...words };
  } finally {
    stdout.mockRestore();
    stderr.mockRestore();
  }
}
