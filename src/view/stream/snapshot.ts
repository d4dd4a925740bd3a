import { type Now } from '../../clock.ts';
import { type Cutover } from '../../cutover/cutover.ts';
import { type Entry } from '../../cutover/line.ts';
import { limits } from '../../limits.ts';
import { eventOf } from '../events.ts';
import { framed } from './framed.ts';
import { historyOf } from './history-points.ts';
import { statusOf, type Kept, type Status } from '../status/status.ts';
import {
  type Brief,
  type CutoverSnapshot,
  type ListSnapshot,
  type PropagationFrame,
  type StatusFrame,
} from './stream.ts';
import { isoText } from '../words.ts';
import { worstFirst } from './worst-first.ts';

/** A cutover at one moment, with what the store keeps of it beside its journal. */
export interface Scene {
  readonly cutover: Cutover;
  readonly kept: Kept;
  readonly now: Now;
  /** Its status, where it was made already: with ten thousand resolvers that takes a while. */
  readonly status?: Status;
}

const wholeStatus = ({ cutover, kept, now, status }: Scene): Status =>
  status ?? statusOf(cutover, now, kept);

const statusIn = (scene: Scene): Status => framed(wholeStatus(scene));

/** Everything that a viewer needs who knows nothing yet. `entries`: the last lines of its journal, in order. */
export function snapshotOf(
  scene: Scene,
  { epoch, entries }: { readonly epoch: string; readonly entries: readonly Entry[] },
): CutoverSnapshot {
  const { id, seq } = scene.cutover;
  return {
    ...{ at: isoText(scene.now.wall), epoch, cutover: id, seq },
    status: statusIn(scene),
    history: historyOf(scene.kept, scene.now),
    events: latest(entries.filter(entry => entry.seq <= seq)).map(entry => eventOf(entry, epoch)),
  };
}

/** The newest lines that fit: a line that holds a whole plan must not crowd out everything else. */
function latest(entries: readonly Entry[]): readonly Entry[] {
  let octets = 0;
  const newest = entries.slice(-limits.snapshotLines);
  const from = newest.findLastIndex(({ text }) => {
    octets += text.length;
    return octets > limits.snapshotLineOctets;
  });
  return newest.slice(from + 1);
}

/** How it stands after lines were stored. */
export const statusFrameOf = (scene: Scene): StatusFrame => ({
  ...{ at: isoText(scene.now.wall), cutover: scene.cutover.id, seq: scene.cutover.seq },
  status: statusIn(scene),
});

/** What the resolvers say now. */
export function propagationFrameOf(scene: Scene): PropagationFrame {
  const { propagation, forecast } = statusIn(scene);
  return {
    ...{ at: isoText(scene.now.wall), cutover: scene.cutover.id, seq: scene.cutover.seq },
    ...{ propagation, forecast },
    point: historyOf(scene.kept, scene.now).at(-1) ?? null,
  };
}

/** One row of the list of all cutovers. */
export function briefOf(scene: Scene): Brief {
  const status = wholeStatus(scene);
  const { id, domain, unicode, seq, stage, outcome, ending, paused, hold, next, controller } =
    status;
  return {
    ...{ id, domain, seq, stage, outcome, paused: paused !== null, hold: hold?.why ?? null },
    ...{ unicode, ending, next, share: status.propagation?.resolvers?.share ?? null, controller },
    ...{ mail: status.mail?.trouble ?? null },
    ...{ startedAt: status.startedAt, endedAt: status.endedAt },
  };
}

/** All cutovers, worst first. */
export const listSnapshot = (
  briefs: readonly Brief[],
  { epoch, now }: { readonly epoch: string; readonly now: Now },
): ListSnapshot => ({
  ...{ at: isoText(now.wall), epoch },
  cutovers: briefs.toSorted(worstFirst),
});
