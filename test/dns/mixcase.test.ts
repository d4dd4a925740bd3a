import { describe, expect, it } from 'vitest';
import { mixCase } from '../../src/dns/mixcase.ts';
import { nameToWire, parseName } from '../../src/dns/name.ts';
import { decodeMessage, encodeQuery } from '../../src/dns/wire.ts';

describe('mixCase', () => {
  it('gives letters the case of one random bit each and leaves the rest alone', () => {
    const wire = nameToWire(parseName('a1-b_c.xn--de.org'));
    const text = (random: readonly number[]): string =>
      Buffer.from(mixCase(wire, Uint8Array.from(random))).toString('latin1');
    expect(text([255])).toBe('\x06A1-B_C\x06XN--DE\x03ORG\0');
    expect(text([0])).toBe('\x06a1-b_c\x06xn--de\x03org\0');
    expect(text([0b101, 0b11])).toBe('\x06A1-b_C\x06xn--de\x03oRG\0');
    expect(text([])).toBe('\x06a1-b_c\x06xn--de\x03org\0');
  });

  it('never touches a length octet', () => {
    const long = parseName(`${'a'.repeat(63)}.${'b'.repeat(33)}.org`);
    expect(
      decodeMessage(
        encodeQuery({ id: 1, name: long, type: 'A', recursive: true, mixCase: Uint8Array.of(255) }),
      ).question?.name,
    ).toBe(long);
  });
});
