import { describe, expect, it } from 'vitest';
import { columnsOf, hang, inline, shown, symbolsOf, table, wrap } from '../../src/view/table.ts';

describe('widths', () => {
  it('count what a terminal shows', () => {
    expect(['abc', '東京', 'e\u0301', '✔'].map(columnsOf)).toEqual([3, 4, 1, 1]);
  });

  it('break at spaces and leave a long word whole', () => {
    expect(wrap('one two three', 8)).toEqual(['one two', 'three']);
    expect(wrap('a verylongwordindeed b', 6)).toEqual(['a', 'verylongwordindeed', 'b']);
  });

  it.each([
    ['waits until 06:15:00 (in 1 min 36 s)', 30, ['waits until 06:15:00', '(in 1 min 36 s)']],
    ['half of it, 50 % by weight', 15, ['half of it,', '50 % by weight']],
    ['10 a.example. | 20 b.example.', 18, ['10 a.example. |', '20 b.example.']],
    ['expected the set with TTL 300', 26, ['expected the set with', 'TTL 300']],
    ['in all 3 of them were 2 silent.', 14, ['in all 3 of', 'them were', '2 silent.']],
  ])('keep together what belongs together: %s', (text, columns, lines) => {
    expect(wrap(text, columns)).toEqual(lines);
  });

  it('indent what hangs below its label', () => {
    expect(hang('next  ', 'wait for the window to open', 26)).toEqual([
      'next  wait for the window',
      '      to open',
    ]);
  });
});

describe('a table', () => {
  const rows = [
    ['NAME', 'STATE', 'NEXT'],
    ['example.org.1', 'gate', 'somebody approves the swap of this step'],
  ];

  it('wraps its last column', () => {
    expect(table(rows, { width: 50 })).toEqual([
      'NAME           STATE  NEXT',
      'example.org.1  gate   somebody approves the swap',
      '                      of this step',
    ]);
  });

  it('cuts its last column, where it is to take one line', () => {
    expect(table(rows, { width: 47, cut: '…' }).at(-1)).toBe(
      'example.org.1  gate   somebody approves the …',
    );
  });

  it('moves its last column below where it has no room', () => {
    expect(table(rows, { width: 40 })).toEqual([
      'NAME           STATE',
      '    NEXT',
      'example.org.1  gate',
      '    somebody approves the swap of this',
      '    step',
    ]);
  });

  it('colours cells without moving them', () => {
    const red = (text: string) => `<${text}>`;
    const painted = table(
      [
        [{ text: 'a', paint: red }, 'b'],
        ['long', 'c'],
      ],
      { width: 40 },
    );
    expect(painted).toEqual(['<a>     b', 'long  c']);
  });

  it('is nothing when there is nothing', () => {
    expect(table([], { width: 40 })).toEqual([]);
  });
});

it('sets items side by side', () => {
  const items = ['one', 'two', 'three'].map(text => ({ text }));
  expect(inline(items, { width: 12, indent: 2 })).toEqual(['  one  two', '  three']);
});

it('has a symbol in ASCII for each, and says other text in ASCII too', () => {
  const ascii = Object.values(symbolsOf({ ascii: true })).join('');
  expect(ascii).toMatch(/^[\x21-\x7e]+$/);
  expect(shown('grün', { ascii: true })).toBe('gr\\xfcn');
  expect(shown('grün', { ascii: false })).toBe('grün');
});
