import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { type Dnskey } from '../../dns/dnssec-records.ts';
import { limits } from '../../limits.ts';

const url = (octets: Uint8Array): string => Buffer.from(octets).toString('base64url');

/** RFC 3110 2: the length of the exponent in one octet or three, the exponent, the modulus. */
function rsaKey(key: Uint8Array): KeyObject | null {
  const short = key[0] ?? 0;
  const start = short === 0 ? 3 : 1;
  const length = short === 0 ? (key[1] ?? 0) * 256 + (key[2] ?? 0) : short;
  const exponent = key.subarray(start, start + length);
  const modulus = key.subarray(start + length);
  const bits = modulus.length * 8;
  // A long exponent is a way to make others compute, and no signer makes one.
  if (length === 0 || length > limits.dnssecExponentOctets) return null;
  if (bits < 512 || bits > limits.dnssecRsaBits) return null;
  const jwk = { kty: 'RSA', n: url(modulus), e: url(exponent) };
  return createPublicKey({ key: jwk, format: 'jwk' });
}

/** RFC 6605 4: the two coordinates, without the octet before them that others write. */
function curveKey(key: Uint8Array, crv: 'P-256' | 'P-384', octets: number): KeyObject | null {
  if (key.length !== 2 * octets) return null;
  const jwk = { kty: 'EC', crv, x: url(key.subarray(0, octets)), y: url(key.subarray(octets)) };
  return createPublicKey({ key: jwk, format: 'jwk' });
}

/** RFC 8080 3. */
function edwardsKey(key: Uint8Array, crv: 'Ed25519' | 'Ed448', octets: number): KeyObject | null {
  if (key.length !== octets) return null;
  return createPublicKey({ key: { kty: 'OKP', crv, x: url(key) }, format: 'jwk' });
}

function publicKey({ algorithm, key }: Dnskey): KeyObject | null {
  switch (algorithm) {
    case 8:
    case 10:
      return rsaKey(key);
    case 13:
      return curveKey(key, 'P-256', 32);
    case 14:
      return curveKey(key, 'P-384', 48);
    case 15:
      return edwardsKey(key, 'Ed25519', 32);
    case 16:
      return edwardsKey(key, 'Ed448', 57);
    default:
      return null;
  }
}

// The curves of Edwards hash by themselves.
const hashes: Readonly<Record<number, string>> = {
  ...{ 8: 'sha256', 10: 'sha512', 13: 'sha256', 14: 'sha384' },
};

/** Did this key make this signature over these octets? What no key could be made of verified nothing. */
export function verifies(data: Uint8Array, key: Dnskey, signature: Uint8Array): boolean {
  try {
    const made = publicKey(key);
    if (made === null) return false;
    const hash = hashes[key.algorithm] ?? null;
    return verify(hash, data, { key: made, dsaEncoding: 'ieee-p1363' }, signature);
  } catch {
    // A point that is on no curve, and the like: the record is at fault, not this program.
    return false;
  }
}
