import { limits } from '../limits.ts';
import { udpThenTcp, withoutEdnsIfRefused } from './fallback.ts';
import { tcpTry } from './tcp.ts';
import { type Ask } from './transport.ts';
import { udpTry } from './udp.ts';

export interface NetworkOptions {
  /** For one try; a question may take three of them. */
  readonly timeoutMs?: number;
}

const transports = ({ timeoutMs = limits.askTimeoutMs }: NetworkOptions) => ({
  udp: withoutEdnsIfRefused(udpTry({ timeoutMs })),
  tcp: withoutEdnsIfRefused(tcpTry({ timeoutMs })),
});

/** Asks real servers: UDP, with TCP where UDP does not do. */
export const networkAsk = (options: NetworkOptions = {}): Ask => udpThenTcp(transports(options));

/** Asks real servers over TCP only: for the primary, where an answer must not be forged easily. */
export const tcpAsk = (options: NetworkOptions = {}): Ask => transports(options).tcp;
