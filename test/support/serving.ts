import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type Ended, program } from './cli.ts';
import { type OnEnd } from './scene.ts';
import { type Site } from './site.ts';

/** A `serve` that listens. */
export interface Serving {
  readonly url: string;
  readonly tokenFile: string;
  readonly pid: number;
  readonly ended: Promise<Ended>;
  readonly kill: (signal: NodeJS.Signals) => void;
}

/** A `serve` of its own process, once it says where it listens. */
export async function serving(
  { dir }: Pick<Site, 'dir'>,
  onEnd: OnEnd,
  ...more: readonly string[]
): Promise<Serving> {
  const args = ['serve', '--listen', '127.0.0.1:0', '--json', '--state', join(dir, 'state')];
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', ...program, ...args, ...more], {
    cwd: dir,
    env: { PATH: process.env['PATH'], HOME: dir, TZ: 'UTC' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, err] = ['', ''];
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  const ended = once(child, 'close').then(([code, signal]): Ended => {
    return { code: code as number | null, signal: signal as Ended['signal'], out, err };
  });
  onEnd(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  const told = new Promise<string>(resolve => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
      if (out.includes('\n')) resolve(out);
    });
  });
  const line = await Promise.race([told, ended.then(() => null)]);
  if (line === null) throw new Error(`serve ended: ${(await ended).err}`);
  const { page, tokenFile, pid } = JSON.parse(line) as Record<string, string> & { pid: number };
  const kill = (signal: NodeJS.Signals): void => {
    child.kill(signal);
  };
  return { url: (page ?? '').replace(/\/$/, ''), tokenFile: tokenFile ?? '', pid, ended, kill };
}
