import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A place on loopback. */
export interface At {
  readonly address: string;
  readonly port: number;
}

/** A real DNS server in the foreground on loopback, with a directory of its own. */
export interface RunningServer extends At {
  readonly name: string;
  readonly dir: string;
  readonly pid: number;
  /** The last 20,000 characters that it wrote. */
  log(): string;
  /** SIGSTOP and SIGCONT make a server that hangs and comes back. */
  signal(signal: NodeJS.Signals): void;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/**
 * Ports below those that the system gives to whoever asks for any (32768 and up on Linux): a free one stays
 * free until its server starts. Each worker has a thousand of its own, and takes them in turn.
 */
const ports = { first: 10_000, each: 1000, workers: 20 };
const worker = Number(process.env['VITEST_POOL_ID'] ?? process.pid) % ports.workers;
let turn = process.pid % ports.each;

function nextPort(): number {
  turn = (turn + 1) % ports.each;
  return ports.first + worker * ports.each + turn;
}

/** A port that is free for both UDP and TCP on all of these addresses, and was not given before. */
export async function freePort(...addresses: readonly string[]): Promise<number> {
  const all = addresses.length === 0 ? ['127.0.0.1'] : addresses;
  for (let attempt = 0; attempt < ports.each; attempt++) {
    const port = nextPort();
    const free = await Promise.all(
      all.flatMap(address => [udpIsFree(address, port), tcpIsFree(address, port)]),
    );
    if (free.every(Boolean)) return port;
  }
  throw new Error(`no port is free for both UDP and TCP on ${all.join(' ')}`);
}

async function tcpIsFree(address: string, port: number): Promise<boolean> {
  const tcp = createServer();
  const free = await new Promise<boolean>(resolve => {
    tcp.once('error', () => {
      resolve(false);
    });
    tcp.listen(port, address, () => {
      resolve(true);
    });
  });
  if (free) await new Promise(resolve => tcp.close(resolve));
  return free;
}

async function udpIsFree(address: string, port: number): Promise<boolean> {
  const udp = createSocket(address.includes(':') ? 'udp6' : 'udp4');
  const free = await new Promise<boolean>(resolve => {
    udp.once('error', () => {
      resolve(false);
    });
    udp.bind(port, address, () => {
      resolve(true);
    });
  });
  udp.close();
  return free;
}

export const directory = (name: string): string =>
  mkdtempSync(join(tmpdir(), `dns-cutover-${name}-`));

/** One SOA question by UDP; true when an answer with records came back. */
async function answers({ address, port }: At, zone: string): Promise<boolean> {
  const labels = zone
    .split('.')
    .filter(label => label !== '')
    .flatMap(label => [label.length, ...Buffer.from(label)]);
  const query = Buffer.from([0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, ...labels, 0, 0, 6, 0, 1]);
  const socket = createSocket('udp4');
  try {
    return await new Promise<boolean>(resolve => {
      const timer = setTimeout(() => {
        resolve(false);
      }, 300);
      const settle = (result: boolean) => {
        clearTimeout(timer);
        resolve(result);
      };
      socket.on('error', () => {
        settle(false);
      });
      socket.on('message', reply => {
        settle(((reply[3] ?? 15) & 15) === 0 && reply.readUInt16BE(6) > 0);
      });
      socket.connect(port, address, () => {
        socket.send(query);
      });
    });
  } finally {
    socket.close();
  }
}

export interface Command extends At {
  readonly name: string;
  readonly argv: readonly [string, ...string[]];
  readonly dir: string;
  /** Ready when the server answers this zone's SOA. */
  readonly zone: string;
}

/** Signals a process and its children: NSD answers from a child, so that stopping one stops nothing. */
function signalFamily(pid: number, signal: NodeJS.Signals): void {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ');
    for (const child of children) if (child !== '') signalFamily(Number(child), signal);
    process.kill(pid, signal);
  } catch (error) {
    // It may have ended in the meantime.
    if (
      !(error instanceof Error && 'code' in error && /^(?:ENOENT|ESRCH)$/.test(String(error.code)))
    )
      throw error;
  }
}

/** Starts a server and waits until it answers; what it wrote is in the error if it does not. */
export async function start(command: Command): Promise<RunningServer> {
  const { name, argv, address, port, dir, zone } = command;
  const began = performance.now();
  // setpriv: the server dies with the test worker, even when that is killed.
  const child: ChildProcess = spawn('setpriv', ['--pdeathsig', 'KILL', '--', ...argv], {
    cwd: dir,
    env: { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  const keep = (data: Buffer) => {
    text = (text + data.toString()).slice(-20_000);
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  const gone = new Promise<void>(resolve => {
    child.once('close', () => {
      resolve();
    });
    child.once('error', error => {
      text += String(error);
      resolve();
    });
  });
  const ended = (): boolean => child.pid === undefined || child.exitCode !== null;
  for (;;) {
    if (ended() || child.signalCode !== null) {
      await gone;
      throw new Error(`${name} ended with ${child.exitCode ?? child.signalCode}:\n${text}`);
    }
    if (await answers(command, zone)) break;
    if (performance.now() - began > 15_000) {
      child.kill('SIGKILL');
      throw new Error(`${name} does not answer ${zone} after 15 s:\n${text}`);
    }
    await new Promise(resolve => setTimeout(resolve, 15));
  }
  return {
    ...{ name, address, port, dir, pid: child.pid ?? 0 },
    log: () => text,
    signal: signal => {
      signalFamily(child.pid ?? 0, signal);
    },
    stop: async (signal = 'SIGTERM') => {
      child.kill(signal);
      // A stopped process does not hear SIGTERM.
      if (child.exitCode === null && child.signalCode === null)
        signalFamily(child.pid ?? 0, 'SIGCONT');
      const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
      await gone;
      clearTimeout(timer);
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
