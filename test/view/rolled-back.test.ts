import { expect, it } from 'vitest';
import { abandonedText, rolledBackText } from '../../src/view/rolled-back.ts';
import { mailReport } from '../../src/view/report/mail.ts';
import { drained, type Story, swapped } from '../support/view-fixture.ts';

const back = { type: 'rollback', to: 'snapshot', reason: null } as const;
const { cutover } = swapped().tell(back).settle().wait(1000).observe();

it('says where mail is left', () => {
  expect(rolledBackText(cutover)).toMatch(
    /^Everything is back to the snapshot; .* Mail that mx\.new\.example took meanwhile is still there: fetch it\.$/,
  );
});

it('says of a move that was never made only that it is back', () => {
  expect(rolledBackText(drained().tell(back).settle().wait(1000).observe().cutover)).toBe(
    'Everything is back to the snapshot; plan again once the cause is mended.',
  );
});

it('does not say that everything is back while a server does not show it', () => {
  const { authority } = cutover;
  if (authority === null) throw new Error('nobody looked');
  const standings = authority.standings.map((one, index) =>
    index === 0 ? one : { ...one, is: 'silent' as const },
  );
  expect(rolledBackText({ ...cutover, authority: { ...authority, standings } })).toMatch(
    /^The provider holds the snapshot again, and 1 authoritative server did not show it at last/,
  );
});

const step = { type: 'rollback', to: 'step', reason: null } as const;
const abandon = { type: 'abandon', reason: null } as const;
const attempts: readonly (readonly [string, Story])[] = [
  ['in the rollback', swapped().tell(step).settle()],
  [
    'at the gate that follows it',
    swapped().tell(step).settle().tell({ type: 'retry', swapUntil: null, reason: null }),
  ],
];

it.each(attempts)('abandoned %s: says where mail is left, and closes no old host', (_, story) => {
  const ended = story.tell(abandon).settle();
  expect(ended.cutover.outcome).toBe('abandoned');
  expect(abandonedText(ended.cutover)).toContain('Mail that mx.new.example took meanwhile');
  const { byHand } = mailReport(ended.cutover, ended.entries) ?? {};
  expect(byHand?.map(({ what }) => what.slice(0, 14))).toEqual(['Fetch the mail']);
});

it('abandoned while the swap is out leaves no mail behind: what was moved stays there', () => {
  const ended = swapped().tell(abandon).settle();
  expect(abandonedText(ended.cutover)).toBe('The cutover was abandoned; the zone stays as it is.');
  const { byHand } = mailReport(ended.cutover, ended.entries) ?? {};
  expect(byHand?.[0]?.what).toMatch(/^Before the old host is closed: see that every/);
});
