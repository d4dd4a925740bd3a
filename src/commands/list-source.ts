import { readSource } from '../config/source.ts';
import { Fault } from '../errors.ts';
import { limits } from '../limits.ts';
import { flawOf } from '../transport/certificate.ts';

/** One that says nothing for so long says nothing. */
const fetchMs = 30_000;
const redirectsMost = 3;

const refuse = (where: string, message: string, fix: string): Fault =>
  new Fault('USAGE', message, { where, fix });

/** Text of a file, or of the URL that somebody named. */
export async function listSource(from: string, signal: AbortSignal): Promise<string> {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(from))
    return readSource(from, {
      expected: 'a list of resolvers',
      fix: 'Name a file, or a URL that starts with https://.',
      fixSize: 'Name a list of resolvers; this file is larger than any list needs to be.',
    });
  const within = AbortSignal.any([signal, AbortSignal.timeout(fetchMs)]);
  try {
    return await fetched(urlOf(from, from), from, within);
  } catch (error) {
    if (error instanceof Fault) throw error;
    if (signal.aborted) throw new Fault('ABORTED', 'given up', { where: from, cause: error });
    const { words, fix } = whyNot(error, new URL(from).hostname);
    throw new Fault('UNAVAILABLE', `the list could not be fetched: ${words}`, {
      ...{ where: from, fix, cause: error },
    });
  }
}

/** What fetch says itself is only that it failed. */
function whyNot(error: unknown, host: string): { readonly words: string; readonly fix: string } {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const flaw = cause instanceof Error ? flawOf(cause, host) : null;
  if (flaw !== null) return flaw;
  return {
    words: cause instanceof Error ? cause.message : String(cause),
    fix: 'try again later, or fetch it yourself and name the file',
  };
}

function urlOf(text: string, from: string): URL {
  if (!URL.canParse(text)) throw refuse(from, 'it is no URL', 'write https://HOST/PATH');
  const url = new URL(text);
  const here = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(url.hostname);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && here))
    throw refuse(from, `${url.protocol}//${url.host} is not https`, 'name an https URL, or a file');
  if (url.username !== '' || url.password !== '')
    throw refuse(url.host, 'it holds a user name or a password', 'name a URL without them');
  return url;
}

/** Follows redirects within the host that was named: whom to trust was said by whoever named it. */
async function fetched(start: URL, from: string, signal: AbortSignal): Promise<string> {
  let url = start;
  for (let redirects = 0; redirects <= redirectsMost; redirects++) {
    const response = await fetch(url, { redirect: 'manual', signal });
    const to = response.headers.get('location');
    if (response.status >= 300 && response.status < 400 && to !== null) {
      await response.body?.cancel();
      const next = urlOf(new URL(to, url).href, from);
      if (next.host !== start.host || next.protocol !== start.protocol)
        throw refuse(
          from,
          `it redirects to ${next.origin}`,
          'name that URL if you trust that host',
        );
      url = next;
      continue;
    }
    if (response.status === 200) return bounded(response, from);
    await response.body?.cancel();
    throw new Fault('UNAVAILABLE', `the server answered ${response.status}`, {
      where: from,
      fix: 'look at the URL in a browser, and name the one of the list itself',
    });
  }
  throw refuse(from, 'it redirects without end', 'name the URL of the list itself');
}

async function bounded(response: Response, from: string): Promise<string> {
  const parts: Uint8Array[] = [];
  let octets = 0;
  const body: AsyncIterable<Uint8Array> | null = response.body;
  for await (const part of body ?? []) {
    octets += part.length;
    if (octets > limits.configFileOctets)
      throw refuse(
        from,
        `it is larger than ${limits.configFileOctets} octets`,
        'name a list of resolvers; none needs to be that large',
      );
    parts.push(part);
  }
  const bytes = Buffer.concat(parts);
  if (/html/i.test(response.headers.get('content-type') ?? ''))
    throw refuse(from, 'it is a web page and no list', 'name the URL of the file itself');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new Fault('USAGE', 'it is not UTF-8 text', {
      where: from,
      fix: 'name the URL of a list of resolvers',
      cause: error,
    });
  }
}
