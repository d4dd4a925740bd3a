import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type At } from './server.ts';

// Listens and never takes a connection: with its short queue full, Linux drops what else comes, as a
// firewall in the way does (listen(2), tcp_abort_on_overflow off).
const program = `
const { createServer } = require('node:net');
const [port, address] = process.argv.slice(1);
createServer().listen({ port: Number(port), host: address, backlog: 1 }, () => {
  process.stdout.write('listens', () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
});`;

const connected = (socket: Socket, ms: number): Promise<boolean> =>
  new Promise(resolve => {
    const timer = setTimeout(() => {
      resolve(false);
    }, ms);
    socket.once('connect', () => {
      clearTimeout(timer);
      resolve(true);
    });
    // Given up by the kernel: this one holds no place.
    socket.on('error', () => undefined);
  });

/** A place whose packets are dropped: who connects hears nothing at all. */
export async function deaf({ address, port }: At): Promise<{ readonly stop: () => Promise<void> }> {
  const argv = ['--pdeathsig', 'KILL', '--', process.execPath, '-e', program, '--'];
  const child: ChildProcess = spawn('setpriv', [...argv, String(port), address], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const gone = once(child, 'exit');
  if (child.stdout !== null) await once(child.stdout, 'data');
  const held: Socket[] = [];
  for (;;) {
    const socket = connect(port, address);
    held.push(socket);
    if (!(await connected(socket, 250))) break;
    if (held.length > 20) throw new Error(`${address}:${port} takes every connection`);
  }
  return {
    stop: async () => {
      for (const socket of held) socket.destroy();
      child.kill('SIGKILL');
      await gone;
    },
  };
}
