import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseName } from '../../src/dns/name.ts';
import { rrset } from '../../src/dns/rrset.ts';
import { decodeUpdate } from '../../src/dns/update-read.ts';
import { encodeUpdate, type Prerequisite, type Update } from '../../src/dns/update.ts';
import { encodeQuery } from '../../src/dns/wire.ts';
import { names, rrsets } from './arbitraries.ts';

const zone = parseName('example.org');
const name = parseName('a.example.org');
const mx = rrset({ name, type: 'MX', ttl: 300, rdata: ['10 m.example'] });
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

// id, flags (opcode 5), one zone, then the counts; example.org SOA IN.
const head = (counts: string): string =>
  `12342800 0001 ${counts} 0000 076578616d706c65036f726700 0006 0001`.replaceAll(' ', '');
const owner = '0161076578616d706c65036f726700';
const data = '000a016d076578616d706c6500';

describe('encodeUpdate', () => {
  const prerequisites: readonly (readonly [Prerequisite, string])[] = [
    // RFC 2136 2.4.1 to 2.4.5: class ANY 00ff, NONE 00fe, IN 0001; TTL 0; no data but in 2.4.2.
    [{ is: 'exists', key: mx }, '000f 00ff 00000000 0000'],
    [{ is: 'equals', rrset: mx }, `000f 0001 00000000 000d ${data}`],
    [{ is: 'absent', key: mx }, '000f 00fe 00000000 0000'],
    [{ is: 'name in use', name }, '00ff 00ff 00000000 0000'],
    [{ is: 'name not in use', name }, '00ff 00fe 00000000 0000'],
  ];
  it.each(prerequisites)('requires: %j', (prerequisite, record) => {
    const bytes = encodeUpdate({ id: 0x1234, zone, prerequisites: [prerequisite], updates: [] });
    expect(hex(bytes)).toBe(head('0001 0000') + owner + record.replaceAll(' ', ''));
  });

  const updates: readonly (readonly [Update, string])[] = [
    // RFC 2136 2.5.1 to 2.5.4.
    [{ do: 'add', rrset: mx }, `000f 0001 0000012c 000d ${data}`],
    [{ do: 'delete rrset', key: mx }, '000f 00ff 00000000 0000'],
    [{ do: 'delete name', name }, '00ff 00ff 00000000 0000'],
    [{ do: 'delete records', rrset: mx }, `000f 00fe 00000000 000d ${data}`],
  ];
  it.each(updates)('does: %j', (update, record) => {
    const bytes = encodeUpdate({ id: 0x1234, zone, prerequisites: [], updates: [update] });
    expect(hex(bytes)).toBe(head('0000 0001') + owner + record.replaceAll(' ', ''));
  });

  it('never takes the type ANY, which would delete all there is at a name', () => {
    const updates: readonly Update[] = [{ do: 'delete rrset', key: { name, type: 'ANY' } }];
    expect(() => encodeUpdate({ id: 1, zone, prerequisites: [], updates })).toThrow('type ANY');
  });
});

describe('decodeUpdate', () => {
  it('gives back what was encoded', () => {
    const keys = fc.record({ name: names, type: fc.constantFrom('MX', 'TXT', 'A', 'TYPE65280') });
    const prerequisite: fc.Arbitrary<Prerequisite> = fc.oneof(
      fc.record({ is: fc.constantFrom('exists' as const, 'absent' as const), key: keys }),
      fc.record({
        is: fc.constant('equals' as const),
        rrset: rrsets.map(set => ({ ...set, ttl: 0 })),
      }),
      fc.record({
        is: fc.constantFrom('name in use' as const, 'name not in use' as const),
        name: names,
      }),
    );
    const update: fc.Arbitrary<Update> = fc.oneof(
      fc.record({ do: fc.constant('add' as const), rrset: rrsets }),
      fc.record({
        do: fc.constant('delete records' as const),
        rrset: rrsets.map(set => ({ ...set, ttl: 0 })),
      }),
      fc.record({ do: fc.constant('delete rrset' as const), key: keys }),
      fc.record({ do: fc.constant('delete name' as const), name: names }),
    );
    const message = fc.record({
      id: fc.nat(65_535),
      zone: names,
      prerequisites: fc.uniqueArray(prerequisite, { maxLength: 4, selector: ownerAndType }),
      updates: fc.uniqueArray(update, { maxLength: 4, selector: ownerAndType }),
    });
    fc.assert(
      fc.property(message, message => {
        expect(decodeUpdate(encodeUpdate(message))).toEqual({ ...message, tsig: null });
      }),
      { numRuns: 300 },
    );
  });

  it('refuses what is no UPDATE', () => {
    const query = encodeQuery({ id: 1, name: zone, type: 'SOA', recursive: false });
    expect(() => decodeUpdate(query)).toThrow('not an UPDATE');
    const odd = encodeUpdate({ id: 1, zone, prerequisites: [], updates: [] });
    odd[odd.length - 3] = 15;
    expect(() => decodeUpdate(odd)).toThrow('names no zone');
  });
});

/** Entries of one RRset that follow each other are read as one, so they are kept apart here. */
function ownerAndType(entry: Prerequisite | Update): string {
  if ('rrset' in entry) return `${entry.rrset.name} ${entry.rrset.type}`;
  return 'key' in entry ? `${entry.key.name} ${entry.key.type}` : entry.name;
}
