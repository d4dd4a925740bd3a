import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';
import { openSqlite } from '../../src/store/sqlite.ts';
import { type Store } from '../../src/store/store.ts';

/** A directory that goes when the test ends. */
export function freshDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'store-'));
  onTestFinished(() => {
    rmSync(directory, { recursive: true, force: true });
  });
  return directory;
}

/** Opens the store of a directory as this process; it is closed when the test ends. */
export async function openHere(directory: string, ownerId: string): Promise<Store> {
  const who = { pid: process.pid, host: 'localhost', ownerId, epochBytes: 'e0' };
  const store = await openSqlite(directory, who);
  onTestFinished(() => store.close());
  return store;
}

export interface Child {
  readonly process: ChildProcess;
  /** The next line that it told; '' once it has ended. */
  next(): Promise<string>;
  /** The signal or exit status that it ended with, and what it complained about. */
  readonly ended: Promise<{ readonly by: string; readonly errors: string }>;
}

/** Starts `child.ts`; it is killed when the test ends. */
export function startChild(...parameters: readonly string[]): Child {
  const script = join(import.meta.dirname, 'child.ts');
  const child = spawn(process.execPath, [script, ...parameters], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    process: child,
    next: async () => {
      const line = await lines.next();
      return line.done === true ? '' : line.value;
    },
    ended: new Promise(resolve => {
      child.on('close', (code, signal) => {
        resolve({ by: signal ?? String(code), errors });
      });
    }),
  };
}
