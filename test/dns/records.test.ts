import { describe, expect, it } from 'vitest';
import { parseName } from '../../src/dns/name.ts';
import { rrsetFrom } from '../../src/dns/records.ts';
import { rrset } from '../../src/dns/rrset.ts';

const name = parseName('example.org');

describe('rrsetFrom', () => {
  it('takes the records of its key, sorted, once, with the lowest TTL (RFC 2181 5.2)', () => {
    const record = { name, type: 'MX', klass: 1 };
    const other = { name: parseName('a.example.org'), type: 'MX', klass: 1, ttl: 1 };
    const records = [
      { ...record, ttl: 300, rdata: '20 b.example.' },
      { ...record, ttl: 60, rdata: '10 a.example.' },
      { ...record, ttl: 90, rdata: '20 b.example.' },
      { ...other, rdata: '5 c.example.' },
      { ...record, type: 'TXT', ttl: 1, rdata: '"a"' },
      { ...record, klass: 3, ttl: 1, rdata: '1 d.example.' },
    ];
    expect(rrsetFrom(records, { name, type: 'MX' })).toEqual(
      rrset({ name, type: 'MX', ttl: 60, rdata: ['10 a.example', '20 b.example'] }),
    );
    expect(rrsetFrom(records, { name, type: 'A' })).toBeNull();
  });
});
