import { describe, expect, it } from 'vitest';
import { grown, noJournal } from '../../src/remote/journal.ts';
import { isFault } from '../../src/errors.ts';
import { chain, type Entry, genesis } from '../../src/cutover/line.ts';
import { start, story } from '../support/view-fixture.ts';
import { planOf } from '../support/view-plan.ts';

const told = story().tell(start(planOf())).survey().settle();
const handed = ({ n, seq, actor, cause, hash, text }: Entry): string =>
  `${JSON.stringify({ n, seq, actor, cause, hash, text })}\n`;
const all = told.entries.map(handed);
const id = told.cutover.id;

/** What is said about a journal of these lines. */
function refusal(lines: readonly string[]): string {
  try {
    grown(noJournal(id), lines.join(''));
  } catch (error) {
    if (isFault(error, 'MALFORMED')) return error.message;
    throw error;
  }
  return 'taken';
}

describe('a journal that a server hands out', () => {
  it('folds into the state that the server has, at once and piece by piece', () => {
    const whole = grown(noJournal(id), all.join(''));
    expect(whole.state).toEqual(told.cutover);
    expect(whole.entries).toEqual(told.entries);
    const pieces = all.reduce(grown, noJournal(id));
    expect(pieces).toEqual(whole);
    expect(all.length).toBeGreaterThan(3);
  });

  it('is refused where a line was changed, left out, moved, or is of another cutover', () => {
    const [first = '', second = '', third = '', ...rest] = all;
    expect(refusal(all)).toBe('taken');
    expect(refusal([first, third, ...rest])).toMatch(/^line 2 .* is missing, 3 follows$/);
    expect(refusal([second, first, third])).toMatch(/^line 1 .* is missing, 2 follows$/);
    const forged = first.replace('"name":"anna"', '"name":"otto"');
    expect(forged).not.toBe(first);
    expect(refusal([forged])).toMatch(/^line 1 .* does not follow/);
    expect(() => grown(noJournal('example.org.2'), first)).toThrow(/does not follow/);
  });

  it('is refused where its chain is right and its lines are nonsense, or those of another cutover', () => {
    /** A chain of lines that anybody could have made. */
    const chained = (...texts: readonly string[]): readonly string[] => {
      const actor = { kind: 'person', name: 'eve' } as const;
      let before = genesis(id);
      return texts.map((text, index) => {
        const seq = index + 1;

        before = chain(before, { cutover: id, seq, actor, cause: 'c', text });
        return `${JSON.stringify({ n: seq, seq, actor, cause: 'c', hash: before, text })}\n`;
      });
    };
    const [created] = told.entries;
    const text = created?.text ?? '';
    expect(refusal(chained(text))).toBe('taken');
    const empty = JSON.stringify({ type: 'cutover.created', data: {} });
    expect(refusal(chained(empty))).toMatch(/^line 1 .* is none that this version can read$/);
    const later = JSON.stringify({ type: 'trouble.seen', data: { effect: 1 }, at: 0 });
    expect(refusal(chained(later))).toMatch(/begins with trouble.seen/);
    const other = text.replaceAll(`"id":"${id}"`, '"id":"other.example.1"');
    expect(other).not.toBe(text);
    expect(refusal(chained(other))).toMatch(/^line 1 .* is of another cutover$/);
  });

  it.each(['{', 'null', '[]', '{"n":1}', '{"n":"1","seq":1}', '"a line"'])(
    'is refused where a line is none: %s',
    text => {
      expect(refusal([`${text}\n`])).toMatch(/^line 1 .* is no line of a journal$/);
    },
  );
});
