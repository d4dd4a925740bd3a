import { type Static, Type } from 'typebox';
import { type Circumstances, type Code, Fault, toFault } from '../../errors.ts';
import { limits } from '../../limits.ts';
import { printable } from '../../view/words.ts';
import { problemHelp } from './help.ts';

/**
 * Every kind of problem (RFC 9457) that the API answers with: its status and its title. `type` is
 * `/problems/<kind>`, never changes, and is a page of this server that says what to do.
 */
export const problemKinds = {
  malformed: [400, 'The request is not what it should be'],
  'idempotency-key-required': [400, 'An Idempotency-Key is required'],
  unauthenticated: [401, 'A token is required'],
  forbidden: [403, 'The role does not allow this'],
  'tls-required': [403, 'A session needs TLS'],
  'cross-site': [403, 'The request came from another site'],
  'not-found': [404, 'There is no such thing'],
  'method-not-allowed': [405, 'The method is not allowed here'],
  'not-acceptable': [406, 'None of the accepted types can be given'],
  timeout: [408, 'The request took too long to arrive'],
  refused: [409, 'The state forbids this'],
  'still-running': [409, 'The first request with this key is still running'],
  conflict: [409, 'The zone is not what was expected'],
  'check-failed': [409, 'A check failed'],
  unsupported: [409, 'The other side cannot do this'],
  stale: [412, 'It moved on since you looked'],
  'too-large': [413, 'The body is too large'],
  'uri-too-long': [414, 'The address is too long'],
  'unsupported-media-type': [415, 'Only JSON is taken'],
  'expectation-failed': [417, 'What the request expects cannot be had'],
  misdirected: [421, 'This server does not go by that name'],
  'key-reused': [422, 'The Idempotency-Key stands for another request'],
  'precondition-required': [428, 'If-Match is required'],
  'rate-limited': [429, 'Asked too often'],
  'headers-too-large': [431, 'The headers are too large'],
  bug: [500, 'Something that cannot happen did'],
  misconfigured: [500, 'A file of the server cannot be used'],
  'unknown-coding': [501, 'The transfer coding is not known'],
  'provider-refused': [502, 'A provider refused the credentials'],
  unavailable: [502, 'Somebody that is needed does not answer'],
  store: [503, 'The store cannot be read or written'],
  interrupted: [503, 'The server ended before this was carried out'],
  stopping: [503, 'The server is stopping'],
  overloaded: [503, 'The server has too much to do'],
} as const;

export type ProblemKind = keyof typeof problemKinds;

/** What a body of `application/problem+json` holds. */
export const problemSchema = Type.Object(
  {
    type: Type.String({ description: 'Names the kind of problem, and never changes.' }),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String({ description: 'What happened here, for people.' }),
    request: Type.String({ description: 'Names this request in the log of the server.' }),
    remedy: Type.String({ description: 'What to do about it.' }),
    where: Type.Optional(Type.String()),
    retryAfter: Type.Optional(
      Type.Integer({ description: 'Seconds until it may be tried again.' }),
    ),
    errors: Type.Optional(
      Type.Array(Type.Object({ path: Type.String(), message: Type.String() }), {
        description: 'Each thing that is wrong with the request, by a JSON pointer (RFC 6901).',
      }),
    ),
    findings: Type.Optional(
      Type.Array(Type.Unknown(), { description: 'The findings of checks that stand in the way.' }),
    ),
    details: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  },
  { description: 'RFC 9457, as application/problem+json.' },
);
export type Problem = Static<typeof problemSchema>;

export const problemType = 'application/problem+json';

/** What of `details` decides about the answer and is not shown under that name. */
interface Marked {
  readonly problem?: ProblemKind;
  readonly errors?: Problem['errors'];
  readonly findings?: readonly unknown[];
}

