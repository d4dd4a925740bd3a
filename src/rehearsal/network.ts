import { type Clock } from '../clock.ts';
import { decodeMessage, encodeQuery, type Message } from '../dns/wire.ts';
import { RCODE } from '../dns/rcode.ts';
import { limits } from '../limits.ts';
import { type Ask, type Server } from '../transport/transport.ts';
import { noAnswer, timedOut } from '../transport/trouble.ts';
import { authoritative, type ZoneView } from './authority.ts';
import { type Key } from '../dns/rrset.ts';
import { encodeSaid, type Cache, type Said } from './cache.ts';

/** What a server does with a query; null: it stays silent. */
export type Responder = (
  query: Message,
) => { readonly octets: Uint8Array; readonly afterMs: number } | null;

/** A server that answers somewhere until it is closed. */
export interface Served extends Server {
  readonly close: () => Promise<void>;
}

/** How the servers of a rehearsal are reached: over loopback, or not at all outside of memory. */
export interface Network {
  /** `datagrams`: over UDP only. */
  readonly serve: (
    responder: Responder,
    options?: { readonly datagrams: boolean },
  ) => Promise<Served>;
  /** For authoritative servers. */
  readonly ask: Ask;
  /** For resolvers. */
  readonly sweep: { readonly ask: Ask; readonly renew: () => void };
  /** The longest that the resolver there had a question wait, by the clock of the rehearsal; 0: never heard of. */
  readonly waitedMs: (at: Server) => number;
  readonly close: () => Promise<void>;
}

/** An authoritative server of what this view shows. */
export const authorityOf =
  (view: ZoneView, answer: (view: ZoneView, key: Key) => Said = authoritative): Responder =>
  query => ({
    octets: encodeSaid(
      query,
      query.question === null ? { rcode: RCODE.REFUSED } : answer(view, query.question),
    ),
    afterMs: 0,
  });

export const resolverOf =
  (cache: Cache): Responder =>
  query => {
    if (query.question === null) return null;
    const reply = cache.answer(query.question);
    return reply === null
      ? null
      : { octets: encodeSaid(query, reply.said), afterMs: reply.afterMs };
  };

/** There and back through the world. */
const wayMs = 20;

/** A network without sockets, whose time is that of the clock. */
export function memoryNetwork(clock: Clock): Network {
  const responders = new Map<string, Responder>();
  const nameOf = ({ address, port }: Server): string => `${address} ${String(port)}`;
  const ask: Ask = async (question, at, signal) => {
    const query = encodeQuery({ id: 1, ...question, nsid: true });
    const responder = responders.get(nameOf(at));
    const progress = { transport: 'udp', sent: true } as const;
    if (responder === undefined) throw noAnswer('no server of the rehearsal', at, { progress });
    const given = responder(decodeMessage(query));
    const rttMs = given === null ? limits.askTimeoutMs : wayMs + given.afterMs;
    await clock.sleep(rttMs, signal);
    if (given === null) throw timedOut(at, { ...progress, ms: rttMs });
    return { message: decodeMessage(given.octets), transport: 'udp', rttMs };
  };
  return {
    serve: async responder => {
      const served = { address: '127.0.0.1', port: 5300 + responders.size };
      responders.set(nameOf(served), responder);
      return { ...served, close: async () => undefined };
    },
    ask,
    sweep: { ask, renew: () => undefined },
    // No machine is in the way of an answer.
    waitedMs: () => 0,
    close: async () => undefined,
  };
}
