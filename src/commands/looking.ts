import { type App } from '../app.ts';
import { signalBox } from '../controller/signal-box.ts';
import { type Cutover } from '../cutover/cutover.ts';
import { type Entry } from '../cutover/line.ts';
import { Fault } from '../errors.ts';
import { limits } from '../limits.ts';
import { statusOf, type Kept, type Status } from '../view/status/status.ts';

/** A cutover at one moment, and the lines that came since the look before it. */
export interface Sight {
  readonly cutover: Cutover;
  readonly status: Status;
  readonly entries: readonly Entry[];
}

export interface Looking {
  /** Lines after this one are given. */
  readonly since: number;
  /** Two looks are at least so far apart. */
  readonly restMs: number;
  /** And at most: countdowns go on where nothing is stored, and not every store tells of each change. */
  readonly everyMs: number;
  /** Called with each look; true ends it. */
  readonly onSight: (sight: Sight) => boolean;
  readonly signal: AbortSignal;
}

async function linesAfter(app: App, id: string, seq: number): Promise<readonly Entry[]> {
  const { store } = app.environment;
  const entries: Entry[] = [];
  for (let from = seq; ;) {
    const page = await store.lines(id, from, limits.feedPage);
    entries.push(...page);
    from = page.at(-1)?.seq ?? from;
    if (page.length < limits.feedPage) return entries;
  }
}

/** What the store knows of a cutover beside its journal: what was watched, and who runs it now. */
export async function keptOf(app: App, id: string): Promise<Kept> {
  const { store } = app.environment;
  const [record, runner] = await Promise.all([store.watchRecord(id), store.holder(id)]);
  return { ...record, runner };
}

/** How the cutover stands, with what the store kept of its watch. */
async function sightOf(app: App, id: string): Promise<{ cutover: Cutover; status: Status }> {
  const { clock } = app.environment;
  const cutover = await app.find(id);
  if (cutover === null) throw new Fault('NOT_FOUND', `there is no cutover ${id}`);
  const kept = await keptOf(app, cutover.id);
  return { cutover, status: statusOf(cutover, clock.now(), kept) };
}

/**
 * Looks at a cutover whenever anything was stored, and now and then, until `onSight` ends it or the signal
 * is aborted. Reads only; the owner may be any process. Gives the last sight.
 */
export async function looking(app: App, id: string, how: Looking): Promise<Sight> {
  const { store, clock } = app.environment;
  const { onSight, restMs, everyMs, signal } = how;
  const box = signalBox();
  const unwatch = store.watch(box.ring);
  let { since } = how;
  try {
    for (;;) {
      const { cutover, status } = await sightOf(app, id);
      const all = await linesAfter(app, id, since);
      // Lines that came between the two reads belong to the next look.
      const entries = all.filter(({ seq }) => seq <= cutover.seq);
      since = entries.at(-1)?.seq ?? since;
      const sight = { cutover, status, entries };
      if (onSight(sight) || signal.aborted) return sight;
      if (restMs > 0) await clock.sleep(restMs, signal).catch(() => undefined);
      const awake = new AbortController();
      const either = AbortSignal.any([signal, awake.signal]);
      const left = Math.max(0, everyMs - restMs);
      await Promise.race([box.next(either), clock.sleep(left, either).catch(() => undefined)]);
      awake.abort();
    }
  } finally {
    unwatch();
  }
}
