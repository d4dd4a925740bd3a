import { limits } from '../limits.ts';
import { udpThenTcp, withoutEdnsIfRefused } from './fallback.ts';
import { httpsCarriers, type HttpsOptions } from './https.ts';
import { atMost } from './limit.ts';
import { Mux, type MuxOptions } from './mux.ts';
import { Pipeline } from './pipeline.ts';
import { tlsCarriers } from './tls.ts';
import { type Ask, type Server } from './transport.ts';
import { type Try } from './udp.ts';

export interface SweepOptions extends Partial<MuxOptions>, HttpsOptions {
  /** TCP questions in flight in all; `limits.tcpQuestions` by default. */
  readonly tcpQuestions?: number;
}

/** A transport for asking many resolvers often. It owns sockets until it is closed. */
export interface Sweep {
  readonly ask: Ask;
  /**
   * Questions from now on come from other source ports, and over other connections: another member of
   * a farm may answer. All that comes over one connection is a sample of one cache.
   */
  renew(): void;
  close(): Promise<void>;
}

/**
 * Asks over a few shared sockets; over TCP where a reply was truncated, lost the case of the
 * question, made no sense, or did not come twice; over TLS or HTTPS alone where the server says so.
 * Authoritative servers are better asked by `networkAsk`: its connected sockets hear that a port is
 * closed, here that is silence.
 */
export function sweepAsk({
  tcpQuestions = limits.tcpQuestions,
  ...options
}: SweepOptions = {}): Sweep {
  const timeoutMs = options.timeoutMs ?? limits.askTimeoutMs;
  const waiting = options.waiting ?? limits.questionsWaiting;
  const mux = new Mux({ ...options, timeoutMs });
  const pipelines = {
    tcp: new Pipeline({ timeoutMs }),
    tls: new Pipeline({ timeoutMs, open: tlsCarriers(options) }),
    https: new Pipeline({ timeoutMs, open: httpsCarriers(options) }),
  };
  const bounded = (pipeline: Pipeline, inFlight: number): Try =>
    withoutEdnsIfRefused(atMost({ inFlight, waiting }, pipeline.ask));
  const over = {
    tcp: bounded(pipelines.tcp, tcpQuestions),
    tls: bounded(pipelines.tls, limits.secureQuestions),
    https: bounded(pipelines.https, limits.secureQuestions),
  };
  const usual = udpThenTcp({ udp: withoutEdnsIfRefused(mux.ask), tcp: over.tcp });
  const askFor = (at: Server): Try => (at.over === undefined ? usual : over[at.over.transport]);
  return {
    ask: (question, at, signal) => askFor(at)(question, at, signal),
    renew: () => {
      mux.renew();
      for (const pipeline of Object.values(pipelines)) pipeline.renew();
    },
    close: async () => {
      mux.close();
      for (const pipeline of Object.values(pipelines)) pipeline.close();
    },
  };
}
