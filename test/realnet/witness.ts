import { parseName } from '../../src/dns/name.ts';
import { observationOf } from '../../src/propagation/observation.ts';
import { networkAsk } from '../../src/transport/ask.ts';
import { type At } from '../support/server.ts';

/** What a cache answered to somebody who knows nothing of the watch. Instants by the wall clock. */
export interface Reply {
  readonly asked: number;
  readonly received: number;
  readonly said: 'old' | 'new' | 'other';
  /** Seconds. */
  readonly ttl: number;
  /** With the sign of RFC 8914 4.4, or at the TTL that stale data has (RFC 8767 4). */
  readonly stale: boolean;
}

/** The two sets, as canonical rdata of their one MX; nothing where there is none. */
export interface Sets {
  readonly old: string;
  readonly new: string;
}

const usual: Sets = { old: '10 mx1.oldhost.example.', new: '10 mx1.newhost.example.' };
const staleTtl = 30;
/** Each question from a socket of its own; a second is long enough on loopback. */
const ask = networkAsk({ timeoutMs: 1000 });

/** One question for an MX, as a mail server would ask; null when nothing usable came. */
export async function direct(at: At, name: string, sets = usual): Promise<Reply | null> {
  const key = { name: parseName(name), type: 'MX' as const };
  const asked = Date.now();
  const question = { ...key, recursive: true, dnssec: false };
  const message = await ask(question, at, new AbortController().signal).then(
    reply => reply.message,
    () => null,
  );
  if (message === null) return null;
  const received = Date.now();
  const asking = { resolver: 'direct', address: at.address, transport: 'udp' as const };
  const { outcome } = observationOf({ ...asking, asked, received, rttMs: 0 }, key, { message });
  if (outcome.kind !== 'answered' || outcome.ttl === null) return null;
  const { ttl, rdata, ede } = outcome;
  const text = (rdata ?? []).join(' ');
  return {
    ...{ asked, received, ttl },
    said: text === sets.old ? 'old' : text === sets.new ? 'new' : 'other',
    stale: ttl === staleTtl || ede.some(({ code }) => code === 3),
  };
}

interface Questions {
  readonly name: string;
  readonly sets?: Sets;
}

/** So many questions, one after the other. */
export async function burst(
  at: At,
  { name, sets }: Questions,
  count: number,
): Promise<readonly Reply[]> {
  const replies: Reply[] = [];
  for (let index = 0; index < count; index++) {
    const reply = await direct(at, name, sets);
    if (reply !== null) replies.push(reply);
  }
  return replies;
}

export interface Users {
  readonly replies: readonly Reply[];
  readonly stop: () => Promise<void>;
}

/** Asks again and again, until it is stopped. */
export function users(at: At, { name, sets }: Questions, everyMs: number): Users {
  const replies: Reply[] = [];
  const stopped = new AbortController();
  const done = (async () => {
    while (!stopped.signal.aborted) {
      const reply = await direct(at, name, sets);
      if (reply !== null) replies.push(reply);
      await new Promise(resolve => setTimeout(resolve, everyMs));
    }
  })();
  return {
    replies,
    stop: async () => {
      stopped.abort();
      await done;
    },
  };
}

/** When the last old answer came; null: there was none. */
export const lastOld = (replies: readonly Reply[]): number | null =>
  replies.findLast(({ said }) => said === 'old')?.received ?? null;

/** A TTL is whole seconds, and some caches serve the last one to its end: half a second either way. */
export const endOf = ({ received, ttl }: Reply): number => received + ttl * 1000 + 500;
