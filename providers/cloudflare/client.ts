import { BaseCloudflare } from 'cloudflare/client';
import { APIConnectionError, APIError } from 'cloudflare/core/error';
import { Fault, isFault } from '../../src/errors.ts';
import { type Skew, type Urgency } from '../../src/provider.ts';
import { type ProviderEnvironment } from '../adapter.ts';
import { networkWords } from '../network.ts';
import { type Send, sender } from '../requests.ts';
import { keepSkew } from '../skew.ts';
import { refusalFault } from './fault.ts';
import { type CloudflareSettings } from './settings.ts';
import { tokenOf } from './token.ts';

/** One request to the API and its result, out of the envelope. */
export interface Api {
  /** @throws Fault as `Provider` says */
  get(path: string, query: Query, asking: Asking): Promise<Answer>;
  post(path: string, body: unknown, asking: Asking): Promise<Answer>;
  /** `provider NAME`, for faults. */
  readonly where: string;
  /** What the last answer told of the clock there. */
  readonly skew: () => Skew | null;
}

export type Query = Readonly<Record<string, unknown>>;

export interface Asking {
  /** For messages: `listing the MX records of example.org`. */
  readonly what: string;
  /** `read` also for a batch that cannot take effect. */
  readonly kind: 'read' | 'write';
  readonly urgency: Urgency;
  readonly signal: AbortSignal;
}

export interface Answer {
  readonly result: unknown;
  readonly info: unknown;
}

/**
 * 1200 requests in five minutes for each user, all tokens and the dashboard together; who asks more is
 * blocked for five minutes (developers.cloudflare.com/fundamentals/api/reference/limits). So any five
 * minutes may hold 100 + 300 * 3 = 1000 of ours, rollbacks included: the reserve is free whatever the
 * others have asked, and 200 are left to the same person at the dashboard.
 */
export const RATE = { perSecond: 3, burst: 100, reserve: 40 };

const API = 'https://api.cloudflare.com/client/v4';

function baseOf(endpoint: string | undefined): string {
  if (endpoint === undefined) return API;
  const { origin, pathname } = new URL(endpoint);
  return pathname === '/' ? `${origin}/client/v4` : `${origin}${pathname.replace(/\/$/, '')}`;
}

type Sdk = BaseCloudflare;

/**
 * The SDK for transport, authentication and its errors only. Its resources are not used: they take the
 * result out of the envelope without looking at `success`, so that a refusal with HTTP 200 looks like
 * an empty result, and their lists go on until a page is empty, whatever `total_pages` says.
 */
const sdkOf = (token: string, endpoint: string | undefined, fetch: typeof globalThis.fetch): Sdk =>
  new BaseCloudflare({
    fetch,
    // Left out, the SDK takes keys of the old kind from the environment.
    ...{ apiToken: token, apiKey: null, apiEmail: null, userServiceKey: null },
    baseURL: baseOf(endpoint),
    // Its own retries would repeat writes, and wait as long as any retry-after says.
    maxRetries: 0,
    // Its log has bodies and headers in it.
    logLevel: 'off',
    // A login page on the way must not be followed, least of all with a token.
    fetchOptions: { redirect: 'manual' },
  });

interface Session {
  readonly token: string;
  readonly sdk: Sdk;
  /** Takes the token out of words of others. */
  readonly scrub: (text: string) => string;
  /** A read came through with this token. */
  mayRead: boolean;
  readonly send: Send;
}

export interface Opening {
  readonly name: string;
  readonly settings: CloudflareSettings;
  readonly environment: ProviderEnvironment;
}

