import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '../../src/limits.ts';
import { readReply, delayNamed } from '../../src/mail/classify.ts';
import { extensionsOf, oneLine, saidOf, takeReply } from '../../src/mail/reply.ts';

const reply = (octets: string) => {
  const taken = takeReply(octets);
  if (taken.is !== 'reply') throw new Error(taken.is);
  return taken.reply;
};
const latin1 = (text: string): string => Buffer.from(text).toString('latin1');

describe('a reply', () => {
  it('has one line or several, with codes on each', () => {
    expect(reply('250 2.1.5 Ok\r\n')).toEqual({ code: 250, enhanced: '2.1.5', lines: ['Ok'] });
    expect(reply('550-5.1.1 No such\r\n550 5.1.1 user\r\n')).toEqual({
      ...{ code: 550, enhanced: '5.1.1', lines: ['No such', 'user'] },
    });
    expect(reply('250\r\n')).toEqual({ code: 250, enhanced: null, lines: [''] });
    expect(reply('250-a\r\n250-b\n250 c\n').lines).toEqual(['a', 'b', 'c']);
  });

  it('means what its last line says, where lines differ', () => {
    expect(reply('250-2.1.5 Ok\r\n550 5.1.1 No such user\r\n')).toMatchObject({
      ...{ code: 550, enhanced: '5.1.1' },
    });
    expect(reply('550-5.7.1 Relay\r\n250 Ok\r\n')).toMatchObject({ code: 250, enhanced: null });
    expect(reply('550-5.7.1 one\r\n550 two\r\n')).toMatchObject({ enhanced: '5.7.1' });
  });

  it('is told from the one after it', () => {
    const octets = '220 a\r\n250 b\r\n';
    expect(takeReply(octets)).toMatchObject({ is: 'reply', length: 7 });
  });

  it('has an enhanced code only where it is one', () => {
    expect(reply('550 #5.1.0 Address rejected.\r\n').enhanced).toBe('5.1.0');
    expect(reply('250 2.1 beta\r\n').enhanced).toBeNull();
    expect(reply('550 5.7.1.9 x\r\n').enhanced).toBeNull();
    expect(reply('550 4.4.4 x\r\n').enhanced).toBe('4.4.4');
  });

  it('may hold letters of other scripts, and octets that are none', () => {
    expect(reply(latin1('250 für\r\n')).lines).toEqual(['für']);
    expect(reply('250 f\xfcr\r\n').lines).toEqual(['f\uFFFDr']);
  });

  it('is waited for until its end, but not for ever', () => {
    for (const octets of ['', '2', '25', '250', '250-', '250-a\r\n', '250-a\r\n25', '250 a'])
      expect(takeReply(octets), octets).toEqual({ is: 'more' });
    for (const octets of ['x', '1', '6', '2x', '250x', '\r\n', '100 a\r\n', '250-a\r\nb'])
      expect(takeReply(octets).is, octets).toBe('garbage');
    expect(takeReply(`250 ${'x'.repeat(limits.smtpLineOctets)}`).is).toBe('garbage');
    expect(takeReply('250-x\r\n'.repeat(limits.smtpReplyLines + 1)).is).toBe('garbage');
    expect(takeReply(`250 ${'x'.repeat(1000)}\r\n`).is).toBe('reply');
  });

  it('names extensions behind its greeting', () => {
    expect(extensionsOf(reply('250-STARTTLS\r\n250-size 5\r\n250 starttls\r\n'))).toEqual([
      ...['SIZE', 'STARTTLS'],
    ]);
  });

  it('is told on one line, without what moves a cursor', () => {
    const evil = '550 5.7.1 \x1b[2Jno\x07 \u202Eevil\x9b1m\r\n';
    expect(saidOf(reply(latin1(evil)))).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(oneLine('a\r\n\u2028b\u0000c')).toBe('a b c');
    expect(oneLine('x'.repeat(10_000))).toHaveLength(limits.smtpSaidCharacters);
  });

  it('whatever comes in, nothing is thrown, and what is told is clean and bounded', () => {
    const octets = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc
        .array(
          fc.tuple(fc.integer({ min: 100, max: 699 }), fc.constantFrom('-', ' ', ''), fc.string()),
        )
        .map(parts =>
          parts.map(([code, mark, text]) => `${String(code)}${mark}${text}\r\n`).join(''),
        ),
    );
    fc.assert(
      fc.property(octets, text => {
        const taken = takeReply(latin1(text));
        if (taken.is !== 'reply') return;
        expect(taken.length).toBeLessThanOrEqual(latin1(text).length);
        expect(readReply(taken.reply)).toBeTypeOf('string');
        const delay = delayNamed(taken.reply);
        expect(delay === null || (delay >= 0 && delay <= 86_400_000)).toBe(true);
        const said = saidOf(taken.reply);
        expect(said.length).toBeLessThanOrEqual(limits.smtpSaidCharacters);
        expect(said).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      }),
    );
  });

  it('in pieces it is the same as in one', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 40 }), { minLength: 1, maxLength: 5 }), texts => {
        const lines = texts.map(text => text.replaceAll(/[\r\n]/g, ''));
        const whole = latin1(
          lines.map((text, i) => `250${i === lines.length - 1 ? ' ' : '-'}${text}\r\n`).join(''),
        );
        for (let end = 0; end < whole.length; end++)
          expect(takeReply(whole.slice(0, end)).is).toBe('more');
        expect(takeReply(whole)).toMatchObject({ is: 'reply', length: whole.length });
      }),
    );
  });
});
