import { expect, it } from 'vitest';
import { waitTeller } from '../../src/commands/wait-teller.ts';
import { apply } from '../../src/cutover/apply.ts';
import { approve, atGate, begun, finding, swept, type Story } from '../support/view-fixture.ts';
import { reasons } from '../support/view-lines.ts';
import { look, minute } from '../support/view-plan.ts';

/** What is said while a story goes on; each act is looked at twice, as after two lines. */
function following(story: Story, json = false) {
  const lines: string[] = [];
  const terminal = { out: (text: string) => lines.push(text), look: () => look };
  const tell = waitTeller({ terminal, json }, { now: () => story.now });
  const see = () => {
    tell(story.cutover);
    tell(story.cutover);
  };
  see();
  return { see, lines };
}

it('says once that the gate waits for an approval, and what to type', () => {
  const story = atGate();
  const { see, lines } = following(story);
  story.wait(minute).check();
  see();
  expect(lines).toHaveLength(1);
  const [first, second] = lines[0]!.split('\n');
  expect(first).toBe('waits for you: dns-cutover approve example.org.1 --attest 1');
  expect(second).toMatch(/^ {2}Approve the swap/);
  story.tell(approve);
  see();
  expect(lines).toHaveLength(1);
});

it('says each wait anew: another reason at the gate, the sweep, a hold', () => {
  const story = atGate().check([finding({ status: 'fail', subject: 'ns2' })]);
  const { see, lines } = following(story);
  story.check();
  see();
  expect(lines.map(text => text.split('\n')[0])).toEqual([
    'waits for you: dns-cutover check example.org.1',
    'waits for you: dns-cutover approve example.org.1 --attest 1',
  ]);
  expect(following(swept()).lines[0]).toMatch(
    /^waits for you: dns-cutover confirm example.org.1 mail-swept\n/,
  );
  const stopped = atGate();
  const [reason] = Object.values(reasons);
  const cutover = apply(stopped.cutover, {
    ...{ v: 1, at: stopped.now.wall, type: 'held' },
    data: { reason: reason! },
  });
  expect(following({ ...stopped, cutover }).lines).toHaveLength(1);
});

it('is silent while the controller works, for programs, and before anybody runs it', () => {
  expect(following(begun()).lines).toEqual([]);
  expect(following(atGate(), true).lines).toEqual([]);
  const { cutover, ...rest } = atGate();
  expect(following({ ...rest, cutover: { ...cutover, owner: null } }).lines).toEqual([]);
});
