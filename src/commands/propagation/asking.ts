import { isFault } from '../../errors.ts';
import { type CacheState } from '../../propagation/cachestate.ts';
import { type Resolver } from '../../propagation/watched.ts';
import { lookAtServers } from './authority.ts';
import { findServers } from './finding.ts';
import {
  believe,
  endAfter,
  expectationNow,
  goesOn,
  judgeAll,
  judgeOne,
  type Known,
  modeOf,
  type Running,
} from './running.ts';

/** Servers are asked again this often: while one is not new, and when all are. */
const roundsMs = { turning: 5000, turned: 30_000 };
const ticksMs = { once: 250, onward: 1000 };
/** How long one look waits for those that were silent the first time. */
const patienceMs = 5000;

/**
 * Asks the resolvers until nothing is left to ask, or the session ends. A session that goes on asks each
 * once, and leaves them alone then until the servers give the new set.
 */
export async function askResolvers(running: Running): Promise<void> {
  const { world, terms, resolvers, known, ending, steady } = running;
  if (resolvers.length === 0) return;
  const wholly = afterAll(running);
  // With another idea of old and new a watch begins again, with all that is known.
  while (!ending.aborted) {
    const round = new AbortController();
    const over = AbortSignal.any([ending, round.signal]);
    const mode = modeOf(running);
    const unheard = resolvers.filter(({ id }) => !known.states.has(id) && !known.left.has(id));
    const subject = {
      ...{ key: terms.key, mode, offset: steady.offset },
      resolvers: mode === 'baseline' ? unheard : resolvers,
      ...{ expectation: expectationNow(running), known: new Map(known.states) },
      leftOut: (resolver: { readonly id: string }, why: Parameters<typeof known.left.set>[1]) => {
        known.left.set(resolver.id, why);
        wholly();
        running.tell();
      },
    };
    const asked = JSON.stringify(subject.expectation);
    known.changed = () => {
      const anew = mode === 'watch' && JSON.stringify(expectationNow(running)) !== asked;
      if (anew || modeOf(running) !== mode) round.abort();
    };
    const heard = (resolver: Resolver, state: CacheState): void => {
      const { id } = resolver;
      running.hearings?.note(resolver, state);
      known.states.set(id, state);
      judgeOne(running, id, state);
      known.changed();
      wholly();
      running.tell();
    };
    try {
      await world.poller.watch(subject, heard, over);
      if (mode !== 'baseline') return;
      await aborted(over);
    } catch (error) {
      if (!isFault(error, 'ABORTED')) throw error;
    }
  }
}

/** Waits for nothing else. */
const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise(resolve => {
    if (signal.aborted) resolve();
    signal.addEventListener(
      'abort',
      () => {
        resolve();
      },
      { once: true },
    );
  });

/** To be called whenever one more was heard: the look ends a while after the last first answer. */
function afterAll(running: Running): () => void {
  let waiting = false;
  const { known, resolvers, terms } = running;
  return () => {
    if (waiting || goesOn(terms)) return;
    if (!resolvers.every(({ id }) => known.states.has(id) || known.left.has(id))) return;
    waiting = true;
    void endAfter(running, patienceMs);
  };
}

/** Asks the servers again and again until the session ends. */
export async function askServers(running: Running): Promise<void> {
  const { world, authority, known, ending } = running;
  try {
    for (;;) {
      const pause = known.since === null ? roundsMs.turning : roundsMs.turned;
      await world.clock.sleep(pause, ending);
      if (mayLeadElsewhere(known)) {
        const { name } = known.found;
        known.found = await findServers(authority, ending);
        // What was given elsewhere says nothing of where the records are now.
        if (known.found.name !== name) known.given.clear();
      }
      believe(running, await lookAtServers(authority, known.found, ending));
      judgeAll(running);
      known.changed();
      running.tell();
    }
  } catch (error) {
    if (!isFault(error, 'ABORTED')) throw error;
  }
}

/** An alias is there, or came to be in the place of records. */
const mayLeadElsewhere = ({ found, look }: Known): boolean =>
  found.zone === null || found.aliases.length > 0 || look.rows.some(isBehindAlias);

const isBehindAlias = ({ trouble }: { readonly trouble: string | null }): boolean =>
  / is behind a [CD]NAME /.test(trouble ?? '');

/** Countdowns move, and what came too soon after what was told last is to be told as well. */
export async function tick({ world, terms, ending, tell }: Running): Promise<void> {
  try {
    for (;;) {
      await world.clock.sleep(goesOn(terms) ? ticksMs.onward : ticksMs.once, ending);
      tell();
    }
  } catch (error) {
    if (!isFault(error, 'ABORTED')) throw error;
  }
}
