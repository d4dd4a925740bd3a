import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** The clock of processes, which can be put forward: a TTL of minutes is over at once. */
export interface Leap {
  /** For the processes that follow it. */
  readonly env: Readonly<Record<string, string>>;
  /** Puts it forward, for those that run within a moment, for others from their beginning. */
  readonly leap: (ms: number) => void;
}

/** Both clocks leap together, so that it looks like time; what waits for a timer still waits. */
const preload = (file: string): string => `import { readFileSync } from 'node:fs';
const read = () => Number(readFileSync(${JSON.stringify(file)}, 'utf8'));
let ahead = read();
setInterval(() => { ahead = read(); }, 100).unref();
const wall = Date.now;
Date.now = () => wall() + ahead;
const up = process.hrtime.bigint;
process.hrtime.bigint = () => up() + BigInt(ahead) * 1_000_000n;
`;

/** A clock that the processes of one directory share. */
export function leapingClock(dir: string): Leap {
  const [file, module] = [join(dir, 'ahead'), join(dir, 'leap.mjs')];
  let ahead = 0;
  writeFileSync(file, '0');
  writeFileSync(module, preload(file));
  return {
    env: { NODE_OPTIONS: `--import=${pathToFileURL(module).href}` },
    leap: ms => {
      ahead += ms;
      // By a rename: nobody reads half of it.
      writeFileSync(`${file}.next`, String(ahead));
      renameSync(`${file}.next`, file);
    },
  };
}
