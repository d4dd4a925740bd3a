import { RCODE } from '../dns/rcode.ts';
import { type Fault, toFault } from '../errors.ts';
import { type Ask, type Reply, type Server } from './transport.ts';
import { type Attempt, type Try } from './udp.ts';

/** Datagrams get lost, so silence counts only the second time; each try has a port of its own. */
const UDP_TRIES = 2;

/** FORMERR, NOTIMP or BADVERS to a question with EDNS may mean EDNS itself (RFC 6891 7). */
const mayDislikeEdns = ({ message }: Reply): boolean =>
  message.rcode === RCODE.BADVERS ||
  (message.edns === null && (message.rcode === RCODE.FORMERR || message.rcode === RCODE.NOTIMP));

/** Wraps a transport: a server that does not know EDNS is asked again without it. */
export function withoutEdnsIfRefused(ask: Try): Try {
  return async (attempt, at, signal) => {
    const reply = await ask(attempt, at, signal);
    if (attempt.edns === false || !mayDislikeEdns(reply)) return reply;
    return ask({ ...attempt, edns: false }, at, signal);
  };
}

/** True where another try could not do better: this machine, or the caller, is the reason. */
const final = (fault: Fault): boolean =>
  fault.code !== 'UNAVAILABLE' || fault.details?.['family'] === 'lacking';

/**
 * UDP first; TCP when the reply was truncated (RFC 7766 5), when UDP stayed silent twice, was
 * refused, or gave nonsense. When TCP fails too, the first failure is thrown: it says more.
 */
export function udpThenTcp({ udp, tcp }: { readonly udp: Try; readonly tcp: Try }): Ask {
  const overTcp = async (first: Fault, ...question: Parameters<Try>): Promise<Reply> => {
    try {
      return await tcp(...question);
    } catch (error) {
      const second = toFault(error);
      throw second.code === 'UNAVAILABLE' ? first : second;
    }
  };
  const overUdp = async (
    attempt: Attempt,
    at: Server,
    signal: AbortSignal,
  ): Promise<Reply | Fault> => {
    for (let tries = 1; ; tries++) {
      try {
        return await udp(attempt, at, signal);
      } catch (error) {
        const fault = toFault(error);
        if (final(fault)) throw fault;
        const silent = fault.details?.['timeout'] === true;
        if (!silent || tries === UDP_TRIES) return fault;
      }
    }
  };
  return async (question, at, signal) => {
    const reply = await overUdp(question, at, signal);
    if (reply instanceof Error) return overTcp(reply, question, at, signal);
    // A truncated reply is worth nothing by itself: what TCP says counts, its failure included.
    return reply.message.tc ? tcp(question, at, signal) : reply;
  };
}
