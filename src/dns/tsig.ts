import { createHmac, timingSafeEqual } from 'node:crypto';
import { limits } from '../limits.ts';
import { numberOctets } from './fields.ts';
import { type Name, nameToWire } from './name.ts';
import { tsigErrorName } from './rcode.ts';
import { ANY, TSIG } from './records.ts';
import { type TsigRecord } from './tsig-record.ts';
import { decodeMessage } from './wire.ts';

/** A key that we share with a server (RFC 8945). */
export interface TsigKey {
  readonly name: Name;
  readonly algorithm: 'hmac-sha256' | 'hmac-sha384' | 'hmac-sha512';
  readonly secret: Uint8Array;
}

/** What a reply's signature is worth. */
export type TsigVerdict =
  /** Ours; `error` is 0 or 18 BADTIME, and `serverTime` says what the server's clock showed. */
  | {
      readonly signed: 'yes';
      readonly error: number;
      readonly errorName: string;
      /** Seconds since 1970, or null. */
      readonly serverTime: number | null;
    }
  /** Anybody could have sent it. `error` is 16 BADSIG or 17 BADKEY if it says so, null if nothing. */
  | { readonly signed: 'no'; readonly error: number | null; readonly errorName: string | null }
  /** Signed, but not so that it can be trusted. */
  | { readonly signed: 'bad'; readonly why: string };

const BADTIME = 18;
/** RFC 8945 10: the recommended fudge, as servers put it on their replies. */
const REPLY_FUDGE_SECONDS = 300;

const algorithmWire = (key: TsigKey): Uint8Array => nameToWire(`${key.algorithm}.` as Name);

const secondsOctets = (seconds: number): readonly number[] => [
  ...numberOctets(Math.floor(seconds / 2 ** 32), 2),
  ...numberOctets(seconds % 2 ** 32, 4),
];

/** RFC 8945 4.3: the request's MAC if this is a reply, the message without TSIG, the variables. */
function macOf(
  key: TsigKey,
  signed: {
    readonly requestMac: Uint8Array | null;
    readonly message: Uint8Array;
    readonly record: Pick<TsigRecord, 'timeSigned' | 'fudge' | 'error' | 'other'>;
  },
): Uint8Array {
  const { requestMac, message, record } = signed;
  const hmac = createHmac(key.algorithm.slice('hmac-'.length), key.secret);
  if (requestMac !== null) hmac.update(numberOctets(requestMac.length, 2)).update(requestMac);
  // 4.3.3: name, class ANY, TTL 0, algorithm, time, fudge, error, other data, in that order.
  hmac.update(message).update(nameToWire(key.name)).update(numberOctets(ANY, 2));
  hmac.update(new Uint8Array(4)).update(algorithmWire(key));
  hmac.update(Uint8Array.from(secondsOctets(record.timeSigned)));
  hmac.update(numberOctets(record.fudge, 2)).update(numberOctets(record.error, 2));
  hmac.update(numberOctets(record.other.length, 2)).update(record.other);
  return new Uint8Array(hmac.digest());
}

/**
 * Appends a TSIG record to a request, good for `limits.tsigFudgeSeconds` before and after `timeSigned`,
 * which is in seconds since 1970. The MAC is needed to verify the reply.
 */
export function signMessage(
  message: Uint8Array,
  key: TsigKey,
  timeSigned: number,
): { readonly bytes: Uint8Array; readonly mac: Uint8Array } {
  const fudge = limits.tsigFudgeSeconds;
  const record = { timeSigned, fudge, error: 0, other: new Uint8Array() };
  return appendTsig(message, key, { requestMac: null, record });
}

/** Appends a TSIG record to a reply, as a server does: its MAC covers the request's. */
export function signReply(
  message: Uint8Array,
  key: TsigKey,
  reply: {
    readonly requestMac: Uint8Array;
    readonly timeSigned: number;
    readonly error?: number;
    readonly other?: Uint8Array;
  },
): Uint8Array {
  const { requestMac, timeSigned, error = 0, other = new Uint8Array() } = reply;
  const record = { timeSigned, fudge: REPLY_FUDGE_SECONDS, error, other };
  return appendTsig(message, key, { requestMac, record }).bytes;
}

