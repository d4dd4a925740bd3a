import { limits } from '../limits.ts';
import { emptyRoom, type Room, type Snapshot } from './room.ts';

/** A room and who is in it. */
export interface Seat {
  room: Room;
  readers: number;
  /** Lines were stored since it was last read. */
  dirty: boolean;
  lookedUp: number;
  snapshot: Snapshot | null;
  looking: Promise<void> | null;
}

/** The rooms that are kept: those that somebody is in, and all of them while somebody reads the list. */
export interface Seats {
  readonly all: ReadonlyMap<string, Seat>;
  /** Made where there is none yet; whoever is new has to be read. */
  at(id: string): Seat;
  put(id: string, seat: Seat, room: Room): void;
  /** Ids by the version of their row in the list, the newest last. */
  readonly rows: ReadonlyMap<string, number>;
  /** The version of the newest row. */
  readonly newest: () => number;
  /** There is no such cutover: whoever asks for any name must leave nothing behind. */
  drop(id: string, seat: Seat): void;
  /** Forgets it, if nobody is in it and nobody reads the list. */
  leave(id: string): void;
  /** Somebody more, or less, reads the list; how many do then. */
  listed(by: 1 | -1): number;
  readonly listeners: () => number;
}

export function openSeats(): Seats {
  const all = new Map<string, Seat>();
  const rows = new Map<string, number>();
  let listeners = 0;
  let version = 0;
  return {
    all,
    rows,
    newest: () => version,
    drop: (id, seat) => {
      if (all.get(id) !== seat) return;
      all.delete(id);
      rows.delete(id);
    },
    at: id => {
      const known = all.get(id);
      if (known !== undefined) return known;
      const fresh = { room: emptyRoom, readers: 0, dirty: true, lookedUp: -Infinity };
      const made: Seat = { ...fresh, snapshot: null, looking: null };
      all.set(id, made);
      return made;
    },
    put: (id, seat, room) => {
      // A row that changed goes to the end, so that readers find what is new to them from there.
      // One that was left meanwhile has no row.
      if (room.brief.version !== seat.room.brief.version && all.get(id) === seat) {
        rows.delete(id);
        rows.set(id, ++version);
      }
      seat.room = room;
    },
    leave: id => {
      if (listeners > 0 || all.get(id)?.readers !== 0) return;
      all.delete(id);
      rows.delete(id);
    },
    listed: by => (listeners += by),
    listeners: () => listeners,
  };
}

/** After how long nothing but time calls for another look: what has ended changes no more. */
function restMs({ room, readers, dirty }: Seat): number {
  // What thousands read is made less often: how it stands is several times as long as a line.
  if (dirty) return limits.frameEveryMs * Math.max(1, readers / limits.frameReaders);
  if (room.brief.data !== null && room.brief.data.outcome !== null) return Infinity;
  return readers > 0 ? limits.frameLookMs : limits.briefLookMs;
}

export type Due = { readonly id: string; readonly asked: boolean } | { readonly inMs: number };

/** Which is to be looked at first, at this uptime; `asked`: lines were stored of it. */
export function firstDue(all: ReadonlyMap<string, Seat>, up: number): Due {
  let inMs = Infinity;
  let first: { readonly id: string; readonly asked: boolean } | null = null;
  for (const [id, seat] of all) {
    const left = seat.lookedUp + restMs(seat) - up;
    if (left >= inMs) continue;
    inMs = left;
    first = { id, asked: seat.dirty };
  }
  return first !== null && inMs <= 0 ? first : { inMs };
}
