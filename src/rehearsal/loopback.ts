import { networkAsk } from '../transport/ask.ts';
import { sweepAsk } from '../transport/sweep.ts';
import { type Ask } from '../transport/transport.ts';
import { nameServer } from './name-server.ts';
import { type Network } from './network.ts';
import { type PacedClock } from './paced-clock.ts';

/**
 * One try at a resolver, in real time: no way on loopback takes as long, and silence is waited for at a
 * pace at which this is a few seconds.
 */
const tryMs = 150;

/** Real sockets on loopback, and the transports that ask the real world. */
export function loopbackNetwork(clock: PacedClock): Network {
  const sweep = sweepAsk({ timeoutMs: tryMs });
  const unhurried =
    (ask: Ask): Ask =>
    (question, at, signal) =>
      clock.unhurried(() => ask(question, at, signal));
  return {
    serve: (responder, { datagrams } = { datagrams: false }) =>
      nameServer(responder, { clock, datagrams }),
    ask: unhurried(networkAsk()),
    sweep: {
      ask: unhurried(sweep.ask),
      renew: () => {
        sweep.renew();
      },
    },
    close: () => sweep.close(),
  };
}
