import { expect, it } from 'vitest';
import { dnssecOf } from '../../src/propagation/dnssec.ts';
import { type Observation } from '../../src/propagation/observation.ts';
import { empty, refused, saidNew, saidOld, silent } from './example.ts';

const validated = ({ outcome }: Observation): Observation['outcome'] =>
  outcome.kind === 'answered' ? { ...outcome, ad: true } : outcome;
const failing = (...codes: readonly number[]): Observation['outcome'] => {
  const { outcome } = refused(0, 'SERVFAIL');
  return outcome.kind === 'refused'
    ? { ...outcome, ede: codes.map(code => ({ code, text: '' })) }
    : outcome;
};

it.each([
  ['AD is set', validated(saidNew(0, 60)), 'validated'],
  ['AD is set on a denial', validated(empty(0, 60)), 'validated'],
  ['AD is not set', saidNew(0, 60).outcome, 'not validated'],
  ['a signature expired', failing(7), 'bogus'],
  ['no signature is there, among other things', failing(22, 10), 'bogus'],
  ['stale data hides a signature that expired', saidOld(0, 30, { ede: 7 }).outcome, 'bogus'],
  ['a SERVFAIL says nothing more', failing(), null],
  ['a SERVFAIL has another reason', failing(22, 23), null],
  ['an algorithm is not known: such a zone counts as unsigned', failing(1), null],
  ['nobody answers', silent(0).outcome, null],
] as const)('where %s', (_what, outcome, state) => {
  expect(dnssecOf(outcome)).toBe(state);
});
