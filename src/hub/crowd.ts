import { setImmediate } from 'node:timers/promises';
import { type Chance, type Clock } from '../clock.ts';
import { limits } from '../limits.ts';
import { isoText } from '../view/words.ts';
import { put, type Client, type Cut } from './client.ts';
import { encode, encodeRetry } from './frame.ts';

/** All who read at this moment, and the ways in which one of them ends. */
export interface Crowd {
  readonly size: () => number;
  add(client: Client): void;
  /** Its connection has ended. */
  remove(client: Client): void;
  /** One after the other, with a pause for everybody else after so many writes in a row. */
  each(visit: (client: Client) => void): Promise<void>;
  cut(client: Client, why: Cut): void;
  /** Tells it when to come back, and ends it after what was sent. */
  farewell(client: Client, why: string): void;
  /** Ends at once what was told to end and did not in time; all that is left where `all`. */
  sweep(all: boolean): void;
  readonly dropped: () => Readonly<Record<Cut, number>>;
}

export function openCrowd({ clock, chance }: { clock: Clock; chance: Chance }): Crowd {
  const clients = new Set<Client>();
  /** Until when those that are to end have time for it. */
  const leaving = new Map<Client, number>();
  const dropped = { slow: 0, stuck: 0 };
  const remove = (client: Client): void => {
    client.over = true;
    clients.delete(client);
    leaving.delete(client);
  };
  return {
    size: () => clients.size + leaving.size,
    add: client => clients.add(client),
    remove,
    each: async visit => {
      let written = 0;
      for (const client of clients) {
        const before = client.writes;
        visit(client);
        written += client.writes - before;
        if (written < limits.streamWritesInARow) continue;
        written = 0;
        await setImmediate();
      }
    },
    cut: (client, why) => {
      if (client.over) return;
      dropped[why] += 1;
      remove(client);
      client.sink.abort();
    },
    farewell: (client, why) => {
      if (client.over) return;
      const { goodbyeLeastMs: least, goodbyeMostMs: most } = limits;
      const { wall, up } = clock.now();
      put(client, encodeRetry(least + chance.float() * (most - least)));
      put(client, encode({ event: 'goodbye', data: { at: isoText(wall), why } }));
      remove(client);
      leaving.set(client, up + limits.streamStuckMs);
      client.sink.end();
    },
    sweep: all => {
      const { up } = clock.now();
      for (const [client, until] of leaving)
        if (all || up >= until) {
          leaving.delete(client);
          client.sink.abort();
        }
    },
    dropped: () => ({ ...dropped }),
  };
}
