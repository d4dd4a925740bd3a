import { expect, it } from 'vitest';
import { surveyFindings } from '../../src/checks/checks.ts';
import { type CheckInput } from '../../src/checks/input.ts';
import { type FindingStatus } from '../../src/cutover/finding.ts';

/** What one check says about one situation: `status subject`, for each of its findings. */
export interface Row {
  readonly when: string;
  readonly input: CheckInput;
  readonly says: readonly `${FindingStatus} ${string}`[];
  /** Words that its findings contain, whatever field they stand in. */
  readonly words?: readonly string[];
}

/** A test for each row. */
export function table(id: string, rows: readonly Row[]): void {
  it.each(rows)(`${id}: $when`, ({ input, says, words = [] }) => {
    const found = surveyFindings(input).filter(finding => finding.id === id);
    expect(found.map(({ status, subject }) => `${status} ${subject}`)).toEqual(says);
    for (const word of words) expect(JSON.stringify(found)).toContain(word);
    for (const finding of found) {
      const fine = finding.status === 'pass' || finding.status === 'skipped';
      expect(finding.consequence === undefined).toBe(fine);
      if (!fine) expect(finding.remedy).toMatch(/\.$/);
      expect(finding.summary).toMatch(/\.$/);
    }
  });
}
