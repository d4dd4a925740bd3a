import { describe, expect, it } from 'vitest';
import { type Distribution, staleAtMost } from '../../../src/propagation/distribution.ts';
import {
  certaintyText,
  membersBrief,
  membersSentences,
} from '../../../src/view/resolvers/members-text.ts';
import { plain } from '../../../src/view/table.ts';
import { stragglerCells } from '../../../src/view/world/text.ts';

const heard = (clean: number, counts: Partial<Distribution> = {}): Distribution => ({
  ...{ new: 7, old: 2, other: 0, seen: 9, clean, wanted: 11, staleAtMost: staleAtMost(clean) },
  ...counts,
});

describe('the members of a service in words', () => {
  it('are counted by what they said last', () => {
    expect(membersBrief(heard(0))).toBe('7 new, 2 old of 9 members');
    const rewritten = heard(0, { new: 1, old: 0, other: 1, seen: 2 });
    expect(membersBrief(rewritten)).toBe('1 new, 1 something else of 2 members');
    expect(membersBrief(heard(1, { new: 1, old: 0, seen: 1 }))).toBeNull();
  });

  it('show the arithmetic of how sure one may be, never better than it is', () => {
    expect(certaintyText(heard(11))).toBe(
      '11 clean answers in a row: less than 24 % stale at 95 % ((1 - 0.238)^11 = 0.05)',
    );
    expect(membersSentences(heard(7))).toEqual([
      'What its members said last: 7 new, 2 old of 9 members that were heard.',
      '7 clean answers in a row: less than 35 % stale at 95 % ((1 - 0.348)^7 = 0.05); 11 are wanted.',
    ]);
    expect(membersSentences(heard(0))[1]).toMatch(/^No clean answer yet, .*; 11 are wanted\.$/);
  });

  it('stand beside the cause in the lines of a status', () => {
    const straggler = {
      ...({ id: 'many', verdict: 'mixed', cause: 'several caches disagree' } as const),
      ...{ until: null, final: true, explained: true, members: heard(0) },
    };
    const look = { width: 80, ascii: true, paint: plain, zone: 'UTC', now: 0 };
    expect(stragglerCells(straggler, look)[2]).toEqual({
      text: 'several caches disagree: 7 new, 2 old of 9 members',
    });
  });
});
