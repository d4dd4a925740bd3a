import { expect, it } from 'vitest';
import { comingNames } from '../../src/cutover/coming-names.ts';
import { parseName } from '../../src/dns/name.ts';
import { swapped } from '../support/view-fixture.ts';

it('names what a cutover creates or deletes at any time, and what a canary makes', () => {
  const { cutover } = swapped();
  const names = comingNames(cutover);
  const created = cutover.plan.tracks
    .filter(({ positions }) => positions.includes(null))
    .map(({ name }) => name);
  expect(created.length).toBeGreaterThan(0);
  expect(names).toEqual([...new Set(created), parseName('*._dns-cutover.example.org')]);
  // The MX was there all the time.
  expect(names).not.toContain(cutover.domain);
});
