import { type FastifyServerOptions, LogController } from 'fastify';
import { withoutSecrets } from '../../access/credential.ts';
import { type Clock } from '../../clock.ts';
import { asciiPrintable, brief, isoText } from '../../view/words.ts';
import { type Server } from '../server-type.ts';

/** Where lines of the log go. */
export interface Log {
  readonly write: (line: string) => void;
}

/** Longer addresses tell nothing more. */
const urlCharacters = 300;

/**
 * A line for each request, by our own words: who, what, how it ended. Headers and bodies are never in it;
 * should a header ever be, what is secret in it is not.
 */
export const logSettings = (log: Log | null, clock: Clock): FastifyServerOptions => ({
  logController: new LogController({ disableRequestLogging: true }),
  logger: log !== null && {
    level: 'info',
    stream: log,
    base: null,
    timestamp: () => `,"time":"${isoText(clock.now().wall)}"`,
    redact: ['authorization', 'cookie', 'set-cookie'].flatMap(name => [
      `headers["${name}"]`,
      `*.headers["${name}"]`,
    ]),
  },
});

/** Requests in the log, those of probes left out: they come every few seconds. */
export function logRequests(server: Server): void {
  server.addHook('onResponse', async (request, reply) => {
    const { method, url, ip, principal, routeOptions } = request;
    const { statusCode: status, elapsedTime } = reply;
    if (routeOptions.config.anyHost === true && status < 400) return;
    const line = {
      method,
      url: brief(asciiPrintable(withoutSecrets(url)), urlCharacters),
      status,
      tookMs: Math.round(elapsedTime),
      address: ip,
      by: principal?.id ?? null,
    };
    if (status === 401 || status === 403) request.log.warn(line, 'refused');
    else request.log.info(line, 'answered');
  });
}
