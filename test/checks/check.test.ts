import { expect, test } from 'vitest';
import { type Catalogued, findingOf, type Verdict } from '../../src/checks/check.ts';
import { blocks, blocksStart } from '../../src/cutover/finding.ts';
import { planOf } from '../support/view-plan.ts';

const check = (more: Partial<Catalogued>): Catalogued => ({
  ...{ id: 'some-check', family: 'smtp', severity: 'blocker', what: 'something' },
  ...{ expected: 'that', consequence: 'bounces', refs: [] },
  ...more,
});
const verdict = (outcome: Verdict['outcome']): Verdict => ({
  ...{ outcome, subject: 'mx.new.example', summary: 'It is so.', observed: 'so' },
});
const finding = (more: Partial<Catalogued>, outcome: Verdict['outcome'] = 'bad') =>
  findingOf(check(more), verdict(outcome), planOf());

test.each([
  ['authority', {}, true],
  ['state', {}, true],
  ['hosts', {}, false],
  ['smtp', {}, false],
  ['authentication', {}, false],
  ['people', {}, false],
  ['policy', { first: true }, true],
  ['state', { first: false }, false],
] as const)('a blocker of %s, %o, stops the start: %s', (family, more, start) => {
  const bad = finding({ family, ...more });
  expect([blocks(bad, []), blocksStart(bad, [])]).toEqual([true, start]);
  const unsure = finding({ family, ...more }, 'could-not-test');
  expect([blocks(unsure, []), blocksStart(unsure, [])]).toEqual([true, start]);
});

test('what is accepted, or no blocker, stops nothing', () => {
  const accepted = [{ id: 'some-check', subject: 'mx.new.example', reason: 'it is known' }];
  expect(blocksStart(finding({ family: 'state' }), accepted)).toBe(false);
  expect(blocksStart(finding({ family: 'state', severity: 'warning' }), [])).toBe(false);
  expect(finding({}, 'pass')).not.toHaveProperty('stops');
});

test('what is told is no fault unless somebody raises its severity, and keeps its remedy', () => {
  const known: Verdict = { ...verdict('told'), remedy: 'Do that.' };
  const told = findingOf(check({ severity: 'info' }), known, planOf());
  expect(told).toMatchObject({ status: 'pass', told: true, remedy: 'Do that.' });
  const plan = planOf();
  const raised = { ...plan, policy: { ...plan.policy, severity: { 'some-check': 'warning' } } };
  const warned = findingOf(check({ severity: 'info' }), known, raised as typeof plan);
  expect(warned).toMatchObject({ status: 'warn', remedy: 'Do that.' });
  expect(warned).not.toHaveProperty('told');
});
