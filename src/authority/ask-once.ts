import { type Key } from '../dns/rrset.ts';
import { type Message } from '../dns/wire.ts';
import { isFault } from '../errors.ts';
import { limits } from '../limits.ts';
import { atMost } from '../transport/limit.ts';
import { type Ask, type Server } from '../transport/transport.ts';

/** What one server answered, or why nothing came that could be used. */
export type AskOnce = (key: Key, at: Server, recursive: boolean) => Promise<Message | string>;

/**
 * Asks with a bound on what is under way. A server that was silent once is not waited for again: a run of
 * the checks has dozens of questions, and each silence takes seconds.
 * @throws Fault ABORTED
 */
export function askOnce(ask: Ask, signal: AbortSignal): AskOnce {
  const limited = atMost(
    { inFlight: limits.inquiriesAtOnce, waiting: limits.questionsWaiting },
    ask,
  );
  const silent = new Map<string, string>();
  return async (key, at, recursive) => {
    const place = `${at.address} ${at.port}`;
    const before = silent.get(place);
    if (before !== undefined) return before;
    try {
      const { message } = await limited({ ...key, recursive, dnssec: false }, at, signal);
      const { rcodeName } = message;
      const usable = rcodeName === 'NOERROR' || rcodeName === 'NXDOMAIN';
      return usable ? message : `${at.address} answers ${rcodeName}`;
    } catch (error) {
      if (!isFault(error) || signal.aborted) throw error;
      if (!['UNAVAILABLE', 'MALFORMED', 'RATE_LIMITED'].includes(error.code)) throw error;
      if (error.code === 'UNAVAILABLE') silent.set(place, error.message);
      return error.message;
    }
  };
}
