import { type Code, Fault } from '../../src/errors.ts';
import { isObject } from './convert.ts';
import { plainWords } from './fault.ts';

const RENEW =
  'Run: gcloud auth application-default login; or point GOOGLE_APPLICATION_CREDENTIALS at a key ' +
  'file; or give this machine a service account.';

const statusOf = (error: unknown): number | null => {
  const response = isObject(error) ? error['response'] : undefined;
  const status = isObject(response) ? response['status'] : undefined;
  return typeof status === 'number' ? status : null;
};

/** Codes of the network and of fetch; those of files (ENOENT, EACCES) are a matter of credentials. */
const isNetworkCode = (code: unknown): boolean =>
  typeof code === 'string' &&
  /^(?:ECONN|EAI_|ENOTFOUND|ETIMEDOUT|EHOST|ENET|EPIPE|EPROTO|UND_ERR|ERR_TLS|ERR_SSL|CERT_|DEPTH_|SELF_|UNABLE_)/.test(
    code,
  );

/** True if this error, or one that it came from, is a matter of the network. */
export function isNetworkError(error: unknown, depth = 0): boolean {
  if (!(error instanceof Error) || depth > 4) return false;
  if ('code' in error && isNetworkCode(error.code)) return true;
  return isNetworkError(error.cause, depth + 1);
}

/** The error's own words. Never the error itself: it carries requests with their headers. */
export const wordsOf = (error: unknown): string =>
  plainWords(error instanceof Error ? error.message : String(error));

function codeOf(error: unknown): Code {
  const status = statusOf(error);
  if (status === 429) return 'RATE_LIMITED';
  if (status !== null) return status >= 500 || status === 408 ? 'UNAVAILABLE' : 'UNAUTHORIZED';
  return isNetworkError(error) ? 'UNAVAILABLE' : 'UNAUTHORIZED';
}

/** Why no access token could be had: there are no credentials, they ended, or nobody answered. */
export function faultOfCredentials(error: unknown, where: string): Fault {
  const code = codeOf(error);
  const words = wordsOf(error);
  const head =
    code === 'UNAUTHORIZED'
      ? 'the Application Default Credentials give no access token'
      : 'the service that gives access tokens does not answer as it should';
  return new Fault(code, `${head}: ${words}`, {
    where,
    fix: code === 'UNAUTHORIZED' ? RENEW : 'Wait; see whether a firewall stands in the way.',
    details: { status: statusOf(error) },
    cause: new Error(words),
  });
}

export const noProject = (where: string): Fault =>
  new Fault('UNAUTHORIZED', 'the Application Default Credentials name no project', {
    where,
    fix: 'Write the id of the project as `project:` in the entry of this provider.',
  });
