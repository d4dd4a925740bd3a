import { expect, it } from 'vitest';
import { isMain, mayDo, offerTitle } from '../../../src/page/acts/labels.ts';
import { type OfferView } from '../../../src/view/status/offers.ts';

const offer = (act: OfferView['act'], which: string | null = null): OfferView => ({
  ...{ act, which, does: '', writes: [], accept: [], needsEnd: false },
});

it('leads to what brings a cutover on, and never to what gives something up or takes it back', () => {
  expect(isMain(offer('approve'), 0)).toBe(true);
  expect(isMain(offer('approve'), 1)).toBe(false);
  expect(isMain(offer('confirm', 'mail-swept'), 0)).toBe(true);
  for (const which of ['restore-ttl', 'afterwards', 'old-host'])
    expect(isMain(offer('confirm', which), 0), which).toBe(false);
  for (const act of ['pause', 'rollback', 'abandon'] as const)
    expect(isMain(offer(act), 0), act).toBe(false);
  expect(offerTitle(offer('confirm', 'old-host'))).toBe('Give up on the old host');
});

it('offers an act to the roles that the server lets do it', () => {
  const roles = ['viewer', 'operator', 'approver', 'admin', 'agent'];
  const may = (act: OfferView['act']) => roles.filter(role => mayDo(role, offer(act)));
  expect(may('approve')).toEqual(['approver', 'admin']);
  expect(may('rollback')).toEqual(['operator', 'approver', 'admin']);
});
