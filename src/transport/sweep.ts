import { limits } from '../limits.ts';
import { udpThenTcp, withoutEdnsIfRefused } from './fallback.ts';
import { atMost } from './limit.ts';
import { Mux, type MuxOptions } from './mux.ts';
import { Pipeline } from './pipeline.ts';
import { type Ask } from './transport.ts';

export interface SweepOptions extends Partial<MuxOptions> {
  /** TCP questions in flight in all; `limits.tcpQuestions` by default. */
  readonly tcpQuestions?: number;
}

/** A transport for asking many resolvers often. It owns sockets until it is closed. */
export interface Sweep {
  readonly ask: Ask;
  /** Questions from now on come from other source ports: another member of a farm may answer. */
  renew(): void;
  close(): Promise<void>;
}

/**
 * Asks over a few shared sockets; over TCP where a reply was truncated, lost the case of the
 * question, made no sense, or did not come twice. Authoritative servers are better asked by
 * `networkAsk`: its connected sockets hear that a port is closed, here that is silence.
 */
export function sweepAsk({
  tcpQuestions = limits.tcpQuestions,
  ...options
}: SweepOptions = {}): Sweep {
  const timeoutMs = options.timeoutMs ?? limits.askTimeoutMs;
  const mux = new Mux({ ...options, timeoutMs });
  const pipeline = new Pipeline({ timeoutMs });
  const bounds = { inFlight: tcpQuestions, waiting: options.waiting ?? limits.questionsWaiting };
  return {
    ask: udpThenTcp({
      udp: withoutEdnsIfRefused(mux.ask),
      tcp: withoutEdnsIfRefused(atMost(bounds, pipeline.ask)),
    }),
    renew: () => {
      mux.renew();
    },
    close: async () => {
      mux.close();
      pipeline.close();
    },
  };
}
