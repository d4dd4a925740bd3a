import { type Clock, type Now } from '../../src/clock.ts';
import { Fault } from '../../src/errors.ts';

interface Timer {
  readonly at: number;
  readonly order: number;
  fire: (() => void) | null;
}

/** Who lives on a clock of its own: what is due for it is handed over here, now, later or never. */
export type Deliver = (act: () => void) => void;

/** Time of a simulated world. It passes only when every microtask has run. */
export interface VirtualClock {
  /** Milliseconds since the beginning; never set, never jumps. What really elapsed. */
  truth(): number;
  now(): Now;
  /** The clock of one process; what wakes it goes through `deliver`. */
  clockFor(deliver: Deliver): Clock;
  /** Calls back after `ms` of real time. Returns the way to stop. */
  after(ms: number, act: () => void): () => void;
  /** Sets the wall clock; `up` does not notice. Waiters on the wall clock wake, as the contract says. */
  jump(ms: number): void;
  /** A new boot id, and `up` begins again. Whoever lives on this machine must be killed by the caller. */
  reboot(): void;
  /** Lets time pass until `done`, or nothing is left to happen, or `untilMs` is reached. */
  run(done: () => boolean, untilMs: number): Promise<'done' | 'idle' | 'late'>;
}

/** A binary heap by time, then by the order of arrival. */
function timerQueue() {
  const heap: Timer[] = [];
  const before = (a: Timer, b: Timer) => a.at < b.at || (a.at === b.at && a.order < b.order);
  const swap = (i: number, j: number) => {
    [heap[i], heap[j]] = [heap[j]!, heap[i]!];
  };
  return {
    peek: (): Timer | undefined => heap[0],
    push: (timer: Timer): void => {
      let at = heap.push(timer) - 1;
      for (let up = (at - 1) >> 1; at > 0 && before(heap[at]!, heap[up]!); up = (at - 1) >> 1) {
        swap(at, up);
        at = up;
      }
    },
    pop: (): Timer | undefined => {
      const first = heap[0];
      const last = heap.pop();
      if (first === undefined || last === undefined || heap.length === 0) return first;
      heap[0] = last;
      for (let at = 0; ;) {
        let least = at;
        for (const child of [2 * at + 1, 2 * at + 2])
          if (child < heap.length && before(heap[child]!, heap[least]!)) least = child;
        if (least === at) return first;
        swap(at, least);
        at = least;
      }
    },
  };
}

/** A macrotask: every microtask that can run has run when it resolves. */
const quiet = (): Promise<void> =>
  new Promise(resolve => {
    setImmediate(resolve);
  });

const aborted = (): Fault => new Fault('ABORTED', 'given up');

/** A promise that settles once, by its timer or by the abort, whichever comes first. */
function waiter(
  signal: AbortSignal,
  deliver: Deliver,
  begin: (fire: () => void) => () => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(aborted());
      return;
    }
    const end = () => {
      stop();
      reject(aborted());
    };
    const stop = begin(() => {
      deliver(() => {
        signal.removeEventListener('abort', end);
        resolve();
      });
    });
    signal.addEventListener('abort', end);
  });
}

export function virtualClock(start = Date.UTC(2026, 11, 1, 5)): VirtualClock {
  const queue = timerQueue();
  const wallWaiters = new Set<() => void>();
  let truth = 0;
  let order = 0;
  let wallOffset = start;
  let bootedAt = -86_400_000;
  let boots = 1;

  const now = (): Now => ({
    wall: wallOffset + truth,
    up: truth - bootedAt,
    boot: `boot-${String(boots)}`,
  });
  const after = (ms: number, act: () => void): (() => void) => {
    const timer: Timer = { at: truth + Math.max(0, ms), order: order++, fire: act };
    if (Number.isFinite(timer.at)) queue.push(timer);
    return () => {
      timer.fire = null;
    };
  };
  const clockFor = (deliver: Deliver): Clock => ({
    now,
    sleep: (ms, signal) => waiter(signal, deliver, fire => after(ms, fire)),
    until: (at, signal) =>
      waiter(signal, deliver, fire => {
        const ring = () => {
          stop();
          fire();
        };
        // The largest safe integer stands for never: only a clock that is set ends that wait.
        const stopTimer = at >= 8.64e15 ? () => undefined : after(at - now().wall, ring);
        const stop = () => {
          stopTimer();
          wallWaiters.delete(ring);
        };
        wallWaiters.add(ring);
        return stop;
      }),
  });
  return {
    truth: () => truth,
    now,
    clockFor,
    after,
    jump: ms => {
      wallOffset += ms;
      for (const ring of [...wallWaiters]) ring();
    },
    reboot: () => {
      boots += 1;
      bootedAt = truth - 20_000;
    },
    run: async (done, untilMs) => {
      for (;;) {
        await quiet();
        if (done()) return 'done';
        let next = queue.pop();
        while (next?.fire === null) next = queue.pop();
        if (next === undefined) return 'idle';
        if (next.at > untilMs) {
          queue.push(next);
          return 'late';
        }
        truth = Math.max(truth, next.at);
        next.fire();
        // What is due at the same instant happens in the same turn, in order.
        for (let same = queue.peek(); same?.at === truth; same = queue.peek()) {
          queue.pop();
          same.fire?.();
        }
      }
    },
  };
}
