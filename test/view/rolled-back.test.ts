import { expect, it } from 'vitest';
import { rolledBackText } from '../../src/view/rolled-back.ts';
import { drained, swapped } from '../support/view-fixture.ts';

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
