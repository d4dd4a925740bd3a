import { describe, expect, it } from 'vitest';
import { decodeMessage } from '../../src/dns/wire.ts';

const hex = (text: string): Uint8Array =>
  new Uint8Array(Buffer.from(text.replaceAll(/\s/g, ''), 'hex'));
const question = '076578616d706c65036f726700 000f 0001';
/** A response with its counts and its records, all in hexadecimal. The first record is at 29. */
const response = (counts: string, records: string): Uint8Array =>
  hex(`1234 8180 0001 ${counts} ${question} ${records}`);
const mxHead = 'c00c 000f 0001 0000012c';

describe('decodeMessage', () => {
  it.each([
    ['nothing', ''],
    ['eleven octets', '1234 8180 0000 0000 0000 00'],
    ['two questions', `1234 8180 0002 0000 0000 0000 ${question} ${question}`],
    ['a question less than it claims', '1234 8180 0001 0000 0000 0000'],
    ['more than its records', `1234 8180 0001 0000 0000 0000 ${question} 00`],
  ])('refuses a message of %s', (_, text) => {
    expect(() => decodeMessage(hex(text))).toThrow('malformed');
  });

  it.each([
    ['fewer records than it claims', '0002 0000 0000', `${mxHead} 0003 000a 00`],
    ['counts that cannot be', 'ffff ffff ffff', ''],
    ['more than 4096 records', '1001 0000 0000', '00 ff00 0001 00000000 0000'.repeat(4097)],
    ['an RDLENGTH too long', '0001 0000 0000', `${mxHead} 00ff 000a 00`],
    ['an RDLENGTH too short', '0001 0000 0000', `${mxHead} 0002 000a 00`],
    ['an RDLENGTH with octets over', '0001 0000 0000', `${mxHead} 0005 000a 00 0000`],
    ['an MX without exchange', '0001 0000 0000', `${mxHead} 0002 000a`],
    ['an MX without anything', '0001 0000 0000', `${mxHead} 0000`],
    ['an exchange that runs out of its record', '0001 0000 0000', `${mxHead} 0005 000a 02 6161`],
    ['a pointer at itself', '0001 0000 0000', `${mxHead} 0004 000a c02b`],
    ['a pointer forward', '0002 0000 0000', `${mxHead} 0004 000a c02d ${mxHead} 0003 000a 00`],
    ['a pointer into the header', '0001 0000 0000', `${mxHead} 0004 000a c000`],
    ['a pointer beyond the end', '0001 0000 0000', `${mxHead} 0004 000a ffff`],
    ['half a pointer', '0001 0000 0000', `${mxHead} 0003 000a c0`],
    ['a name that comes back to itself', '0001 0000 0000', `${mxHead} 0006 000a 01 61 c02b`],
    ['a label of the kind 01', '0001 0000 0000', `${mxHead} 0004 000a 41 00`],
    ['a label of the kind 10', '0001 0000 0000', `${mxHead} 0004 000a 81 00`],
    [
      'a name of 256 octets',
      '0001 0000 0000',
      `${mxHead} 0102 000a ${'03616161'.repeat(63)} 02 6161 00`,
    ],
    ['an A record of 5 octets', '0001 0000 0000', 'c00c 0001 0001 00000000 0005 c000020101'],
    ['a TXT whose string runs out', '0001 0000 0000', 'c00c 0010 0001 00000000 0003 056161'],
    ['a TXT without a string', '0001 0000 0000', 'c00c 0010 0001 00000000 0000'],
    ['an OPT among the answers', '0001 0000 0000', '00 0029 04d0 00000000 0000'],
    ['two OPT', '0000 0000 0002', '00 0029 04d0 00000000 0000'.repeat(2)],
    ["an OPT that is not the root's", '0000 0000 0001', 'c00c 0029 04d0 00000000 0000'],
    [
      'an option that runs out of its record',
      '0000 0000 0001',
      '00 0029 04d0 00000000 0004 0003 0001',
    ],
    [
      'an option that runs into the next record',
      '0000 0000 0002',
      `00 0029 04d0 00000000 0004 0003 0001 ${mxHead} 0003 000a 00`,
    ],
    ['an OPT longer than the message', '0000 0000 0001', '00 0029 04d0 00000000 0005 0003 0000'],
    [
      'a cookie of 9 octets',
      '0000 0000 0001',
      '00 0029 04d0 00000000 000d 000a 0009 000000000000000000',
    ],
    ['an extended error without code', '0000 0000 0001', '00 0029 04d0 00000000 0005 000f 0001 00'],
    ['an empty MX outside an UPDATE', '0001 0000 0000', 'c00c 000f 00ff 00000000 0000 00'],
  ])('refuses %s', (_, counts, records) => {
    expect(() => decodeMessage(response(counts, records))).toThrow('malformed');
  });

  // Other rules stumble over most of these as well, so the reason is looked at.
  it.each([
    ['a pointer at itself', '0001', `${mxHead} 0004 000a c02b`, 'points forward or at itself'],
    ['a label and back', '0001', `${mxHead} 0006 000a 01 61 c02b`, 'points forward or at itself'],
    ['a pointer forward', '0001', `${mxHead} 0004 000a c02d`, 'points forward or at itself'],
    ['a pointer at the id', '0001', `${mxHead} 0004 000a c000`, 'points into the header'],
    ['a pointer at the counts', '0001', `${mxHead} 0004 000a c00b`, 'points into the header'],
    [
      'too many records',
      '1001',
      '00 ff00 0001 00000000 0000'.repeat(4097),
      'it claims 4097 records',
    ],
    ['impossible counts', '0fff', '', 'more records than it can hold'],
  ])('gives the reason: %s', (...[, count, records, why]) => {
    expect(() => decodeMessage(response(`${count} 0000 0000`, records))).toThrow(why);
  });

  it('refuses an option that takes octets from behind its record', () => {
    const opt = '00 0029 04d0 00000000 0004 0003 0001 07';
    expect(() => decodeMessage(response('0000 0000 0001', opt))).toThrow('runs over the end');
    expect(
      decodeMessage(response('0000 0000 0001', opt.replace('0004', '0005'))).edns?.nsid,
    ).toEqual(Uint8Array.of(7));
  });

  it('refuses 64 KiB and one octet before it looks inside', () => {
    expect(() => decodeMessage(new Uint8Array(65_536))).toThrow('65536 octets');
  });

  it('refuses a pointer bomb of 64 KiB after a bounded number of steps', () => {
    // A chain of 8,000 pointers inside data that nobody reads, each at the one before it; then
    // records whose owners start at different links: 16 million steps if nobody counted.
    const links = 8000;
    const chain = Array.from({ length: links }, (_, index) =>
      (index === 0 ? 0xc00c : 0xc000 + 41 + 2 * (index - 1)).toString(16),
    );
    const bomb = (owners: number): Uint8Array => {
      const head = `c00c ff00 0001 00000000 ${(2 * links).toString(16)} ${chain.join('')}`;
      const records = Array.from(
        { length: owners },
        (_, index) =>
          `${(0xc000 + 41 + 2 * (links - 1 - index)).toString(16)} ff00 0001 00000000 0000`,
      );
      const count = (owners + 1).toString(16).padStart(4, '0');
      return response(`${count} 0000 0000`, `${head} ${records.join('')}`);
    };
    expect(bomb(4000).length).toBeGreaterThan(63_000);
    expect(() => decodeMessage(bomb(4000))).toThrow('folded deeper');
    // The count is over the whole message: a few such names pass, a few more do not.
    expect(decodeMessage(bomb(5)).answer).toHaveLength(6);
    expect(() => decodeMessage(bomb(20))).toThrow('folded deeper');
  });
});
