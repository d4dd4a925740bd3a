import { limits } from '../limits.ts';
import { type HttpsOptions, type OpenCarrier } from './carrier.ts';
import { udpThenTcp, withoutEdnsIfRefused } from './fallback.ts';
import { atMost } from './limit.ts';
import { Mux, type MuxOptions } from './mux.ts';
import { Pipeline } from './pipeline.ts';
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
   * Another member of a farm may answer from now on: questions come from other source ports; with the
   * `connection` of a reply, those to its server over another one than that, within what is polite.
   */
  renew(connection?: number): void;
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
    tls: new Pipeline({ timeoutMs, pad: true, open: () => openTls(options) }),
    https: new Pipeline({ timeoutMs, pad: true, open: () => openHttps(options) }),
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
    renew: connection => {
      if (connection === undefined) mux.renew();
      else for (const pipeline of Object.values(pipelines)) pipeline.leave(connection);
    },
    close: async () => {
      mux.close();
      for (const pipeline of Object.values(pipelines)) pipeline.close();
    },
  };
}

// Loaded when they are needed: most lists ask over UDP, and what these stand on takes a while to load.

async function openTls(options: HttpsOptions): Promise<OpenCarrier> {
  const { tlsCarriers } = await import('./tls.ts');
  return tlsCarriers(options);
}

async function openHttps(options: HttpsOptions): Promise<OpenCarrier> {
  const { httpsCarriers } = await import('./https.ts');
  return httpsCarriers(options);
}
