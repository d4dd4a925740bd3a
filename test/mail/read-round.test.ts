import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isFault } from '../../src/errors.ts';
import { readProbeRound } from '../../src/mail/read-round.ts';

const seen = {
  ...{ host: 'mx.new.example', address: '198.51.100.10', role: 'new', reception: 'accepts' },
  ...{ said: '250 2.1.5 Ok', tls: 'good' },
  recipients: [{ address: 'anna@example.org', reception: 'accepts' }],
};
const round = {
  ...{ vantage: 'berlin', at: 1_764_914_400_000, egress: 'open', sts: 'fits' },
  seen: [seen],
  unresolved: [{ host: 'mx2.new.example', role: 'new', why: 'it has no address' }],
};

const read = (value: unknown) => readProbeRound(JSON.stringify(value));

describe('a round that is handed in', () => {
  it('is read as it is, or as a part of what probe --json prints', () => {
    const plain = read(round);
    expect(plain).toEqual({
      ...round,
      seen: [{ ...seen, host: 'mx.new.example.' }],
      unresolved: [{ ...round.unresolved[0], host: 'mx2.new.example.' }],
    });
    expect(read({ round, addresses: [] })).toEqual(plain);
    expect(read({ ...round, at: '2025-12-05T06:00:00.000Z' })).toEqual(plain);
  });

  it('keeps nothing that is not expected, and no control characters', () => {
    const said = 'hello\u001b[31m\r\nFAKE LINE\u202e';
    const got = read({ ...round, extra: 1, seen: [{ ...seen, said, extra: {} }] });
    expect(Object.keys(got).sort()).toEqual(Object.keys(round).sort());
    expect(got.seen[0]?.said).toBe('hello [31m FAKE LINE');
    expect(got.seen[0]).not.toHaveProperty('extra');
  });

  it.each([
    ['not JSON', '{'],
    ['another kind of value', '[]'],
    ['no seen', JSON.stringify({ ...round, seen: undefined })],
    ['an unknown word', JSON.stringify({ ...round, seen: [{ ...seen, reception: 'fine' }] })],
    ['a word of the prototype', JSON.stringify({ ...round, egress: 'toString' })],
    ['no address', JSON.stringify({ ...round, seen: [{ ...seen, address: 'mx.new.example' }] })],
    ['no host name', JSON.stringify({ ...round, seen: [{ ...seen, host: 'a..b' }] })],
    ['a name of a place with line breaks', JSON.stringify({ ...round, vantage: 'a\nb' })],
    ['no time', JSON.stringify({ ...round, at: 'noon' })],
    ['too many', JSON.stringify({ ...round, seen: Array.from({ length: 201 }, () => seen) })],
    ['too long', JSON.stringify({ ...round, seen: [{ ...seen, said: 'x'.repeat(201) }] })],
    ['far too large', ' '.repeat(600_000)],
  ])('is refused: %s', (_, text) => {
    expect(() => readProbeRound(text)).toThrow(expect.objectContaining({ code: 'MALFORMED' }));
  });

  it.each(['2001:db8::1', '192.0.2.1'])('names a host by its address: %s', address => {
    const text = JSON.stringify({ ...round, seen: [{ ...seen, host: address, address }] });
    expect(readProbeRound(text).seen[0]).toMatchObject({ host: `${address}.`, address });
  });

  it('never throws anything else, whatever it is given', () => {
    const near = fc.record(
      { vantage: fc.anything(), at: fc.anything(), seen: fc.anything(), egress: fc.anything() },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.json(),
          fc.string(),
          near.map(one => JSON.stringify(one)),
        ),
        text => {
          try {
            readProbeRound(text);
          } catch (error) {
            expect(isFault(error, 'MALFORMED')).toBe(true);
          }
        },
      ),
    );
  });
});
