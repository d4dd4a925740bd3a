import { type App } from '../../app.ts';
import { Fault, toFault } from '../../errors.ts';
import { limits } from '../../limits.ts';
import {
  dataOf,
  type Operation,
  operationId,
  operationOf,
  type OperationData,
} from './operation.ts';
import {
  type Desk,
  type Done,
  done,
  failed,
  fresh,
  type Held,
  type Once,
  put,
  settled,
  stored,
  wall,
} from './record.ts';
import { problemFault } from '../problems/problem.ts';

/** What is given to whoever carries an operation out. */
export interface Work {
  /** Its id, which goes into the journal with what is stored. */
  readonly operation: string;
  readonly signal: AbortSignal;
  /** To be called just before anything is stored. @throws Fault when somebody else took it over */
  readonly holds: () => Promise<void>;
}

export type Perform = (work: Work) => Promise<Done>;

/**
 * Carries requests out once by their key, however often and in parallel they come, and says afterwards
 * what became of them.
 *
 * What is promised: the request is recorded before it is carried out, and each line that follows from it
 * names it, in the one transaction that stores it. So whoever finds an operation whose process is gone
 * learns from the journal whether it was stored; what was not is carried out when the request is sent
 * again. An act with `If-Match: "v…"` is stored at most once whatever happens, since it moves the very
 * number that it names. One with `*` could be stored twice in one case only: its process stands still
 * for longer than `operationLeaseMs` between the last look at the record and the save, the request is
 * sent again meanwhile, and the process goes on then. A second pause or rollback changes nothing; a
 * second observation would be counted.
 */
export interface Operations {
  /** Carries it out, and gives what became of it; the same as before for a request that is repeated. */
  once(request: Once, perform: Perform): Promise<Operation>;
  /** The same, but does not wait for it. */
  begin(request: Once, perform: Perform): Promise<Operation>;
  find(id: string): Promise<Operation | null>;
  /** Gives up what is under way, and waits for that. */
  stop(): Promise<void>;
}

const stillRunning = (): Fault =>
  problemFault('still-running', 'the first request with this key is still being carried out', {
    fix: 'Wait a moment, then send the same again or ask for its operation.',
    retryAfterMs: 1000,
  });

const keyReused = (): Fault =>
  problemFault('key-reused', 'this Idempotency-Key came with another request before', {
    fix: 'Take a new key for each new request: another body or If-Match makes it another one.',
  });

const tooMany = (): Fault =>
  problemFault('overloaded', 'as many are begun already as are begun at once', {
    fix: 'Send the same again in a moment.',
    retryAfterMs: limits.turnAgainMs,
  });

/** The record of a request that is to be carried out now, or what became of it before. */
async function claimed(desk: Desk, once: Once): Promise<{ held: Held } | { known: Operation }> {
  const { underWay, app } = desk;
  const id = operationId(once.principal, once.key);
  for (;;) {
    const found = await app.environment.store.documents.get('operation', id);
    if (found !== null && dataOf(found).fingerprint !== once.fingerprint) throw keyReused();
    const before = found === null ? null : await settled(desk, found);
    if (underWay.has(id) || (found !== null && before === null)) throw stillRunning();
    if (before?.data.again === false) return { known: operationOf(id, before.data) };
    const held = { id, version: before?.version ?? 0, data: fresh(desk, once) };
    // From here on, so that nobody here takes what is recorded for what a dead process left.
    underWay.add(id);
    try {
      if (await put(desk, held)) return { held: { ...held, version: held.version + 1 } };
    } catch (error) {
      underWay.delete(id);
      throw error;
    }
    underWay.delete(id);
  }
}

/** Says that it is still being carried out. @throws Fault ABORTED when somebody else took it over */
async function renew(desk: Desk, held: Held): Promise<void> {
  const data = { ...held.data, until: wall(desk) + limits.operationLeaseMs };
  if (!(await put(desk, { ...held, data })))
    throw new Fault('ABORTED', 'another process took this operation over');
  held.version += 1;
  held.data = data;
}

async function beat(desk: Desk, held: Held, signal: AbortSignal): Promise<void> {
  const { clock } = desk.app.environment;
  try {
    for (;;) {
      await clock.sleep(limits.operationBeatMs, signal);
      await renew(desk, held);
    }
  } catch {
    // Ended, or lost: then `holds` finds out before anything is stored.
  }
}

/** Carries it out and records what became of it. Throws only what nobody knows the outcome of. */
async function carryOut(desk: Desk, held: Held, perform: Perform): Promise<Operation> {
  const over = new AbortController();
  const signal = AbortSignal.any([over.signal, desk.stopping.signal]);
  const beating = beat(desk, held, signal);
  const late = desk.app.environment.clock.sleep(limits.operationMostMs, signal);
  const end = (): void => {
    over.abort();
  };
  late.then(end, end);
  const holds = async (): Promise<void> => {
    if (wall(desk) > held.data.until - limits.operationBeatMs) await renew(desk, held);
  };
  let data: OperationData;
  try {
    data = done(desk, held.data, await perform({ operation: held.id, signal, holds }));
  } catch (error) {
    // A store that failed may have stored it all the same.
    const journal = await stored(desk, held.id, held.data);
    data =
      journal === null ? failed(desk, held.data, toFault(error)) : done(desk, held.data, journal);
  } finally {
    end();
    await beating;
  }
  await put(desk, { ...held, data });
  return operationOf(held.id, data);
}

function start(desk: Desk, held: Held, perform: Perform): Promise<Operation> {
  const doing = carryOut(desk, held, perform).finally(() => {
    desk.underWay.delete(held.id);
    desk.doing.delete(doing);
  });
  desk.doing.add(doing);
  // Whoever asks for it finds out from the journal.
  doing.catch(() => undefined);
  return doing;
}

export function makeOperations(app: App): Operations {
  const worker = app.environment.chance.hex(8);
  const stopping = new AbortController();
  let begun = 0;
  const desk: Desk = { app, worker, underWay: new Set(), doing: new Set(), stopping };
  return {
    once: async (once, perform) => {
      const claim = await claimed(desk, once);
      return 'known' in claim ? claim.known : start(desk, claim.held, perform);
    },
    begin: async (once, perform) => {
      if (begun >= limits.operationsBegun) throw tooMany();
      begun += 1;
      const end = (): void => {
        begun -= 1;
      };
      try {
        const claim = await claimed(desk, once);
        if ('known' in claim) return (end(), claim.known);
        start(desk, claim.held, perform).then(end, end);
        return operationOf(claim.held.id, claim.held.data);
      } catch (error) {
        end();
        throw error;
      }
    },
    find: async id => {
      const found = await app.environment.store.documents.get('operation', id);
      if (found === null) return null;
      return operationOf(id, (await settled(desk, found))?.data ?? dataOf(found));
    },
    stop: async () => {
      stopping.abort();
      await Promise.allSettled(desk.doing);
    },
  };
}
