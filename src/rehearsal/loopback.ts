import { limits } from '../limits.ts';
import { networkAsk } from '../transport/ask.ts';
import { sweepAsk } from '../transport/sweep.ts';
import { type Ask, type Server } from '../transport/transport.ts';
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
  const waited = new Map<string, number>();
  const nameOf = ({ address, port }: Server): string => `${address} ${String(port)}`;
  const waitedMs = (at: Server): number => waited.get(nameOf(at)) ?? 0;
  const timed =
    (ask: Ask): Ask =>
    async (question, at, signal) => {
      const asked = clock.now().up;
      try {
        return await ask(question, at, signal);
      } finally {
        // Time may have leapt before it was sent: whoever gave it up had waited, too.
        const ms = signal.aborted ? limits.pollDeadlineMs : clock.now().up - asked;
        waited.set(nameOf(at), Math.max(waitedMs(at), ms));
      }
    };
  return {
    serve: (responder, { datagrams } = { datagrams: false }) =>
      nameServer(responder, { clock, datagrams }),
    ask: unhurried(networkAsk()),
    sweep: {
      ask: timed(unhurried(sweep.ask)),
      renew: () => {
        sweep.renew();
      },
    },
    waitedMs,
    close: () => sweep.close(),
  };
}
