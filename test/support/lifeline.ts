import { spawn } from 'node:child_process';
import { once } from 'node:events';

/**
 * Runs a server that changes its user, which loses the signal that a parent's death would send: a shell
 * waits for the end of our pipe instead, also when this process is killed, and then ends the server with
 * all of its session.
 */
const shell = `setsid "$@" & pid=$!
cat >/dev/null
kill -TERM $pid
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
  kill -0 $pid 2>/dev/null || break
  sleep 0.1
done
kill -KILL -$pid 2>/dev/null
true`;

export interface Lifeline {
  /** The last 20,000 characters that it wrote. */
  readonly log: () => string;
  readonly stop: () => Promise<void>;
}

export function lifeline(argv: readonly [string, ...string[]], dir: string): Lifeline {
  const child = spawn('sh', ['-c', shell, 'sh', ...argv], {
    cwd: dir,
    env: { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` },
    stdio: ['pipe', 'pipe', 'pipe'],
    // Signals of the terminal end the tests, and these end the shell.
    detached: true,
  });
  let text = '';
  const keep = (data: Buffer) => {
    text = (text + data.toString()).slice(-20_000);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  // What the server started may hold its output open: the end of the shell is enough.
  const gone = once(child, 'exit');
  return {
    log: () => text,
    stop: async () => {
      child.stdin.end();
      await gone;
    },
  };
}
