import { type Code, Fault } from '../errors.ts';
import { isObject } from '../object.ts';

/** What the API's problems (RFC 9457) are here, so that exit codes are the same as without a server. */
const codes: Readonly<Record<string, Code>> = {
  malformed: 'USAGE',
  'not-found': 'NOT_FOUND',
  refused: 'REFUSED',
  'still-running': 'UNAVAILABLE',
  conflict: 'CONFLICT',
  'check-failed': 'CHECK_FAILED',
  unsupported: 'UNSUPPORTED',
  stale: 'STALE',
  misconfigured: 'CONFIG',
  'provider-refused': 'UNAUTHORIZED',
};

/** Whatever else may be answered, also by a proxy that stands before the server. */
function codeOfStatus(status: number): Code {
  if (status === 401 || status === 403) return 'UNAUTHORIZED';
  if (status === 404) return 'NOT_FOUND';
  if (status === 409) return 'REFUSED';
  if (status === 412) return 'STALE';
  if (status === 429) return 'RATE_LIMITED';
  return status === 408 || status >= 500 ? 'UNAVAILABLE' : 'USAGE';
}

const away = 'what stands before the server does not reach it: see whether dns-cutover serve runs';

const fixes: Readonly<Record<number, string>> = {
  401: 'name the file of a token that is good: --token-file FILE (dns-cutover token create makes one)',
  403: 'ask whoever runs the server for a token with a higher role',
  502: away,
  503: away,
  504: 'what stands before the server waits too short a time for it: docs/deployment.md says how long it has to',
  421: 'use the name that the server goes by, or add yours there: serve --host NAME',
};

interface Told {
  readonly status: number;
  /** `Retry-After` (RFC 9110 10.2.3), where it is in seconds. */
  readonly retryAfter: string | null;
  /** The parsed body; anything at all. */
  readonly body: unknown;
  /** What was asked of whom, for the message. */
  readonly where: string;
}

const textOf = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' ? value : null;

/** An answer that is no success, as the Fault that stands for it, with the remedy that the server names. */
export function problemFault({ status, retryAfter, body, where }: Told): Fault {
  const problem = isObject(body) ? body : {};
  const kind = textOf(problem['type'])?.split('/').at(-1) ?? '';
  const detail = textOf(problem['detail']) ?? textOf(problem['title']);
  const fix = textOf(problem['remedy']) ?? fixes[status];
  const details = isObject(problem['details']) ? problem['details'] : {};
  const request = textOf(problem['request']);
  const seconds = /^\d{1,6}$/.test(retryAfter ?? '') ? Number(retryAfter) : null;
  return new Fault(
    codes[kind] ?? codeOfStatus(status),
    detail ?? `the server answers ${String(status)}`,
    {
      where: textOf(problem['where']) ?? where,
      ...(fix !== undefined && { fix }),
      ...(seconds !== null && { retryAfterMs: seconds * 1000 }),
      details: { ...details, status, ...(request !== null && { request }) },
    },
  );
}
