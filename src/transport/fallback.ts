import { RCODE } from '../dns/rcode.ts';
import { type Fault, toFault } from '../errors.ts';
import { type Ask, type Reply } from './transport.ts';
import { type Try } from './udp.ts';

/** Datagrams get lost, so silence counts only the second time; each try has a port of its own. */
const UDP_TRIES = 2;

/** FORMERR, NOTIMP or BADVERS to a question with EDNS may mean EDNS itself (RFC 6891 7). */
const mayDislikeEdns = ({ message }: Reply): boolean =>
  message.rcode === RCODE.BADVERS ||
  (message.edns === null && (message.rcode === RCODE.FORMERR || message.rcode === RCODE.NOTIMP));

/**
 * Wraps a transport: a server that does not know EDNS is asked again without it. What nearly always happens
 * costs one promise and no function that waits: these wrap each question of a sweep.
 */
export function withoutEdnsIfRefused(ask: Try): Try {
  return (attempt, at, signal) =>
    ask(attempt, at, signal).then(reply =>
      attempt.edns === false || !mayDislikeEdns(reply)
        ? reply
        : ask({ ...attempt, edns: false }, at, signal),
    );
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
  // A truncated reply is worth nothing by itself: what TCP says counts, its failure included.
  const whole = (reply: Reply, ...question: Parameters<Try>): Reply | Promise<Reply> =>
    reply.message.tc ? tcp(...question) : reply;
  const again = async (error: unknown, ...question: Parameters<Try>): Promise<Reply> => {
    let fault = toFault(error);
    for (let tries = 1; ; tries++) {
      if (final(fault)) throw fault;
      const silent = fault.details?.['timeout'] === true;
      if (!silent || tries === UDP_TRIES) return overTcp(fault, ...question);
      const reply = await udp(...question).catch((failure: unknown) => toFault(failure));
      if (!(reply instanceof Error)) return whole(reply, ...question);
      fault = reply;
    }
  };
  return (question, at, signal) =>
    udp(question, at, signal).then(
      reply => whole(reply, question, at, signal),
      (error: unknown) => again(error, question, at, signal),
    );
}
