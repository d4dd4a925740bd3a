import { util } from '@google-cloud/common';
import { DNS } from '@google-cloud/dns';
import { withDeadline } from '../../src/deadline.ts';
import { Fault, isFault } from '../../src/errors.ts';
import { limits } from '../../src/limits.ts';
import { type Skew, type Urgency } from '../../src/provider.ts';
import { type Rate } from '../account.ts';
import { type ProviderEnvironment } from '../adapter.ts';
import { type Send, sender } from '../requests.ts';
import { keepSkew } from '../skew.ts';
import { networkWords } from '../network.ts';
import { faultOfCredentials, noProject } from './credentials.ts';
import { isPage, pageWords } from '../web-page.ts';
import { isObject } from '../../src/object.ts';
import { refuseExecutable } from './executable.ts';
import { type Answer, faultOfAnswer, type Refusal, refusalOf } from './fault.ts';
import { type Project, projectOf, textOf } from './project.ts';
import { withoutLookupWarning } from './quiet.ts';
import { type GoogleSettings } from './settings.ts';

export interface Question {
  /** For messages: `reading example.org. MX`. */
  readonly what: string;
  readonly kind: 'read' | 'write';
  readonly method: 'GET' | 'POST';
  /** Below the project: `managedZones/example-org/changes`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly urgency: Urgency;
  readonly signal: AbortSignal;
}

export type Fields = Readonly<Record<string, unknown>>;

/** The Cloud DNS API, one request at a time. */
export interface Client {
  /** For messages. */
  readonly where: string;
  /** What the last answer told of the clock there. */
  readonly skew: () => Skew | null;
  readonly project: (signal: AbortSignal) => Promise<Project>;
  /** The body of the answer. Throws Faults only. */
  readonly ask: (question: Question) => Promise<Fields>;
  /** The same, but a refusal that the caller expects is told instead of thrown. */
  readonly attempt: (
    question: Question,
    expects: (refusal: Refusal) => boolean,
  ) => Promise<{ readonly body: Fields } | { readonly refused: Refusal }>;
}

/**
 * Ours, for all cutovers of a project together: 300 requests a minute. The quotas are per minute and
 * per project, their numbers stand on the project's own Quotas page only
 * (https://cloud.google.com/dns/quotas), and other tools of the project live on them as well.
 */
const rate: Rate = { perSecond: 5, burst: 50, reserve: 10 };

const DEFAULT_ENDPOINT = 'https://dns.googleapis.com';

/** An access to the API that credentials were found for. Replaced when these are refused. */
interface Access {
  readonly project: Project;
  readonly headers: (url: string) => Promise<Readonly<Record<string, string>>>;
  readonly send: Send;
}

async function openAccess(
  { settings, environment }: { settings: GoogleSettings; environment: ProviderEnvironment },
  where: string,
): Promise<Access> {
  const dns = new DNS(settings.project === undefined ? {} : { projectId: settings.project });
  const auth = dns.authClient;
  await refuseExecutable(where);
  try {
    // Before the project, so that missing credentials are not told as a missing project.
    await withoutLookupWarning(() => auth.getClient());
  } catch (error) {
    throw faultOfCredentials(error, where);
  }
  const project = await projectOf(settings, () =>
    auth.getProjectId().catch(() => {
      throw noProject(where);
    }),
  );
  const { clock, chance } = environment;
  const account = environment.account(`google:${project.id}`, rate);
  return {
    project,
    headers: async url => {
      try {
        return Object.fromEntries(await auth.getRequestHeaders(url));
      } catch (error) {
        throw faultOfCredentials(error, where);
      }
    },
    send: sender({ account, clock, chance, faultOf: error => asFault(error, where) }),
  };
}

const asFault = (error: unknown, where: string): Fault =>
  isFault(error)
    ? error
    : // Without its words, which may quote the headers.
      new Fault('BUG', 'a request could not be made', {
        where,
        details: { name: error instanceof Error ? error.constructor.name : typeof error },
      });

interface Http {
  readonly method: 'GET' | 'POST';
  readonly uri: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

/**
 * One request, sent once. The SDK's `request` would send it up to four times, whatever its options
 * say: `autoRetry` and `maxRetries` of its constructor reach nobody, and an interceptor that sets
 * `maxRetries` leaves lost connections to be repeated. Its transport is called directly, where
 * `autoRetry` counts for both.
 */
function sendOnce({
  method,
  uri,
  query,
  body,
  headers,
  timeoutMs,
}: Http): Promise<Answer & { readonly date: string | null }> {
  const options = {
    ...{ method, uri, qs: query, headers: { ...headers }, timeout: timeoutMs },
    ...(body === undefined ? {} : { json: body }),
  };
  return new Promise((resolve, reject) => {
    util.makeRequest(options, { autoRetry: false }, (error, parsed: unknown, response) => {
      const heard = response ?? (error !== null && 'response' in error ? error.response : null);
      const status = heard?.statusCode;
      const retryAfter: unknown = heard?.headers['retry-after'];
      const date: unknown = heard?.headers['date'];
      if (typeof status !== 'number') reject(error ?? new Error('no answer'));
      else
        resolve({
          ...{ status, body: parsed },
          retryAfter: typeof retryAfter === 'string' ? retryAfter : null,
          date: typeof date === 'string' ? date : null,
        });
    });
  });
}

function why(error: unknown): string {
  const words = networkWords(error);
  return words === null ? '' : `: ${words}`;
}

/** Nobody answered, or the connection broke: for a write nobody knows whether it took effect. */
const unheard = (what: string, where: string, error: unknown): Fault =>
  new Fault('UNAVAILABLE', `${what} got no answer${why(error)}`, {
    where,
    fix: 'See whether this machine reaches the endpoint, and whether a proxy stands in the way.',
  });

const NOT_JSON = 'what answered is not JSON';

const malformed = (what: string, where: string, { body }: Answer): Fault =>
  new Fault('UNAVAILABLE', `${what}: ${isPage(body) ? pageWords(body) : NOT_JSON}`, {
    where,
    fix: 'See whether a proxy stands in the way, or a wrong endpoint is set.',
  });

/** Opens the API. Credentials are looked for with the first request, and again when they are refused. */
export function openClient(
  name: string,
  settings: GoogleSettings,
  environment: ProviderEnvironment,
): Client {
  const where = `provider ${name}`;
  const base = `${(settings.endpoint ?? DEFAULT_ENDPOINT).replace(/\/$/, '')}/dns/v1`;
  const { clock } = environment;
  const skew = keepSkew(clock);
  let access: Promise<Access> | null = null;

  async function reach(signal: AbortSignal): Promise<Access> {
    const opening = (access ??= openAccess({ settings, environment }, where));
    opening.catch(() => {
      if (access === opening) access = null;
    });
    // The default chain may run gcloud and wait for a metadata server that is not there.
    const terms = { ms: limits.readDeadlineMs, what: 'finding credentials', signal };
    return withDeadline(clock, terms, () => opening);
  }

  const attempt: Client['attempt'] = async (question, expects) => {
    const { what, kind, method, path, query = {}, body, urgency, signal } = question;
    const { project, headers, send } = await reach(signal);
    const uri = `${base}/projects/${encodeURIComponent(project.id)}/${path}`;
    try {
      return await send({ what, kind, urgency, signal }, async own => {
        const began = clock.now().up;
        const authorised = await headers(uri);
        // Whoever waited for a token until it was too late must not write any more.
        const timeoutMs = Math.floor(limits.requestTimeoutMs - (clock.now().up - began));
        if (own.aborted || timeoutMs < 1) throw unheard(what, where, new Error('too late to send'));
        const http = { method, uri, query, body, headers: authorised, timeoutMs };
        const sent = clock.now().up;
        const answer = await sendOnce(http).catch((error: unknown) => {
          throw unheard(what, where, error);
        });
        skew.heard(answer.date, sent);
        if (answer.status >= 200 && answer.status < 300) {
          if (isObject(answer.body) && !('error' in answer.body)) return { body: answer.body };
          throw malformed(what, where, answer);
        }
        const refused = refusalOf(answer);
        if (expects(refused)) return { refused };
        const wall = clock.now().wall;
        throw faultOfAnswer(answer, { what, kind, where, wall, project: textOf(project) });
      });
    } catch (error) {
      // Somebody may have logged in again meanwhile: the next request looks for credentials anew.
      if (isFault(error, 'UNAUTHORIZED')) access = null;
      throw error;
    }
  };

  return {
    where,
    skew: skew.last,
    project: async signal => (await reach(signal)).project,
    attempt,
    ask: async question => {
      const result = await attempt(question, () => false);
      if ('body' in result) return result.body;
      throw new Fault('BUG', `${question.what} was refused as nobody expected`);
    },
  };
}
