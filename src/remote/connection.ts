import { type Chance, type Clock } from '../clock.ts';
import { withDeadline } from '../deadline.ts';
import { Fault, isFault } from '../errors.ts';
import { limits } from '../limits.ts';
import { retry } from '../retry.ts';
import { type Secret } from '../secret.ts';
import { problemFault } from './problem.ts';

/** One request to the API. */
export interface Asked {
  readonly method: 'GET' | 'POST';
  /** Below the server's address, such as `/api/v1/cutovers`. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** How long the answer may take; `remoteAnswerMs` unless said. */
  readonly lastsMs?: number;
}

/** A good answer, read to its end. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export interface Connection {
  /** The server's address, without a path. */
  readonly server: string;
  /**
   * Asks, and asks the same again while the server cannot be reached: whoever acts names the same
   * Idempotency-Key in each attempt. @throws Fault as the problem says, or UNAVAILABLE
   */
  readonly ask: (asked: Asked, signal: AbortSignal) => Promise<Answer>;
  /** A stream of events, in pieces as they come; ends when the server or the signal ends it. */
  readonly listen: (path: string, signal: AbortSignal) => AsyncIterable<string>;
}

export interface ConnectionTerms {
  /** `https://…`, or `http://` of this machine. */
  readonly server: URL;
  readonly token: Secret;
  readonly clock: Clock;
  readonly chance: Chance;
  /** Hears that the server is silent while somebody waits. */
  readonly tell: (text: string) => void;
}

/** The end of a chain of causes says what happened: fetch itself says `fetch failed`. */
function reasonOf(error: unknown): string {
  let last: unknown = error;
  for (let depth = 0; depth < 5 && last instanceof Error && last.cause !== undefined; depth++)
    last = last.cause;
  if (!(last instanceof Error)) return String(last);
  return last.message === '' && 'code' in last ? String(last.code) : last.message;
}

const certificates = /certificate|self.signed|altname|CERT_|ERR_TLS/i;

function unreachable(server: string, error: unknown): Fault {
  const reason = reasonOf(error);
  const fix = certificates.test(reason)
    ? 'the certificate must be for this name and from an authority that is known here (NODE_EXTRA_CA_CERTS names others)'
    : 'see whether dns-cutover serve runs there, and whether the way to it is open';
  return new Fault('UNAVAILABLE', `the server cannot be reached: ${reason}`, {
    where: server,
    fix,
    cause: error,
  });
}

/** The body, as long as it is no longer than anything that the API gives. */
async function bodyOf(response: Response, server: string): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let octets = 0;
  for await (const piece of response.body ?? []) {
    octets += piece.length;
    if (octets > limits.remoteAnswerOctets)
      throw new Fault('UNAVAILABLE', 'the answer is longer than anything that the API gives', {
        where: server,
      });
    text += decoder.decode(piece, { stream: true });
  }
  return text + decoder.decode();
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** What both kinds of requests share. */
const basics = (token: Secret): Record<string, string> => ({
  authorization: `Bearer ${Buffer.from(token.reveal()).toString()}`,
  'user-agent': 'dns-cutover',
});

/** The answer, or the Fault that its problem stands for. */
async function good(response: Response, server: string, path: string): Promise<Response> {
  if (response.ok) return response;
  const told = { status: response.status, retryAfter: response.headers.get('retry-after') };
  const body = json(await bodyOf(response, server));
  throw problemFault({ ...told, body, where: `${server}${path}` });
}

/** A connection to the API of a server that is trusted by its certificate. Nothing is asked yet. */
export function openConnection({
  server,
  token,
  clock,
  chance,
  tell,
}: ConnectionTerms): Connection {
  const { origin } = server;
  let reached = false;

  const fetched = async (asked: Asked, accept: string, signal: AbortSignal): Promise<Response> => {
    const { method, path, headers = {}, body } = asked;
    const sent = { ...basics(token), accept, ...headers };
    try {
      return await fetch(new URL(path, origin), {
        method,
        headers: body === undefined ? sent : { ...sent, 'content-type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        // A token goes nowhere but to the server that was named.
        redirect: 'error',
        signal,
      });
    } catch (error) {
      throw unreachable(origin, error);
    }
  };

  const once = (asked: Asked, signal: AbortSignal): Promise<Answer> =>
    withDeadline(
      clock,
      { ms: asked.lastsMs ?? limits.remoteAnswerMs, what: `the answer of ${origin}`, signal },
      async within => {
        const accept = asked.headers?.['accept'] ?? 'application/json';
        const response = await good(await fetched(asked, accept, within), origin, asked.path);
        const { status, headers } = response;
        try {
          return { status, headers, text: await bodyOf(response, origin) };
        } catch (error) {
          throw error instanceof Fault ? error : unreachable(origin, error);
        }
      },
    );

  const ask: Connection['ask'] = async (asked, signal) => {
    const began = clock.now().up;
    for (;;) {
      const terms = { clock, chance, signal, again: (fault: Fault) => fault.retryable };
      try {
        const answer = await retry(terms, () => once(asked, signal));
        reached = true;
        return answer;
      } catch (error) {
        // Whoever waits for hours outlives a restart of the server; whoever asks for the first time is told.
        const patient = reached && clock.now().up - began < limits.remotePatienceMs;
        if (!isFault(error) || !error.retryable || !patient) throw error;
        tell(`${error.message}; trying again`);
        await clock.sleep(limits.remoteAgainMs, signal);
      }
    }
  };

  async function* listen(path: string, signal: AbortSignal): AsyncIterable<string> {
    const asked = { method: 'GET', path } as const;
    const response = await good(await fetched(asked, 'text/event-stream', signal), origin, path);
    const decoder = new TextDecoder();
    for await (const piece of response.body ?? []) yield decoder.decode(piece, { stream: true });
  }

  return { server: origin, ask, listen };
}
