import { type Chance, type Instant, type Seconds } from '../clock.ts';
import { extendedError, NSID, type EdnsOption } from '../dns/edns.ts';
import { RCODE } from '../dns/rcode.ts';
import { keyText, type Key, type RRset } from '../dns/rrset.ts';
import { encodeResponse, type Message, type Response } from '../dns/wire.ts';

/** What a server says to a question, before it is a message. */
export type Said = Omit<Response, 'query'>;

/** What a recursive cache does besides caching. Most of it is found in the wild; see `habits.ts`. */
export interface Habit {
  /** It gives no answer, or REFUSED, to everything. */
  readonly mute: 'silent' | 'refuses' | null;
  /** TTLs are raised to the floor and cut to the ceiling, of negative answers as well. */
  readonly floor: Seconds;
  readonly ceiling: Seconds;
  /** It counts in seconds of its own clock and serves the last one, as TTL 0, to its end. */
  readonly truncates: boolean;
  /** The TTL it shows never counts down, and its entries live this long if that is longer; null: it counts. */
  readonly frozen: Seconds | null;
  /** What has ended is answered once more, with TTL 30, and fetched only then (RFC 8767). */
  readonly stale: 'signed' | 'unsigned' | null;
  /** A question in the last tenth of an entry's life has it fetched anew. */
  readonly prefetches: boolean;
  /** Always fetches from the authoritative server of this number; null: from any. */
  readonly server: number | null;
  /** Sets that it answers whatever the world says, with an extended error (RFC 8914) or without. */
  readonly invents: { readonly sets: readonly RRset[]; readonly error: number | null } | null;
  /** How it names itself (RFC 5001). */
  readonly nsid: string | null;
  /** Every answer takes so long. */
  readonly slowMs: number;
  /** Caches of their own that answer in turn at the one address; their habits count then, not these. */
  readonly members: readonly Habit[];
}

/** What surrounds a cache. All of it is handed in, so that a run can be repeated. */
export interface CacheSite {
  /** The authoritative servers; null: no answer. */
  readonly servers: readonly ((key: Key) => Said | null)[];
  readonly now: () => Instant;
  readonly chance: Chance;
}

/** An entry as it is, whatever is shown of it. */
export interface Held {
  /** Null: that there is no such set. */
  readonly rdata: readonly string[] | null;
  readonly fetchedAt: Instant;
  /** The first moment at which it is not fresh. */
  readonly endsAt: Instant;
}

export interface CacheReply {
  readonly said: Said;
  readonly afterMs: number;
}

/** A recursive cache: pure but for what it remembers. */
export interface Cache {
  /** Null: silence. */
  answer(key: Key): CacheReply | null;
  /** Fetches for somebody who asked that long ago; what would have ended since is not kept. */
  remember(key: Key, ageMs: number): void;
  /** The truth: what it, and each of its members, holds or would still serve as stale. */
  holds(key: Key): readonly Held[];
}

interface Entry {
  readonly said: Said;
  /** As the cache gives it at first. */
  readonly length: Seconds;
  readonly fetchedAt: Instant;
  readonly endsAt: Instant;
}

/** RFC 8767 4 recommends it for stale data. */
const staleTtl: Seconds = 30;
const staleAnswer = 3;
const noReachableAuthority = 22;
/** A fetch in the background takes so long. */
const fetchMs = 50;
const cacheable: readonly number[] = [RCODE.NOERROR, RCODE.NXDOMAIN];

/** How long an answer may be kept (RFC 2181 5.2, RFC 2308 5); 0: not at all. */
function ttlOf({ rcode = RCODE.NOERROR, answer = [], authority = [] }: Said): Seconds {
  if (!cacheable.includes(rcode)) return 0;
  if (answer.length > 0) return Math.min(...answer.map(({ ttl }) => ttl));
  const soa = authority.find(({ type }) => type === 'SOA');
  const minimum = Number(soa?.rdata[0]?.split(' ').at(-1));
  return soa === undefined || Number.isNaN(minimum) ? 0 : Math.min(soa.ttl, minimum);
}

const withTtl = (said: Said, ttl: Seconds, options: readonly EdnsOption[] = []): Said => {
  const shown = (sets: readonly RRset[] = []) => sets.map(set => ({ ...set, ttl }));
  return {
    ...{ ...said, aa: false, ra: true, answer: shown(said.answer) },
    ...{ authority: shown(said.authority), options: [...(said.options ?? []), ...options] },
  };
};

const failed: Said = {
  ...{ rcode: RCODE.SERVFAIL, ra: true },
  options: [extendedError(noReachableAuthority)],
};

/** What it shows of an entry that is fresh. */
function shownTtl(entry: Entry, at: Instant, { frozen, truncates }: Habit): Seconds {
  const { fetchedAt, length, endsAt } = entry;
  if (frozen !== null) return length;
  return truncates
    ? Math.floor(fetchedAt / 1000) + length - Math.floor(at / 1000)
    : Math.ceil((endsAt - at) / 1000);
}

