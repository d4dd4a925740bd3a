// Builds dist/ after `npm ci` in a checkout; does nothing where the compiler is left out (--omit=dev).
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const tsc = 'node_modules/tsc7/bin/tsc';
if (existsSync(tsc) && existsSync('src/cli.ts')) {
  const { status } = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], {
    stdio: 'inherit',
  });
  process.exitCode = status ?? 1;
}
