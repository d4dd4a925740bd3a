import { Fault } from '../../src/errors.ts';
import { type Client, type Fields, type Question } from './client.ts';

/** Pages of one listing; a zone has 10,000 sets at most, a page 100 unless asked otherwise. */
const PAGES_MAX = 200;

/** What answers call themselves (the API's discovery document, `dns:v1`). */
const kinds: Readonly<Record<string, string>> = {
  managedZones: 'dns#managedZonesListResponse',
  rrsets: 'dns#resourceRecordSetsListResponse',
};

/**
 * The list of one page. Nothing in it is an answer that a cutover acts on, so it is believed only of an
 * answer that says what it is: the API may leave an empty list out, but never its `kind`.
 */
function listIn(body: Fields, field: string, { what, where }: { what: string; where: string }) {
  const list: unknown = body[field];
  if (Array.isArray(list)) return list as readonly unknown[];
  if (list === undefined && body['kind'] === kinds[field] && field in kinds) return [];
  throw new Fault('UNAVAILABLE', `the answer to ${what} is malformed: it has no ${field}`, {
    where,
    fix: 'See whether a proxy stands in the way, or a wrong endpoint is set.',
  });
}

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
    items.push(...listIn(body, field, { what: question.what, where: client.where }));
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
