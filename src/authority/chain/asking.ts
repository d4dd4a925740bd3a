import { type Name } from '../../dns/name.ts';
import { type RecordType } from '../../dns/rrset.ts';
import { type Message } from '../../dns/wire.ts';
import { Fault, isFault } from '../../errors.ts';
import { limits } from '../../limits.ts';
import { type Ask, type Server } from '../../transport/transport.ts';

/** Asks one server for records that we validate ourselves; text says why nothing usable came. */
export type AskRaw = (
  question: { readonly name: Name; readonly type: RecordType },
  at: Server,
  recursive: boolean,
) => Promise<Message | string>;

/** Who was asked too much for one walk. */
const overdrawn = 'the walk took more questions than any honest chain needs';

/**
 * Questions for signatures, at most `limits.dnssecQuestions` in all. Resolvers are told not to check: what
 * they withhold cannot be judged, and what they hand over needs no trust.
 */
export function rawAsker(ask: Ask, signal: AbortSignal): AskRaw {
  let left = limits.dnssecQuestions;
  return async (question, at, recursive) => {
    if (left-- <= 0) return overdrawn;
    try {
      const asked = { ...question, recursive, dnssec: true, ...(recursive && { cd: true }) };
      const { message } = await ask(asked, at, signal);
      const { rcodeName } = message;
      if (rcodeName === 'NOERROR' || rcodeName === 'NXDOMAIN') return message;
      return `${at.address} answers ${rcodeName}`;
    } catch (error) {
      if (!isFault(error)) throw error;
      if (error.code !== 'UNAVAILABLE' && error.code !== 'MALFORMED') throw error;
      if (signal.aborted) throw new Fault('ABORTED', 'given up', { cause: error });
      return error.message;
    }
  };
}
