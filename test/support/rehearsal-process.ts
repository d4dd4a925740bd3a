import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';

const root = join(import.meta.dirname, '../..');
const words = ['dist/src/cli.js', 'rehearse', '--page', '--seed', '4', '--no-input'];

/** A rehearsal in a process of its own, as whoever types the command has it. */
export interface RehearsalProcess {
  /** Of its page, with the secret that lets in. */
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/** As it was built: `npm run build` comes before it. */
export async function spawnRehearsal(): Promise<RehearsalProcess> {
  const child = spawn(process.execPath, words, { cwd: root, stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = once(child, 'close');
  let said = '';
  // An iterator that is left would close the pipe, and with it end the rehearsal.
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  while (child.exitCode === null) {
    const url = /http:\S+/.exec(said)?.[0];
    if (url !== undefined)
      return {
        url,
        stop: async () => {
          child.kill('SIGINT');
          await ended;
        },
      };
    await new Promise(resolve => setTimeout(resolve, 50));
  }
  throw new Error(`the rehearsal printed no address: ${said}`);
}

/** A browser of one's own, as root and in containers as well; `words` are for it alone. */
export const launchBrowser = (...more: readonly string[]): Promise<Browser> =>
  chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-dev-shm-usage', ...more],
  });
