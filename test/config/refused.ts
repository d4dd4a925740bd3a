import { expect, it } from 'vitest';
import { load, problemsOf } from './load.ts';

/** What is wrong, the file, where it is said to be, and words that the message or the fix holds. */
export type Row = readonly [what: string, text: string, where: string, ...words: string[]];

/** Each file is refused once at that place, with these words, and every problem with a fix. */
export function refused(rows: readonly Row[]): void {
  it.each(rows)('%s', async (_what, text, ...expected) => {
    const [where = '', ...words] = expected;
    const problems = await problemsOf(load(text));
    const said = problems.map(
      ({ where: place, found, expected, fix, message }) =>
        `${place} ${message ?? `${found} | ${expected}`} | ${fix}`,
    );
    const here = said.filter(line => line.startsWith(`${where} `));
    expect(here, said.join('\n')).toHaveLength(1);
    for (const word of words) expect(here[0]).toContain(word);
    for (const { fix } of problems) expect(fix).toMatch(/\S/);
  });
}
