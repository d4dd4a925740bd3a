import { type Principal } from '../../access/principal.ts';
import { type App } from '../../app.ts';
import { cameOf } from '../../controller/append.ts';
import { displayName } from '../../dns/name.ts';
import { type Fault } from '../../errors.ts';
import { limits } from '../../limits.ts';
import { type Document } from '../../store/documents.ts';
import { dataOf, type Operation, type OperationData } from './operation.ts';
import { problemFault, problemOf } from '../problems/problem.ts';

/** A request that is to be carried out once. */
export interface Once {
  readonly principal: Principal;
  readonly key: string;
  readonly fingerprint: string;
  readonly what: string;
  readonly domain: string;
  /** Null for a start: the cutover is still to be. */
  readonly cutover: string | null;
  /** The line that the cutover is at: what follows from the request stands behind it. */
  readonly since: number;
  /** The id of the HTTP request. */
  readonly request: string;
}

/** Where the cutover stood when it was done. */
export interface Done {
  readonly cutover: string;
  readonly seq: number;
}

/** A record as it was read or written last. */
export interface Held {
  readonly id: string;
  version: number;
  data: OperationData;
}

/** What this process knows of operations. */
export interface Desk {
  readonly app: App;
  /** This process, for the others. */
  readonly worker: string;
  /** What this process carries out now, by id, and that it does. */
  readonly underWay: Set<string>;
  readonly doing: Set<Promise<Operation>>;
  readonly stopping: AbortController;
}

/** Leases and ends are told by the wall clock, which processes share. */
export const wall = ({ app }: Desk): number => app.environment.clock.now().wall;

/** False: somebody else was first. */
export const put = ({ app }: Desk, { id, version, data }: Held): Promise<boolean> =>
  app.environment.store.documents.put({
    ...{ kind: 'operation', id, version, data },
    expiresAt: data.at + limits.operationKeptMs,
  });

const interrupted = (): Fault =>
  problemFault('interrupted', 'the server ended before this was carried out', {
    fix: 'Nothing of it stands in the journal. Send the same again with the same key.',
  });

export const failed = (desk: Desk, data: OperationData, fault: Fault): OperationData => ({
  ...data,
  ...{ state: 'failed', problem: problemOf(fault, data.request), endedAt: wall(desk) },
  // What may be better the next time, and what ended in the middle, left nothing behind.
  again:
    fault.retryable || fault.code === 'ABORTED' || fault.details?.['problem'] === 'interrupted',
});

export const done = (desk: Desk, data: OperationData, { cutover, seq }: Done): OperationData => ({
  ...data,
  ...{ state: 'done', cutover, seq, endedAt: wall(desk), again: false, problem: null },
});

/** What the journal has of an operation; null: nothing. */
export async function stored({ app }: Desk, id: string, data: OperationData): Promise<Done | null> {
  const { store } = app.environment;
  if (data.cutover === null) {
    const rows = (await store.list()).filter(row => displayName(row.state.domain) === data.domain);
    for (const row of rows) {
      const [first] = await store.lines(row.id, 0, 1);
      if (first !== undefined && cameOf(first, id)) return { cutover: row.id, seq: first.seq };
    }
    return null;
  }
  let last: number | null = null;
  for (let seq = data.since; ;) {
    const page = await store.lines(data.cutover, seq, limits.feedPage);
    for (const entry of page) if (cameOf(entry, id)) last = entry.seq;
    seq = page.at(-1)?.seq ?? seq;
    if (page.length < limits.feedPage) break;
  }
  return last === null ? null : { cutover: data.cutover, seq: last };
}

/** What became of one that is recorded as running: null while somebody carries it out. */
export async function settled(desk: Desk, found: Document): Promise<Held | null> {
  const { id, version } = found;
  const data = dataOf(found);
  if (data.state !== 'running') return { id, version, data };
  const ours = data.worker === desk.worker;
  if (desk.underWay.has(id) || (!ours && wall(desk) < data.until)) return null;
  const journal = await stored(desk, id, data);
  const now = journal === null ? failed(desk, data, interrupted()) : done(desk, data, journal);
  // Where somebody else was faster, they have it now.
  const is = await put(desk, { id, version, data: now });
  return is ? { id, version: version + 1, data: now } : null;
}

/** The record of one that begins now. */
export const fresh = (desk: Desk, once: Once): OperationData => {
  const { principal, fingerprint, what, domain, cutover, since, request } = once;
  const at = wall(desk);
  return {
    ...{ fingerprint, what, by: principal.name, domain, cutover, since, worker: desk.worker },
    ...{ until: at + limits.operationLeaseMs, state: 'running', seq: null, problem: null },
    ...{ again: false, request, at, endedAt: null },
  };
};
