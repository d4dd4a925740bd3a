import { connect, type Socket } from 'node:net';
import { type Server } from './transport.ts';

/** A connection that is being opened. */
export interface Dialled {
  readonly socket: Socket;
  /** The event after which it may be written to. */
  readonly ready: 'connect' | 'secureConnect';
}

export type Dial = (at: Server) => Dialled;

/** Plain TCP. Addresses are literals: no name is ever looked up. */
export const tcpDial: Dial = ({ address, port }) => ({
  socket: connect({ host: address, port, noDelay: true }),
  ready: 'connect',
});
