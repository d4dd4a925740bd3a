import { type StartTerms } from '../app.ts';
import { Fault } from '../errors.ts';
import { limits } from '../limits.ts';
import { type PlanView } from '../view/plan/plan.ts';
import { type Posts, post } from './operation.ts';
import { isObject } from '../object.ts';

const nonsense = (server: string): Fault =>
  new Fault('UNAVAILABLE', 'the server does not answer with a plan', {
    where: server,
    fix: 'see whether dns-cutover serve of this version runs there',
  });

const isPlan = (value: unknown): value is PlanView =>
  isObject(value) &&
  typeof value['hash'] === 'string' &&
  typeof value['domain'] === 'string' &&
  ['changes', 'timeline', 'findings', 'risks', 'path'].every(name => Array.isArray(value[name]));

/** The plan of a domain, from the configuration of the server and the zone as it is now. Changes nothing. */
export async function planThere(
  { connection, signal }: Pick<Posts, 'connection' | 'signal'>,
  domain: string,
): Promise<PlanView> {
  const asked = { method: 'POST', path: '/api/v1/plans', body: { domain } } as const;
  const { text } = await connection.ask({ ...asked, lastsMs: limits.remotePlanMs }, signal);
  try {
    const view: unknown = JSON.parse(text);
    if (isPlan(view)) return view;
  } catch {
    // Told below: it is no JSON.
  }
  throw nonsense(connection.server);
}

export interface StartThere extends StartTerms {
  readonly domain: string;
  readonly planHash: string;
  /** Anew, although this very plan was rolled back or abandoned. */
  readonly again: boolean;
}

/** Starts what was planned, once; the id of the cutover. */
export async function startThere(posts: Posts, start: StartThere): Promise<string> {
  const { cutover } = await post(posts, { path: '/api/v1/cutovers', body: { ...start } });
  if (cutover === null) throw nonsense(posts.connection.server);
  return cutover;
}
