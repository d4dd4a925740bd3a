import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';
import { type Identity } from './certificates.ts';

/** What a mail host of the test's own does. Left out: it greets, accepts everything and says goodbye. */
export interface HostScript {
  readonly greeting?: string | null;
  /** The reply to a command line; null: the default. Raw octets may stand in it. */
  readonly answer?: (command: string, secure: boolean) => string | null;
  /** Takes the connection over before anything is said. */
  readonly take?: (socket: Socket) => void;
  readonly tls?: Identity;
  /** Stands in the segment of the 220 of STARTTLS, before any handshake. */
  readonly injected?: string;
  /** Answers the handshake with something else. */
  readonly garbled?: boolean;
  readonly address?: string;
}

export interface SmtpHost {
  readonly address: string;
  readonly port: number;
  /** Every line that was heard, of all connections. */
  readonly heard: readonly string[];
  /** Connections that were made. */
  readonly connections: () => number;
  stop(): Promise<void>;
}

const usual = (command: string, { tls }: HostScript, secure: boolean): string => {
  const verb = command.split(/[ :]/)[0]?.toUpperCase();
  if (verb === 'EHLO')
    return `250-mx.example\r\n${tls !== undefined && !secure ? '250-STARTTLS\r\n' : ''}250 8BITMIME\r\n`;
  if (verb === 'QUIT') return '221 2.0.0 Bye\r\n';
  if (verb === 'DATA') return '354 Go on\r\n';
  return '250 2.0.0 Ok\r\n';
};

export async function smtpHost(script: HostScript = {}): Promise<SmtpHost> {
  const heard: string[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const serve = (socket: Socket, secure: boolean): void => {
    let text = '';
    let data = false;
    socket.on('data', chunk => {
      text += chunk.toString();
      for (let end = text.indexOf('\r\n'); end !== -1; end = text.indexOf('\r\n')) {
        const line = text.slice(0, end);
        text = text.slice(end + 2);
        heard.push(line);
        if (data) {
          if (line !== '.') continue;
          data = false;
          socket.write(script.answer?.('.', secure) ?? '250 2.0.0 Queued\r\n');
          continue;
        }
        const reply = script.answer?.(line, secure) ?? usual(line, script, secure);
        if (line === 'STARTTLS' && script.tls !== undefined && reply.startsWith('2')) {
          socket.removeAllListeners('data');
          socket.write(`220 2.0.0 Ready\r\n${script.injected ?? ''}`);
          if (script.garbled === true) {
            socket.once('data', () => socket.write('this is no TLS\r\n'));
            return;
          }
          const secureContext = createSecureContext({ ...script.tls });
          const upper = new TLSSocket(socket, { isServer: true, secureContext });
          upper.on('error', () => undefined);
          serve(upper, true);
          return;
        }
        data = reply.startsWith('354');
        if (reply === 'CLOSE') socket.destroy();
        else if (reply === 'RESET') socket.resetAndDestroy();
        else socket.write(reply);
        if (line === 'QUIT') socket.end();
      }
    });
  };
  const server = createServer(socket => {
    connections++;
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    if (script.take !== undefined) {
      script.take(socket);
      return;
    }
    if (script.greeting !== null) socket.write(script.greeting ?? '220 mx.example ESMTP\r\n');
    serve(socket, false);
  });
  server.listen(0, script.address ?? '127.0.0.1');
  await once(server, 'listening');
  const { address, port } = server.address() as AddressInfo;
  return {
    ...{ address, port, heard },
    connections: () => connections,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