function entryOf(said: Said, at: Instant, habit: Habit): Entry {
  const given = ttlOf(said);
  const keep = cacheable.includes(said.rcode ?? RCODE.NOERROR);
  const length = keep ? Math.min(habit.ceiling, Math.max(habit.floor, given)) : 0;
  const lives = Math.max(length, keep ? (habit.frozen ?? 0) : 0);
  const endsAt =
    habit.truncates && lives > 0 ? (Math.floor(at / 1000) + lives + 1) * 1000 : at + lives * 1000;
  return { said, length, fetchedAt: at, endsAt };
}

/** One cache of this habit, without regard to members. */
function single(habit: Habit, { servers, now, chance }: CacheSite): Cache {
  const entries = new Map<string, Entry>();
  /** What a fetch in the background will bring. */
  const coming = new Map<string, Entry>();
  const fetch = (key: Key, at: Instant): Entry | null => {
    const any = Math.floor(chance.float() * servers.length);
    const said = servers[(habit.server ?? any) % servers.length]?.(key) ?? null;
    return said === null ? null : entryOf(said, at, habit);
  };
  const refresh = (name: string, key: Key, at: Instant): void => {
    if (coming.has(name)) return;
    const entry = fetch(key, at + fetchMs);
    if (entry !== null) coming.set(name, entry);
  };
  const arrived = (name: string, at: Instant): Entry | undefined => {
    const entry = coming.get(name);
    if (entry !== undefined && entry.fetchedAt <= at) {
      coming.delete(name);
      entries.set(name, entry);
    }
    return entries.get(name);
  };
  const resolve = (key: Key): Said => {
    const [at, name] = [now(), keyText(key)];
    const known = arrived(name, at);
    if (known !== undefined && at < known.endsAt) {
      const last = (known.endsAt - at) * 10 < known.endsAt - known.fetchedAt;
      if (habit.prefetches && last) refresh(name, key, at);
      return withTtl(known.said, shownTtl(known, at, habit));
    }
    if (known !== undefined && habit.stale !== null) {
      refresh(name, key, at);
      const sign = habit.stale === 'signed' ? [extendedError(staleAnswer)] : [];
      return withTtl(known.said, staleTtl, sign);
    }
    const fresh = fetch(key, at);
    if (fresh === null) return failed;
    if (fresh.endsAt > at) entries.set(name, fresh);
    return withTtl(fresh.said, fresh.length);
  };
  return {
    answer: key => reply(habit, invented(habit, key) ?? resolve(key)),
    remember: (key, ageMs) => {
      const entry = fetch(key, now() - ageMs);
      if (entry !== null && entry.endsAt > now()) entries.set(keyText(key), entry);
    },
    holds: key => {
      const [at, name] = [now(), keyText(key)];
      const entry = arrived(name, at);
      const serves = entry !== undefined && (at < entry.endsAt || habit.stale !== null);
      const said = invented(habit, key);
      const lies = said === null ? [] : [heldOf({ said, fetchedAt: at, endsAt: Infinity })];
      return [...lies, ...(serves ? [heldOf(entry)] : [])];
    },
  };
}

const heldOf = ({ said, fetchedAt, endsAt }: Omit<Entry, 'length'>): Held => ({
  ...{ rdata: said.answer?.[0]?.rdata ?? null, fetchedAt, endsAt },
});

/** What it makes up for this question; null: nothing. */
function invented({ invents }: Habit, key: Key): Said | null {
  const set = invents?.sets.find(one => keyText(one) === keyText(key));
  if (invents === null || set === undefined) return null;
  const options = invents.error === null ? [] : [extendedError(invents.error)];
  return { ra: true, answer: [set], options };
}

function reply({ mute, nsid, slowMs }: Habit, said: Said): CacheReply | null {
  if (mute === 'silent') return null;
  if (mute === 'refuses') return { said: { rcode: RCODE.REFUSED }, afterMs: slowMs };
  const named = nsid === null ? [] : [{ code: NSID, data: Uint8Array.from(Buffer.from(nsid)) }];
  return { said: { ...said, options: [...(said.options ?? []), ...named] }, afterMs: slowMs };
}

/** A cache of this habit; one with members hands each question to the next of them. */
export function cacheOf(habit: Habit, site: CacheSite): Cache {
  if (habit.members.length === 0) return single(habit, site);
  const members = habit.members.map(member => cacheOf(member, site));
  let turn = -1;
  return {
    answer: key => members[(turn = (turn + 1) % members.length)]?.answer(key) ?? null,
    remember: (key, ageMs) => {
      for (const member of members) member.remember(key, ageMs);
    },
    holds: key => members.flatMap(member => member.holds(key)),
  };
}

/** The octets of what was said to this query; a name of the server is given to who asks for it. */
export function encodeSaid(query: Message, said: Said): Uint8Array {
  const wanted = query.edns?.nsid != null;
  const options = (said.options ?? []).filter(({ code }) => wanted || code !== NSID);
  return encodeResponse({ ...said, query, options });
}
