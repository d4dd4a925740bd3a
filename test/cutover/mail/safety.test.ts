import { expect, it } from 'vitest';
import { type Finding } from '../../../src/cutover/finding.ts';
import { type ProbeRound } from '../../../src/mail/probe.ts';
import { commands } from '../commands.ts';
import { reach } from '../drive.ts';
import { asking, roundAt, type Shown } from '../mail-commands.ts';
import { policy } from '../orders.ts';
import { give, newPlay, pass, running, type Play } from '../play.ts';
import { finding } from '../reports.ts';
import { wordsOf } from '../words.ts';

/** A cutover whose swap spreads, with mail hosts that are asked; its gate opened on this finding of them. */
function spreading(order = 'mx', atGate: Finding['status'] = 'warn'): Play {
  const play = newPlay();
  play.order = order;
  const rollback = { automatic: 86_400, settleAfter: 86_400 };
  play.policy = { ...policy, approval: 'none', mail: asking, rollback };
  commands['start']!(play, wordsOf(''));
  reach(play, 'gate');
  give(play, { type: 'checked', findings: [finding(atGate, 'smtp-domain-accepted')] });
  reach(play, 'propagate');
  return play;
}

/** So many rounds of our own, a minute apart. */
function look(play: Play, shown: Shown, times = 1): void {
  for (let index = 0; index < times; index++) {
    pass(play, 60_000);
    give(play, { type: 'probed', round: roundAt(play, shown) });
  }
}

const rolledBack = (play: Play): boolean => running(play).rollback?.automatic === true;
const advice = (play: Play) => running(play).mail.advice;

/** Hands in what another place has seen; gives what was said where it was refused. */
function handIn(play: Play, round: ProbeRound): string {
  const { length } = play.told;
  give(play, { type: 'observe', what: { is: 'probe', round }, reason: null });
  return play.told
    .slice(length)
    .filter(line => line.includes(' refused: '))
    .join();
}

const gone = { new: ['not-provisioned'] } as const;
const alone = { ...gone, witness: null };

it.each([
  ['rolls back', 'pass', true],
  ['tells a person', 'warn', false],
] as const)(
  '%s when one host of several refuses from the first look on, where the gate said: %s',
  (_does, atGate, automatic) => {
    const play = spreading('hosts', atGate);
    look(play, { new: ['not-provisioned', 'accepts'] }, 4);
    expect(rolledBack(play)).toBe(automatic);
    if (!automatic) expect(advice(play).refusals?.why).toContain('mx1.new.example');
  },
);

it('rolls nothing back by itself once the old host was swept for the last time', () => {
  const play = spreading();
  look(play, {});
  give(play, { type: 'confirm', what: 'mail-swept', reason: null });
  look(play, gone, 6);
  expect(rolledBack(play)).toBe(false);
  expect(advice(play)['acceptance-lost']?.because).toBe('swept');
});

it('counts one look of another place once, however often it is handed in', () => {
  const play = spreading();
  const before = roundAt(play, { vantage: 'there' });
  pass(play, 1000);
  handIn(play, roundAt(play, { vantage: 'there' }));
  expect(handIn(play, before)).toContain('already');
  look(play, { new: ['cannot-tell'] });
  const round = roundAt(play, { ...gone, vantage: 'there' });
  expect(handIn(play, round)).toBe('');
  pass(play, 61_000);
  expect(handIn(play, round)).toContain('already');
  expect(handIn(play, { ...round, vantage: 'THERE' })).toContain('already');
  expect(rolledBack(play)).toBe(false);
  const later = roundAt(play, { ...gone, vantage: 'there' });
  expect(handIn(play, later)).toBe('');
  expect(rolledBack(play)).toBe(true);
});

it('takes no look from before the swap', () => {
  const play = spreading();
  const made = (running(play).swaps[0]?.wall ?? 0) - 1000;
  const round = roundAt(play, { ...gone, vantage: 'there', at: made });
  expect(handIn(play, round)).toContain('before the swap');
});

it.each(['here', 'HERE', 'Here.'])('takes %s for this very place', vantage => {
  const play = spreading();
  // Handed in before this machine has looked itself.
  handIn(play, roundAt(play, { vantage }));
  look(play, {});
  look(play, alone);
  expect(handIn(play, roundAt(play, { ...alone, vantage }))).toContain('looks from');
  look(play, alone, 4);
  expect(Object.keys(running(play).mail.vantages)).toEqual(['here']);
  expect(rolledBack(play)).toBe(false);
  expect(advice(play)['acceptance-lost']?.because).toBe('not-proven');
});

it('takes no host for a third one that gets the mail, nor its greeting for an acceptance', () => {
  const play = spreading();
  look(play, {});
  for (let index = 0; index < 4; index++) {
    pass(play, 60_000);
    const round = roundAt(play, alone);
    const taking = round.seen.filter(({ role }) => role === 'new');
    const greeted = taking.map(one => ({ ...one, role: 'witness', reception: 'accepts' }) as const);
    give(play, { type: 'probed', round: { ...round, seen: [...round.seen, ...greeted] } });
  }
  expect(rolledBack(play)).toBe(false);
  expect(advice(play)['acceptance-lost']?.because).toBe('not-proven');
});

it('takes what this machine saw before it slept for no evidence of now', () => {
  const play = spreading();
  look(play, {});
  give(play, { type: 'pause', reason: null });
  look(play, gone, 3);
  give(play, { type: 'resume', reason: null });
  pass(play, 3_600_000);
  handIn(play, roundAt(play, { vantage: 'there', new: ['cannot-tell'] }));
  expect(rolledBack(play)).toBe(false);
  look(play, gone, 2);
  expect(rolledBack(play)).toBe(true);
});
