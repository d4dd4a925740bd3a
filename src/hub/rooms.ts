import { type Clock } from '../clock.ts';
import { Fault, isFault } from '../errors.ts';
import { limits } from '../limits.ts';
import { type Brief } from '../view/stream/stream.ts';
import { isRecent, snapshotFrame, withBrief, withSight, type Room, type Snapshot } from './room.ts';
import { firstDue, openSeats, type Due, type Seat, type Seats } from './seats.ts';
import { readAll, readSight, type Source } from './sight.ts';
import { type Tail } from './tail.ts';

/** What is known of the cutovers that somebody reads; each is read once for all of its readers. */
export interface Rooms {
  get(id: string): Room | undefined;
  /** One more reader of this cutover. Returns the way to leave. */
  enter(id: string): () => void;
  /** One more reader of all of them. */
  enterAll(): () => void;
  /** Lines were stored of it. */
  changed(id: string): void;
  /** So many lines were stored that nobody knows of which. */
  changedAll(): void;
  /** The cutover as it is now. @throws Fault STORE, NOT_FOUND */
  snapshot(id: string): Promise<Snapshot>;
  /** The rows of the list. @throws Fault STORE */
  briefs(): Promise<readonly Brief[]>;
  /** Cutovers by the version of their row in the list, the newest last; for readers of all. */
  readonly rows: ReadonlyMap<string, number>;
  /** The version of the newest of them. */
  readonly newestRow: () => number;
  /** Which is to be looked at now, or in how many ms the next one is. */
  due(): Due;
  /** Looks at it. @throws Fault STORE */
  look(id: string): Promise<void>;
}

interface Needs {
  readonly store: Source;
  readonly clock: Clock;
  readonly tail: Tail;
}

/** Reads a cutover once for all who want it at this moment. */
function looker(needs: Needs, seats: Seats): (id: string) => Promise<void> {
  const read = async (id: string, seat: Seat): Promise<void> => {
    seat.dirty = false;
    seat.lookedUp = needs.clock.now().up;
    try {
      const how = { before: seat.room.sight, whole: seat.readers > 0 };
      seats.put(id, seat, withSight(seat.room, await readSight(needs, id, how)));
      seat.snapshot = null;
    } catch (error) {
      if (isFault(error, 'NOT_FOUND')) seats.drop(id, seat);
      else seat.dirty = true;
      throw error;
    }
  };
  return id => {
    const seat = seats.at(id);
    seat.looking ??= read(id, seat).finally(() => {
      seat.looking = null;
    });
    return seat.looking;
  };
}

/** A snapshot for whoever comes now; those who come together get the same one. */
function snapshots({ store, clock }: Needs, seats: Seats, look: (id: string) => Promise<void>) {
  return async (id: string): Promise<Snapshot> => {
    const seat = seats.at(id);
    const before = clock.now();
    if (seat.snapshot !== null && !seat.dirty && isRecent(seat.snapshot, before))
      return seat.snapshot;
    // What is older than the next frame would be is not read again: the lines that it lacks follow it.
    const rested = before.up - seat.lookedUp >= limits.frameEveryMs;
    const unread = seat.room.sight === null || seat.looking !== null;
    if (unread || (seat.dirty && rested)) await look(id);
    // What was under way read it as a row of the list, without its lines.
    if (seat.room.sight?.entries.length === 0) await look(id);
    const { sight } = seat.room;
    if (sight === null) throw new Fault('BUG', `${id} was read and is not there`);
    seat.snapshot = snapshotFrame(seat.room, sight, { epoch: store.epoch, now: clock.now() });
    return seat.snapshot;
  };
}

/** Fills the list once for all who read it. */
function lister(needs: Needs, seats: Seats) {
  let filled: Promise<void> | null = null;
  const fill = async (): Promise<void> => {
    for await (const scene of readAll(needs)) {
      const { id } = scene.cutover;
      const known = seats.all.has(id);
      const seat = seats.at(id);
      // Whoever was there already has lines that this list may not include.
      if (!known) seat.dirty = false;
      if (seat.room.brief.data === null) seats.put(id, seat, withBrief(seat.room, scene));
    }
  };
  return {
    forget: (): void => {
      filled = null;
    },
    briefs: async (): Promise<readonly Brief[]> => {
      filled ??= fill();
      try {
        await filled;
      } catch (error) {
        filled = null;
        throw error;
      }
      return [...seats.all.values()].flatMap(({ room }) => room.brief.data ?? []);
    },
  };
}

export function openRooms(needs: Needs): Rooms {
  const { clock } = needs;
  const seats = openSeats();
  const look = looker(needs, seats);
  const list = lister(needs, seats);
  return {
    get: id => seats.all.get(id)?.room,
    rows: seats.rows,
    newestRow: seats.newest,
    enter: id => {
      const seat = seats.at(id);
      seat.readers += 1;
      // As a row of the list it was read without its lines.
      if (seat.room.sight?.entries.length === 0) seat.room = { ...seat.room, sight: null };
      return () => {
        seat.readers -= 1;
        seats.leave(id);
      };
    },
    enterAll: () => {
      seats.listed(1);
      return () => {
        if (seats.listed(-1) > 0) return;
        list.forget();
        for (const id of seats.all.keys()) seats.leave(id);
      };
    },
    changed: id => {
      const seat = seats.listeners() > 0 ? seats.at(id) : seats.all.get(id);
      if (seat !== undefined) seat.dirty = true;
    },
    changedAll: () => {
      for (const seat of seats.all.values()) seat.dirty = true;
      list.forget();
    },
    snapshot: snapshots(needs, seats, look),
    briefs: list.briefs,
    due: () => firstDue(seats.all, clock.now().up),
    look,
  };
}
