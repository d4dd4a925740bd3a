import { type Access } from '../access/access.ts';
import { type Clock } from '../clock.ts';
import { signalBox } from '../controller/signal-box.ts';
import { type Fault, toFault } from '../errors.ts';
import { limits } from '../limits.ts';
import { bring } from './bring.ts';
import { catchUp } from './catch-up.ts';
import { type Client } from './client.ts';
import { type Crowd } from './crowd.ts';
import { type Rooms } from './rooms.ts';
import { type Source } from './sight.ts';
import { type Tail } from './tail.ts';
import { judgeAll, tendAll } from './upkeep.ts';

export interface EngineParts {
  readonly store: Source;
  readonly clock: Clock;
  readonly stands: Access['stands'];
  readonly tail: Tail;
  readonly rooms: Rooms;
  readonly crowd: Crowd;
  /** What failed, for a log; it goes on by itself. */
  readonly onFault: (fault: Fault) => void;
}

/** What runs while somebody reads. */
export interface Engine {
  /** A reader came, or something has to be sent. */
  ring(): void;
  stop(): void;
}

type Box = ReturnType<typeof signalBox>;

/** Resolves at a ring, or after so long. */
async function rung(clock: Clock, box: Box, { ms, signal }: { ms: number; signal: AbortSignal }) {
  const awake = new AbortController();
  const either = AbortSignal.any([signal, awake.signal]);
  await Promise.race([box.next(either), clock.sleep(ms, either).catch(() => undefined)]);
  awake.abort();
}

/** Repeats it until the signal is aborted; after a fault it rests first. */
async function forever(
  { clock, onFault }: Pick<EngineParts, 'clock' | 'onFault'>,
  signal: AbortSignal,
  act: () => Promise<void>,
): Promise<void> {
  const over = (): boolean => signal.aborted;
  while (!over())
    try {
      await act();
    } catch (error) {
      if (over()) return;
      onFault(toFault(error));
      await clock.sleep(limits.hubAgainMs, signal).catch(() => undefined);
    }
}

/** Reads on, and brings every reader to where the journal is. */
function delivering(parts: EngineParts, boxes: { send: Box; look: Box }, signal: AbortSignal) {
  const { clock, tail, rooms, crowd, onFault } = parts;
  let noticed: number | null = null;
  const notice = (): void => {
    const head = tail.head();
    // Whoever came in was read after the first of these.
    const from = noticed ?? head;
    noticed = head;
    if (from === head) return;
    if (tail.line(from + 1) === undefined) rooms.changedAll();
    for (let n = from + 1; n <= head; n++) {
      const line = tail.line(n);
      if (line !== undefined) rooms.changed(line.cutover);
    }
    boxes.look.ring();
  };
  const follow = async (client: Client): Promise<void> => {
    client.catching = true;
    try {
      await catchUp(client, { clock, tail, signal });
    } catch (error) {
      if (signal.aborted) return;
      onFault(toFault(error));
      // At once it would fail again, and again.
      await clock.sleep(limits.hubAgainMs, signal).catch(() => undefined);
    } finally {
      client.catching = false;
      boxes.send.ring();
    }
  };
  return forever(parts, signal, async () => {
    await tail.refresh();
    notice();
    await crowd.each(client => {
      if (client.catching) return;
      const brought = bring(client, tail, rooms);
      if (brought === 'slow') crowd.cut(client, 'slow');
      if (brought === 'behind') void follow(client);
    });
    await rung(clock, boxes.send, { ms: limits.streamTickMs, signal });
  });
}

/** Looks at cutovers that changed, and now and then at those that are open. */
function looking(parts: EngineParts, boxes: { send: Box; look: Box }, signal: AbortSignal) {
  const { clock, rooms } = parts;
  return forever(parts, signal, async () => {
    const due = rooms.due();
    if ('inMs' in due) {
      await rung(clock, boxes.look, { ms: Math.min(due.inMs, limits.briefLookMs), signal });
      return;
    }
    const before = clock.now().up;
    await rooms.look(due.id);
    boxes.send.ring();
    if (due.asked) return;
    const took = clock.now().up - before;
    await clock.sleep(took * (1 / limits.frameLookPart - 1), signal).catch(() => undefined);
  });
}

export function startEngine(parts: EngineParts): Engine {
  const { store, clock, crowd, tail, stands } = parts;
  const life = new AbortController();
  const { signal } = life;
  const boxes = { send: signalBox(), look: signalBox() };
  const unwatch = store.watch(boxes.send.ring);
  const every = (ms: number, act: () => Promise<void>): Promise<void> =>
    forever(parts, signal, async () => {
      await clock.sleep(ms, signal);
      await act();
    });
  void delivering(parts, boxes, signal);
  void looking(parts, boxes, signal);
  void every(limits.streamTickMs, () => tendAll({ clock, crowd, tail, epoch: store.epoch }));
  void every(limits.streamStandsMs, () => judgeAll({ clock, crowd }, stands));
  return {
    ring: () => {
      boxes.send.ring();
      boxes.look.ring();
    },
    stop: () => {
      unwatch();
      life.abort();
    },
  };
}
