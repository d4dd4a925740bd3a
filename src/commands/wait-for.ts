import { nearest } from '../config/nearest.ts';
import { type Cutover } from '../cutover/cutover.ts';
import { type Line } from '../cutover/line.ts';
import { stages, type Stage } from '../cutover/stage.ts';
import { Fault } from '../errors.ts';
import { type Status } from '../view/status/status.ts';
import { resolverNoun } from '../view/world/aim.ts';
import { percentText } from '../view/world/text.ts';

/** One thing that can be waited for. */
export type Wanted =
  | { readonly is: 'stage'; readonly stage: Stage | 'rolled-back' | 'abandoned' }
  | { readonly is: 'share'; readonly percent: number }
  | { readonly is: 'hold' };

/** Everything that `--for stage=` knows. */
const ends = ['rollback', 'rolled-back', 'abandoned'] as const;
const stageNames = [...stages, ...ends];

const usage = (message: string, fix: string): Fault =>
  new Fault('USAGE', message, { where: '--for', fix });

const forms = 'stage=STAGE, share=PERCENT or hold';

function stageOf(name: string): Wanted {
  const stage = stageNames.find(one => one === name);
  if (stage !== undefined) return { is: 'stage', stage };
  const meant = nearest(name, stageNames);
  throw usage(
    `there is no stage ${name}`,
    `${meant === null ? '' : `did you mean ${meant}? `}one of: ${stageNames.join(', ')}`,
  );
}

function shareOf(text: string): Wanted {
  const percent = /^(\d{1,3}(?:\.\d{1,3})?)\s?%?$/.exec(text)?.[1];
  if (percent === undefined || Number(percent) <= 0 || Number(percent) > 100)
    throw usage(`${text} is no share`, 'per cent above 0, at most 100, such as share=95');
  return { is: 'share', percent: Number(percent) };
}

/** What `--for` names; each one is enough. USAGE for anything else. */
export function wantedOf(texts: readonly string[]): readonly Wanted[] {
  if (texts.length === 0) throw usage('wait for what?', `add --for ${forms}`);
  return texts.map(text => {
    const [, name, value] = /^(\w+)=(.*)$/s.exec(text) ?? [];
    if (text === 'hold') return { is: 'hold' };
    if (name === 'stage') return stageOf(value ?? '');
    if (name === 'share') return shareOf(value ?? '');
    const bare = stageNames.find(one => one === text);
    throw usage(
      `${text} cannot be waited for`,
      bare === undefined ? forms : `write --for stage=${bare}`,
    );
  });
}

/** How far a cutover came, as its journal tells it: stages may pass between two looks. */
export interface Progress {
  readonly stage: Stage;
  readonly step: number;
  /** Index of the furthest stage since it last went back. */
  readonly furthest: number;
}

export const nowhere: Progress = { stage: 'snapshot', step: 0, furthest: 0 };

/** The progress after one more line. Another attempt, and a drain that begins anew, begin to count anew. */
export function progressed(before: Progress, line: Line): Progress {
  if (line.type !== 'stage.entered') return before;
  const { stage, step } = line.data;
  if (stage === 'rollback') return { ...before, stage, step };
  const at = stages.indexOf(stage);
  const back =
    before.stage === 'rollback' || (step <= before.step && at < stages.indexOf(before.stage));
  return { stage, step, furthest: back ? at : Math.max(before.furthest, at) };
}

/** How a wait ended: the exit code, and a sentence that says why. */
export interface Waited {
  readonly code: number;
  readonly text: string;
}

export interface Standing {
  readonly cutover: Cutover;
  readonly status: Status;
  readonly progress: Progress;
}

const rolledBack = ({ stage, outcome }: Cutover): boolean =>
  stage === 'rollback' || outcome === 'rolled-back';

function reached(wanted: Wanted, { cutover, status, progress }: Standing): string | null {
  const { outcome, stage, hold } = cutover;
  switch (wanted.is) {
    case 'hold':
      return hold === null ? null : `it is held: ${status.hold?.sentence ?? hold.why}`;
    case 'share': {
      const share = status.propagation?.resolvers?.share ?? null;
      const enough = share !== null && share * 100 >= wanted.percent - 1e-9;
      return enough && !rolledBack(cutover)
        ? `${percentText(share)} of the ${resolverNoun(cutover)}s are new (a proxy, weights are estimates)`
        : null;
    }
    case 'stage': {
      const name = wanted.stage;
      if (name === 'done' || name === 'rolled-back' || name === 'abandoned')
        return outcome === name ? `it ended ${name}` : null;
      if (name === 'rollback') return rolledBack(cutover) ? 'it is rolled back' : null;
      // What a rollback has taken back does not count, and an end is no stage.
      if (rolledBack(cutover) || outcome === 'abandoned') return null;
      if (progress.furthest < stages.indexOf(name)) return null;
      return stage === name ? `it is in stage ${name}` : `stage ${name} lies behind it`;
    }
  }
}

const wants = (list: readonly Wanted[], stage: string): boolean =>
  list.some(one => one.is === 'stage' && one.stage === stage);

/** What ended it other than was waited for; null while it still may come. */
function missed(list: readonly Wanted[], { cutover }: Standing): Waited | null {
  const { outcome, rollback, stage } = cutover;
  if (outcome === 'rolled-back') return { code: 6, text: 'it ended rolled back' };
  if (outcome !== null)
    return { code: 1, text: `it ended ${outcome}: that will not come any more` };
  if (stage === 'rollback' && rollback?.delivered != null && !wants(list, 'rolled-back'))
    return { code: 6, text: 'it is rolled back: the MX is back (retry leads to the gate again)' };
  const watchOver = stage === 'settle' || stage === 'done';
  if (watchOver && list.every(({ is }) => is === 'share'))
    return { code: 1, text: 'resolvers are not watched any more: that share will not come' };
  return null;
}

/** How the wait ends here, or null: then it goes on. */
export function waitedOf(list: readonly Wanted[], standing: Standing): Waited | null {
  for (const wanted of list) {
    const text = reached(wanted, standing);
    if (text !== null) return { code: 0, text };
  }
  const end = missed(list, standing);
  if (end !== null) return end;
  const { next } = standing.status;
  // A controller may be on its way back; the wait says that there is none, and goes on.
  const { controller } = standing.status;
  const absent = controller?.running === false && next.command === controller.command;
  const unowned = standing.cutover.owner === null || absent;
  if (unowned || (next.who !== 'person' && next.who !== 'orchestrator')) return null;
  const command = next.command === null ? '' : `\n  ${next.command}`;
  return { code: 7, text: `it needs a person: ${next.what}${command}` };
}