/** Opens the API. Nothing is asked, and no secret read, before the first request. */
export function openApi({ name, settings, environment }: Opening): Api {
  const where = `provider ${name}`;
  const skew = keepSkew(environment.clock);
  /** What the SDK does not hand on: when the other side answered, by its own clock. */
  const timed: typeof fetch = async (url, init) => {
    const began = environment.clock.now().up;
    const response = await fetch(url, init);
    skew.heard(response.headers.get('date'), began);
    return response;
  };
  let session: Session | null = null;

  /** The token is read anew each time: one that was renewed counts from the next request on. */
  async function current(): Promise<Session> {
    const token = await tokenOf(where, settings, environment);
    if (session?.token === token) return session;
    session = {
      ...{ token, mayRead: false, sdk: sdkOf(token, settings.endpoint, timed) },
      scrub: text => text.replaceAll(token, '‹token›'),
      send: sender({
        account: environment.account('cloudflare', RATE),
        clock: environment.clock,
        chance: environment.chance,
        faultOf: error => (isFault(error) ? error : unexpected(where)),
      }),
    };
    return session;
  }

  async function ask(
    asking: Asking & { readonly posts: boolean },
    call: (sdk: Sdk, signal: AbortSignal) => Promise<unknown>,
  ) {
    if (asking.signal.aborted) throw new Fault('ABORTED', `${asking.what} was given up`);
    const own = await current();
    return own.send(asking, async signal => {
      try {
        const answer = opened(await call(own.sdk, signal));
        own.mayRead ||= !asking.posts;
        return answer;
      } catch (error) {
        const { scrub, mayRead } = own;
        const effect = asking.kind === 'write';
        throw faultOf(error, { where, scrub, onlyWrite: asking.posts && mayRead, effect });
      }
    });
  }

  return {
    where,
    skew: skew.last,
    get: (path, query, asking) =>
      ask({ ...asking, posts: false }, (sdk, signal) =>
        sdk.get<unknown>(path, { query: { ...query }, signal }),
      ),
    post: (path, body, asking) =>
      ask({ ...asking, posts: true }, (sdk, signal) => sdk.post<unknown>(path, { body, signal })),
  };
}

/** An answer that says no with HTTP 200, or whose body is something else. */
class OddAnswer extends Error {
  readonly body: unknown;
  constructor(body: unknown) {
    super('no envelope');
    this.body = body;
  }
}

/** The result out of the envelope; HTTP 200 is not enough, `success` must say so, too. */
function opened(body: unknown): Answer {
  if (typeof body !== 'object' || body === null) throw new OddAnswer(body);
  const { success, result, result_info: info } = body as Readonly<Record<string, unknown>>;
  if (success !== true || result === null || result === undefined) throw new OddAnswer(body);
  return { result, info };
}

/**
 * What an error of the SDK means. Its errors are not kept as causes: they hold whole answers, and what
 * stood in the way may have sent our own request back.
 */
function faultOf(error: unknown, telling: Parameters<typeof refusalFault>[1]): Fault {
  if (isFault(error)) return error;
  if (error instanceof OddAnswer) {
    // A refusal in disguise is one, by its codes; anything else leaves open what happened.
    const words = shownBody(error.body);
    return refusalFault({ status: 200, body: error.body, retryAfter: null, words }, telling);
  }
  if (error instanceof APIError && !(error instanceof APIConnectionError)) {
    const { status, error: body, headers, message: words } = error as SdkError;
    const retryAfter = headers?.get('retry-after') ?? null;
    return refusalFault({ status, body, retryAfter, words }, telling);
  }
  // JSON that breaks off is found by the SDK's parser, behind a status of 200.
  if (error instanceof SyntaxError) return malformed(telling.where, error);
  return refusalFault(
    {
      status: undefined,
      body: undefined,
      retryAfter: null,
      words: networkWords(error) ?? 'no answer',
    },
    telling,
  );
}

/** What an APIError has; the class leaves its types open. */
type SdkError = APIError<number | undefined, Headers | undefined, object | undefined>;

/** What no library should throw; its words may quote headers. */
const unexpected = (where: string): Fault =>
  new Fault('BUG', 'a request to Cloudflare could not be made', { where });

const shownBody = (body: unknown): string =>
  typeof body === 'string' ? body : JSON.stringify(body);

const malformed = (where: string, cause: SyntaxError): Fault =>
  new Fault('UNAVAILABLE', 'the answer of Cloudflare is malformed', {
    where,
    fix: 'Try again; see whether a proxy stands in the way.',
    // Without its message, which quotes the body.
    cause: new Error(cause.name),
  });
