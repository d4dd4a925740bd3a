/** One value of DER (X.690 8.1): where it begins with its tag, its contents, and where it ends. */
interface Value {
  readonly tag: number;
  readonly from: number;
  readonly content: number;
  readonly end: number;
}

const SEQUENCE = 0x30;
const INTEGER = 0x02;
const VERSION = 0xa0;

/** Reads the value at `from`, which must end before `limit`; null where there is none. */
function valueAt(octets: Uint8Array, from: number, limit: number): Value | null {
  const [tag, first] = [octets[from], octets[from + 1]];
  if (tag === undefined || first === undefined || from + 2 > limit) return null;
  // Tags of several octets do not occur in what is read here.
  if ((tag & 0x1f) === 0x1f) return null;
  if (first < 0x80) return within({ tag, from, content: from + 2, end: from + 2 + first }, limit);
  const count = first & 0x7f;
  // The indefinite form is none of DER, and no certificate needs more than three octets.
  if (count === 0 || count > 3 || from + 2 + count > limit) return null;
  const length = octets
    .subarray(from + 2, from + 2 + count)
    .reduce((sum, octet) => sum * 256 + octet, 0);
  const content = from + 2 + count;
  return within({ tag, from, content, end: content + length }, limit);
}

const within = (value: Value, limit: number): Value | null => (value.end > limit ? null : value);

/** How many octets a sequence has as it says itself, whether they are all there or not; null for what is none. */
export function sequenceOctets(octets: Uint8Array): number | null {
  const whole = valueAt(octets, 0, Number.MAX_SAFE_INTEGER);
  return whole?.tag === SEQUENCE ? whole.end : null;
}

/**
 * The octets of the SubjectPublicKeyInfo of a certificate (RFC 5280 4.1), exactly as they stand there:
 * selector 1 of a TLSA record is about them (RFC 6698 2.1.2). Null for what is no certificate.
 */
export function publicKeyInfo(certificate: Uint8Array): Uint8Array | null {
  const whole = valueAt(certificate, 0, certificate.length);
  if (whole?.tag !== SEQUENCE || whole.end !== certificate.length) return null;
  const signed = valueAt(certificate, whole.content, whole.end);
  if (signed?.tag !== SEQUENCE) return null;
  let at = signed.content;
  const version = valueAt(certificate, at, signed.end);
  if (version?.tag === VERSION) at = version.end;
  // Serial number, signature algorithm, issuer, validity, subject; then the key.
  for (const tag of [INTEGER, SEQUENCE, SEQUENCE, SEQUENCE, SEQUENCE]) {
    const skipped = valueAt(certificate, at, signed.end);
    if (skipped?.tag !== tag) return null;
    at = skipped.end;
  }
  const key = valueAt(certificate, at, signed.end);
  return key?.tag === SEQUENCE ? certificate.subarray(key.from, key.end) : null;
}
