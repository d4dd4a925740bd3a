import { type Clock } from '../clock.ts';
import { limits } from '../limits.ts';
import { type Connection } from './connection.ts';

export interface RingTerms {
  readonly connection: Connection;
  readonly clock: Clock;
  /** The cutovers that were read so far. */
  readonly subject: () => readonly string[];
  readonly signal: AbortSignal;
}

/** The stream of the only cutover that is looked at, or of all that the token may see. */
function streamOf(ids: readonly string[]): string {
  const [only, ...more] = ids;
  return only === undefined || more.length > 0
    ? '/api/v1/events'
    : `/api/v1/cutovers/${encodeURIComponent(only)}/events`;
}

/** A beat only says that the server is there; anything else rings. A frame may come in pieces. */
const isNews = (piece: string): boolean =>
  /^data:/m.test(piece.replaceAll(/^event: ?beat\ndata:.*$/gm, ''));

/** Rings for whatever the stream says, until it ends or was silent for too long. */
async function hear(
  { connection, clock, subject }: RingTerms,
  ring: () => void,
  signal: AbortSignal,
): Promise<void> {
  const silent = new AbortController();
  const either = AbortSignal.any([signal, silent.signal]);
  let heardAt = clock.now().up;
  const guard = async (): Promise<void> => {
    while (!either.aborted) {
      await clock.sleep(limits.remoteSilenceMs / 3, either);
      if (clock.now().up - heardAt >= limits.remoteSilenceMs) silent.abort();
    }
  };
  const guarding = guard().catch(() => undefined);
  try {
    for await (const piece of connection.listen(streamOf(subject()), either)) {
      heardAt = clock.now().up;
      if (isNews(piece)) ring();
    }
  } finally {
    silent.abort();
    await guarding;
  }
}

/**
 * Calls back soon after the server stored or saw anything. The stream only says when to look: what is
 * shown is read from the journal. Where no stream can be had one looks every few seconds.
 */
export function rings(terms: RingTerms): (changed: () => void) => () => void {
  const { clock, signal } = terms;
  return changed => {
    const stop = new AbortController();
    const either = AbortSignal.any([signal, stop.signal]);
    const listening = async (): Promise<void> => {
      while (!either.aborted) {
        await hear(terms, changed, either).catch(() => undefined);
        // Something may have come while nobody listened.
        changed();
        await clock.sleep(limits.remotePollMs, either);
      }
    };
    listening().catch(() => undefined);
    return () => {
      stop.abort();
    };
  };
}
