import { IN } from '../dns/records.ts';
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
      restoreCase(datagram);
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

/** The mixed case has done its service; a name in lower case is read in half the time. */
function restoreCase(datagram: Uint8Array): void {
  if (datagram[5] !== 1) return;
  for (let at = 12, length = datagram[12] ?? 0; length !== 0; length = datagram[at] ?? 0) {
    const end = at + 1 + length;
    for (at++; at < end; at++) {
      const octet = datagram[at] ?? 0;
      if (octet >= 65 && octet <= 90) datagram[at] = octet | 32;
    }
  }
}

/** Such a server is asked again over TCP, where the case does not matter. */
function sameButCase(datagram: Uint8Array, query: Uint8Array, question: Question): boolean {
  const [first, second, flags = 0] = datagram;
  if (first !== query[0] || second !== query[1]) return false;
  // A response (QR) of the same kind (opcode).
  if ((flags & 0xf8) !== (0x80 | ((query[2] ?? 0) & 0x78))) return false;
  try {
    const found = decodeMessage(datagram).question;
    if (found?.name !== question.name || found.type !== question.type) return false;
    return found.klass === (question.klass ?? IN);
  } catch {
    return false;
  }
}
