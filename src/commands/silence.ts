import { hostname } from 'node:os';
import { type App } from '../app.ts';
import { type Cutover } from '../cutover/cutover.ts';
import { isStopped } from '../machine/process.ts';
import { type Context } from './context.ts';

/** A living owner that stores nothing for so long is looked at, and again after as long. */
const silenceMs = 10_000;
/** One that is not stopped may wait for its provider or for a write to be certain; not for longer. */
const patienceMs = 60_000;

export interface Watched {
  readonly app: App;
  readonly id: string;
  /** The line that the act was stored at. */
  readonly seq: number;
  readonly settled: (cutover: Cutover) => boolean;
}

const troubleText = ({ trouble }: Cutover): string | null => {
  const [first] = Object.values(trouble);
  return first === undefined ? null : first.message;
};

/**
 * Watches whether the process that owns a cutover does what was asked of it. Resolves with true once it
 * is to be given up: it is stopped, or it has stored nothing for a minute. It is named by its pid.
 */
export async function ownerIsSilent(
  { terminal }: Context,
  { app, id, seq: first, settled }: Watched,
  signal: AbortSignal,
): Promise<boolean> {
  const { clock, store } = app.environment;
  let seq = first;
  let quietMs = 0;
  let told = '';
  for (;;) {
    await clock.sleep(silenceMs, signal);
    const cutover = await app.find(id);
    const holder = await store.holder(id);
    const others = holder !== null && holder.pid !== process.pid;
    if (cutover === null || settled(cutover) || !others || cutover.seq !== seq) {
      seq = cutover?.seq ?? seq;
      quietMs = 0;
      continue;
    }
    quietMs += silenceMs;
    const who = `process ${String(holder.pid)} on ${holder.host}`;
    if (holder.host === hostname() && isStopped(holder.pid) === true) {
      terminal.talk(
        `${who} owns ${id} and is stopped. End it (kill -9 ${String(holder.pid)}) and give this command again: it then takes over.`,
      );
      return true;
    }
    const why = troubleText(cutover);
    if (why !== null && why !== told) terminal.talk(`${who} owns ${id} and waits: ${why}`);
    told = why ?? told;
    if (why === null && quietMs >= patienceMs) {
      terminal.talk(`${who} owns ${id} and has stored nothing for a minute; look at it.`);
      return true;
    }
  }
}
