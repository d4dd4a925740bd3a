import { request as requestPlain } from 'node:http';
import { request as requestSecure } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';

/*
 * What a container asks of its own server, as a program without a shell: `node …/healthcheck.js`, which ends
 * with 0 when the server is ready. DNS_CUTOVER_HEALTH_URL says how it is reached where that is not plain
 * HTTP on port 8053: the name in it is the one that the certificate is for, and is never looked up, because
 * the server is on this machine.
 */

const usual = 'http://127.0.0.1:8053/readyz';
const answerMs = 4000;

const here: LookupFunction = (_, { all }, done) => {
  if (all === true) done(null, [{ address: '127.0.0.1', family: 4 }]);
  else done(null, '127.0.0.1', 4);
};

/** Why the server is not ready; null: it is. The certificate is verified as by anybody else. */
export function whyNotReady(text: string): Promise<string | null> {
  const url = URL.parse(text);
  if (url === null || !['http:', 'https:'].includes(url.protocol))
    return Promise.resolve('DNS_CUTOVER_HEALTH_URL is no address of a server');
  const secure = url.protocol === 'https:';
  const named = isIP(url.hostname.replace(/^\[|\]$/g, '')) === 0;
  return new Promise(resolve => {
    const request = (secure ? requestSecure : requestPlain)(url, {
      ...{ agent: false, signal: AbortSignal.timeout(answerMs) },
      ...(named && { lookup: here }),
    });
    request.on('error', error => {
      resolve(error.name === 'AbortError' ? 'no answer in time' : error.message);
    });
    request.on('response', response => {
      const { statusCode = 0 } = response;
      // What it says is of no interest, and a stream would never end.
      request.destroy();
      resolve(statusCode === 200 ? null : `HTTP ${String(statusCode)}`);
    });
    request.end();
  });
}

if (import.meta.main) {
  const why = await whyNotReady(process.env['DNS_CUTOVER_HEALTH_URL'] ?? usual);
  if (why !== null) process.stderr.write(`not ready: ${why}\n`);
  process.exitCode = why === null ? 0 : 1;
}