function appendTsig(
  message: Uint8Array,
  key: TsigKey,
  { requestMac, record }: Pick<Parameters<typeof macOf>[1], 'requestMac' | 'record'>,
): { readonly bytes: Uint8Array; readonly mac: Uint8Array } {
  const mac = macOf(key, { requestMac, message, record });
  const rdata = [
    ...algorithmWire(key),
    ...secondsOctets(record.timeSigned),
    ...numberOctets(record.fudge, 2),
    ...numberOctets(mac.length, 2),
    ...mac,
    ...message.subarray(0, 2),
    ...numberOctets(record.error, 2),
    ...numberOctets(record.other.length, 2),
    ...record.other,
  ];
  const head = [...nameToWire(key.name), 0, TSIG, 0, ANY, 0, 0, 0, 0];
  const tail = [...head, ...numberOctets(rdata.length, 2), ...rdata];
  const bytes = new Uint8Array(message.length + tail.length);
  bytes.set(message);
  bytes.set(tail, message.length);
  addToAdditionalCount(bytes, 1);
  return { bytes, mac };
}

function addToAdditionalCount(message: Uint8Array, step: 1 | -1): void {
  const count = ((message[10] ?? 0) << 8) | (message[11] ?? 0);
  message.set(numberOctets(count + step, 2), 10);
}

/**
 * Judges the reply to a signed request. `now` is in seconds since 1970. Matching the id is the
 * caller's business.
 * @throws Fault MALFORMED if the reply cannot be read
 */
export function verifyReply(
  reply: Uint8Array,
  request: { readonly key: TsigKey; readonly requestMac: Uint8Array; readonly now: number },
): TsigVerdict {
  const { key, requestMac, now } = request;
  const { tsig, tc } = decodeMessage(reply);
  if (tsig === null) return { signed: 'no', error: null, errorName: null };
  const { record } = tsig;
  // BADSIG and BADKEY replies carry no MAC: anybody can send them (RFC 8945 5.3.2).
  if (record.mac.length === 0)
    return { signed: 'no', error: record.error, errorName: tsigErrorName(record.error) };
  if (tsig.keyName !== key.name)
    return {
      signed: 'bad',
      why: `it is signed with the key ${tsig.keyName} instead of ${key.name}`,
    };
  if (tsig.algorithm !== key.algorithm)
    return { signed: 'bad', why: `it is signed by ${tsig.algorithm} instead of ${key.algorithm}` };
  const message = reply.slice(0, tsig.at);
  message.set(numberOctets(record.originalId, 2));
  addToAdditionalCount(message, -1);
  const mac = macOf(key, { requestMac, message, record });
  // RFC 8945 5.2.2.1 lets a policy allow shortened MACs; ours does not.
  if (mac.length !== record.mac.length)
    return {
      signed: 'bad',
      why: `its MAC has ${record.mac.length} octets instead of ${mac.length}`,
    };
  if (!timingSafeEqual(mac, record.mac))
    return { signed: 'bad', why: 'its MAC is not the one that our key makes' };
  if (tc) return { signed: 'bad', why: 'it was cut off, so that something is missing from it' };
  // A BADTIME reply repeats our own time (RFC 8945 5.2.3), so its age says nothing.
  const apart = Math.abs(now - record.timeSigned);
  if (record.error !== BADTIME && apart > record.fudge)
    return {
      signed: 'bad',
      why: `it was signed ${apart} s from now, ${record.fudge} s are allowed`,
    };
  const serverTime = record.error === BADTIME ? readServerTime(record.other) : record.timeSigned;
  return { signed: 'yes', error: record.error, errorName: tsigErrorName(record.error), serverTime };
}

/** The server's clock in the other data of a BADTIME reply (RFC 8945 5.2.3). */
function readServerTime(other: Uint8Array): number | null {
  if (other.length !== 6) return null;
  return other.reduce((seconds, octet) => seconds * 256 + octet, 0);
}
