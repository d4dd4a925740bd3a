import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type KeysVerdict,
  type SetVerdict,
  usableDs,
  validateKeys,
  validateSet,
} from '../../../src/authority/chain/signed-set.ts';
import { dnskeyOf, dsOf, rrsigOf } from '../../../src/dns/dnssec-records.ts';
import { type SignedSet } from '../../../src/dns/dnssec-signed.ts';
import { parseName } from '../../../src/dns/name.ts';
import { parseRdata, rdataFromWire, rdataToWire } from '../../../src/dns/rdata.ts';
import { rrset } from '../../../src/dns/rrset.ts';
import { isFault } from '../../../src/errors.ts';
import { dsFor, signature, signingKey } from '../../support/signer.ts';

const bogus =
  (words: RegExp) =>
  (verdict: SetVerdict | KeysVerdict): boolean =>
    verdict.is === 'bogus' && words.test(verdict.why);

/** Signed sets as RFCs publish them. */
const published = [
  {
    from: 'RFC 6605 6.1, ECDSA P-256',
    set: { name: parseName('www.example.net'), type: 'A', rdata: ['192.0.2.1'] },
    zone: parseName('example.net'),
    dnskey:
      '257 3 13 GojIhhXUN/u4v54ZQqGSnyhWJwaubCvTmeexv7bR6edbkrSqQpF64cYbcB7wNcP+e+MAnLr+Wi9xMWyQLc8NAA==',
    rrsig:
      'A 13 3 3600 20100909100439 20100812100439 55648 example.net. ' +
      'qx6wLYqmh+l9oCKTN6qIc+bw6ya+KJ8oMz0YP107epXAyGmt+3SNruPFKG7tZoLBLlUzGGus7ZwmwWep666VCw==',
  },
  {
    from: 'RFC 6605 6.2, ECDSA P-384',
    set: { name: parseName('www.example.net'), type: 'A', rdata: ['192.0.2.1'] },
    zone: parseName('example.net'),
    dnskey:
      '257 3 14 xKYaNhWdGOfJ+nPrL8/arkwf2EY3MDJ+SErKivBVSum1w/egsXvSADtNJhyem5RCOpgQ6K8X1DRSEkrb' +
      'YQ+OB+v8/uX45NBwY8rp65F6Glur8I/mlVNgF6W/qTI37m40',
    rrsig:
      'A 14 3 3600 20100909102025 20100812102025 10771 example.net. ' +
      '/L5hDKIvGDyI1fcARX3z65qrmPsVz73QD1Mr5CEqOiLP95hxQouuroGCeZOvzFaxsT8Glr74hbavRKayJNuydCuz' +
      'WTSSPdz7wnqXL5bdcJzusdnI0RSMROxxwGipWcJm',
  },
  {
    from: 'RFC 8080 6.1, Ed25519',
    set: { name: parseName('example.com'), type: 'MX', rdata: ['10 mail.example.com.'] },
    zone: parseName('example.com'),
    dnskey: '257 3 15 l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4=',
    rrsig:
      'MX 15 2 3600 1440021600 1438207200 3613 example.com. ' +
      'oL9krJun7xfBOIWcGHi7mag5/hdZrKWw15jPGrHpjQeRAvTdszaPD+QLs3fx8A4M3e23mRZ9VrbpMngwcrqNAg==',
  },
  {
    from: 'RFC 8080 6.1, Ed25519 again',
    set: { name: parseName('example.com'), type: 'MX', rdata: ['10 mail.example.com.'] },
    zone: parseName('example.com'),
    dnskey: '257 3 15 zPnZ/QwEe7S8C5SPz2OfS5RR40ATk2/rYnE9xHIEijs=',
    rrsig:
      'MX 15 2 3600 1440021600 1438207200 35217 example.com. ' +
      'zXQ0bkYgQTEFyfLyi9QoiY6D8ZdYo4wyUhVioYZXFdT410QPRITQSqJSnzQoSm5poJ7gD7AQR0O7KuI5k2pcBg==',
  },
];

