import { expect, it } from 'vitest';
import { type Intent } from '../../src/cutover/intent.ts';
import { LOW, SNAPSHOT, stepPosition } from '../../src/cutover/path.ts';
import { at, ends, low, oldTxt, strange, swap, swapped, tracks } from './settle-play.ts';

/** A change whose before equals its after: the RRset must be so, and is not to be changed. */
const verify: Intent = { ...swap, changes: [{ before: low, after: low }] };

it('what is only verified is confirmed as soon as it reads so, and nothing is sent', async () => {
  const { settlement, site, maybeSent } = await ends({ intent: verify });
  expect(settlement).toMatchObject({ is: 'confirmed' });
  expect([site.writes(), site.clock.truth(), maybeSent.size]).toEqual([0, 0, 0]);
});

it.each([
  { what: 'something else', found: strange },
  { what: 'an earlier position', found: at(tracks.mx, SNAPSHOT) },
])(
  'what is only verified and shows $what is a conflict, and nothing is sent',
  async ({ found }) => {
    const { settlement, site } = await ends({ intent: verify, shows: [found] });
    expect(settlement).toMatchObject({ is: 'conflict', differences: [{ expected: low, found }] });
    expect(site.writes()).toBe(0);
  },
);

it('stands in the way of no other change of its write', async () => {
  const txtLow = at(tracks.txt, LOW);
  const txtSwapped = at(tracks.txt, stepPosition(0));
  const both: Intent = {
    ...swap,
    changes: [
      { before: swapped, after: swapped },
      { before: txtLow, after: txtSwapped },
    ],
  };
  const { settlement, site } = await ends({ intent: both, shows: [swapped, txtLow] });
  expect(settlement).toMatchObject({ is: 'confirmed' });
  expect([site.writes(), site.zone.get(oldTxt)?.rrset]).toEqual([1, txtSwapped]);
});
