import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openWire } from './tabs-wire.ts';

/** A tab of a window: its browser shows one of them and hides the others, and tells their pages. */
export interface Tab {
  /** In front, so that every other tab is hidden. */
  readonly show: () => Promise<void>;
  readonly go: (url: string) => Promise<void>;
  /** What an expression comes to in its page; null is also what is undefined. */
  readonly value: (expression: string) => Promise<unknown>;
  /** Asks until the expression is true. */
  readonly until: (expression: string) => Promise<void>;
}

export interface Window {
  /** A new tab, in front of the others. */
  readonly tab: (url: string) => Promise<Tab>;
  readonly close: () => Promise<void>;
}

const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));

async function addressOf({ stderr }: ChildProcess): Promise<string> {
  let said = '';
  stderr?.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  for (;;) {
    const found = /ws:\S+/.exec(said)?.[0];
    if (found !== undefined) return found;
    await pause(20);
  }
}

/**
 * A Chromium that is driven by its protocol alone: playwright makes every page believe that it is seen,
 * and what these tests are about is that a browser hides pages by itself.
 */
export async function openWindow(): Promise<Window> {
  const profile = mkdtempSync(join(tmpdir(), 'tabs-'));
  const words = ['--headless=new', '--no-sandbox', '--disable-dev-shm-usage'];
  const child = spawn(
    '/usr/bin/chromium',
    [...words, '--remote-debugging-port=0', `--user-data-dir=${profile}`],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const ended = once(child, 'close');
  const { ask, hang } = await openWire(await addressOf(child));
  return {
    tab: async first => {
      const { targetId } = await ask('Target.createTarget', { url: first });
      const { sessionId } = await ask('Target.attachToTarget', { targetId, flatten: true });
      const value = async (expression: string): Promise<unknown> => {
        const asked = { expression, returnByValue: true };
        const { result } = await ask('Runtime.evaluate', asked, String(sessionId));
        return (result as { readonly value?: unknown } | undefined)?.value ?? null;
      };
      return {
        value,
        show: async () => {
          await ask('Target.activateTarget', { targetId });
        },
        go: async url => {
          await ask('Page.navigate', { url }, String(sessionId));
        },
        until: async expression => {
          // Between two pages there is none that could be asked.
          while ((await value(expression).catch(() => null)) !== true) await pause(50);
        },
      };
    },
    close: async () => {
      await ask('Browser.close', {});
      await ended;
      hang();
      rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    },
  };
}
