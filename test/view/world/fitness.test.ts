import { expect, it } from 'vitest';
import { unaskedRow } from '../../../src/view/propagation/rows.ts';
import { unfitRow } from '../../../src/view/world/fitness.ts';

it('who is not believed says nothing, and stays who it is', () => {
  const who = {
    ...{ id: 'one', name: 'One', operator: 'One Inc', country: 'DE', weight: 3, port: 53 },
    ...({ addresses: ['192.0.2.1'], tier: 'core', anycast: true } as const),
    flushUrl: 'https://one.example/flush',
  };
  const row = { ...unaskedRow(who), verdict: 'new' as const, rdata: ['10 mx.example.'], ttl: 60 };
  expect(unfitRow(row, 'it invents')).toMatchObject({
    ...{ id: 'one', anycast: true, flushUrl: 'https://one.example/flush' },
    ...{ verdict: 'refused', silence: 'it invents', rdata: null, ttl: null },
  });
});
