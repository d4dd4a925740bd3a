import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readStsBody, readStsRecord } from '../../src/mail/sts-policy.ts';

describe('the record at _mta-sts (RFC 8461 3.1)', () => {
  it.each([
    ['v=STSv1; id=20160831085700Z;', '20160831085700Z'],
    ['v=STSv1;id=1', '1'],
    ['v=STSv1 ; \tid=abc ; ', 'abc'],
    ['v=STSv1; foo=bar; id=a1', 'a1'],
  ])('%s', (text, id) => {
    expect(readStsRecord([text])).toEqual({ is: 'record', id });
  });

  it.each([
    'v=STSv1; id=',
    'v=STSv1; id=a-b',
    `v=STSv1; id=${'a'.repeat(33)}`,
    'v=STSv1; ID=1',
    'v=STSv1;',
    'v=STSv1; id=1; no field',
    'v=STSv1; id=1; =x',
  ])('senders pass over %s', text => {
    expect(readStsRecord([text])).toMatchObject({ is: 'void' });
  });

  it('there is exactly one; texts of others do not count', () => {
    expect(readStsRecord([])).toEqual({ is: 'none' });
    expect(readStsRecord(['v=spf1 -all', 'v=STSv1', 'v=STSv10; id=1', ' v=STSv1; id=1'])).toEqual({
      is: 'none',
    });
    expect(readStsRecord(['v=STSv1; id=1', 'anything'])).toEqual({ is: 'record', id: '1' });
    expect(readStsRecord(['v=STSv1; id=1', 'v=STSv1; id=2'])).toEqual({
      is: 'void',
      why: 'there are 2 records, and there must be one',
    });
  });
});

const policy = (...lines: readonly string[]): string => lines.join('\r\n');
const right = ['version: STSv1', 'mode: enforce', 'mx: mail.example.com', 'max_age: 604800'];

describe('a policy (RFC 8461 3.2)', () => {
  const read = {
    is: 'policy',
    policy: { mode: 'enforce', maxAge: 604_800, mx: ['mail.example.com'] },
  };

  it('is read with either end of lines, with or without the last one, in any order', () => {
    for (const body of [
      policy(...right),
      policy(...right, ''),
      `${right.join('\n')}\n`,
      policy(...right.toReversed()),
      right.map(line => `${line}  `).join('\n'),
      right.map(line => line.replace(': ', ':')).join('\n'),
      policy(...right, '', ''),
    ])
      expect(readStsBody(body)).toEqual(read);
  });

  it('keeps every host, the first of what stands twice, and nothing that it does not know', () => {
    const more = ['mx: *.example.net', 'mode: none', 'max_age: 5', 'x-later: value', 'MODE: none'];
    expect(readStsBody(policy(...right, ...more))).toEqual({
      is: 'policy',
      policy: { ...read.policy, mx: ['mail.example.com', '*.example.net'] },
    });
  });

  it('that is withdrawn needs no host', () => {
    const body = policy('version: STSv1', 'mode: none', 'max_age: 86400');
    expect(readStsBody(body)).toEqual({
      is: 'policy',
      policy: { mode: 'none', maxAge: 86_400, mx: [] },
    });
  });

  const without = (key: string, ...instead: readonly string[]): string =>
    policy(...right.filter(line => !line.startsWith(key)), ...instead);
  it.each([
    ['', 'no line "version'],
    ['<!doctype html><title>404</title>', 'not of the form'],
    [without('version'), 'no line "version'],
    [without('version', 'version: STSv2'), 'no line "version'],
    [without('mode'), 'its mode'],
    [without('mode', 'mode: Enforce'), 'its mode'],
    [without('max_age'), 'its max_age'],
    [without('max_age', 'max_age: -1'), 'its max_age'],
    [without('max_age', 'max_age: 1e3'), 'its max_age'],
    [without('max_age', 'max_age: 31557601'), 'more than'],
    [without('mx'), 'no mx line'],
    [without('mx', 'mx: mail.*.example.com'), 'mx line 1'],
    [without('mx', 'mx: mail.example.com, mail.example.net'), 'mx line 1'],
    [without('mx', 'mx: mail\u001b[31m.example.com'), 'mx line 1'],
    [policy(...right, 'key without colon'), 'line 5'],
    [policy(...right, `x: ${'a'.repeat(65_536)}`), 'longer than 64 KiB'],
    [policy(...right, ...Array.from({ length: 200 }, () => 'mx: a.example')), 'more than 200'],
  ])('%#: is void', (body, why) => {
    const said = readStsBody(body);
    expect(said.is === 'invalid' ? said.why : said).toContain(why);
  });

  it('the edge of a year', () => {
    expect(readStsBody(without('max_age', 'max_age: 31557600'))).toMatchObject({
      policy: { maxAge: 31_557_600 },
    });
  });

  it('whatever comes, what is taken from it is bounded and free of control characters', () => {
    const part = fc.oneof(
      fc.constantFrom(...right, 'mx: *.example.net', 'mode: testing', 'version: STSv1'),
      fc.constantFrom('\r\n', '\n', '\r', ':', ' ', '\u0000', '\u001b[2J', 'mx:', '*.'),
      fc.string({ maxLength: 20 }),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 30 }), fc.boolean(), (parts, lines) => {
        const text = parts.join(lines ? '\n' : '');
        for (const said of [readStsBody(text), readStsRecord([text, ...parts])])
          expect(JSON.stringify(said)).not.toMatch(/\\u00|\\r|\\n/);
        const read = readStsBody(text);
        if (read.is === 'policy') expect(read.policy.maxAge).toBeLessThanOrEqual(31_557_600);
      }),
    );
  });
});
