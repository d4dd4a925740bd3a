import { type Clock } from '../clock.ts';
import { covers } from '../access/principal.ts';
import { limits } from '../limits.ts';
import { sharedBrief } from '../view/stream/redact.ts';
import { listSnapshot } from '../view/stream/snapshot.ts';
import { type Brief } from '../view/stream/stream.ts';
import { isoText } from '../view/words.ts';
import { put, type Client } from './client.ts';
import { cursorNumber, cursorText } from './cursor.ts';
import { encode, encodeRetry } from './frame.ts';
import { type Wish } from './hub.ts';
import { type Rooms } from './rooms.ts';
import { type Tail } from './tail.ts';

/** Where a stream begins, and what it says first. */
export interface Entrance {
  /** For the header `Dns-Cutover-Replay-From`. */
  readonly from: string;
  /** The number of the line after which lines follow. */
  readonly at: number;
  /** Writes the first frames. */
  readonly greet: (client: Client) => void;
}

interface Needs {
  readonly clock: Clock;
  readonly tail: Tail;
  readonly rooms: Rooms;
  readonly epoch: string;
}

/** What a reader is given who begins anew. */
interface Beginning {
  readonly at: number;
  readonly bytes: (shared: boolean) => Uint8Array;
  readonly versions: Partial<Pick<Client, 'status' | 'propagation' | 'row'>>;
}

/** The last line that all of these rows include: a row is read a moment after its lines were. */
function included(tail: Tail, briefs: readonly Brief[]): number {
  const seqs = new Map(briefs.map(({ id, seq }) => [id, seq]));
  let at = tail.head();
  for (let n = at; n > 0; n--) {
    const line = tail.line(n);
    if (line === undefined) break;
    if (line.seq > (seqs.get(line.cutover) ?? 0)) at = n - 1;
  }
  return at;
}

/** All cutovers that somebody may see. */
async function listBeginning({ clock, tail, rooms, epoch }: Needs, wish: Wish): Promise<Beginning> {
  const known = await rooms.briefs();
  const at = included(tail, known);
  const briefs = known.filter(({ id }) => covers(wish.principal, id));
  const row = rooms.newestRow();
  const all = listSnapshot(briefs, { epoch, now: clock.now() });
  const cutovers = all.cutovers.slice(0, limits.listRows);
  const id = cursorText(epoch, at);
  return {
    at,
    bytes: shared =>
      encode({
        ...{ event: 'snapshot', id },
        data: { ...all, cutovers: shared ? cutovers.map(sharedBrief) : cutovers },
      }),
    versions: { row },
  };
}

async function beginning(needs: Needs, wish: Wish): Promise<Beginning> {
  if (wish.cutover === null) return listBeginning(needs, wish);
  const { n, frame, status, propagation } = await needs.rooms.snapshot(wish.cutover);
  return { at: n, bytes: shared => frame.bytes(shared), versions: { status, propagation } };
}

/** Why a cursor means nothing here. */
const unknownCursor = (n: number | null): string =>
  n === null
    ? 'the cursor is none of this store: it may have been restored from a backup'
    : 'there is no such line yet';

export const openEntrance = (
  needs: Needs,
): { readonly way: (wish: Wish) => Promise<Entrance> } => ({
  way: async wish => {
    const { clock, tail, rooms, epoch } = needs;
    // A cursor may come from another process that shares the store, and be newer than what was read.
    await tail.refresh();
    const n = wish.cursor === null ? null : cursorNumber(wish.cursor, epoch);
    const retry = encodeRetry(limits.streamRetryMs);
    if (n !== null && n <= tail.head()) {
      // How it stands follows the lines that were missed, so it has to be known.
      await (wish.cutover === null ? rooms.briefs() : rooms.snapshot(wish.cutover));
      return { from: cursorText(epoch, n), at: n, greet: client => void put(client, retry) };
    }
    const { at, bytes, versions } = await beginning(needs, wish);
    return {
      from: cursorText(epoch, at),
      at,
      greet: client => {
        put(client, retry);
        if (wish.cursor !== null) {
          const data = { at: isoText(clock.now().wall), why: unknownCursor(n) };
          put(client, encode({ event: 'reset', data }));
        }
        put(client, bytes(client.shared));
        Object.assign(client, versions);
      },
    };
  },
});
