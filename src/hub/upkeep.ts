import { type Access } from '../access/access.ts';
import { type Principal } from '../access/principal.ts';
import { type Clock } from '../clock.ts';
import { limits } from '../limits.ts';
import { isoText } from '../view/words.ts';
import { isStuck, put, waiting, type Client } from './client.ts';
import { type Crowd } from './crowd.ts';
import { cursorText } from './cursor.ts';
import { encode } from './frame.ts';
import { type Tail } from './tail.ts';

interface Needs {
  readonly clock: Clock;
  readonly crowd: Crowd;
  readonly tail: Tail;
  readonly epoch: string;
}

/** What a reader hears where nothing happens, and its end where its time has come. */
export async function tendAll({ clock, crowd, tail, epoch }: Needs): Promise<void> {
  const now = clock.now();
  const { up, wall } = now;
  const data = { at: isoText(wall) };
  const head = tail.head();
  const beat = encode({ event: 'beat', data });
  const bookmark = encode({ event: 'bookmark', id: cursorText(epoch, head), data });
  await crowd.each(client => {
    if (isStuck(client, now)) {
      crowd.cut(client, 'stuck');
      return;
    }
    if (up >= client.rotateUp) {
      crowd.farewell(client, 'connections are renewed now and then');
      return;
    }
    if (up - client.beatUp >= limits.streamBeatMs) {
      client.beatUp = up;
      // A reader with something to read knows that the server is there.
      if (waiting(client) === 0) put(client, beat);
    }
    const late = up - client.bookmarkUp >= limits.streamBookmarkMs;
    // It promises that everything before it was sent, so it waits where that is not so.
    if (late && !client.catching && client.at === head && put(client, bookmark))
      client.bookmarkUp = up;
  });
  crowd.sweep(false);
}

const keyOf = ({ kind, id, token }: Principal): string => JSON.stringify([kind, id, token]);

/** Ends the streams of whoever may not read any more; each token, session or link is asked about once. */
export async function judgeAll(
  { clock, crowd }: Pick<Needs, 'clock' | 'crowd'>,
  stands: Access['stands'],
): Promise<void> {
  const readers = new Map<string, Client[]>();
  await crowd.each(client => {
    const key = keyOf(client.wish.principal);
    const known = readers.get(key);
    if (known === undefined) readers.set(key, [client]);
    else known.push(client);
  });
  for (const clients of readers.values()) {
    const principal = clients[0]?.wish.principal;
    if (principal === undefined) continue;
    const good = principal.expiresAt > clock.now().wall && (await mayStay(principal, stands));
    // Whoever may read after all comes back at once, and is asked again at the door.
    if (!good) for (const client of clients) crowd.farewell(client, 'the token does not hold here');
  }
}

/** Where that cannot be found out the stream ends: nobody reads on because a store was busy. */
async function mayStay(principal: Principal, stands: Access['stands']): Promise<boolean> {
  try {
    return await stands(principal);
  } catch {
    return false;
  }
}
