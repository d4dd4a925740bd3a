import { bucketOf, readyAt, take } from '../src/bucket.ts';
import { type Clock } from '../src/clock.ts';
import { Fault } from '../src/errors.ts';
import { limits } from '../src/limits.ts';
import { type Urgency } from '../src/provider.ts';

/** What an account may ask for, from the provider's documentation. */
export interface Rate {
  readonly perSecond: number;
  /** Requests at once after a pause, those kept for rollbacks included. */
  readonly burst: number;
  /** Of the burst, kept for rollbacks: whatever else is under way, so many can be sent at once. */
  readonly reserve: number;
}

/** The requests of one account at a provider, shared by every cutover of this process. */
export interface Account {
  /** Resolves when the next request may be sent. ABORTED when the caller gives up, before it is. */
  turn(urgency: Urgency, signal: AbortSignal): Promise<void>;
  /** The provider asked for a pause: all but rollbacks wait so long. */
  rest(ms: number): void;
}

interface Waiting {
  readonly urgency: Urgency;
  readonly go: () => void;
}

const tooMany = (waitMs: number): Fault =>
  new Fault('RATE_LIMITED', `${limits.requestsWaiting} requests wait for their turn already`, {
    fix: 'Run fewer cutovers of this account at once.',
    retryAfterMs: Math.ceil(waitMs),
  });

const resting = (waitMs: number): Fault =>
  new Fault(
    'RATE_LIMITED',
    `the provider asked for a pause, of which ${Math.ceil(waitMs / 1000)} s are left`,
    {
      fix: 'Wait, and look what else uses the account. Rollbacks are tried all the same.',
      retryAfterMs: Math.ceil(waitMs),
    },
  );

const aborted = (): Fault =>
  new Fault('ABORTED', 'given up before the request was sent', { details: { sent: false } });

/** Opens the budget of one account. The reserve is a part of the burst, never all of it. */
export function openAccount(clock: Clock, { perSecond, burst, reserve }: Rate): Account {
  const bucket = bucketOf(burst, 1000 / perSecond);
  // Each urgency has a queue and a bound of its own: a crowd cannot keep a rollback out.
  const queues: Readonly<Record<Urgency, Waiting[]>> = { rollback: [], usual: [] };
  /** Rollbacks go first; among equals, who came first. */
  const next = (): Waiting | undefined => queues.rollback[0] ?? queues.usual[0];
  let restUntil = -Infinity;
  let wake = new AbortController();
  let pumping = false;

  /** When somebody of this urgency could go: the usual ones leave the reserve untouched. */
  const at = (urgency: Urgency): number =>
    urgency === 'rollback'
      ? readyAt(bucket)
      : Math.max(restUntil, readyAt(bucket) + reserve * bucket.intervalMs);

  function refusal(urgency: Urgency): Fault | null {
    const waiting = queues[urgency].length;
    if (waiting >= limits.requestsWaiting) return tooMany(waiting * bucket.intervalMs);
    const restMs = restUntil - clock.now().up;
    // No caller's deadline is so long: it is better told now what it would be waiting for.
    return urgency === 'usual' && restMs > limits.retryCeilingMs ? resting(restMs) : null;
  }

  async function pump(): Promise<void> {
    if (pumping) return;
    pumping = true;
    for (let first = next(); first !== undefined; first = next()) {
      const wait = at(first.urgency) - clock.now().up;
      if (wait <= 0) {
        take(bucket, clock.now().up);
        queues[first.urgency].shift();
        first.go();
        continue;
      }
      // Woken early by whoever joins or leaves: a rollback need not wait behind the others.
      await clock.sleep(wait, wake.signal).catch(() => undefined);
      if (wake.signal.aborted) wake = new AbortController();
    }
    pumping = false;
  }

  return {
    turn: (urgency, signal) =>
      new Promise((resolve, reject) => {
        const queue = queues[urgency];
        const no = signal.aborted ? aborted() : refusal(urgency);
        if (no !== null) {
          reject(no);
          return;
        }
        const leave = () => {
          queue.splice(queue.indexOf(waiting), 1);
          wake.abort();
          reject(aborted());
        };
        const waiting: Waiting = {
          urgency,
          go: () => {
            signal.removeEventListener('abort', leave);
            resolve();
          },
        };
        signal.addEventListener('abort', leave, { once: true });
        queue.push(waiting);
        wake.abort();
        void pump();
      }),
    rest: ms => {
      // What is no length of time asks for nothing; what is no pause but a stop is for a person.
      if (!(ms > 0)) return;
      restUntil = Math.max(restUntil, clock.now().up + Math.min(ms, limits.restMostMs));
    },
  };
}

/** Every account of a process, each once: two entries of the configuration may share one. */
export function openAccounts(clock: Clock): (id: string, rate: Rate) => Account {
  const open = new Map<string, Account>();
  return (id, rate) => {
    const known = open.get(id) ?? openAccount(clock, rate);
    open.set(id, known);
    return known;
  };
}
