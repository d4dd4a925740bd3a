import { type Instant } from '../clock.ts';
import { Fault } from '../errors.ts';
import { type Looks } from './lookup.ts';

/** A share link that a server made. */
export interface SharedThere {
  readonly secret: string;
  readonly id: string;
  readonly cutover: string;
  readonly expiresAt: Instant;
}

/** Nothing of the answer is said: it holds the secret. */
const nonsense = (server: string): Fault =>
  new Fault('UNAVAILABLE', 'the server does not answer with a share link', {
    where: server,
    fix: 'see whether dns-cutover serve of this version runs there',
  });

const fieldsOf = (value: unknown): ReadonlyMap<string, unknown> =>
  new Map(typeof value === 'object' && value !== null ? Object.entries(value) : []);

function sharedIn(text: string): SharedThere | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const answer = fieldsOf(value);
  const share = fieldsOf(answer.get('share'));
  const secret = answer.get('secret');
  const [id, cutover, end] = ['id', 'cutover', 'expiresAt'].map(name => share.get(name));
  if (typeof secret !== 'string' || !/^dnsh_[0-9a-f_]+$/.test(secret)) return null;
  if (typeof id !== 'string' || typeof cutover !== 'string' || typeof end !== 'string') return null;
  const expiresAt = Date.parse(end);
  return Number.isNaN(expiresAt) ? null : { secret, id, cutover, expiresAt };
}

/**
 * Makes a link to the page of a cutover. One whose answer was lost on the way is known to nobody, and ends
 * in its time.
 */
export async function shareThere(
  { connection, signal }: Looks,
  { name, lastsMs }: { readonly name: string; readonly lastsMs: number },
): Promise<SharedThere> {
  const path = `/api/v1/cutovers/${encodeURIComponent(name)}/shares`;
  const body = { expiresInSeconds: Math.ceil(lastsMs / 1000) };
  const { text } = await connection.ask({ method: 'POST', path, body }, signal);
  const shared = sharedIn(text);
  if (shared === null) throw nonsense(connection.server);
  return shared;
}
