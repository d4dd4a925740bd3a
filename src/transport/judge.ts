import { decodeMessage, type Message, questionMatches } from '../dns/wire.ts';
import { type Fault } from '../errors.ts';
import { limits } from '../limits.ts';
import { type Question, type Server } from './transport.ts';
import { noAnswer } from './trouble.ts';

/** A query under way over UDP. */
export interface Asked {
  readonly query: Uint8Array;
  readonly question: Question;
  readonly at: Server;
}

const progress = { transport: 'udp', sent: true } as const;

/**
 * What a datagram is worth: the reply, the end of the attempt, or nothing (then we wait on). The
 * header and the question are compared as octets; only what answers us is decoded.
 */
export function judge(
  datagram: Uint8Array,
  { query, question, at }: Asked,
): Message | Fault | null {
  if (datagram.length > limits.udpReplyOctets) return null;
  if (questionMatches(query, datagram)) {
    try {
      return decodeMessage(datagram);
    } catch (cause) {
      // It carries our id and our question to the letter: the server is broken, not an attacker.
      return noAnswer('the reply is malformed', at, { progress, cause });
    }
  }
  return sameButCase(datagram, query, question)
    ? noAnswer('the reply does not keep the case of the question', at, { progress })
    : null;
}

/** Such a server is asked again over TCP, where the case does not matter. */
function sameButCase(datagram: Uint8Array, query: Uint8Array, question: Question): boolean {
  const [first, second, flags = 0] = datagram;
  if (first !== query[0] || second !== query[1] || (flags & 0x80) === 0) return false;
  try {
    const found = decodeMessage(datagram).question;
    return found?.name === question.name && found.type === question.type;
  } catch {
    return false;
  }
}
