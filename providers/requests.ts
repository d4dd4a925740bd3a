import { type Chance, type Clock } from '../src/clock.ts';
import { withDeadline } from '../src/deadline.ts';
import { Fault, isFault } from '../src/errors.ts';
import { limits } from '../src/limits.ts';
import { type Urgency } from '../src/provider.ts';
import { retry } from '../src/retry.ts';
import { type Account } from './account.ts';

export interface Request {
  /** For messages: `listing the records of example.org`. */
  readonly what: string;
  /**
   * `read`: without effect, repeated after any trouble that may pass. `write`: repeated only when it was
   * turned away at the door; whether a write took effect is for the caller to find out by reading.
   */
  readonly kind: 'read' | 'write';
  readonly urgency: Urgency;
  readonly signal: AbortSignal;
}

/** Sends one request of an SDK, within the budget of its account. Throws Faults only. */
export type Send = <T>(request: Request, call: (signal: AbortSignal) => Promise<T>) => Promise<T>;

export interface Sending {
  readonly account: Account;
  readonly clock: Clock;
  readonly chance: Chance;
  /** What an error of the SDK means. */
  readonly faultOf: (error: unknown) => Fault;
}

/** The only way in which adapters of clouds ask: a turn, a deadline, one attempt, and retry.ts. */
export function sender({ account, clock, chance, faultOf }: Sending): Send {
  return async <T>(request: Request, call: (signal: AbortSignal) => Promise<T>): Promise<T> => {
    const { what, kind, urgency, signal } = request;
    /** A write has left, and nobody said that it was turned away. */
    let sent = false;
    const again = (fault: Fault): boolean =>
      kind === 'read' ? fault.retryable : fault.code === 'RATE_LIMITED';
    const attempt = async (): Promise<T> => {
      await account.turn(urgency, signal);
      sent = kind === 'write';
      const terms = { ms: limits.requestTimeoutMs, what, signal };
      try {
        return await withDeadline(clock, terms, async own => {
          try {
            return await call(own);
          } catch (error) {
            // The SDK's own words for our own abort say nothing, and may hold the request's headers.
            if (own.aborted)
              throw new Fault('UNAVAILABLE', `${what} did not end within ${terms.ms / 1000} s`, {
                fix: 'See whether this machine reaches the provider, then try again.',
              });
            throw faultOf(error);
          }
        });
      } catch (error) {
        if (isFault(error, 'RATE_LIMITED')) sent = false;
        if (isFault(error, 'RATE_LIMITED') && error.retryAfterMs !== undefined)
          account.rest(error.retryAfterMs);
        throw error;
      }
    };
    try {
      return await retry({ clock, chance, again, signal }, attempt);
    } catch (error) {
      if (!isFault(error, 'ABORTED')) throw error;
      // Whoever gave up while it waited for its turn knows that nothing was begun.
      throw new Fault('ABORTED', error.message, { cause: error, details: { sent } });
    }
  };
}
