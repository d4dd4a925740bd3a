import { limits } from '../limits.ts';
import { hears, putFrame, waiting, wants, type Client } from './client.ts';
import { type Frame } from './frame.ts';
import { type Newest } from './room.ts';
import { type Rooms } from './rooms.ts';
import { type Tail } from './tail.ts';

/** How it went: everything that there is was sent, it is too far behind for that, or it is to be cut off. */
export type Brought = 'there' | 'behind' | 'slow';

/** Lines that it lacks, where they are in memory and few; null: it has to catch up at its own pace. */
function lacking(client: Client, tail: Tail): readonly Frame[] | null {
  const frames: Frame[] = [];
  let octets = 0;
  for (let n = client.at + 1; n <= tail.head(); n++) {
    const line = tail.line(n);
    if (line === undefined) return null;
    if (!wants(client, line)) continue;
    octets += line.octets;
    // One line may be larger than this; several that are make it wait.
    if (octets > limits.streamPaceOctets && frames.length > 0) return null;
    frames.push(line.frame);
  }
  return frames;
}

/** A frame of which only the newest counts can wait until the reader has room for it. */
function bringNewest(client: Client, seen: number, { version, frame }: Newest): number {
  if (frame === null || version <= seen || waiting(client) > limits.streamPaceOctets) return seen;
  return putFrame(client, frame) ? version : seen;
}

function bringRows(client: Client, rooms: Rooms): void {
  const { rows } = rooms;
  const newest = rooms.newestRow();
  if (client.row >= newest) return;
  const fresh: [string, number][] = [];
  for (const row of [...rows].reverse()) {
    if (row[1] <= client.row) break;
    fresh.push(row);
  }
  for (const [id, version] of fresh.reverse()) {
    const frame = hears(client, id) ? rooms.get(id)?.brief.frame : null;
    if (frame != null && (waiting(client) > limits.streamPaceOctets || !putFrame(client, frame)))
      return;
    client.row = version;
  }
  client.row = newest;
}

/** Sends one reader what it lacks: first the lines, in order, then how it stands after them. */
export function bring(client: Client, tail: Tail, rooms: Rooms): Brought {
  const head = tail.head();
  const frames = lacking(client, tail);
  if (frames === null) return 'behind';
  for (const frame of frames) if (!putFrame(client, frame)) return 'slow';
  client.at = Math.max(client.at, head);
  const { cutover } = client.wish;
  if (cutover === null) {
    bringRows(client, rooms);
    return 'there';
  }
  const room = rooms.get(cutover);
  if (room === undefined) return 'there';
  client.status = bringNewest(client, client.status, room.status);
  client.propagation = bringNewest(client, client.propagation, room.propagation);
  return 'there';
}
