import { type IncomingMessage, request as requestPlain, type RequestOptions } from 'node:http';
import { request as requestSecure } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { Fault } from '../errors.ts';
import { limits } from '../limits.ts';
import { judgedAddresses, type Leave, type LookUp, readTarget } from './guard.ts';

export interface Post {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What came back: never what the other side said, which may be anything, and anybody's. */
export interface Posted {
  readonly status: number;
  /** `Retry-After` as it came. */
  readonly retryAfter: string | null;
}

/** For a person, by the codes of the system and of TLS; nothing of what was answered. */
const troubles: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection is refused',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  ENETUNREACH: 'there is no way to its network',
  EHOSTUNREACH: 'there is no way to it',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate comes from an authority that is not trusted here',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the certificate of its issuer is missing or not trusted',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
};

function whyOf(error: Error): string {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (code.startsWith('HPE_')) return 'what it answers is no HTTP';
  return troubles[code] ?? `no connection (${code === '' ? 'unknown' : code})`;
}

/** Answers every look with what was judged, whatever the name says by then. */
const pinned =
  (addresses: readonly string[]): LookupFunction =>
  (_, { all }, done) => {
    const found = addresses.map(address => ({ address, family: isIP(address) }));
    const [first] = found;
    if (all === true) done(null, found);
    else if (first !== undefined) done(null, first.address, first.family);
  };

/** Reads the reply away, so that the other side can end in peace; no more of it than a little. */
function drain(response: IncomingMessage, done: () => void): void {
  let octets = 0;
  response.on('data', (part: Buffer) => {
    octets += part.length;
    if (octets > limits.outboundReplyOctets) done();
  });
  for (const end of ['end', 'close', 'error']) response.on(end, done);
}

/**
 * Sends JSON to whoever somebody named: checked first, to a checked address, once, within ten seconds.
 * A redirect is an answer like any other, since what a stranger names is not what was checked.
 * @throws Fault MALFORMED, REFUSED who may not be called, UNAVAILABLE no answer, ABORTED
 */
export async function post(
  { url: text, headers, body }: Post,
  leave: Leave & { readonly lookUp: LookUp },
  signal: AbortSignal,
): Promise<Posted> {
  const url = readTarget(text, leave);
  const late = AbortSignal.timeout(limits.outboundMs);
  const either = AbortSignal.any([signal, late]);
  const unavailable = (why: string, cause?: unknown): Fault =>
    new Fault('UNAVAILABLE', why, { where: url.host, ...(cause !== undefined && { cause }) });
  const tooLate = `no answer within ${String(limits.outboundMs / 1000)} s`;
  const addresses = await heeding(judgedAddresses(url, leave, leave.lookUp), either).catch(
    (error: unknown) => {
      if (signal.aborted) throw new Fault('ABORTED', 'given up', { cause: error });
      throw late.aborted ? unavailable(tooLate) : error;
    },
  );
  const options: RequestOptions = {
    ...{ method: 'POST', agent: false, signal: either, lookup: pinned(addresses) },
    headers: {
      ...headers,
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(body)),
      'user-agent': 'dns-cutover',
    },
  };
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'http:' ? requestPlain : requestSecure)(url, options);
    let answer: Posted | null = null;
    const fail = (error: Error): void => {
      // What was answered stands, however its rest got lost.
      if (answer !== null) resolve(answer);
      else if (signal.aborted) reject(new Fault('ABORTED', 'given up', { cause: error }));
      else reject(unavailable(late.aborted ? tooLate : whyOf(error), error));
    };
    request.on('error', fail);
    // A connection that is to speak another protocol (RFC 9110 7.8) ends without an answer or an error.
    request.on('close', () => {
      fail(Object.assign(new Error('no answer'), { code: 'HPE_UPGRADE' }));
    });
    request.on('response', response => {
      const { statusCode: status = 0, headers: said } = response;
      const posted = { status, retryAfter: said['retry-after'] ?? null };
      answer = posted;
      drain(response, () => {
        request.destroy();
        resolve(posted);
      });
    });
    request.end(body);
  });
}

/** The promise, unless the signal is aborted first: the system's resolver cannot be told to stop. */
function heeding<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      reject(new Fault('ABORTED', 'given up'));
    };
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', abort);
    });
  });
}
