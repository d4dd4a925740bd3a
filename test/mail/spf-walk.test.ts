import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseName } from '../../src/dns/name.ts';
import { type SpfAnswer, type SpfQuestion, walkSpf } from '../../src/mail/spf-walk.ts';
import { txtRdata } from '../../src/mail/txt.ts';

const domain = parseName('example.org');

/** A world of `name TYPE` and its data; null is certain denial, what is missing is a question. */
function walked(text: string, world: Readonly<Record<string, readonly string[] | null>>) {
  const known = ({ name, type }: SpfQuestion): SpfAnswer | undefined => {
    const found = world[`${name} ${type}`];
    if (found === undefined) return undefined;
    if (found === null) return { is: 'absent' };
    if (found[0] === '?') return { is: 'unanswered', why: 'no answer within 3 s' };
    return { is: 'found', rdata: type === 'TXT' ? found.map(txtRdata) : found };
  };
  return walkSpf(domain, text, known);
}

const spf = (name: string, text: string) => ({ [`${name}. TXT`]: [text] });

describe('the way through an SPF record', () => {
  it('counts what costs a lookup, in all that is included', () => {
    const walk = walked('v=spf1 mx include:a.example ip4:192.0.2.1 exists:%{i}.x.example -all', {
      'example.org. MX': ['10 mx.old.example.'],
      ...spf('a.example', 'v=spf1 a include:b.example -all include:never.example'),
      ...spf('b.example', 'v=spf1 ip6:2001:db8::/32 ptr redirect=c.example'),
      ...spf('c.example', 'v=spf1 ip4:192.0.2.2 -all'),
      'a.example. A': ['192.0.2.3'],
      'a.example. AAAA': null,
    });
    // mx, include a, a, include b, ptr, redirect, exists
    expect(walk.lookups).toBe(7);
    expect(walk).toMatchObject({ voids: [], faults: [], wants: [], discouraged: ['"ptr"'] });
    expect([...walk.allows]).toContain('include:b.example');
    expect(walk.allows).not.toContain('include:never.example');
    expect(walk.dynamic).toEqual(['"%{i}.x.example"']);
  });

  it('says what must be asked before it can go on', () => {
    const walk = walked('v=spf1 include:a.example mx a -all', {});
    expect(walk.wants.map(({ name, type }) => `${name} ${type}`)).toEqual([
      'a.example. TXT',
      'example.org. MX',
      'example.org. A',
      'example.org. AAAA',
    ]);
    expect(walk.faults).toEqual([]);
  });

  it('finds what ends in an error', () => {
    expect(walked('v=spf1 include:a.example', { 'a.example. TXT': null })).toMatchObject({
      voids: ['a.example. TXT'],
      faults: ['a.example. (include) has no SPF record'],
    });
    const twice = walked('v=spf1 include:a.example', {
      'a.example. TXT': ['v=spf1 -all', 'v=spf1 mx'],
    });
    expect(twice.faults).toEqual(['a.example. (include) has 2 SPF records']);
    const loop = walked('v=spf1 include:a.example', spf('a.example', 'v=spf1 include:example.org'));
    expect(loop.faults).toEqual(['example.org. is led back to itself by include']);
    const hosts = Array.from({ length: 11 }, (_, index) => `10 mx${index}.old.example.`);
    expect(walked('v=spf1 mx', { 'example.org. MX': hosts }).faults).toEqual([
      'example.org. has 11 mail hosts, and "mx" allows 10',
    ]);
    expect(walked('v=spf1 foo', {}).faults).toEqual(['example.org. "foo" is no mechanism']);
    expect(walked(`v=spf1 include:${'a'.repeat(64)}.example`, {}).faults).toHaveLength(1);
  });

  it('counts what is looked up in vain', () => {
    const walk = walked('v=spf1 a:x.example mx:y.example exists:z.example a:w.example -all', {
      'x.example. A': null,
      'x.example. AAAA': null,
      'y.example. MX': null,
      'z.example. A': null,
      'z.example. AAAA': ['2001:db8::1'],
      'w.example. A': null,
      'w.example. AAAA': ['2001:db8::1'],
    });
    expect(walk.voids).toEqual(['x.example. A', 'y.example. MX', 'z.example. A']);
  });

  it('knows what is said of others, also by way of a redirect, and not of an include', () => {
    const theirs = spf('a.example', 'v=spf1 mx:a.example -all');
    expect(walked('v=spf1 redirect=a.example', theirs).others).toBe('-');
    expect(walked('v=spf1 include:a.example', theirs).others).toBeNull();
    expect(walked('v=spf1 include:a.example ~all redirect=a.example', theirs).others).toBe('~');
  });

  it('keeps apart what nobody answered', () => {
    const walk = walked('v=spf1 include:a.example -all', { 'a.example. TXT': ['?'] });
    expect(walk.unanswered).toEqual(['a.example. TXT: no answer within 3 s']);
    expect(walk).toMatchObject({ faults: [], voids: [], wants: [] });
  });

  it('ends, however much there is', () => {
    const many = Array.from({ length: 5000 }, (_, index) => `include:i${index}.example`);
    const walk = walked(`v=spf1 ${many.join(' ')}`, {});
    expect(walk.lookups).toBe(30);
    // Each leads to the next: a chain without an end.
    for (const by of ['include:', 'redirect=']) {
      let at = 0;
      const known = (): SpfAnswer => ({
        is: 'found',
        rdata: [txtRdata(`v=spf1 ${by}x${(at += 1)}.example`)],
      });
      expect(walkSpf(domain, `v=spf1 ${by}a.example`, known).lookups).toBe(30);
    }
  });

  it('ends for any world, and never asks for the same twice', () => {
    const names = ['a.example', 'b.example', 'c.example', 'example.org'];
    const term = fc.oneof(
      fc
        .tuple(
          fc.constantFrom('include:', 'redirect=', 'a:', 'mx:', 'exists:'),
          fc.constantFrom(...names),
        )
        .map(parts => parts.join('')),
      fc.constantFrom('mx', 'a', 'ptr', '-all', 'ip4:192.0.2.1', 'include:%{d}.x.example', '%'),
    );
    const record = fc.array(term, { maxLength: 6 }).map(terms => ['v=spf1', ...terms].join(' '));
    fc.assert(
      fc.property(record, fc.array(record, { minLength: 3, maxLength: 3 }), (text, texts) => {
        const world = Object.fromEntries(
          texts.map((one, at) => [`${names[at] ?? ''}. TXT`, [one]]),
        );
        const walk = walked(text, world);
        expect(walk.lookups).toBeLessThanOrEqual(30);
        const asked = walk.wants.map(({ name, type }) => `${name} ${type}`);
        expect(new Set(asked).size).toBe(asked.length);
        expect(asked.every(question => world[question] === undefined)).toBe(true);
      }),
    );
  });
});
