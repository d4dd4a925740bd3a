import { Fault } from '../errors.ts';
import { type Reply, type Server } from './transport.ts';
import { givenUp, serverText } from './trouble.ts';

/** `Ask` and `Try` alike. */
export type Asking<Question> = (
  question: Question,
  at: Server,
  signal: AbortSignal,
) => Promise<Reply>;

interface Turn {
  /** Called once: with nothing when it is this one's turn. */
  readonly begin: () => void;
}

/**
 * Wraps a transport: at most `inFlight` questions at once, the others wait in the order they came.
 * More than `waiting` of those are refused with RATE_LIMITED.
 */
export function atMost<Question>(
  { inFlight, waiting }: { readonly inFlight: number; readonly waiting: number },
  ask: Asking<Question>,
): Asking<Question> {
  const turns = new Set<Turn>();
  let busy = 0;
  const release = (): void => {
    busy--;
    for (const turn of turns) {
      turns.delete(turn);
      turn.begin();
      return;
    }
  };
  const place = (at: Server, signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const giveUp = (): void => {
        turns.delete(turn);
        reject(givenUp(at, signal));
      };
      const turn: Turn = {
        begin: () => {
          busy++;
          signal.removeEventListener('abort', giveUp);
          resolve();
        },
      };
      turns.add(turn);
      signal.addEventListener('abort', giveUp, { once: true });
    });
  return async (question, at, signal) => {
    if (signal.aborted) throw givenUp(at, signal);
    if (busy < inFlight) busy++;
    else if (turns.size >= waiting)
      throw new Fault('RATE_LIMITED', `${waiting} questions wait to be asked already`, {
        ...{ where: serverText(at), details: { queue: 'full' } },
        fix: 'Ask less at once; this says nothing about the server.',
      });
    else await place(at, signal);
    try {
      return await ask(question, at, signal);
    } finally {
      release();
    }
  };
}