const kindOfCode: Readonly<Record<Code, ProblemKind>> = {
  USAGE: 'malformed',
  CONFIG: 'misconfigured',
  MALFORMED: 'malformed',
  NOT_FOUND: 'not-found',
  REFUSED: 'refused',
  STALE: 'stale',
  LEASE_LOST: 'conflict',
  CONFLICT: 'conflict',
  CHECK_FAILED: 'check-failed',
  // The credentials of a provider, never those of the caller: that one is told with problemFault.
  UNAUTHORIZED: 'provider-refused',
  UNSUPPORTED: 'unsupported',
  RATE_LIMITED: 'rate-limited',
  UNAVAILABLE: 'unavailable',
  STORE: 'store',
  ABORTED: 'stopping',
  BUG: 'bug',
};

const codeOfKind: Partial<Record<ProblemKind, Code>> = {
  malformed: 'MALFORMED',
  unauthenticated: 'UNAUTHORIZED',
  'not-found': 'NOT_FOUND',
  stale: 'STALE',
  'rate-limited': 'RATE_LIMITED',
  overloaded: 'UNAVAILABLE',
};

/** A Fault that is answered as this kind of problem, whatever its code would be answered as. */
export const problemFault = (
  kind: ProblemKind,
  message: string,
  circumstances: Circumstances = {},
): Fault =>
  new Fault(codeOfKind[kind] ?? 'REFUSED', message, {
    ...circumstances,
    details: { ...circumstances.details, problem: kind },
  });

/**
 * The request is wrong in these places, each by its JSON pointer. Not all are told where there are many:
 * a small request, of anybody, must not be answered with megabytes.
 */
export function malformed(all: readonly { path: string; message: string }[]): Fault {
  const errors = all.slice(0, limits.apiErrorsTold);
  const told = errors.map(({ path, message }) => `${path} ${message}`.trim());
  const more = all.length - errors.length;
  const rest = more > 0 ? [`and ${String(more)} more`] : [];
  return problemFault('malformed', [...told, ...rest].join('; '), {
    fix: 'Mend what `errors` names; /openapi.json says what is expected.',
    details: { errors },
  });
}

const kindOf = ({ code, where, details }: Fault): ProblemKind => {
  const marked: Marked = details ?? {};
  if (marked.problem !== undefined) return marked.problem;
  // What a provider does not have is nothing that the caller asked for.
  if (code === 'NOT_FOUND' && where?.startsWith('provider ') === true) return 'unavailable';
  return kindOfCode[code];
};

/** What these say may name files, hosts and secrets of the server: the log has it under the request's id. */
const untold: readonly ProblemKind[] = ['bug', 'store', 'misconfigured'];

/** What of the details has a member of its own, or is none. */
const shown = ['problem', 'errors', 'findings'];

/** Anything thrown, as the answer to a request. */
export function problemOf(error: unknown, request: string): Problem {
  const fault = toFault(error);
  const kind = kindOf(fault);
  const [status, title] = problemKinds[kind];
  const type = `/problems/${kind}`;
  if (untold.includes(kind))
    return {
      ...{ type, title, status, request },
      detail: `${problemHelp[kind].when} The log of the server says more under the id of this request.`,
      remedy: problemHelp[kind].remedy,
    };
  const { fix, where, retryAfterMs, details = {} } = fault;
  const { errors, findings }: Marked = details;
  const rest = Object.entries(details).filter(([name]) => !shown.includes(name));
  return {
    ...{ type, title, status, request },
    // It may quote what somebody sent, or a server said: nothing in it turns a line or hides.
    detail: printable(fault.message),
    remedy: fix ?? problemHelp[kind].remedy,
    ...(where !== undefined && { where: printable(where) }),
    ...(retryAfterMs !== undefined && { retryAfter: Math.max(1, Math.ceil(retryAfterMs / 1000)) }),
    ...(errors !== undefined && {
      errors: errors.map(({ path, message }) => ({
        path: printable(path),
        message: printable(message),
      })),
    }),
    ...(findings !== undefined && { findings: [...findings] }),
    ...(rest.length > 0 && { details: Object.fromEntries(rest) }),
  };
}
