import { type Instant, type Seconds } from '../clock.ts';
import { type Signature } from '../cutover/survey.ts';
import { labelCount, secondsOfStamp } from '../dns/dnssec-records.ts';
import { type Name } from '../dns/name.ts';
import { type WireRecord } from '../dns/records.ts';
import { type Key } from '../dns/rrset.ts';

/** One RRset as it was served. */
export interface Judged {
  readonly key: Key;
  readonly ttl: Seconds;
  readonly zone: Name;
  readonly now: Instant;
  readonly zoneSigned: boolean;
  /** The SOA of a denial: its TTL is lowered to the negative TTL (RFC 2308 5). */
  readonly denial: boolean;
}

/** How far one RRSIG is usable, the best first; the cryptography is for the chain of trust. */
const worth = ['signed', 'expired', 'not covering'] as const;

function judge(
  rdata: string,
  { key, ttl, zone, now, denial }: Omit<Judged, 'zoneSigned'>,
): (typeof worth)[number] {
  const [, , labels, originalTtl, expiration = '', inception = '', , signer] = rdata.split(' ');
  // RFC 4035 5.3.1. At an authoritative server the served TTL is the original one: when it is not,
  // the signature was made for what stood there before.
  const sameTtl = denial ? ttl <= Number(originalTtl) : ttl === Number(originalTtl);
  const covers = Number(labels) <= labelCount(key.name) && sameTtl && signer === zone;
  if (!covers) return 'not covering';
  return secondsOfStamp(inception) * 1000 <= now && now < secondsOfStamp(expiration) * 1000
    ? 'signed'
    : 'expired';
}

/**
 * The DNSSEC state of one RRset as it was served: whether an RRSIG for its type came with it, is
 * within its time, and was made for this TTL, name and zone. `zoneSigned` tells a zone without
 * DNSSEC from one that lost a signature.
 */
export function signatureOf(records: readonly WireRecord[], served: Judged): Signature {
  const { key, zoneSigned } = served;
  const judged = records
    .filter(({ name, type, rdata }) => {
      return name === key.name && type === 'RRSIG' && rdata.split(' ')[0] === key.type;
    })
    .map(({ rdata }) => judge(rdata, served));
  return worth.find(one => judged.includes(one)) ?? (zoneSigned ? 'missing' : 'unsigned');
}
