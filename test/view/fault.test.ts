import { expect, it } from 'vitest';
import { Fault } from '../../src/errors.ts';
import { faultJson, faultText, folded } from '../../src/view/fault.ts';
import { plain } from '../../src/view/table.ts';

const fault = new Fault('CONFIG', 'unknown key "recods"', {
  where: 'dns-cutover.yaml:3:5',
  fix: 'did you mean "records"?',
  cause: new Error('1 key is left over', { cause: new Error('the schema says so') }),
});

it('says what, where, why, how to mend it and how the program exits', () => {
  expect(faultText(fault)).toBe(
    [
      'error[E-CONFIG]: unknown key "recods"',
      '  where  dns-cutover.yaml:3:5',
      '  why    1 key is left over: the schema says so',
      '  fix    did you mean "records"?',
      '  exit   65',
    ].join('\n'),
  );
});

it('leaves out what is not known and does not say a thing twice', () => {
  const cause = new Error('connection refused');
  expect(faultText(new Fault('UNAVAILABLE', 'ns1: connection refused', { cause }))).toBe(
    'error[E-UNAVAILABLE]: ns1: connection refused\n  exit   69',
  );
  const [message, fix] = ['one mistake:\nx: no such file\n  Write another.', 'Write another.'];
  expect(faultText(new Fault('CONFIG', message, { fix }))).toBe(
    'error[E-CONFIG]: one mistake:\n    | x: no such file\n  fix    Write another.\n  exit   65',
  );
});

it('lets no text pretend to be a second message, or to be a terminal command', () => {
  const text = faultText(
    new Fault('MALFORMED', 'said: \x1b]52;c;x\x07\nerror[E-FAKE]: trust me', { fix: 'a\r\u202eb' }),
  );
  expect(text).toBe(
    [
      'error[E-MALFORMED]: said: \\x1b]52;c;x\\x07',
      '    | error[E-FAKE]: trust me',
      '  fix    a\\x0d\\u{202e}b',
      '  exit   65',
    ].join('\n'),
  );
});

it('colours the first words only', () => {
  const text = faultText(fault, { paint: { ...plain, red: one => `<${one}>` } });
  expect(text.split('\n')[0]).toBe('<error[E-CONFIG]>: unknown key "recods"');
});

it('is complete for programs', () => {
  expect(faultJson(new Fault('STALE', 'it moved on', { details: { seq: 12 } }))).toEqual({
    error: {
      code: 'STALE',
      message: 'it moved on',
      where: null,
      why: null,
      fix: null,
      retryable: false,
      exit: 5,
      details: { seq: 12 },
    },
  });
});

it('folds below where the words begin, and loses none of them', () => {
  const message = 'one two three four five six seven eight nine ten';
  const text = faultText(new Fault('CONFIG', message, { where: 'here', fix: `${message} too` }));
  expect(folded(text, 40)).toBe(
    [
      'error[E-CONFIG]: one two three four five',
      '                 six seven eight nine',
      '                 ten',
      '  where  here',
      '  fix    one two three four five six',
      '         seven eight nine ten too',
      '  exit   65',
    ].join('\n'),
  );
  expect(folded(text, 200)).toBe(text);
});
