import { Fault } from '../../src/errors.ts';
import { type ProviderEnvironment } from '../adapter.ts';
import { type CloudflareSettings } from './settings.ts';

const VARIABLE = 'CLOUDFLARE_API_TOKEN';

const ALONE = 'Paste the token alone, without "Bearer" or quotes.';

/** What is wrong with a text as a token, in words that hold nothing of it; null: it may be one. */
function oddityOf(text: string): string | null {
  if (text === '') return 'is empty';
  if (/[\r\n]/.test(text)) return 'holds several lines';
  if (/^bearer\b/i.test(text)) return 'begins with the word Bearer';
  if (/[ \t]/.test(text)) return 'holds a blank';
  if (/[<>]/.test(text)) return 'holds angle brackets';
  if (/["'`]/.test(text)) return 'holds quotes';
  return /^[\x21-\x7e]{1,512}$/.test(text) ? null : 'holds what no token has';
}

const absent = (where: string, env: NodeJS.ProcessEnv): Fault =>
  new Fault(
    'UNAUTHORIZED',
    (env['CLOUDFLARE_API_KEY'] ?? '') === ''
      ? 'there is no API token'
      : 'there is no API token, only CLOUDFLARE_API_KEY, a Global API Key; these are never used',
    {
      where,
      fix: `Put an API token into a file and its path into tokenFile, or set ${VARIABLE}.`,
    },
  );

/**
 * The token, from the file that the settings name or from the environment, read anew each time.
 * @throws Fault UNAUTHORIZED for what can be none: it would end up in a header, and in the error about it
 */
export async function tokenOf(
  where: string,
  { tokenFile }: CloudflareSettings,
  environment: ProviderEnvironment,
): Promise<string> {
  const { env } = process;
  const given =
    tokenFile === undefined
      ? env[VARIABLE]
      : Buffer.from((await environment.secret(tokenFile, 'text')).reveal()).toString('utf8');
  const text = (given ?? '').trim();
  if (tokenFile === undefined && text === '') throw absent(where, env);
  const odd = oddityOf(text);
  if (odd === null) return text;
  const source = tokenFile === undefined ? `the variable ${VARIABLE}` : `the file ${tokenFile}`;
  throw new Fault('UNAUTHORIZED', `${source} ${odd}, so it is no API token`, { where, fix: ALONE });
}
