import { type App } from '../../app.ts';
import { type Cutover } from '../../cutover/cutover.ts';
import { type Entry } from '../../cutover/line.ts';
import { limits } from '../../limits.ts';
import { type Scene } from '../../view/stream/snapshot.ts';
import { nothingWatched } from '../../view/world/world.ts';

/** A cutover as it stands now, with what the store keeps of it beside its journal. */
export async function sceneOf({ environment }: App, cutover: Cutover): Promise<Scene> {
  const { store, clock } = environment;
  const [record, runner] = await Promise.all([
    store.watchRecord(cutover.id),
    cutover.outcome === null ? store.holder(cutover.id) : undefined,
  ]);
  const kept = runner === undefined ? record : { ...record, runner };
  return { cutover, kept, now: clock.now() };
}

/** The same for one row of a list: what was watched of those that have ended may be long, and says nothing there. */
export const briefScene = async (app: App, cutover: Cutover): Promise<Scene> =>
  cutover.outcome === null
    ? sceneOf(app, cutover)
    : { cutover, kept: nothingWatched, now: app.environment.clock.now() };

/** The last lines of its journal, as many as a snapshot holds. */
export const entriesOf = async (
  { environment }: App,
  { id, seq }: Cutover,
): Promise<readonly Entry[]> =>
  environment.store.lines(id, Math.max(0, seq - limits.snapshotLines), limits.snapshotLines);
