import { createHash } from 'node:crypto';
import { type Instant, type Seconds } from '../clock.ts';
import { type Name, ROOT } from '../dns/name.ts';
import { RCODE } from '../dns/rcode.ts';
import { IN, rrsetFrom } from '../dns/records.ts';
import { type Key } from '../dns/rrset.ts';
import { type Message } from '../dns/wire.ts';
import { toFault } from '../errors.ts';

export type TransportName = 'udp' | 'tcp' | 'tls' | 'https';

/** Why a server answers as it does (RFC 8914). */
export interface ErrorSeen {
  readonly code: number;
  readonly text: string;
}

/** What a server said besides the data. */
export interface Remarks {
  readonly rcodeName: string;
  readonly ede: readonly ErrorSeen[];
  /** Which member of a farm answered (RFC 5001): its text, or `0x…` where that is not printable. */
  readonly nsid: string | null;
}

/** NOERROR or NXDOMAIN: the resolver said what it holds. */
export interface Answered extends Remarks {
  readonly kind: 'answered';
  /** Canonical and sorted, see `keptSet`; null for NXDOMAIN and for a NOERROR without such records. */
  readonly rdata: readonly string[] | null;
  /**
   * Of the data; of a negative answer the lower of the SOA's TTL and its minimum (RFC 2308 5).
   * Null for a negative answer without SOA: nothing says that it is one.
   */
  readonly ttl: Seconds | null;
  /** The resolver claims that it validated. */
  readonly ad: boolean;
}

/** Any other RCODE: SERVFAIL, REFUSED, NOTIMP … */
export interface Refused extends Remarks {
  readonly kind: 'refused';
}

export interface Silent {
  readonly kind: 'silent';
  /** `no answer within 3000 ms`, or what made the answer unusable. */
  readonly why: string;
}

/** Who was asked, and when by our own clock. */
export interface Asking {
  /** Id of the resolver. */
  readonly resolver: string;
  readonly address: string;
  readonly transport: TransportName;
  readonly asked: Instant;
  /** When the answer came, or when we gave up. */
  readonly received: Instant;
  readonly rttMs: number;
  /** The kept connection that the answer came over. Absent: none was kept. */
  readonly connection?: number;
}

/** One resolver, one question, one moment. Survives JSON. */
export interface Observation extends Asking {
  readonly outcome: Answered | Refused | Silent;
}

/** One CNAME. */
export interface Link {
  readonly name: Name;
  readonly target: Name;
}

/** What was asked for, and how the servers lead from its name to the records now; left out: not at all. */
type Wanted = Key & { readonly aliases?: readonly Link[] | undefined };

// What is kept of an answer has a size, whatever a server sends.
const kept = { set: 2048, text: 200, errors: 4, nsid: 64 };
const aliasesMax = 8;
const noErrors: readonly ErrorSeen[] = [];

/** The set as it is kept and compared: itself, or its digest where it is longer than 2,048 characters. */
export function keptSet(rdata: readonly string[]): readonly string[] {
  const length = rdata.reduce((sum, text) => sum + text.length, 0);
  if (length <= kept.set) return rdata;
  const digest = createHash('sha256').update(JSON.stringify(rdata)).digest('hex');
  return [`${rdata.length} records, sha256 ${digest}`];
}

/** The observation that a reply, or the failure to get one, amounts to. */
export function observationOf(
  asking: Asking,
  key: Wanted,
  reply: { readonly message: Message } | { readonly error: unknown },
): Observation {
  const { resolver, address, transport, asked, received, rttMs, connection } = asking;
  const outcome =
    'message' in reply
      ? outcomeOf(reply.message, key)
      : ({ kind: 'silent', why: toFault(reply.error).message.slice(0, kept.text) } as const);
  const observation = { resolver, address, transport, asked, received, rttMs, outcome };
  return connection === undefined ? observation : { ...observation, connection };
}

function outcomeOf(message: Message, key: Wanted): Observation['outcome'] {
  const remarks = remarksOf(message);
  // Records may be missing, and an RRset that lost one would pass for another set.
  if (message.tc) return { kind: 'silent', why: 'the answer was cut off (TC)' };
  if (message.rcode !== RCODE.NOERROR && message.rcode !== RCODE.NXDOMAIN)
    return { kind: 'refused', ...remarks };
  const found = message.rcode === RCODE.NOERROR ? dataOf(message, key) : null;
  const { rcodeName, ede, nsid } = remarks;
  return {
    kind: 'answered',
    rcodeName,
    ede,
    nsid,
    rdata: found === null ? null : keptSet(found.rdata),
    ttl: found === null ? negativeTtl(message) : found.ttl,
    ad: message.ad,
  };
}

function remarksOf({ rcodeName, edns }: Message): Remarks {
  const errors = (edns?.errors ?? []).slice(0, kept.errors);
  const ede = errors.map(({ code, text }) => ({ code, text: text.slice(0, kept.text) }));
  return {
    rcodeName,
    // Nearly all answers have none, and nearly all of what is kept are answers.
    ede: ede.length === 0 ? noErrors : ede,
    nsid: nsidOf({ edns }),
  };
}

/** Which member of a farm answered, as `Remarks` has it; null where it did not say. */
export const nsidOf = ({ edns }: Pick<Message, 'edns'>): string | null =>
  edns?.nsid == null ? null : nsidText(edns.nsid);

function nsidText(octets: Uint8Array): string {
  const text = Buffer.from(octets).toString('latin1');
  const shown = /^[\x20-\x7e]+$/.test(text) ? text : `0x${Buffer.from(octets).toString('hex')}`;
  return shown.slice(0, kept.nsid);
}

/**
 * The RRset at the end of the aliases. A resolver keeps each RRset on the way for itself, and asks anew for
 * those alone that are over: so the answer lasts as long as the first alias that the servers do not give,
 * and where they give them all, as long as the records.
 */
function dataOf(
  { answer }: Message,
  key: Wanted,
): { readonly rdata: readonly string[]; readonly ttl: Seconds } | null {
  const { type, aliases = [] } = key;
  let { name } = key;
  let ttl: Seconds | null = null;
  for (let step = 0; step <= aliasesMax; step++) {
    const found = rrsetFrom(answer, { name, type });
    if (found !== null) return { rdata: found.rdata, ttl: ttl ?? found.ttl };
    const alias = answer.find(record => record.name === name && record.type === 'CNAME');
    if (alias?.klass !== IN) return null;
    // Canonical rdata of a CNAME is its target's name.
    if (!aliases.some(one => one.name === alias.name && one.target === alias.rdata))
      ttl ??= alias.ttl;
    const next = answer.find(record => record.name === alias.rdata)?.name;
    if (next === undefined || next === ROOT) return null;
    name = next;
  }
  return null;
}

/** How long absence may be remembered (RFC 2308 5); null where nothing says so. */
export function negativeTtl({ authority }: Pick<Message, 'authority'>): Seconds | null {
  const soa = authority.find(record => record.type === 'SOA' && record.klass === IN);
  const minimum = Number(soa?.rdata.split(' ').at(-1));
  return soa === undefined || Number.isNaN(minimum) ? null : Math.min(soa.ttl, minimum);
}
