import { type Chance, type Now } from '../clock.ts';
import { type Cutover } from '../cutover/cutover.ts';
import { type Intent } from '../cutover/intent.ts';
import { SNAPSHOT } from '../cutover/path.ts';
import { withDeadline } from '../deadline.ts';
import { type HostedRRset, keyText } from '../dns/rrset.ts';
import { Fault, toFault } from '../errors.ts';
import { limits } from '../limits.ts';
import { type Move, type Provider, type Receipt, type Urgency } from '../provider.ts';
import { type Environment } from './environment.ts';
import { type Found, keyOfChange } from './found.ts';

/** Who asks a provider, and for what. */
export interface Asking {
  readonly environment: Environment;
  readonly cutover: Cutover;
  readonly intent: Intent;
  /** Told about reads that fail, and null when one works again. */
  readonly trouble: (fault: Fault | null) => Promise<void>;
  readonly signal: AbortSignal;
}

/**
 * Whatever stands in the way of a rollback finds room and goes first, too: the read-back of a swap that was
 * still open when the rollback was asked for above all.
 */
export function urgencyOf({ cutover, intent }: Pick<Asking, 'cutover' | 'intent'>): Urgency {
  const { purpose } = intent;
  // Nobody waits for the canary.
  if (purpose === 'canary' || purpose === 'uncanary') return 'usual';
  const back = cutover.stage === 'rollback' || purpose === 'rollback' || purpose === 'undo';
  return back ? 'rollback' : 'usual';
}

/**
 * What the provider keeps besides the records: the snapshot's own on the way back, from the first write on,
 * since a record that is made anew has lost its comment, and the exact snapshot may need no other write;
 * and where the TTL is restored, which a provider may have kept in words of its own (`auto`).
 */
function extrasOf({ cutover, intent }: Asking, { change, hosted }: Found): HostedRRset['extras'] {
  const snapshot = cutover.snapshot?.hosted[keyText(keyOfChange(change))];
  const back = intent.position === SNAPSHOT || ['rollback', 'undo'].includes(intent.purpose);
  if (back || intent.purpose === 'restore' || hosted === null) return snapshot?.extras ?? null;
  return hosted.extras;
}

const moveOf = (run: Asking, found: Found): Move => ({
  from: found.hosted,
  to:
    found.change.after === null
      ? null
      : {
          rrset: found.change.after,
          extras: extrasOf(run, found),
          token: found.hosted?.token ?? null,
        },
});

/** What came of sending: the provider's receipt, or a fault, which need not mean that nothing happened. */
export interface Sent {
  readonly at: Now;
  readonly receipt: Receipt | null;
  readonly fault: Fault | null;
}

/** How long a write that was given up may take to say whether it had left at all. */
const lastWordsMs = 250;

/** Sends the write once, and gives it up when its time is over. */
export async function send(
  run: Asking,
  provider: Provider,
  found: readonly Found[],
): Promise<Sent> {
  const { clock } = run.environment;
  const { id, by } = run.intent;
  const at = clock.now();
  const ms = Math.min(limits.writeDeadlineMs, by === null ? Infinity : by - clock.now().wall);
  const terms = { ms, what: `writing ${id} at ${provider.name}`, signal: run.signal };
  const moves = found.map(one => moveOf(run, one));
  let last: Promise<Fault | null> = Promise.resolve(null);
  try {
    const receipt = await withDeadline(clock, terms, signal => {
      const writing = provider.write(moves, signal, urgencyOf(run));
      last = writing.then(() => null, toFault);
      return writing;
    });
    return { at, receipt, fault: null };
  } catch (error) {
    if (run.signal.aborted) throw new Fault('ABORTED', 'given up', { cause: error });
    const words = await Promise.race([last, clock.sleep(lastWordsMs, run.signal).then(() => null)]);
    const fault =
      words !== null && neverLeft(words) ? noTurn(terms.what) : unanswered(error, terms);
    return { at, receipt: null, fault };
  }
}

/** The provider's own word for our giving up would tell nobody what happened. */
function unanswered(error: unknown, { what, ms }: { what: string; ms: number }): Fault {
  const fault = toFault(error);
  if (fault.code !== 'ABORTED') return fault;
  return new Fault('UNAVAILABLE', `${what} did not end within ${ms / 1000} s`, { cause: error });
}

/** It waited for its turn until it was given up: nothing was begun. */
const neverLeft = ({ code, details }: Fault): boolean =>
  code === 'ABORTED' && details?.['sent'] === false;

const noTurn = (what: string): Fault =>
  new Fault('RATE_LIMITED', `${what}: its turn in the budget of the account did not come in time`, {
    fix: 'It is tried again by itself. Run fewer cutovers of this account at once.',
  });

/** The first bound, and the last: it is looked at anew each minute. */
const turnMs = { first: 2000, most: 60_000 };

/**
 * As long as the provider asked for, and ever longer, with jitter: a crowd that was turned away together
 * would else come back together, use up the budget with looking, and be turned away again.
 */
export function turnPauseMs(fault: Fault, times: number, chance: Chance): number {
  const bound = Math.min(turnMs.most, turnMs.first * 2 ** times);
  return Math.min(
    turnMs.most,
    Math.max(fault.retryAfterMs ?? 0, bound * (0.5 + chance.float() / 2)),
  );
}

/** Refused for good: sending it again would be refused again. */
export const refused = ({ code }: Fault): boolean =>
  ['UNAUTHORIZED', 'UNSUPPORTED', 'MALFORMED', 'NOT_FOUND'].includes(code);

/** The provider itself said that nothing was changed. */
export const definite = (fault: Fault): boolean => refused(fault) || fault.code === 'CONFLICT';
