import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isFault, toFault } from '../../src/errors.ts';
import { load } from './load.ts';

const example = readFileSync(`${import.meta.dirname}/../../config/cutover.example.yaml`, 'utf8');
const lines = example.split('\n').map(line => line.replace(/ # .*$/, ''));

/** A file is understood, or refused with places and remedies; nothing else happens. */
async function judged(text: string): Promise<void> {
  const error: unknown = await load(text).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (error === null) return;
  if (!isFault(error, 'CONFIG')) throw toFault(error);
  const problems = error.details?.['problems'] as readonly Record<string, string>[];
  expect(problems.length).toBeGreaterThan(0);
  for (const { where, found, expected, fix } of problems) {
    expect(where).toMatch(/c\.yaml:[1-9]\d*:[1-9]\d*$/);
    for (const part of [found, expected, fix]) expect(part).toMatch(/\S/);
  }
}

const somewhere = fc.nat({ max: lines.length - 1 });

it('any value of the example replaced by anything', async () => {
  const value = fc.oneof(
    fc.constantFrom('', 'null', '-1', '1.5', '{}', '[]', '[[]]', '{ a: b }', '~', '*x', '!!int x'),
    fc.constantFrom(
      '.inf',
      '.nan',
      '1e400',
      '0o7',
      "''",
      '"\\0"',
      '? a',
      '|',
      '&a',
      'true',
      '<<: 1',
    ),
    fc.string({ maxLength: 12 }),
  );
  await fc.assert(
    fc.asyncProperty(somewhere, value, async (index, replacement) => {
      const changed = lines.with(
        index,
        (lines[index] ?? '').replace(/: [^:]*$/, () => `: ${replacement}`),
      );
      await judged(changed.join('\n'));
    }),
    { numRuns: 100 },
  );
});

it('lines of the example lost, repeated and moved', async () => {
  await fc.assert(
    fc.asyncProperty(somewhere, somewhere, fc.nat({ max: 6 }), async (from, to, indent) => {
      const moved = ' '.repeat(indent) + (lines[from] ?? '');
      await judged(lines.toSpliced(from, 1).toSpliced(to, 0, moved, moved).join('\n'));
    }),
    { numRuns: 40 },
  );
});
