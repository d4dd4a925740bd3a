import { Fault, toFault } from '../errors.ts';
import { openOffice, type Office } from './desk.ts';
import { type Errands } from './errand.ts';
import { type Part, type Watching } from './part.ts';
import { usualPoliteness } from './policy.ts';
import { join, quit, type Session } from './session.ts';
import { type Poller, type PollerParts } from './subject.ts';

/** What is kept of all watches; nothing when there is none. */
export interface PollerWithin extends Poller, Errands {
  readonly sizes: Office['sizes'];
}

/** A poller without any watch; it has no timer of its own while there is none. */
export function makePoller(parts: PollerParts): PollerWithin {
  const office = openOffice(parts);
  return {
    watch: async (subject, heard, signal) => {
      const politeness = await parts.politeness().catch(() => usualPoliteness);
      if (signal.aborted) throw aborted();
      office.limit(politeness);
      await watchAll(office, { subject, heard, politeness }, signal);
    },
    ask: (errand, signal) => office.errand(errand, signal),
    turns: ({ key, resolvers }) => office.turns(key, resolvers),
    get sizes() {
      return office.sizes;
    },
  };
}

const aborted = (): Fault => new Fault('ABORTED', 'the watch was given up');

/** One call of `watch`, from when it begins to ask. */
function watchAll(
  office: Office,
  of: Omit<Watching, 'finish' | 'fail'>,
  signal: AbortSignal,
): Promise<void> {
  const { subject } = of;
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  const open = new Map<Part, Session>();
  let begun = false;
  let over = false;
  const end = (settle: () => void): void => {
    if (over) return;
    over = true;
    signal.removeEventListener('abort', abort);
    for (const [part, session] of open) quit(session, part);
    open.clear();
    settle();
    office.pump();
  };
  const fail = (error: unknown): void => {
    end(() => {
      reject(toFault(error));
    });
  };
  const abort = (): void => {
    fail(aborted());
  };
  const endIfDone = (): void => {
    if (begun && open.size === 0 && subject.mode !== 'watch')
      end(() => {
        resolve(undefined);
      });
  };
  const finish = (part: Part): void => {
    const session = open.get(part);
    open.delete(part);
    if (session !== undefined) quit(session, part);
    endIfDone();
  };
  const watching: Watching = { ...of, finish, fail };
  const isOver = (): boolean => over;
  signal.addEventListener('abort', abort);
  try {
    for (const resolver of subject.resolvers) {
      if (isOver()) break;
      const state = subject.known?.get(resolver.id) ?? null;
      const part: Part = { watching, resolver, state, live: true, toldLeftOut: false };
      const session = office.session(subject.key, resolver);
      open.set(part, session);
      join(session, part);
    }
  } catch (error) {
    fail(error);
  }
  begun = true;
  endIfDone();
  office.pump();
  return promise;
}
