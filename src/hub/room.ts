import { type Now } from '../clock.ts';
import { limits } from '../limits.ts';
import {
  briefOf,
  propagationFrameOf,
  snapshotOf,
  statusFrameOf,
  type Scene,
} from '../view/stream/snapshot.ts';
import {
  sharedBrief,
  sharedPropagationFrame,
  sharedSnapshot,
  sharedStatusFrame,
} from '../view/stream/redact.ts';
import { type Brief } from '../view/stream/stream.ts';
import { isoText } from '../view/words.ts';
import { cursorText } from './cursor.ts';
import { frame, type Frame } from './frame.ts';
import { type Sight } from './sight.ts';

/** A frame of which only the newest counts; `version` grows whenever it says something else. */
export interface Newest {
  readonly version: number;
  readonly mark: string;
  readonly frame: Frame | null;
}

export interface Snapshot {
  /** The last line that it includes. */
  readonly n: number;
  /** The newest frames that say nothing else than it does. */
  readonly status: number;
  readonly propagation: number;
  readonly madeUp: number;
  readonly frame: Frame;
}

/** What is sent of one cutover beside its journal: made once for all who read it. */
export interface Room {
  readonly sight: Sight | null;
  readonly status: Newest;
  readonly propagation: Newest;
  readonly brief: Newest & { readonly data: Brief | null };
}

const none: Newest = { version: 0, mark: '', frame: null };
export const emptyRoom: Room = {
  sight: null,
  status: none,
  propagation: none,
  brief: { ...none, data: null },
};

/** What runs down by itself is no news: readers count by the clock that each frame carries. */
const markOf = (data: unknown): string =>
  JSON.stringify(data, (key, value: unknown) =>
    key === 'at' || key === 'leftSeconds' ? undefined : value,
  );

function newer(before: Newest, mark: string, made: () => Frame): Newest {
  if (before.mark === mark) return before;
  return { version: before.version + 1, mark, frame: made() };
}

/** The list's row after another look; null: it says what it said. */
export function withBrief(room: Room, scene: Scene): Room {
  const brief = briefOf(scene);
  const at = isoText(scene.now.wall);
  const made = newer(room.brief, markOf(brief), () =>
    frame(
      { event: 'brief' },
      () => ({ at, brief }),
      told => ({
        at: told.at,
        brief: sharedBrief(told.brief),
      }),
    ),
  );
  return { ...room, brief: { ...made, data: brief } };
}

/** What follows from another look at the cutover. */
export function withSight(room: Room, sight: Sight): Room {
  const status = statusFrameOf(sight);
  const propagation = propagationFrameOf(sight);
  // The resolvers have a frame of their own, and change more often than everything else.
  const rest = { ...status.status, propagation: null, forecast: null };
  const servers = status.status.propagation?.servers ?? null;
  return withBrief(
    {
      ...room,
      sight,
      status: newer(room.status, markOf([rest, servers]), () =>
        frame({ event: 'status' }, () => status, sharedStatusFrame),
      ),
      propagation: newer(room.propagation, markOf({ ...propagation, seq: 0 }), () =>
        frame({ event: 'propagation' }, () => propagation, sharedPropagationFrame),
      ),
    },
    sight,
  );
}

/** Everything of this moment, for readers who know nothing yet. */
export function snapshotFrame(
  { status, propagation }: Room,
  sight: Sight,
  { epoch, now }: { readonly epoch: string; readonly now: Now },
): Snapshot {
  const { cutover, kept, entries } = sight;
  const data = snapshotOf({ cutover, kept, now }, { epoch, entries });
  const id = cursorText(epoch, sight.n);
  return {
    ...{ n: sight.n, status: status.version, propagation: propagation.version },
    madeUp: now.up,
    frame: frame({ event: 'snapshot', id }, () => data, sharedSnapshot),
  };
}

/** Its `at` is the server's clock to whoever reads it, so that it must not be an old one. */
export const isRecent = ({ madeUp }: Snapshot, now: Now): boolean =>
  now.up - madeUp < limits.frameEveryMs;
