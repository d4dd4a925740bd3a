import { describe, expect, it } from 'vitest';
import { parseName } from '../../src/dns/name.ts';
import { reaches } from '../../src/dns/negative-reach.ts';

const nsec = (owner: string, next: string, type = 'NSEC') => ({
  ...{ name: parseName(owner), type, klass: 1, ttl: 300, rdata: `${next} A RRSIG NSEC` },
});
const names = (...all: readonly string[]) => all.map(one => parseName(one));

/** RFC 4034 6.1, its own example. */
const ordered = ['a', 'yljkjljk.a', 'z.a', 'zabc.a', 'z', '*.z'].map(label => `${label}.example`);

describe('a denial that is kept', () => {
  it('denies what stands between its two names in canonical order, and no more', () => {
    for (const [from, owner] of ordered.entries())
      for (const [to, next] of ordered.entries())
        for (const [at, name] of ordered.entries()) {
          if (from >= to) continue;
          const inside = at >= from && at < to;
          expect(reaches([nsec(owner, `${next}.`)], names(name)), `${owner} ${name} ${next}`).toBe(
            inside,
          );
        }
  });

  it.each([
    // The one that denies the wildcard of the zone, for a name that begins with a digit.
    ['example.org', '_dmarc.example.org.', '_mta-sts.example.org', false],
    ['example.org', 'www.example.org.', '_mta-sts.example.org', true],
    ['example.org', 'www.example.org.', 'autodiscover.example.org', true],
    ['example.org', 'www.example.org.', 'www.example.org', false],
    // The last one of the zone.
    ['www.example.org', 'example.org.', 'zimbra.example.org', true],
    ['www.example.org', 'example.org.', 'mail.example.org', false],
    // A type that is to be created where something is already.
    [
      'selector._domainkey.example.org',
      'www.example.org.',
      'selector._domainkey.example.org',
      true,
    ],
  ])('from %s to %s, of %s: %s', (...[owner, next, name, reached]) => {
    expect(reaches([nsec(owner, next)], names(name))).toBe(reached);
  });

  it('with hashes may deny anything that is to come, and nothing where nothing is', () => {
    const hashed = [nsec('0p9mhaveqvm6t7vbl5lop2u3t2rp3tom.example', '-', 'NSEC3')];
    expect(reaches(hashed, names('a.example'))).toBe(true);
    expect(reaches(hashed, [])).toBe(false);
    expect(reaches([], names('a.example'))).toBe(false);
  });
});
