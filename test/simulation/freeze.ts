import { type VirtualClock } from '../support/virtual-clock.ts';
import { type Random } from './random.ts';
import { type Trace } from './trace.ts';

/** A primary server that stands still for a while: it answers nothing, and what was sent to it waits. */
export interface Freeze {
  readonly stuck: () => boolean;
  /** It stands still from now on, with this write in its queue. */
  readonly begin: (queued: () => void) => void;
  /** It has answered a read: what waits in its queue is next. */
  readonly answered: () => void;
}

/** If nobody reads, the queue is worked off this long after the thaw. */
const UNREAD_MS = 60_000;

export function makeFreeze(
  clock: VirtualClock,
  { random, trace }: { readonly random: Random; readonly trace: Trace },
): Freeze {
  let until = 0;
  let queued: (() => void) | null = null;
  const workOff = (): void => {
    const act = queued;
    queued = null;
    act?.();
  };
  const stuck = (): boolean => clock.truth() < until;
  return {
    stuck,
    begin: act => {
      const ms = random.pick([10_000, 30_000, 60_000, 90_000]);
      until = clock.truth() + ms;
      queued = act;
      trace.note(`the primary stands still for ${ms}`);
      clock.after(ms + UNREAD_MS, workOff);
    },
    answered: () => {
      if (queued !== null) clock.after(random.between(100, 4000), workOff);
    },
  };
}
