import { Fault } from '../../src/errors.ts';
import { listOf } from './convert.ts';
import { type Client, type Question } from './client.ts';

/** Pages of one listing; a zone has 10,000 sets at most, a page 100 unless asked otherwise. */
const PAGES_MAX = 200;

/** Follows a listing to its end and hands over what stands under `field` on all its pages. */
export async function everyItem(
  client: Client,
  question: Omit<Question, 'kind' | 'method'>,
  field: string,
): Promise<readonly unknown[]> {
  const items: unknown[] = [];
  const seen = new Set<string>();
  let token: string | null = null;
  for (let page = 0; page < PAGES_MAX; page++) {
    const query = { ...question.query, ...(token === null ? {} : { pageToken: token }) };
    const body = await client.ask({ ...question, kind: 'read', method: 'GET', query });
    items.push(...listOf(body[field]));
    const next = body['nextPageToken'];
    if (typeof next !== 'string' || next === '') return items;
    // A token that comes again would lead in a circle.
    if (seen.has(next)) break;
    seen.add(next);
    token = next;
  }
  throw new Fault('UNAVAILABLE', `${question.what} did not end within ${PAGES_MAX} pages`, {
    where: client.where,
    fix: 'See whether a proxy stands in the way; the API ends its listings.',
  });
}
