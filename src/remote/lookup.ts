import { Fault, isFault } from '../errors.ts';
import { limits } from '../limits.ts';
import { type ListedResolver } from '../view/resolvers/text.ts';
import { type Connection } from './connection.ts';
import { isObject } from '../object.ts';

export interface Looks {
  readonly connection: Connection;
  readonly signal: AbortSignal;
}

const nonsense = ({ connection }: Looks, path: string): Fault =>
  new Fault('UNAVAILABLE', 'the server does not answer as its API should', {
    where: `${connection.server}${path}`,
    fix: 'see whether dns-cutover serve of this version runs there, and no other program',
  });

/** What the server answers to a GET, as an object. @throws Fault UNAVAILABLE where it is none */
export async function getJson(
  looks: Looks,
  path: string,
): Promise<Readonly<Record<string, unknown>>> {
  const { connection, signal } = looks;
  const { text } = await connection.ask({ method: 'GET', path }, signal);
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
  } catch {
    // Told below: it is no JSON.
  }
  throw nonsense(looks, path);
}

const idOf = (value: unknown): string | null =>
  isObject(value) && typeof value['id'] === 'string' ? value['id'] : null;

/** The id of the cutover that is meant by an id or a domain; null when there is none. */
export async function resolveId(looks: Looks, name: string): Promise<string | null> {
  try {
    return idOf(await getJson(looks, `/api/v1/cutovers/${encodeURIComponent(name)}`));
  } catch (error) {
    if (isFault(error, 'NOT_FOUND')) return null;
    throw error;
  }
}

/** The epoch of the store there: whatever has none is another program, or something before the server. */
export async function epochOf(looks: Looks): Promise<string> {
  const path = '/api/v1/version';
  const { epoch } = await getJson(looks, path);
  if (typeof epoch !== 'string') throw nonsense(looks, path);
  return epoch;
}

/** All rows of a list of the API, page by page. */
async function allRows(looks: Looks, path: string, name: string): Promise<readonly unknown[]> {
  const rows: unknown[] = [];
  let after: string | null = null;
  for (let pages = 0; pages < limits.remotePages; pages += 1) {
    const query: string = after === null ? '' : `&after=${encodeURIComponent(after)}`;
    const page = await getJson(looks, `${path}?limit=200${query}`);
    const list: unknown = page[name];
    if (Array.isArray(list)) rows.push(...list.map((row: unknown) => row));
    const { next } = page;
    if (typeof next !== 'string' || !Array.isArray(list) || list.length === 0) return rows;
    if (next === after) break;
    after = next;
  }
  throw nonsense(looks, path);
}

/** The ids of all cutovers that the token may see. */
export const listIds = async (looks: Looks): Promise<readonly string[]> =>
  (await allRows(looks, '/api/v1/cutovers', 'cutovers')).map(idOf).filter(id => id !== null);

const isTexts = (value: unknown): boolean =>
  Array.isArray(value) && value.every(one => typeof one === 'string');

const isResolver = (value: unknown): value is ListedResolver =>
  isObject(value) &&
  ['id', 'name', 'operator', 'tier'].every(name => typeof value[name] === 'string') &&
  ['weight', 'port'].every(name => typeof value[name] === 'number') &&
  ['addresses', 'transports'].every(name => isTexts(value[name]));

/** The resolvers that the server can ask: those that came along with it, and those of its own list. */
export const listResolvers = async (looks: Looks): Promise<readonly ListedResolver[]> =>
  (await allRows(looks, '/api/v1/resolvers', 'resolvers'))
    .filter(isResolver)
    .map(one => ({ ...one, learnt: null }));
