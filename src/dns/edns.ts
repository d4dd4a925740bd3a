import { limits } from '../limits.ts';
import { type Cursor, malformed, take, takeU16 } from './cursor.ts';
import { numberOctets } from './fields.ts';

export interface EdnsOption {
  readonly code: number;
  readonly data: Uint8Array;
}

/** Why a server answers as it does (RFC 8914). */
export interface ExtendedError {
  readonly code: number;
  readonly name: string;
  /** The server's own words, without control characters; often empty. */
  readonly text: string;
}

/** The OPT record of a message (RFC 6891). */
export interface Edns {
  /** Octets the sender takes over UDP. */
  readonly payload: number;
  readonly version: number;
  /** The DO bit. */
  readonly dnssec: boolean;
  /** Which member of a farm answered (RFC 5001); any octets. */
  readonly nsid: Uint8Array | null;
  /** Client cookie and server cookie in one (RFC 7873). */
  readonly cookie: Uint8Array | null;
  readonly errors: readonly ExtendedError[];
  /** All options as sent, those above included. */
  readonly options: readonly EdnsOption[];
}

export const NSID = 3;
export const COOKIE = 10;
/** RFC 7830. */
export const PADDING = 12;
export const EXTENDED_ERROR = 15;

const errorNames: readonly string[] = [
  ...['Other', 'Unsupported DNSKEY Algorithm', 'Unsupported DS Digest Type', 'Stale Answer'],
  ...['Forged Answer', 'DNSSEC Indeterminate', 'DNSSEC Bogus', 'Signature Expired'],
  ...['Signature Not Yet Valid', 'DNSKEY Missing', 'RRSIGs Missing', 'No Zone Key Bit Set'],
  ...['NSEC Missing', 'Cached Error', 'Not Ready', 'Blocked', 'Censored', 'Filtered'],
  ...['Prohibited', 'Stale NXDOMAIN Answer', 'Not Authoritative', 'Not Supported'],
  ...['No Reachable Authority', 'Network Error', 'Invalid Data'],
  ...['Signature Expired before Valid', 'Too Early', 'Unsupported NSEC3 Iterations Value'],
  ...['Unable to conform to policy', 'Synthesized', 'Invalid Query Type'],
];

/** The registered name of an extended error, or `EDE 49152`. */
export const extendedErrorName = (code: number): string => errorNames[code] ?? `EDE ${code}`;

/**
 * Reads an OPT record from behind its type. The upper eight bits of the RCODE stand in it.
 * @throws Fault MALFORMED
 */
export function takeEdns(cursor: Cursor): { edns: Edns; rcodeHigh: number } {
  const payload = takeU16(cursor);
  const high = takeU16(cursor);
  const flags = takeU16(cursor);
  const length = takeU16(cursor);
  const end = cursor.at + length;
  if (end > cursor.end) throw malformed('the EDNS options end too early', cursor.at);
  const options: EdnsOption[] = [];
  while (cursor.at < end) {
    const code = takeU16(cursor);
    const data = take(cursor, takeU16(cursor));
    if (cursor.at > end) throw malformed('an EDNS option runs over the end', end);
    options.push({ code, data });
  }
  const cookie = options.find(option => option.code === COOKIE)?.data ?? null;
  // RFC 7873 5.2.2: 8 octets from the client, then none or 8 to 32 from the server.
  if (cookie !== null && cookie.length !== 8 && (cookie.length < 16 || cookie.length > 40))
    throw malformed(`a cookie has ${cookie.length} octets`, end);
  const edns: Edns = {
    payload,
    version: high & 255,
    dnssec: (flags & 0x8000) !== 0,
    nsid: options.find(option => option.code === NSID)?.data ?? null,
    cookie,
    errors: options.filter(option => option.code === EXTENDED_ERROR).map(readError),
    options,
  };
  return { edns, rcodeHigh: high >> 8 };
}

function readError({ data }: EdnsOption): ExtendedError {
  if (data.length < 2) throw malformed('an extended error has no code');
  const code = ((data[0] ?? 0) << 8) | (data[1] ?? 0);
  // RFC 8914 2: UTF-8, and a terminating null of old software may stand at its end.
  const text = Buffer.from(data.subarray(2)).toString('utf8').replace(/\0+$/, '');
  return { code, name: extendedErrorName(code), text: text.replace(/\p{Cc}/gu, '\ufffd') };
}

/** An extended error as an option, for servers of tests and the rehearsal. */
export const extendedError = (code: number, text = ''): EdnsOption => ({
  code: EXTENDED_ERROR,
  data: Uint8Array.from([...numberOctets(code, 2), ...Buffer.from(text)]),
});

/**
 * What makes a query with these options a whole number of blocks long (RFC 8467 4.1); `octets` are those
 * before its OPT record, which takes eleven without options and four for each of them.
 */
export function padding(octets: number, options: readonly EdnsOption[]): EdnsOption {
  const bare = options.reduce((sum, { data }) => sum + 4 + data.length, octets + 11 + 4);
  const block = limits.paddingOctets;
  return { code: PADDING, data: new Uint8Array((block - (bare % block)) % block) };
}

/** An OPT record with our payload size. */
export function ednsOctets(
  options: readonly EdnsOption[],
  { dnssec = false, rcodeHigh = 0 }: { dnssec?: boolean; rcodeHigh?: number } = {},
): Uint8Array {
  const length = options.reduce((sum, option) => sum + 4 + option.data.length, 0);
  const record = Buffer.alloc(11 + length);
  record.writeUInt8(41, 2);
  record.writeUInt16BE(limits.ednsPayloadOctets, 3);
  record.writeUInt8(rcodeHigh, 5);
  record.writeUInt8(dnssec ? 0x80 : 0, 7);
  record.writeUInt16BE(length, 9);
  let at = 11;
  for (const { code, data } of options) {
    record.writeUInt16BE(code, at);
    record.writeUInt16BE(data.length, at + 2);
    record.set(data, at + 4);
    at += 4 + data.length;
  }
  return record;
}
