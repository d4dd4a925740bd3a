import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** Names the directory in which the command line was bundled. */
export const bundleVariable = 'DNS_CUTOVER_BUNDLE';

const root = join(import.meta.dirname, '..', '..');
/** The command line as it is installed. */
export const installed = join(root, 'dist', 'src', 'cli.js');
/** The same in few files, see `bundle.ts`. */
const bundle = process.env[bundleVariable];
const bundled = bundle === undefined ? installed : join(bundle, 'cli.mjs');
/** What the first process has compiled the others need not compile. */
const compiled = bundle === undefined ? {} : { NODE_COMPILE_CACHE: join(bundle, 'compiled') };

/** What runs the command line: a program and its first arguments. */
export const program: readonly string[] = [process.execPath, bundled];

/** How one command line ended, and all that it said. */
export interface Ended {
  /** The exit status; null when a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

/** A line of `--json` output of a running cutover. */
export interface Event {
  readonly id: string;
  readonly seq: number;
  readonly type: string;
  readonly time: string;
  readonly cutover: string;
  readonly actor: { readonly kind: string; readonly name: string };
  readonly data: Readonly<Record<string, unknown>>;
}

/** Why a person must decide. */
export interface Reason {
  readonly why: string;
  readonly servers?: readonly { readonly server: string; readonly problem: string }[];
  readonly differences?: readonly { readonly key: string; readonly found: unknown }[];
  readonly [key: string]: unknown;
}

const reasonOf = ({ type, data }: Event): Reason | null =>
  type === 'held' ? (data['reason'] as Reason) : null;

/** A command that runs; its events are seen as it prints them. */
export interface Running {
  readonly pid: number;
  readonly events: readonly Event[];
  readonly err: () => string;
  /** Resolves with the first event for which this holds, also one that was there before. */
  readonly seen: (what: string, wanted: (event: Event) => boolean) => Promise<Event>;
  /** The same for the beginning of a stage, after an event if one is given. */
  readonly entered: (stage: string, after?: Event) => Promise<Event>;
  /** The same for a hold with this reason; gives the reason. */
  readonly held: (why: string) => Promise<Reason>;
  readonly kill: (signal: NodeJS.Signals) => void;
  readonly ended: Promise<Ended>;
}

export interface CliOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** The file to run; by default what was built, bundled. */
  readonly cli?: string;
}

/** How long anything on loopback may take before a test says what it waited for. */
const patienceMs = 100_000;

/** For tests of whole cutovers: most of it is waiting, on a busy machine for the machine. */
export const patient = { timeout: 240_000 };

function spawned(args: readonly string[], { cwd, env = {}, cli = bundled }: CliOptions) {
  // setpriv: the command dies with the test worker, even when that is killed.
  return spawn('setpriv', ['--pdeathsig', 'KILL', '--', process.execPath, cli, ...args], {
    cwd,
    env: { PATH: process.env['PATH'], HOME: cwd, TZ: 'UTC', NO_COLOR: '1', ...compiled, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

function collected(child: ChildProcess, onOut: (text: string) => void) {
  let out = '';
  let err = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    onOut(text);
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  const ended = once(child, 'close').then(([code, signal]): Ended => {
    return { code: code as number | null, signal: signal as Ended['signal'], out, err };
  });
  return { ended, err: () => err };
}

/** Runs one command line to its end. Off a terminal, as a script would. */
export async function cli(args: readonly string[], options: CliOptions): Promise<Ended> {
  const child = spawned(args, options);
  const { ended } = collected(child, () => undefined);
  const timer = setTimeout(() => child.kill('SIGKILL'), patienceMs);
  const result = await ended;
  clearTimeout(timer);
  return result;
}

/** Starts a command that prints events with `--json` and goes on. */
export function running(args: readonly string[], options: CliOptions): Running {
  const child = spawned(args, options);
  const events: Event[] = [];
  const waiting = new Set<() => void>();
  let rest = '';
  const { ended, err } = collected(child, text => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const read = JSON.parse(line) as Partial<Event>;
      // A status at the end has a seq as well, and no type.
      if (typeof read.type === 'string') events.push(read as Event);
    }
    for (const look of waiting) look();
  });
  const over = ended.then(({ code, signal }) => `it ended with ${String(code ?? signal)}`);
  const seen: Running['seen'] = (what, wanted) =>
    new Promise((resolve, reject) => {
      const fail = (why: string) => {
        const last = events.slice(-6).map(event => `${event.type} ${JSON.stringify(event.data)}`);
        const told = last.map(line => line.slice(0, 400)).join('\n');
        settle();
        reject(new Error(`${what} was not seen: ${why}\n${told}\n${err()}`));
      };
      const look = () => {
        const found = events.find(wanted);
        if (found === undefined) return;
        settle();
        resolve(found);
      };
      const timer = setTimeout(() => {
        fail(`not within ${patienceMs / 1000} s`);
      }, patienceMs);
      const settle = () => {
        clearTimeout(timer);
        waiting.delete(look);
      };
      waiting.add(look);
      look();
      void over.then(why => {
        // What it printed last is looked at before it is given up.
        look();
        if (waiting.has(look)) fail(why);
      });
    });
  return {
    ...{ pid: child.pid ?? 0, events, err, seen, ended },
    entered: (stage, after) =>
      seen(
        `stage ${stage}`,
        ({ type, data, seq }) =>
          type === 'stage.entered' && data['stage'] === stage && seq > (after?.seq ?? 0),
      ),
    held: async why => {
      const event = await seen(`a hold for ${why}`, one => reasonOf(one)?.why === why);
      return event.data['reason'] as Reason;
    },
    kill: signal => {
      child.kill(signal);
    },
  };
}