it.each(published)('validates what is published: $from', ({ set, zone, dnskey, rrsig }) => {
  const sig = rrsigOf(parseRdata('RRSIG', rrsig));
  const keys = [dnskeyOf(dnskey)];
  const now = (sig.inception + 60) * 1000;
  const whole: SignedSet = { ...set, signatures: [sig] };
  const signers = { zone, keys, now };
  expect(validateSet(whole, signers)).toEqual({
    is: 'secure',
    lasts: { from: sig.inception * 1000, until: sig.expiration * 1000 },
    by: sig,
  });
  const late = validateSet(whole, { ...signers, now: (sig.expiration + 1) * 1000 });
  expect(late).toSatisfy(bogus(/ended at 20/));
  const early = validateSet(whole, { ...signers, now: (sig.inception - 1) * 1000 });
  expect(early).toSatisfy(bogus(/begins only at/));
});

const zone = parseName('example.org');
const now = Date.UTC(2026, 10, 20);
const mx = rrset({
  ...{ name: zone, type: 'MX', ttl: 300 },
  rdata: ['20 mx2.example.org', '10 mx1.example.org', '10 a.example.net'],
});

describe.each([8, 10, 13, 14, 15, 16])('algorithm %i', algorithm => {
  const key = signingKey(algorithm);
  const rrsig = signature(mx, { zone, key });
  const keys = [dnskeyOf(key.dnskey)];
  const validate = (set: SignedSet) => validateSet(set, { zone, keys, now });
  const whole: SignedSet = { ...mx, signatures: [rrsigOf(rrsig)] };

  it('validates what its key signed, in any order and beside signatures of others', () => {
    expect(validate(whole).is).toBe('secure');
    expect(validate({ ...whole, rdata: mx.rdata.toReversed() }).is).toBe('secure');
    const stranger = rrsigOf(signature(mx, { zone, key: signingKey(15) }));
    expect(validate({ ...whole, signatures: [stranger, ...whole.signatures] }).is).toBe('secure');
  });

  it('does not validate a set that lost, gained or changed a record', () => {
    const sets = [mx.rdata.slice(1), [...mx.rdata, '30 b.example.net.'], ['20 mx2.example.org.']];
    for (const rdata of sets) expect(validate({ ...whole, rdata }).is).toBe('bogus');
    expect(validate({ ...whole, name: parseName('other.org') }).is).toBe('bogus');
  });

  it('never validates with any bit of the signature record or of the data turned', () => {
    const wire = rdataToWire('RRSIG', rrsig);
    const data = rdataToWire('MX', mx.rdata[0]!);
    const turned = (octets: Uint8Array, bit: number): Uint8Array => {
      const copy = Uint8Array.from(octets);
      copy[(bit >> 3) % copy.length]! ^= 1 << (bit & 7);
      return copy;
    };
    const read = (type: string, octets: Uint8Array): string | null => {
      try {
        return rdataFromWire(type, octets, { start: 0, length: octets.length });
      } catch (error) {
        if (isFault(error, 'MALFORMED')) return null;
        throw error;
      }
    };
    const holds = (bit: number): void => {
      const text = read('RRSIG', turned(wire, bit));
      // Names are compared without their case: a letter in another case is the same name.
      if (text !== null && text !== rrsig) {
        const odd = { ...whole, signatures: [rrsigOf(text)].filter(({ type }) => type === 'MX') };
        expect(validate(odd).is).not.toBe('secure');
      }
      const record = read('MX', turned(data, bit));
      if (record !== null && record !== mx.rdata[0])
        expect(validate({ ...whole, rdata: [record, ...mx.rdata.slice(1)] }).is).toBe('bogus');
    };
    fc.assert(fc.property(fc.nat(8 * wire.length - 1), holds), { numRuns: 150 });
  });
});

