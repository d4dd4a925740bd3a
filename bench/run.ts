// All benchmarks in a row: `npm run bench`. Each can also be run alone; how is written at its top.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';

/** What is measured with or against, and the package that has it. */
const peers: readonly (readonly [string, readonly string[], string])[] = [
  ['unbound', ['-V'], 'unbound'],
  ['dnsperf', ['-h'], 'dnsperf'],
  ['dig', ['-v'], 'bind9-dnsutils'],
];
const benches = [
  ...['wire', 'journal', 'cli', 'sweep', 'detect', 'detect-live', 'propagation', 'fleet'],
  ...['provider', 'forecast', 'sse', 'api', 'page', 'page-crowd'],
];

const path = `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`;

function versionOf(command: string, flags: readonly string[], from: string): string {
  const { error, stdout, stderr } = spawnSync(command, flags, {
    encoding: 'utf8',
    env: { ...process.env, PATH: path },
  });
  if (error !== undefined)
    return `${command} is not installed; what needs it is left out or fails: apt-get install ${from}`;
  const text = `${stdout}\n${stderr}`;
  return `${command}: ${text.split('\n').find(line => /\d+\.\d+/.test(line)) ?? 'installed'}`;
}

const [cpu] = cpus();
console.log(`Node ${process.version} on ${cpus().length} processors: ${cpu?.model ?? 'unknown'}`);
console.log(
  `load before: ${loadavg()[0]?.toFixed(2) ?? '?'}; figures of a busy machine are worth little`,
);
for (const [command, flags, from] of peers) console.log(versionOf(command, flags, from));

let failed = 0;
for (const bench of benches) {
  console.log(`\n== ${bench}`);
  const child = spawn(process.execPath, [join(import.meta.dirname, `${bench}.ts`)], {
    stdio: 'inherit',
    env: { ...process.env, PATH: path },
  });
  const [status] = (await once(child, 'close')) as [number | null];
  if (status === 0) continue;
  failed += 1;
  console.log(`bench/${bench}.ts ended with ${String(status)}`);
}
process.exitCode = failed === 0 ? 0 : 1;
