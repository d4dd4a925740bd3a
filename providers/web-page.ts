import { withoutUrlSecrets } from './words.ts';

const PAGE = /^\s*(?:<!--[^]{0,500}?-->\s*)?(?:<!doctype html|<html)\b/i;
const TITLE = /<title[^>]{0,100}>([^<]{1,200})/i;
const TITLE_MOST = 80;

/** Whether what answered in the place of an API is a page for people. */
export const isPage = (body: unknown): body is string =>
  typeof body === 'string' && PAGE.test(body);

/** Such a page in a few words: its title tells who stands in the way, the rest of it nothing. */
export function pageWords(page: string): string {
  // A page may repeat in its title what was asked.
  const title = withoutUrlSecrets(TITLE.exec(page)?.[1] ?? '')
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim();
  const named = title === '' ? '' : `, titled "${title.slice(0, TITLE_MOST)}",`;
  return `a web page (HTML)${named} answered in its place: a proxy or portal stands in the way`;
}