describe('what stands in the way', () => {
  const key = signingKey(15);
  const keys = [dnskeyOf(key.dnskey)];
  const whole: SignedSet = { ...mx, signatures: [rrsigOf(signature(mx, { zone, key }))] };
  const [sig] = whole.signatures;
  const validate = (over: object, own = keys) =>
    validateSet({ ...whole, signatures: [{ ...sig!, ...over }] }, { zone, keys: own, now });

  it.each([
    [{ algorithm: 5 }, keys, /signed with RSASHA1 \(5\) only/],
    [{ signer: parseName('example.net') }, keys, /one of example.net. instead of example.org./],
    [{ labels: 3 }, keys, /longer name/],
    [{}, [dnskeyOf(signingKey(15).dnskey)], /not among the keys of example.org./],
    [{}, [{ ...keys[0]!, flags: 1 }], /does not fit/],
    [{ originalTtl: 301 }, keys, /does not fit/],
  ])('says what: %#', (over, own, words) => {
    expect(validate(over, own)).toSatisfy(bogus(words));
  });

  it('is a missing signature', () => {
    expect(validateSet({ ...whole, signatures: [] }, { zone, keys, now }).is).toBe('unsigned');
  });

  it('is too much to compute: keys that share a tag, and signatures by them', () => {
    // Four keys and eight signatures that all name the same tag would be thirty-two computations.
    const many = Array.from({ length: 4 }, () => ({ ...keys[0]!, key: new Uint8Array(32) }));
    const signatures = Array.from({ length: 8 }, () => ({
      ...sig!,
      signature: new Uint8Array(64),
    }));
    const verdict = validateSet(
      { ...whole, signatures: [...signatures, sig!] },
      { zone, keys: [...many, ...keys], now },
    );
    expect(verdict).toEqual({ is: 'bogus', why: 'it has too many signatures' });
  });

  it('is a wildcard, unless what it expands to may be taken', () => {
    const wildcard = rrset({ ...mx, name: parseName('*.example.org') });
    const made = rrsigOf(signature(wildcard, { zone, key }));
    const host = { ...mx, name: parseName('a.b.example.org'), signatures: [made] };
    expect(validateSet(host, { zone, keys, now })).toSatisfy(bogus(/made from a wildcard/));
    expect(validateSet(host, { zone, keys, now, expanded: true })).toMatchObject({
      is: 'secure',
      by: { labels: 2 },
    });
  });
});

describe('the keys of a zone', () => {
  const ksk = signingKey(13);
  const zsk = signingKey(13, 256);
  const set = rrset({ name: zone, type: 'DNSKEY', ttl: 300, rdata: [ksk.dnskey, zsk.dnskey] });
  const by = (key: typeof ksk): SignedSet => ({
    ...set,
    signatures: [rrsigOf(signature(set, { zone, key }))],
  });
  const ds = [dsOf(dsFor(zone, ksk))];

  it('are all trusted once the key of the DS signed them', () => {
    const verdict = validateKeys(by(ksk), { ds, now });
    expect(verdict.is === 'secure' && verdict.keys.map(({ tag }) => tag).sort()).toEqual(
      [ksk.tag, zsk.tag].sort(),
    );
    expect(validateKeys(by(ksk), { ds: [dsOf(dsFor(zone, ksk, 4))], now }).is).toBe('secure');
  });

  it('are not when another key did, or the DS is another', () => {
    expect(validateKeys(by(zsk), { ds, now }).is).toBe('bogus');
    const wrong = [dsOf(dsFor(zone, signingKey(13)))];
    expect(validateKeys(by(ksk), { ds: wrong, now })).toSatisfy(
      bogus(/none of its keys \(.*\) fits the DS \(\d+ ECDSAP256SHA256 \(13\)\)/),
    );
    expect(validateKeys(by(ksk), { ds: [dsOf(dsFor(zone, ksk, 1))], now }).is).toBe('bogus');
  });

  it('cannot be judged by a DS of SHA-1 or of an unknown algorithm', () => {
    const list = [dsFor(zone, ksk, 1), `1 5 2 ${'00'.repeat(32)}`, dsFor(zone, ksk)].map(dsOf);
    expect(usableDs(list)).toEqual([list[2]]);
  });
});
