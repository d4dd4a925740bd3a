import { type Server } from '../../api/server-type.ts';
import { Fault } from '../../errors.ts';
import { type Address, hostText } from './address.ts';

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : String(error);

function listenFault(error: unknown, { host, port }: Address): Fault {
  const where = `${hostText(host)}:${String(port)}`;
  const fault = (message: string, fix: string): Fault =>
    new Fault('USAGE', message, { where, fix, cause: error });
  switch (codeOf(error)) {
    case 'EADDRINUSE':
      return fault(
        'another process listens there already',
        `see who it is (ss -ltnp 'sport = :${String(port)}'), or take another port with --listen`,
      );
    case 'EACCES':
    case 'EPERM':
      return fault(
        `this user may not listen on port ${String(port)}`,
        'take a port from 1024 on behind a proxy, or grant CAP_NET_BIND_SERVICE (systemd: AmbientCapabilities=)',
      );
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAFNOSUPPORT':
      return fault(
        'this machine has no such address',
        'name one of its own with --listen: 127.0.0.1, [::1], or see ip address',
      );
    default:
      return fault(`it cannot listen there: ${codeOf(error)}`, 'name another address and port');
  }
}

/** The framework says as well where it listens, in a line of its log; serve has words of its own for that. */
async function listenQuietly(server: Server, { host, port }: Address): Promise<void> {
  const { level } = server.log;
  server.log.level = 'warn';
  try {
    await server.listen({ host, port });
  } finally {
    server.log.level = level;
  }
}

/** Listens, and gives where: the port that was given where any would do. @throws Fault USAGE */
export async function listen(server: Server, at: Address): Promise<Address> {
  try {
    await listenQuietly(server, at);
  } catch (error) {
    throw listenFault(error, at);
  }
  const bound = server.server.address();
  return {
    host: at.host,
    port: typeof bound === 'object' && bound !== null ? bound.port : at.port,
  };
}
