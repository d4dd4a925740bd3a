import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { type At } from './server.ts';

/**
 * What a mail host does with one recipient, in the words of Postfix's access(5): `OK` takes it, a code with
 * text answers with it after the address, `relaysNothing` leaves it to Postfix to refuse a stranger's mail.
 */
export type Takes = (recipient: string) => string;

/** The domain is not provisioned: `554 5.7.1 <somebody@example.com>: Relay access denied`. */
export const relaysNothing = 'DUNNO';

/** Takes the mail of a domain: for everybody, or for these people and refuses all others as unknown. */
export function takesFor(domain: string, people: readonly string[] | 'everybody'): Takes {
  return recipient => {
    const [local = '', of] = recipient.toLowerCase().split('@');
    if (of !== domain) return relaysNothing;
    return people === 'everybody' || people.includes(local)
      ? 'OK'
      : '550 5.1.1 User unknown in relay recipient table';
  };
}

/** A table that Postfix asks over TCP for each recipient (tcp_table(5)): what it answers can change at once. */
export async function accessTable(initial: Takes) {
  let takes = initial;
  const open = new Set<Socket>();
  const server = createServer(socket => {
    open.add(socket);
    let rest = '';
    socket.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const key = decodeURIComponent(line.replace(/^get /, ''));
        socket.write(`200 ${encodeURIComponent(takes(key))}\n`);
      }
    });
    socket.on('error', () => undefined);
    socket.on('close', () => open.delete(socket));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const bound = server.address();
  const at: At = {
    address: '127.0.0.1',
    port: bound !== null && typeof bound === 'object' ? bound.port : 0,
  };
  return {
    at,
    takes: () => takes,
    use: (next: Takes) => {
      takes = next;
    },
    stop: async () => {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
