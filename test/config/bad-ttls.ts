/** As it is written, as it is quoted. RFC 2181 8: a TTL has 31 bits; 0 would be no cache at all. */
export const badTtls: readonly (readonly [written: string, quoted: string])[] = [
  ['-1', '-1'],
  ['0', '0'],
  ['5x', '"5x"'],
  ['2147483648', '2147483648'],
  ['1.5', '1.5'],
];

export const ttlRange = 'from 1 to 2147483647';
