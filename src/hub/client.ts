import { type Now } from '../clock.ts';
import { covers } from '../access/principal.ts';
import { limits } from '../limits.ts';
import { type Frame } from './frame.ts';
import { type Sink, type Wish } from './hub.ts';
import { type Line } from './tail.ts';

/** Why a connection was cut: it had too much waiting, or took nothing at all. */
export type Cut = 'slow' | 'stuck';

/** One reader. What it was sent stands here, so that nothing is sent twice and nothing is left out. */
export interface Client {
  readonly wish: Wish;
  readonly sink: Sink;
  readonly shared: boolean;
  readonly types: ReadonlySet<string> | null;
  readonly rotateUp: number;
  /** The last line of the journal that was sent, or that is not for this reader. */
  at: number;
  /** Versions of the newest frames that were sent. */
  status: number;
  propagation: number;
  row: number;
  /** It is further behind than is sent at once, and reads at its own pace. */
  catching: boolean;
  over: boolean;
  beatUp: number;
  bookmarkUp: number;
  sent: number;
  writes: number;
  taken: number;
  takenUp: number;
  /** The largest frame since nothing was waiting: it alone makes nobody slow. */
  largest: number;
}

export const openClient = (
  wish: Wish,
  sink: Sink,
  { now, at, rotateMs }: { readonly now: Now; readonly at: number; readonly rotateMs: number },
): Client => ({
  ...{ wish, sink, shared: wish.principal.kind === 'share' },
  types: wish.types === undefined || wish.types === null ? null : new Set(wish.types),
  ...{ rotateUp: now.up + rotateMs, at, status: 0, propagation: 0, row: 0 },
  ...{ catching: false, over: false, beatUp: now.up, bookmarkUp: now.up },
  ...{ sent: 0, writes: 0, taken: 0, takenUp: now.up, largest: 0 },
});

/** Whether this reader is to hear of this cutover. */
export const hears = ({ wish }: Client, cutover: string): boolean =>
  (wish.cutover === null || wish.cutover === cutover) && covers(wish.principal, cutover);

export const wants = (client: Client, { cutover, type }: Line): boolean =>
  hears(client, cutover) && (client.types === null || client.types.has(type));

/** Bytes that wait for the reader. */
export const waiting = ({ sink }: Client): number => sink.waiting();

/** Hands bytes over; false where too much is waiting already, and then nothing is. */
export function put(client: Client, bytes: Uint8Array): boolean {
  if (client.over) return false;
  const left = waiting(client);
  if (left === 0) client.largest = 0;
  if (left > Math.max(limits.streamWaitingOctets, client.largest)) return false;
  client.sink.write(bytes);
  client.sent += bytes.length;
  client.writes += 1;
  client.largest = Math.max(client.largest, bytes.length);
  return true;
}

export const putFrame = (client: Client, frame: Frame): boolean =>
  put(client, frame.bytes(client.shared));

/** Whether it has taken anything since the last look, or has nothing to take. */
export function isStuck(client: Client, now: Now): boolean {
  const left = waiting(client);
  const taken = client.sent - left;
  if (left === 0 || taken > client.taken) {
    client.taken = taken;
    client.takenUp = now.up;
  }
  return now.up - client.takenUp >= limits.streamStuckMs;
}
