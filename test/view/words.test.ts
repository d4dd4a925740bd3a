import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseName } from '../../src/dns/name.ts';
import { dataText, nameText } from '../../src/view/names.ts';
import {
  asciiPrintable,
  commandText,
  count,
  distanceText,
  durationText,
  printable,
  sentence,
  timeText,
} from '../../src/view/words.ts';

const at = Date.parse('2026-12-05T05:00:00Z');

describe('spans', () => {
  it.each([
    [0, '0 s'],
    [-5000, '0 s'],
    [1, '1 s'],
    [45_000, '45 s'],
    [90_000, '1 min 30 s'],
    [300_000, '5 min'],
    [720_000, '12 min'],
    [721_000, '13 min'],
    [3_600_000, '1 h'],
    [3_900_000, '1 h 5 min'],
    [86_400_000, '1 d'],
    [86_399_000, '1 d'],
    [183_600_000, '2 d 3 h'],
    [604_800_000, '7 d'],
  ])('says %i ms as %s', (ms, text) => {
    expect(durationText(ms)).toBe(text);
  });

  it('says how far an instant is, before and after', () => {
    expect(distanceText(at + 720_000, at)).toBe('in 12 min');
    expect(distanceText(at - 300_000, at)).toBe('5 min ago');
    expect(distanceText(at, at + 400)).toBe('now');
  });
});

describe('times', () => {
  it.each([
    ['Europe/Berlin', '2026-12-05 06:00:00 +01:00'],
    ['America/New_York', '2026-12-05 00:00:00 -05:00'],
    ['Asia/Kathmandu', '2026-12-05 10:45:00 +05:45'],
    ['UTC', '2026-12-05 05:00:00 +00:00'],
  ])('are local to %s, with the offset', (zone, text) => {
    expect(timeText(at, zone)).toBe(text);
  });

  it('tell the two hours apart when a clock is set back', () => {
    const night = Date.parse('2026-10-25T00:30:00Z');
    expect(timeText(night, 'Europe/Berlin')).toBe('2026-10-25 02:30:00 +02:00');
    expect(timeText(night + 3_600_000, 'Europe/Berlin')).toBe('2026-10-25 02:30:00 +01:00');
  });

  it('refuse a zone that does not exist', () => {
    expect(() => timeText(at, 'Mars/Olympus')).toThrow(RangeError);
  });
});

describe('text of any origin', () => {
  it.each([
    ['\x1b]52;c;cm0gLXJm\x07', '\\x1b]52;c;cm0gLXJm\\x07'],
    ['good\rbad', 'good\\x0dbad'],
    ['two\nlines', 'two\\x0alines'],
    ['\u202egpj.exe', '\\u{202e}gpj.exe'],
    ['\x9b31m', '\\x9b31m'],
    ['a\u200bb\u2028c\ud800', 'a\\u{200b}b\\u{2028}c\\u{d800}'],
    ['Grüße an 東京', 'Grüße an 東京'],
  ])('%j is printed harmlessly', (text, harmless) => {
    expect(printable(text)).toBe(harmless);
  });

  it('never moves the cursor or turns the writing, whatever it is', () => {
    const harmful = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
    const ascii = /^[\x20-\x7e]*$/;
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        text => !harmful.test(printable(text)) && ascii.test(asciiPrintable(text)),
      ),
    );
  });
});

describe('names', () => {
  it('show an internationalised name with the one that DNS knows beside it', () => {
    expect(nameText(parseName('bücher.example'))).toBe('bücher.example (xn--bcher-kva.example)');
    expect(nameText(parseName('example.org'))).toBe('example.org');
  });

  it('are explained behind rdata that holds one, but not within TXT', () => {
    expect(dataText('10 mx.xn--bcher-kva.example.')).toBe(
      '10 mx.xn--bcher-kva.example. (mx.bücher.example)',
    );
    expect(dataText('"xn--bcher-kva.example"')).toBe('"xn--bcher-kva.example"');
    expect(dataText('10 mx.xn--zzzzzzzz.example.')).toBe('10 mx.xn--zzzzzzzz.example.');
  });
});

describe('sentences', () => {
  it('quote arguments as a shell reads them', () => {
    expect(commandText('approve', 'example.org.1', '--accept', "it's:ns1 192.0.2.1")).toBe(
      "dns-cutover approve example.org.1 --accept 'it'\\''s:ns1 192.0.2.1'",
    );
    expect(commandText('retry', 'x\n$(reboot)')).toBe("dns-cutover retry 'x\\x0a$(reboot)'");
  });

  it('count and begin as English does', () => {
    expect([count(1, 'server'), count(2, 'server'), count(0, 'address', 'es')]).toEqual([
      '1 server',
      '2 servers',
      '0 addresses',
    ]);
    expect([sentence('it is over'), sentence('Really?')]).toEqual(['It is over.', 'Really?']);
  });
});
