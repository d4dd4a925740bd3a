import { type Access } from '../access/access.ts';
import { type Chance, type Clock } from '../clock.ts';
import { type Fault } from '../errors.ts';
import { limits } from '../limits.ts';
import { openAdmission } from './admission.ts';
import { openClient } from './client.ts';
import { type Crowd, openCrowd } from './crowd.ts';
import { type Engine, startEngine } from './engine.ts';
import { type Hub, type Opened, type Refused, type Sink, type Wish } from './hub.ts';
import { openEntrance } from './entrance.ts';
import { openRooms } from './rooms.ts';
import { type Source } from './sight.ts';
import { openTail } from './tail.ts';

export interface HubParts {
  readonly store: Source;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly access: Pick<Access, 'stands'>;
  /** What failed, for a log. Left out: nobody hears of it. */
  readonly onFault?: (fault: Fault) => void;
}

const stopping: Refused = { refused: 'the server is stopping', retryAfterMs: limits.streamRetryMs };

/** About the time after which a connection is renewed, for each another one. */
const rotateMs = (chance: Chance): number => limits.streamRotateMs * (0.8 + 0.4 * chance.float());

/** The whole of it: no request, no response, no server; a reader is a Wish and a Sink. */
export function makeHub(parts: HubParts): Hub {
  const { store, clock, chance, access, onFault = () => undefined } = parts;
  const tail = openTail(store);
  const rooms = openRooms({ store, clock, tail });
  const crowd = openCrowd({ clock, chance });
  const admission = openAdmission();
  const entrance = openEntrance({ clock, tail, rooms, epoch: store.epoch });
  let engine: Engine | null = null;
  let closed = false;

  const begin = (): Engine =>
    (engine ??= startEngine({
      ...{ store, clock, stands: principal => access.stands(principal) },
      ...{ tail, rooms, crowd, onFault },
    }));
  const rest = (): void => {
    if (admission.inside() > 0) return;
    engine?.stop();
    engine = null;
  };
  const enter = async (wish: Wish, connect: (from: string) => Sink): Promise<Opened | Refused> => {
    const place = admission.enter(wish);
    if ('refused' in place) return place;
    const seat = wish.cutover === null ? rooms.enterAll() : rooms.enter(wish.cutover);
    const leave = once(() => {
      seat();
      place.leave();
      rest();
    });
    let sink: Sink | null = null;
    try {
      // It runs before anything is read: what is stored meanwhile must be noticed.
      begin();
      const way = await entrance.way(wish);
      if (isClosed()) {
        leave();
        return stopping;
      }
      const begins = { now: clock.now(), at: way.at, rotateMs: rotateMs(chance) };
      sink = connect(way.from);
      const client = openClient(wish, sink, begins);
      way.greet(client);
      crowd.add(client);
      begin().ring();
      return {
        gone: () => {
          crowd.remove(client);
          leave();
        },
      };
    } catch (error) {
      // Nobody else knows of the connection by then, and it would stay open without a word.
      sink?.abort();
      leave();
      throw error;
    }
  };
  const isClosed = (): boolean => closed;
  return {
    open: async (wish, connect) => (closed ? stopping : enter(wish, connect)),
    stop: async () => {
      closed = true;
      await endAll(crowd, clock);
      engine?.stop();
      engine = null;
    },
    stats: () => ({ clients: crowd.size(), dropped: crowd.dropped() }),
  };
}

/** Everybody is told, and has a while to take it. */
async function endAll(crowd: Crowd, clock: Clock): Promise<void> {
  await crowd.each(client => {
    crowd.farewell(client, 'the server is stopping');
  });
  const until = clock.now().up + limits.streamsEndMs;
  const never = new AbortController().signal;
  while (crowd.size() > 0 && clock.now().up < until) await clock.sleep(limits.streamPaceMs, never);
  crowd.sweep(true);
}

/** A connection may be told to have ended several times, by several who saw it. */
function once(act: () => void): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    act();
  };
}
