import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSpf, mergeSpf, parseSpf, verdictOnOthers, withMechanism } from '../../src/mail/spf.ts';
import { txtRdata, txtText } from '../../src/mail/txt.ts';

describe('TXT', () => {
  it('is put together and split again without loss, whatever octets it has', () => {
    expect(txtText('"v=spf1 " "mx -all"')).toBe('v=spf1 mx -all');
    expect(txtText('"a\\"b\\\\c\\001"')).toBe('a"b\\c\u0001');
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 700 }), octets => {
        const text = Buffer.from(octets).toString('latin1');
        expect(txtText(txtRdata(text))).toBe(text);
      }),
    );
  });
});

describe('an SPF record', () => {
  it('is told from its neighbours by its first word', () => {
    expect(isSpf('v=spf1')).toBe(true);
    expect(isSpf('V=SPF1 -all')).toBe(true);
    expect(isSpf('v=spf10 -all')).toBe(false);
    expect(isSpf(' v=spf1 -all')).toBe(false);
    expect(parseSpf('v=DMARC1; p=none')).toBeNull();
  });

  it('is read into its mechanisms', () => {
    const spf = parseSpf(
      'v=spf1 +mx a:mail.example.org/24//64 ?include:_spf.example.net ip4:192.0.2.0/24 ip6:2001:db8::/32 exists:%{i}._x.example.org ptr ~all redirect=other.example exp=why.example foo=bar',
    );
    expect(spf?.problems).toEqual([]);
    expect(spf?.mechanisms.map(({ qualifier, name, target }) => [qualifier, name, target])).toEqual(
      [
        ['+', 'mx', null],
        ['+', 'a', 'mail.example.org'],
        ['?', 'include', '_spf.example.net'],
        ['+', 'ip4', '192.0.2.0/24'],
        ['+', 'ip6', '2001:db8::/32'],
        ['+', 'exists', '%{i}._x.example.org'],
        ['+', 'ptr', null],
        ['~', 'all', null],
      ],
    );
    expect(spf?.redirect).toBe('other.example');
    expect(verdictOnOthers(parseSpf('v=spf1 mx')!)).toBeNull();
    expect(verdictOnOthers(spf!)).toBe('~');
  });

  it.each([
    ['include', '"include" is no mechanism'],
    ['include:', 'is no mechanism'],
    ['include:localhost', 'is no mechanism'],
    ['ip4:192.0.2.300', 'is no mechanism'],
    ['ip4:192.0.2.1/33', 'is no mechanism'],
    ['ip6:192.0.2.1', 'is no mechanism'],
    ['mx/33', 'is no mechanism'],
    ['all:x.example', 'is no mechanism'],
    ['include:%{z}.example.org', 'is no mechanism'],
    ['ipv4:192.0.2.1', 'is no mechanism'],
    ['redirect=', 'names no domain'],
    ['redirect=a.example redirect=b.example', 'more than once'],
    ['exp=a.example exp=b.example', 'more than once'],
  ])('with %s is an error', (term, problem) => {
    expect(parseSpf(`v=spf1 ${term}`)?.problems.join()).toContain(problem);
  });

  it('never throws, whatever it is made of', () => {
    const term = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.constantFrom('a:', 'mx', 'include:%', 'ip4:', '/', '//', '%{', '=', 'redirect=', '-all'),
    );
    fc.assert(
      fc.property(fc.array(term, { maxLength: 20 }), terms => {
        const spf = parseSpf(`v=spf1 ${terms.join(' ')}`);
        expect(spf).not.toBeNull();
      }),
    );
  });

  it('of a megabyte is read in no time', () => {
    const spf = parseSpf(`v=spf1 a:${'%{i}'.repeat(100_000)} mx:${'/'.repeat(100_000)}`);
    expect(spf?.mechanisms.length).toBeLessThan(3);
  });
});

describe('a mechanism joins a record', () => {
  const include = 'include:spf.new.example';
  it.each([
    ['v=spf1 mx -all', 'v=spf1 mx include:spf.new.example -all'],
    ['v=spf1 mx ~ALL exp=x.example', 'v=spf1 mx include:spf.new.example ~ALL exp=x.example'],
    ['v=spf1 redirect=a.example', 'v=spf1 include:spf.new.example redirect=a.example'],
    ['v=spf1 mx', 'v=spf1 mx include:spf.new.example'],
    ['v=spf1 Include:SPF.new.example -all', 'v=spf1 Include:SPF.new.example -all'],
    ['v=spf1 +include:spf.new.example -all', 'v=spf1 +include:spf.new.example -all'],
    // Behind `all` nobody looks, and what is not `+` does not authorise.
    [
      'v=spf1 -all include:spf.new.example',
      'v=spf1 include:spf.new.example -all include:spf.new.example',
    ],
    [
      'v=spf1 ?include:spf.new.example -all',
      'v=spf1 ?include:spf.new.example include:spf.new.example -all',
    ],
  ])('%s', (before, after) => {
    expect(withMechanism(before, include)).toBe(after);
  });

  it('without a second record, and without touching what stands beside it', () => {
    const before = ['"google-site-verification=x"', '"v=spf1 mx " "-all"'];
    expect(mergeSpf(before, include)).toEqual({
      is: 'merged',
      rdata: ['"google-site-verification=x"', '"v=spf1 mx include:spf.new.example -all"'],
    });
    const there = ['"v=spf1 include:spf.new.example " "-all"'];
    expect(mergeSpf(there, include)).toEqual({ is: 'merged', rdata: there });
  });

  it('and makes a neutral one where there is none', () => {
    expect(mergeSpf(['"other"'], include)).toEqual({
      is: 'merged',
      rdata: ['"other"', '"v=spf1 include:spf.new.example ?all"'],
    });
    const two = ['"v=spf1 mx"', '"v=spf1 a"'];
    expect(mergeSpf(two, include)).toEqual({ is: 'several', records: two });
  });

  it('once, however often it is put in', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('mx', '-all', 'a', include, 'redirect=b.example'), {
          maxLength: 6,
        }),
        terms => {
          const once = withMechanism(['v=spf1', ...terms].join(' '), include);
          expect(withMechanism(once, include)).toBe(once);
          const spf = parseSpf(once);
          const all = spf?.mechanisms.findIndex(({ name }) => name === 'all') ?? -1;
          const at = spf?.mechanisms.findIndex(({ name }) => name === 'include') ?? -1;
          expect(at).toBeGreaterThanOrEqual(0);
          if (all >= 0) expect(at).toBeLessThan(all);
        },
      ),
    );
  });
});
