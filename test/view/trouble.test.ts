import { describe, expect, it } from 'vitest';
import { statusOf, statusText } from '../../src/view/status/status.ts';
import { atGate, begun, swapped, type Story } from '../support/view-fixture.ts';
import { look, minute } from '../support/view-plan.ts';

const nextOf = ({ cutover, now }: Story) => statusOf(cutover, now).next;
const linesOf = ({ cutover, now }: Story): readonly string[] =>
  statusText(statusOf(cutover, now), { ...look, now: now.wall }).split('\n');

const denied = {
  ...({ type: 'troubled', effect: 'check', code: 'UNAUTHORIZED' } as const),
  message: 'the token has expired; make another one',
};
const silent = {
  ...({ type: 'troubled', effect: 'check', code: 'UNAVAILABLE' } as const),
  message: 'no answer',
};

describe('who is next while something fails', () => {
  it('a person, at once, where the credentials are refused, whatever else waits', () => {
    for (const story of [begun(), atGate(), swapped()])
      expect(nextOf(story.tell(denied))).toEqual({
        who: 'person',
        what: 'Renew the credentials of onprem. It is tried again by itself.',
        at: null,
        command: 'dns-cutover check example.org.1',
      });
    expect(nextOf(begun().tell(denied).tell({ type: 'recovered', effect: 'check' })).who).toBe(
      'controller',
    );
  });

  it('is said directly below, with the remedy', () => {
    const lines = linesOf(atGate().tell(denied));
    const at = lines.findIndex(line => line.startsWith('next'));
    const trouble = lines.findIndex(line => line.startsWith('trouble'));
    expect(trouble - at).toBeLessThan(5);
    expect(lines.findIndex(line => line.startsWith('gate '))).toBeGreaterThan(trouble);
    expect(lines.slice(trouble, trouble + 3).join(' ')).toContain('make another');
  });

  it('the controller tries again what may pass, and says so after a minute', () => {
    const fresh = begun();
    const going = nextOf(fresh).what;
    fresh.tell(silent);
    expect(nextOf(fresh).what).toBe(going);
    fresh.wait(minute);
    expect(nextOf(fresh)).toMatchObject({ who: 'controller', at: null });
    expect(nextOf(fresh).what).toBe(
      'Tries check again until onprem can be asked (UNAVAILABLE); a person sees to it if that lasts.',
    );
  });

  it('a person where it does not pass by itself, but not in place of an approval', () => {
    const gone = { ...denied, code: 'NOT_FOUND', message: 'no such zone' };
    const story = begun().tell(gone).wait(minute);
    expect(nextOf(story)).toMatchObject({ who: 'person' });
    expect(nextOf(story).what).toMatch(/^See to onprem: check fails with NOT_FOUND/);
    expect(nextOf(atGate().tell(gone).wait(minute)).what).toMatch(/^Approve/);
  });

  it('what fails elsewhere than at the provider keeps nothing back', () => {
    const watch = { ...silent, effect: 'watch' };
    expect(nextOf(begun().tell(watch).wait(minute)).what).toMatch(/^Reads the zone/);
  });
});

it('the moment of a rollback is named', () => {
  const writing = swapped().tell({ type: 'rollback', to: 'step', reason: null });
  expect(linesOf(writing).join('\n')).toMatch(/: a person is asked if the MX\s+is not back/);
  const settling = writing.settle().wait(minute);
  expect(linesOf(settling).join('\n')).toMatch(/: the exact snapshot is\s+restored/);
});
