import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  displayName,
  isWithin,
  type Name,
  nameFromLabels,
  nameLabels,
  nameToWire,
  parentOf,
  parseAnyName,
  parseName,
  relativeTo,
  ROOT,
  unicodeName,
} from '../../src/dns/name.ts';
import { isFault } from '../../src/errors.ts';
import { names, oddNames } from './arbitraries.ts';

const longest = `${'a'.repeat(63)}.${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(61)}`;

describe('parseName', () => {
  it.each([
    ['example.org', 'example.org.'],
    ['Example.ORG.', 'example.org.'],
    ['.', '.'],
    ['org', 'org.'],
    ['365.example.org', '365.example.org.'],
    ['example.3com', 'example.3com.'],
    ['_dmarc.example.org', '_dmarc.example.org.'],
    ['*.example.org', '*.example.org.'],
    ['\\042.example.org', '*.example.org.'],
    ['a.\\042.example.org', 'a.\\042.example.org.'],
    ['0/25.2.0.192.in-addr.arpa', '0/25.2.0.192.in-addr.arpa.'],
    ['a\\047b.example.org', 'a\\047b.example.org.'],
    ['first\\.last.example.org', 'first\\.last.example.org.'],
    ['first\\046last.example.org', 'first\\.last.example.org.'],
    ['a\\\\b.example.org', 'a\\\\b.example.org.'],
    ['\\065b.example.org', 'ab.example.org.'],
    ['a\\032b\\@c.example.org', 'a\\032b\\064c.example.org.'],
    ['bücher.example', 'xn--bcher-kva.example.'],
    ['BÜCHER.Example', 'xn--bcher-kva.example.'],
    ['пример.испытание', 'xn--e1afmkfd.xn--80akhbyknj4f.'],
    ['straße.example', 'xn--strae-oqa.example.'],
    ['mail.bücher.example.org', 'mail.xn--bcher-kva.example.org.'],
  ])('reads %j', (text, name) => {
    expect(parseName(text)).toBe(name);
  });

  it.each([
    ['', 'is empty'],
    ['..', 'empty label'],
    ['a..b', 'empty label'],
    ['.a', 'empty label'],
    ['a.b..', 'empty label'],
    ['a b.org', 'contains " "'],
    ['example.org\n', 'contains "\\n"'],
    ['a@b@c.org', 'contains "@"'],
    ['info@example.org', 'it is a mail address'],
    ['https://example.org', 'contains ":"'],
    ['a/b.example.org', '"/"'],
    ['a/b.in-addr.arpa.example.org', '"/"'],
    ['a/b.x\\.in-addr.arpa', '"/"'],
    ['a.*.org', '"*"'],
    ['a*.org', '"*"'],
    ['**.org', '"*"'],
    ['a\\', 'escape'],
    ['a\\256.org', 'escape'],
    ['a\\1b.org', 'escape'],
    ['192.0.2.1', 'number'],
    ['192.0.2.1.', 'number'],
    ['example.365', 'number'],
    ['2001:db8::1', 'contains ":"'],
    // UTS 46 makes plain characters of these, one even a dot: somebody did not write what he meant.
    ['３６５.org', 'no A-label'],
    ['ﬁ.org', 'no A-label'],
    ['a。b.org', 'no A-label'],
    ['ü\\046.org', 'no A-label'],
    ['ü%41.org', 'contains "%"'],
    ['ü*.org', 'no A-label'],
    ['\ud800.org', 'no A-label'],
  ])('refuses %j', (text, why) => {
    const attempt = (): Name => parseName(text, 'cutover.yaml:3:5');
    expect(attempt).toThrow(why);
    try {
      attempt();
    } catch (error) {
      expect(isFault(error, 'MALFORMED') && error.fix).toBeTruthy();
      expect(isFault(error) && error.where).toBe('cutover.yaml:3:5');
      expect(isFault(error) && error.message.length).toBeLessThan(300);
    }
  });

  it('holds labels to 63 octets and names to 255, as they are on the wire', () => {
    expect(parseName(longest)).toBe(`${longest}.`);
    expect(parseName(`${longest}.`)).toBe(`${longest}.`);
    const escaped = longest.replaceAll('a', '\\097');
    expect(parseName(escaped)).toBe(`${longest}.`);
    for (const text of [`${longest}e`, `e.${longest}`, `${longest}.e`, 'a.'.repeat(100_000)])
      expect(() => parseName(text)).toThrow('longer than 255');
    for (const label of ['a'.repeat(64), 'ü'.repeat(63)])
      expect(() => parseName(`${label}.org`)).toThrow('longer than 63');
  });

  it('reads a numeric last label only where a zone already holds it', () => {
    expect(parseAnyName('192.0.2.1')).toBe('192.0.2.1.');
  });

  it('gives back any name that it is given in canonical form', () => {
    fc.assert(
      fc.property(fc.oneof(names, oddNames), name => {
        expect(parseAnyName(name)).toBe(name);
        expect(parseAnyName(displayName(name))).toBe(name);
      }),
    );
  });

  it('throws nothing but MALFORMED, whatever it reads', () => {
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[a.\\0-9*/ü]{0,20}$/));
    fc.assert(
      fc.property(text, text => {
        try {
          expect(parseName(parseName(text))).toBe(parseName(text));
        } catch (error) {
          expect(isFault(error, 'MALFORMED')).toBe(true);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe('nameLabels, nameToWire', () => {
  it.each([
    ['.', [], '00'],
    ['example.org', ['example', 'org'], '076578616d706c65036f726700'],
    ['a\\.b.\\\\.org', ['a\\.b', '\\\\', 'org'], '03612e62015c036f726700'],
    ['\\000\\255.org', ['\\000', 'org'], null],
  ])('take %j apart', (text, labels, wire) => {
    const name = parseName(text);
    if (wire === null)
      expect(Buffer.from(nameToWire(name)).toString('hex')).toBe('0200ff036f726700');
    else {
      expect(nameLabels(name)).toEqual(labels);
      expect(Buffer.from(nameToWire(name)).toString('hex')).toBe(wire);
    }
  });

  it('agree with the octets a name was made of', () => {
    const labels = fc.array(fc.uint8Array({ minLength: 1, maxLength: 30 }), { maxLength: 7 });
    fc.assert(
      fc.property(labels, labels => {
        const name = nameFromLabels(labels);
        const wire = labels.flatMap(octets => [
          octets.length,
          ...octets.map(octet => (octet >= 65 && octet <= 90 ? octet + 32 : octet)),
        ]);
        expect([...nameToWire(name)]).toEqual([...wire, 0]);
        expect(nameLabels(name)).toHaveLength(labels.length);
      }),
    );
  });
});

describe('isWithin, parentOf, relativeTo', () => {
  it.each([
    ['example.org', 'example.org', '@'],
    ['a.example.org', 'example.org', 'a'],
    ['a.b.example.org', 'example.org', 'a.b'],
    ['example.org', '.', 'example.org'],
    ['.', '.', '@'],
    ['*.example.org', 'example.org', '*'],
    ['badexample.org', 'example.org', null],
    ['org', 'example.org', null],
    ['.', 'org', null],
    ['a\\.example.org', 'example.org', null],
    ['a\\\\.example.org', 'example.org', 'a\\\\'],
    ['a\\\\\\.example.org', 'example.org', null],
  ])('%j seen from %j', (text, zoneText, relative) => {
    const [name, zone] = [parseName(text), parseName(zoneText)];
    expect(isWithin(name, zone)).toBe(relative !== null);
    if (relative === null) expect(() => relativeTo(name, zone)).toThrow('is not within');
    else expect(relativeTo(name, zone)).toBe(relative);
  });

  it('climbs to the root, through every zone that a name is within', () => {
    fc.assert(
      fc.property(fc.oneof(names, oddNames), name => {
        let count = 0;
        let at: Name | null = name;
        while (at !== null) {
          expect(parseAnyName(at)).toBe(at);
          if (!name.includes('\\042')) expect(isWithin(name, at)).toBe(true);
          count++;
          at = parentOf(at);
        }
        expect(count).toBe(nameLabels(name).length + 1);
      }),
    );
  });

  it('spells a wildcard anew when it comes to stand first', () => {
    expect(parentOf(parseName('a.\\042.example.org'))).toBe('*.example.org.');
  });
});

describe('displayName, unicodeName', () => {
  it.each([
    ['example.org', 'example.org', 'example.org'],
    ['.', '.', '.'],
    ['bücher.example', 'xn--bcher-kva.example', 'bücher.example'],
    ['xn--a.example', 'xn--a.example', 'xn--a.example'],
    ['xn--.example', 'xn--.example', 'xn--.example'],
  ])('%j', (text, shown, unicode) => {
    const name = parseName(text);
    expect(displayName(name)).toBe(shown);
    expect(unicodeName(name)).toBe(unicode);
    expect(parseName(unicode)).toBe(name);
  });

  it('the root is a name', () => {
    expect(parseName('.')).toBe(ROOT);
  });
});
