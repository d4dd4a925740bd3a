import { expect, it } from 'vitest';
import { fixtureNames, fixtures } from '../support/page-fixtures.ts';

it('the moments that the page is tried with are what they are called', () => {
  const told = Object.fromEntries(
    fixtureNames.map(name => {
      const { status } = fixtures[name]();
      return [name, `${status.outcome ?? status.stage}, ${status.next.who}`];
    }),
  );
  expect(told).toEqual({
    lower: 'lower, controller',
    drain: 'drain, controller',
    gate: 'gate, person',
    propagate: 'propagate, controller',
    mail: 'propagate, person',
    down: 'propagate, controller',
    hold: 'propagate, person',
    paused: 'propagate, person',
    rollback: 'rollback, controller',
    'rolled-back': 'rolled-back, nobody',
    sweep: 'sweep, orchestrator',
    done: 'done, nobody',
    dead: 'propagate, person',
    crowd: 'propagate, controller',
    hostile: 'propagate, person',
  });
});
