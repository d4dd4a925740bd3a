import { describe, expect, it } from 'vitest';
import {
  coveredBy,
  matchesPattern,
  oneLabelWildcard,
  stretchedBy,
} from '../../src/mail/sts-match.ts';

describe('a host of the MX and a line of a policy (RFC 8461 4.1)', () => {
  it.each([
    ['mail.example.com', '*.example.com', true],
    ['foo.bar.example.com', '*.example.com', false],
    ['example.com', '*.example.com', false],
    // A report of Google about this host and this line said "validation-failure".
    ['icewolf-li.h-v1.mx.microsoft', '*.mx.microsoft', false],
    ['icewolf-li.h-v1.mx.microsoft', '*.h-v1.mx.microsoft', true],
    ['alt1.aspmx.l.google.com', '*.aspmx.l.google.com', true],
    ['aspmx.l.google.com', '*.aspmx.l.google.com', false],
    ['MX1.Example.COM.', 'mx1.example.com', true],
    ['mx1.example.com', 'MX1.Example.COM.', true],
    // What is not anchored, or compares ends only, takes these.
    ['notmx.example.com', 'mx.example.com', false],
    ['mx.example.com.attacker.net', 'mx.example.com', false],
    ['mx.attackerexample.com', '*.example.com', false],
    ['mx-example.com', 'mx.example.com', false],
    // A wildcard is a whole label, and the leftmost one.
    ['mx1.example.com', 'mx*.example.com', false],
    ['mx1.a.example.com', 'mx1.*.example.com', false],
    ['mx1.example.com', '*', false],
    ['mx1.example.com', '*.', false],
    ['a.b.example.com', '*.*.example.com', false],
    ['.example.com', '*.example.com', false],
    ['', '', false],
  ])('%s and %s: %s', (host, pattern, fits) => {
    expect(matchesPattern(host, pattern)).toBe(fits);
  });

  it('any line may match; a wildcard that would have to be stretched is named', () => {
    const patterns = ['*.mx.microsoft', 'mail.example.org'];
    expect(coveredBy('mail.example.org.', patterns)).toBe(true);
    expect(coveredBy('example-org.o-v1.mx.microsoft', patterns)).toBe(false);
    expect(stretchedBy('example-org.o-v1.mx.microsoft.', patterns)).toBe('*.mx.microsoft');
    expect(stretchedBy('example-org.mx.microsoft.', patterns)).toBeNull();
    expect(stretchedBy('mx.microsoft.', patterns)).toBeNull();
    expect(oneLabelWildcard('example-org.o-v1.mx.microsoft.')).toBe('*.o-v1.mx.microsoft');
    expect(oneLabelWildcard('localhost')).toBe('localhost');
  });
});
