// Builds dist/, the page included, after `npm ci` in a checkout; does nothing where the compiler is left out (--omit=dev).
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const tsc = 'node_modules/tsc7/bin/tsc';
const vite = 'node_modules/vite/bin/vite.js';
if (existsSync(tsc) && existsSync('src/cli.ts'))
  for (const words of [
    [tsc, '-p', 'tsconfig.build.json'],
    [vite, 'build'],
  ]) {
    const { status } = spawnSync(process.execPath, words, { stdio: 'inherit' });
    process.exitCode = status ?? 1;
    if (status !== 0) break;
  }
