import { expect, it } from 'vitest';
import {
  algorithmName,
  digestFits,
  dnskeyOf,
  dsOf,
  isKnownAlgorithm,
  isKnownDigest,
  labelCount,
  rrsigOf,
  secondsOfStamp,
  signsZones,
} from '../../src/dns/dnssec-records.ts';
import { parseName, ROOT } from '../../src/dns/name.ts';
import { parseRdata } from '../../src/dns/rdata.ts';

/** A key, its tag and its DS, as documents publish them. */
const published = [
  {
    // RFC 4034 5.4; the digest of SHA-256 is that of RFC 4509 2.3.
    from: 'RFC 4509',
    owner: parseName('dskey.example.com'),
    dnskey:
      '256 3 5 AQOeiiR0GOMYkDshWoSKz9XzfwJr1AYtsmx3TGkJaNXVbfi/2pHm822aJ5iI9BMzNXxeYCmZDRD99WYw' +
      'YqUSdjMmmAphXdvxegXd/M5+X7OrzKBaMbCVdFLUUh6DhweJBjEVv5f2wwjM9XzcnOf+EPbtG9DMBmADjFDc2w/rljwvFw==',
    ds: '60485 5 2 D4B7D520E7BB5F0F67674A0CCEB1E3E0614B93C4F9E99B8383F6A1E4469DA50A',
  },
  {
    from: 'RFC 6605 6.1',
    owner: parseName('example.net'),
    dnskey:
      '257 3 13 GojIhhXUN/u4v54ZQqGSnyhWJwaubCvTmeexv7bR6edbkrSqQpF64cYbcB7wNcP+e+MAnLr+Wi9xMWyQLc8NAA==',
    ds: '55648 13 2 b4c8c1fe2e7477127b27115656ad6256f424625bf5c1e2770ce6d6e37df61d17',
  },
  {
    from: 'RFC 6605 6.2',
    owner: parseName('example.net'),
    dnskey:
      '257 3 14 xKYaNhWdGOfJ+nPrL8/arkwf2EY3MDJ+SErKivBVSum1w/egsXvSADtNJhyem5RCOpgQ6K8X1DRSEkrb' +
      'YQ+OB+v8/uX45NBwY8rp65F6Glur8I/mlVNgF6W/qTI37m40',
    ds: '10771 14 4 72d7b62976ce06438e9c0bf319013cf801f09ecc84b8d7e9495f27e305c6a9b0563a9b5f4d288405c3008a946df983d6',
  },
  {
    from: 'RFC 8080 6.1',
    owner: parseName('example.com'),
    dnskey: '257 3 15 l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4=',
    ds: '3613 15 2 3aa5ab37efce57f737fc1627013fee07bdf241bd10f3b1964ab55c78e79a304b',
  },
  {
    from: 'KSK-2017 of the root',
    owner: ROOT,
    dnskey:
      '257 3 8 AwEAAaz/tAm8yTn4Mfeh5eyI96WSVexTBAvkMgJzkKTOiW1vkIbzxeF3+/4RgWOq7HrxRixHlFlExOLAJr5emLvN' +
      '7SWXgnLh4+B5xQlNVz8Og8kvArMtNROxVQuCaSnIDdD5LKyWbRd2n9WGe2R8PzgCmr3EgVLrjyBxWezF0jLHwVN8' +
      'efS3rCj/EWgvIWgb9tarpVUDK/b58Da+sqqls3eNbuv7pr+eoZG+SrDK6nWeL3c6H5Apxz7LjVc1uTIdsIXxuOLY' +
      'A4/ilBmSVIzuDWfdRUfhHdY6+cn8HFRm+2hM8AnXGXws9555KrUB5qihylGa8subX2Nn6UwNR1AkUTV74bU=',
    ds: '20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D',
  },
];

it.each(published)('knows the tag and the digest of a key: $from', ({ owner, dnskey, ds }) => {
  const key = dnskeyOf(parseRdata('DNSKEY', dnskey));
  const digest = dsOf(parseRdata('DS', ds));
  expect(key.tag).toBe(digest.tag);
  expect(digestFits(digest, owner, key)).toBe(true);
  expect(digestFits(digest, parseName('other.example'), key)).toBe(false);
  expect(digestFits({ ...digest, algorithm: 99 }, owner, key)).toBe(false);
  const last = digest.digest.endsWith('0') ? '1' : '0';
  expect(digestFits({ ...digest, digest: digest.digest.slice(0, -1) + last }, owner, key)).toBe(
    false,
  );
});

it('takes no digest and no signature by SHA-1', () => {
  const { owner, dnskey } = published[0]!;
  const key = dnskeyOf(dnskey);
  // RFC 4034 5.4.
  const ds = dsOf('60485 5 1 2BB183AF5F22588179A53B0A98631FAD1A292118');
  expect(ds.tag).toBe(key.tag);
  expect(digestFits(ds, owner, key)).toBe(false);
  expect([1, 2, 3, 4].filter(isKnownDigest)).toEqual([2, 4]);
  const known = Array.from({ length: 256 }, (_, index) => index).filter(isKnownAlgorithm);
  expect(known).toEqual([8, 10, 13, 14, 15, 16]);
  expect([algorithmName(5), algorithmName(200)]).toEqual(['RSASHA1 (5)', 'algorithm (200)']);
});

it('reads a signature, its head apart', () => {
  const text = 'MX 15 2 3600 20150819220000 20150729220000 3613 example.com. AQIDBA==';
  const rrsig = rrsigOf(text);
  expect(rrsig).toMatchObject({
    ...{ type: 'MX', algorithm: 15, labels: 2, originalTtl: 3600, tag: 3613 },
    ...{ expiration: 1_440_021_600, inception: 1_438_207_200, signer: 'example.com.' },
  });
  expect([...rrsig.signature]).toEqual([1, 2, 3, 4]);
  expect(rrsig.head).toHaveLength(18 + 13);
  expect(secondsOfStamp('19700101000001')).toBe(1);
});

it('counts labels as RFC 4034 3.1.3 does', () => {
  const counts = ['.', 'example.org', '*.example.org', 'a.b.example.org'];
  expect(counts.map(name => labelCount(name === '.' ? ROOT : parseName(name)))).toEqual([
    0, 2, 2, 4,
  ]);
});

it.each([
  [257, 3, true],
  [256, 3, true],
  // No zone key, another protocol, revoked.
  [1, 3, false],
  [257, 2, false],
  [257 + 128, 3, false],
])('lets a key with flags %i and protocol %i sign: %s', (flags, protocol, may) => {
  expect(signsZones({ ...dnskeyOf('257 3 15 AAAA'), flags, protocol })).toBe(may);
});
