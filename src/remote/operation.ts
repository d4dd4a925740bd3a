import { type Chance, type Clock } from '../clock.ts';
import { Fault } from '../errors.ts';
import { limits } from '../limits.ts';
import { type Asked, type Connection } from './connection.ts';
import { problemFault } from './problem.ts';
import { isObject } from '../object.ts';

/** An operation of the API, as far as a command needs it. */
export interface Operation {
  readonly state: string;
  readonly cutover: string | null;
  /** The line that it was stored at. */
  readonly seq: number | null;
  /** Why it failed. */
  readonly problem: Readonly<Record<string, unknown>> | null;
  /** Of one that failed: nothing of it happened, and the same request carries it out. */
  readonly again: boolean;
}

export interface Posting {
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** `"v<seq>"`, or `*`; absent where nothing is there yet. */
  readonly ifMatch?: string;
}

export interface Posts {
  readonly connection: Connection;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly signal: AbortSignal;
}

const nonsense = (where: string): Fault =>
  new Fault('UNAVAILABLE', 'the server does not speak of an operation', {
    where,
    fix: 'see whether dns-cutover serve of this version runs there',
  });

function parsed(text: string, where: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
  } catch {
    // Told below: it is no JSON.
  }
  throw nonsense(where);
}

function operationOf(text: string, where: string): Operation {
  const { state, cutover, seq, problem, again } = parsed(text, where);
  if (typeof state !== 'string') throw nonsense(where);
  return {
    state,
    cutover: typeof cutover === 'string' ? cutover : null,
    seq: typeof seq === 'number' ? seq : null,
    problem: isObject(problem) ? problem : null,
    again: again === true,
  };
}

function failure({ problem }: Operation, where: string): Fault {
  const status = problem?.['status'];
  const told = { status: typeof status === 'number' ? status : 500, retryAfter: null };
  return problemFault({ ...told, body: problem, where });
}

/** Sends it, and waits until the operation has ended, however it did. */
async function tried(
  { connection, clock, signal }: Posts,
  asked: Asked,
): Promise<{ readonly operation: Operation; readonly where: string }> {
  const answer = await connection.ask(asked, signal);
  const where = answer.headers.get('location');
  if (where?.startsWith('/api/') !== true) throw nonsense(connection.server);
  let operation = operationOf(answer.text, where);
  while (operation.state === 'running') {
    await clock.sleep(limits.remoteLookMs, signal);
    const { text } = await connection.ask({ method: 'GET', path: where }, signal);
    operation = operationOf(text, where);
  }
  return { operation, where };
}

/**
 * Asks for something to be done, once: an attempt that nobody answered, or that a server did not live to
 * carry out, is repeated under the same key. Waits until it is done. @throws Fault as the problem says
 */
export async function post(posts: Posts, { path, body, ifMatch }: Posting): Promise<Operation> {
  const headers = {
    'idempotency-key': posts.chance.hex(16),
    ...(ifMatch !== undefined && { 'if-match': ifMatch }),
  };
  for (let attempt = 1; ; attempt += 1) {
    const { operation, where } = await tried(posts, { method: 'POST', path, headers, body });
    if (operation.state !== 'failed') return operation;
    if (!operation.again || attempt >= limits.retryAttempts) throw failure(operation, where);
    await posts.clock.sleep(limits.remotePollMs, posts.signal);
  }
}
