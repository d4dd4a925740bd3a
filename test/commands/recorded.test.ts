import { expect, it } from 'vitest';
import { recordedText } from '../../src/commands/act.ts';
import { atGate } from '../support/view-fixture.ts';

const told = (story: ReturnType<typeof atGate>, runs = true): string =>
  recordedText(story.cutover, runs, story.now);

const approved = (attest: readonly number[]) =>
  atGate().tell({ type: 'approve', attest, accept: [], reason: null });

it('an approval without what has to be attested says that the gate stays shut, and the line to type', () => {
  expect(told(approved([]))).toMatch(
    /^recorded; the gate stays shut\. Approve the swap, attesting: .*\n {2}dns-cutover approve \S+ --attest 1$/,
  );
});

it('one that leaves nothing to a person is taken up, by whoever runs it', () => {
  expect(told(approved([0]))).toMatch(/^recorded; the controller of \S+ takes it up\.$/);
  expect(told(approved([0]), false)).toMatch(/^recorded; no controller runs .*\n {2}dns-/);
});
