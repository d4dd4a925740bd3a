import { Value } from 'typebox/value';
import { expect, it } from 'vitest';
import { statusSchema } from '../../../src/api/schemas/status.ts';
import { sharedStatus } from '../../../src/view/stream/redact.ts';
import { fixtureNames, fixtures } from '../../support/page-fixtures.ts';

/** As it comes over the wire. */
const sent = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

it.each(fixtureNames)('a status is what the description promises, also by a link: %s', name => {
  const { status } = fixtures[name]();
  expect([...Value.Errors(statusSchema, sent(status))]).toEqual([]);
  expect([...Value.Errors(statusSchema, sent(sharedStatus(status)))]).toEqual([]);
});

it('the description is not so open that it would promise nothing', () => {
  const status = fixtures.gate();
  for (const part of ['gate', 'approval', 'offers', 'stages', 'drain', 'propagation', 'hold'])
    expect(Value.Check(statusSchema, { ...status.status, [part]: 'x' }), part).toBe(false);
});
