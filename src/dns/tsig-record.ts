import { type Cursor, malformed, take, takeName, takeU16, takeU32 } from './cursor.ts';
import { type Name } from './name.ts';

/** What a signed message says about itself (RFC 8945 4.2). */
export interface TsigRecord {
  /** Seconds since 1970. */
  readonly timeSigned: number;
  /** Seconds by which the clocks may differ. */
  readonly fudge: number;
  readonly mac: Uint8Array;
  readonly originalId: number;
  /** 16 BADSIG, 17 BADKEY, 18 BADTIME (RFC 8945 3). */
  readonly error: number;
  readonly other: Uint8Array;
}

/** A TSIG record and where it stands. */
export interface Tsig {
  readonly record: TsigRecord;
  /** The octet at which the record starts: what comes before was signed. */
  readonly at: number;
  readonly keyName: Name;
  /** In canonical form without the final dot, such as `hmac-sha256`. */
  readonly algorithm: string;
}

/** Reads a TSIG record from behind its type. */
export function takeTsig(cursor: Cursor, head: { at: number; keyName: Name }): Tsig {
  const klass = takeU16(cursor);
  const ttl = takeU32(cursor);
  const length = takeU16(cursor);
  const end = cursor.at + length;
  if (klass !== 255 || ttl !== 0 || end > cursor.end)
    throw malformed('its TSIG record has an odd head', head.at);
  const algorithm = takeName(cursor).slice(0, -1);
  const record: TsigRecord = {
    timeSigned: takeU16(cursor) * 2 ** 32 + takeU32(cursor),
    fudge: takeU16(cursor),
    mac: take(cursor, takeU16(cursor)).slice(),
    originalId: takeU16(cursor),
    error: takeU16(cursor),
    other: take(cursor, takeU16(cursor)).slice(),
  };
  if (cursor.at !== end) throw malformed('its TSIG record does not end where it says', end);
  return { record, ...head, algorithm };
}
