import { due } from '../../src/cutover/course.ts';
import { unsettled } from '../../src/cutover/prepared.ts';
import { type Stage } from '../../src/cutover/stage.ts';
import { canaryEvent, measured, rehearsed } from './canary-commands.ts';
import { finding, newsOf, roundOf, surveyed } from './reports.ts';
import { give, nowOf, pass, round, running, untilWake, type Play } from './play.ts';

const fine = [finding('pass', 'auth-servers-all-answer')];

/** Answers one survey as a world would in which everything is as planned. */
export function survey(play: Play, own: Parameters<typeof surveyed>[2] = {}): void {
  const cutover = running(play);
  const { servers, nameServers, signed, atomicSets, syncStatus } = play;
  const seen = roundOf(cutover, { servers, nameServers, signed, oddities: [] }, nowOf(play));
  give(play, surveyed(cutover, seen, { atomicSets, syncStatus, ...own }));
}

function approve(play: Play): void {
  const attest = play.policy.attest.map((_, index) => index);
  give(play, { type: 'checked', findings: fine });
  const { stage, step, approval } = running(play);
  if (stage !== 'gate' || approval?.step === step) return;
  if (play.policy.approval === 'none' && attest.length === 0) return;
  give(play, { type: 'approve', attest, accept: [], reason: null });
  give(play, { type: 'checked', findings: fine });
}

/** One move of a world in which everything goes well. False when only a person could go on. */
function moveOn(play: Play): boolean {
  const state = running(play);
  const effects = due(state);
  const write = effects.find(effect => effect.do === 'write');
  if (state.intent !== null && write !== undefined) {
    give(play, { type: 'settled', intent: state.intent.id, settlement: { is: 'confirmed' } });
    return true;
  }
  const { canary } = state;
  if (canary?.intent != null) {
    give(play, { type: 'settled', intent: canary.intent.id, settlement: { is: 'confirmed' } });
    return true;
  }
  if (effects.some(effect => effect.do === 'canary')) {
    if (canary?.stands === 'first') give(play, canaryEvent({ is: 'measured', measured }));
    else give(play, canaryEvent({ is: 'rehearsed', rehearsed }));
    return true;
  }
  if (state.stage === 'sweep') {
    give(play, { type: 'confirm', what: 'mail-swept', reason: null });
    return true;
  }
  const { seq } = state;
  for (const effect of effects) {
    if (effect.do === 'survey') survey(play);
    if (effect.do === 'check') approve(play);
    if (effect.do === 'watch' && state.stage === 'propagate')
      give(play, { type: 'news', news: newsOf() });
    if (effect.do === 'observe')
      for (let index = 0; index < 3; index++) {
        if (index > 0) pass(play, 1000);
        if (running(play).stage === state.stage) round(play);
      }
    if (running(play).seq !== seq) return true;
  }
  const waits = [untilWake(play), untilSettled(play)].filter(ms => ms !== null);
  if (waits.length === 0) return false;
  pass(play, Math.min(...waits));
  return true;
}

/** A gate looks again each minute, and so needs no wake for records that are still being waited for. */
function untilSettled(play: Play): number | null {
  if (running(play).stage !== 'gate') return null;
  const waits = unsettled(running(play), nowOf(play)).flatMap(({ leftMs }) => leftMs ?? []);
  return waits.length === 0 ? null : Math.max(...waits);
}

const movesMax = 200;

/** Goes on in a world where everything goes well until a stage, or an end, is reached. */
export function reach(play: Play, goal: Stage | 'end', step = 0): void {
  const there = (): boolean => {
    const { stage, step: index, outcome } = running(play);
    return goal === 'end' ? outcome !== null : stage === goal && index >= step;
  };
  for (let moves = 0; !there(); moves++)
    if (moves > movesMax || !moveOn(play)) {
      const { stage, hold } = running(play);
      throw new Error(
        `${goal} was not reached: ${stage}${hold === null ? '' : `, held ${hold.why}`}`,
      );
    }
}
