import { expect, it } from 'vitest';
import { checkedOf } from '../../../src/view/status/checked.ts';
import { finding } from '../../support/view-fixture.ts';

it('says of each family the worst that was found, and nothing of what was not looked at', () => {
  const found = checkedOf([
    finding({ id: 'dkim-new-selectors', status: 'pass', summary: 'the keys are there' }),
    finding({ id: 'dkim-old-kept', status: 'could-not-test', summary: 'ns2 is silent' }),
    finding({ id: 'spf-includes-new', status: 'pass', summary: 'SPF names the new host' }),
    finding({ id: 'auth-servers-agree', status: 'fail' }),
  ]);
  expect(found).toEqual([
    expect.objectContaining({ family: 'SPF', status: 'pass', summary: 'SPF names the new host' }),
    expect.objectContaining({ family: 'DKIM', status: 'could-not-test', summary: 'ns2 is silent' }),
  ]);
  expect(checkedOf([])).toEqual([]);
});
