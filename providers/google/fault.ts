import { type Code, Fault, type Circumstances } from '../../src/errors.ts';
import { withoutUrlSecrets } from '../words.ts';
import { isPage, pageWords } from '../web-page.ts';
import { listOf } from './convert.ts';
import { isObject } from '../../src/object.ts';
import { RIGHT_PROJECT } from './project.ts';

/** What came back to one request, before anybody believes it. */
export interface Answer {
  readonly status: number;
  /** Parsed JSON, or the text that was none. */
  readonly body: unknown;
  /** The header, in seconds or as a date. */
  readonly retryAfter: string | null;
}

/** One of `error.errors`; the service may name several at once. */
interface Reason {
  readonly domain: string;
  readonly reason: string;
  readonly message: string;
}

/** An answer that is no success, as it is judged: by status, reason and domain, never by its text. */
export interface Refusal {
  readonly status: number;
  /** Empty when what answered did not speak as the API does: a proxy, or a front end that broke. */
  readonly reasons: readonly Reason[];
  readonly words: string;
}

const WORDS_MAX = 500;

/** Texts of others, cut and without anything that looks like a credential. */
export function plainWords(text: string): string {
  const clean = withoutUrlSecrets(text)
    .replace(/\bBearer\s+[^\s"']+/gi, 'Bearer ‹hidden›')
    .replace(/\bya29\.[^\s"',]+/g, '‹hidden›')
    .replace(/\b1\/\/[\w-]+/g, '‹hidden›')
    .replace(/\beyJ[\w-]+\.[\w-]+(?:\.[\w-]+)?/g, '‹hidden›')
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim();
  return clean.length > WORDS_MAX ? `${clean.slice(0, WORDS_MAX)}…` : clean;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Newer front ends say it in `details` (google.rpc.ErrorInfo), beside `errors` or without them. */
function reasonsOf(error: unknown): readonly Reason[] {
  if (!isObject(error)) return [];
  const reasons = [...listOf(error['errors']), ...listOf(error['details'])]
    .filter(isObject)
    .map(({ domain, reason, message }) => ({
      ...{ domain: text(domain), reason: text(reason), message: text(message) },
    }))
    .filter(({ reason }) => reason !== '');
  if (reasons.length > 0) return reasons;
  const [reason, message] = [text(error['status']), text(error['message'])];
  return reason === '' && message === '' ? [] : [{ domain: 'global', reason, message }];
}

/** Reads an error body; messages that stand in it several times are told once. */
export function refusalOf({ status, body }: Answer): Refusal {
  const error = isObject(body) ? body['error'] : undefined;
  const reasons = reasonsOf(error);
  const messages = [isObject(error) ? text(error['message']) : '', ...reasons.map(r => r.message)];
  const told = [...new Set(messages.filter(message => message !== ''))];
  // A summary that is one of the single messages, or repeats them, says nothing new.
  const words = told.filter(one => !told.some(other => other !== one && one.includes(other)));
  return { status, reasons, words: plainWords((words.length > 0 ? words : told).join('; ')) };
}

/** Any of these reasons is named. */
const hasReason = ({ reasons }: Refusal, ...wanted: readonly string[]): boolean =>
  reasons.some(({ reason }) => wanted.includes(reason));

/** The comparison of a change failed: somebody else changed an RRset, or the set is spelt otherwise. */
export const isMismatch = (refusal: Refusal): boolean =>
  (refusal.status === 412 && hasReason(refusal, 'conditionNotMet', 'preconditionFailed')) ||
  (refusal.status === 409 && hasReason(refusal, 'alreadyExists')) ||
  (refusal.status === 404 && hasReason(refusal, 'notFound'));

/** Retry-After in seconds or as a date (RFC 9110 10.2.3); the wall clock is handed in. */
export function retryAfterMs(header: string | null, wall: number): number | undefined {
  if (header === null) return undefined;
  const seconds = /^\d{1,9}$/.test(header.trim()) ? Number(header) * 1000 : null;
  const ms = seconds ?? Date.parse(header) - wall;
  return Number.isFinite(ms) ? Math.max(1, ms) : undefined;
}

interface Judged {
  readonly code: Code;
  readonly why: string;
  readonly fix: string;
}

const RATES = ['rateLimitExceeded', 'userRateLimitExceeded', 'dailyLimitExceeded'] as const;
const SWITCHED_OFF = ['accessNotConfigured', 'SERVICE_DISABLED'] as const;
const UNPAID = ['inactiveBillingState', 'BILLING_DISABLED'] as const;

const tooOften: Judged = {
  code: 'RATE_LIMITED',
  why: 'the quota of requests is used up',
  fix: 'Run fewer cutovers of this project at once, or ask for a higher quota of the Cloud DNS API.',
};

/** Quotas come as 403 as well: of requests, which refill, and of a change's size, which do not. */
function forbidden(refusal: Refusal, kind: 'read' | 'write'): Judged {
  if (hasReason(refusal, ...RATES)) return tooOften;
  if (hasReason(refusal, 'quotaExceeded'))
    return kind === 'read' || refusal.reasons.some(({ domain }) => domain === 'usageLimits')
      ? tooOften
      : {
          code: 'UNSUPPORTED',
          why: 'the change is larger than a quota of the project or of the zone allows',
          fix: 'Change fewer or smaller RRsets in one step, or ask for a higher quota.',
        };
  if (hasReason(refusal, ...SWITCHED_OFF))
    return {
      code: 'UNAUTHORIZED',
      why: 'the Cloud DNS API is not enabled in the project',
      fix: `${RIGHT_PROJECT} run: gcloud services enable dns.googleapis.com`,
    };
  if (hasReason(refusal, ...UNPAID))
    return {
      code: 'UNAUTHORIZED',
      why: 'the billing account of the project is closed or missing',
      fix: `${RIGHT_PROJECT} link an open billing account to the project.`,
    };
  return {
    code: 'UNAUTHORIZED',
    why: 'the credentials lack a permission',
    fix: `${RIGHT_PROJECT} grant the role of docs/providers/google-cloud-dns.md on this zone or project.`,
  };
}

function judge(refusal: Refusal, kind: 'read' | 'write'): Judged {
  const { status } = refusal;
  // Only the API itself can refuse; anything in between may have spoken after the effect.
  const stranger = refusal.reasons.length === 0;
  if (status === 429 && (kind === 'read' || !stranger)) return tooOften;
  if (stranger)
    return {
      code: 'UNAVAILABLE',
      why: 'what answered is not the Cloud DNS API',
      fix: 'See whether a proxy or a firewall stands in the way, or a wrong endpoint is set.',
    };
  if (status === 401)
    return {
      code: 'UNAUTHORIZED',
      why: 'the access token is refused',
      fix: 'Renew the credentials: gcloud auth application-default login, or a new key.',
    };
  if (status === 403) return forbidden(refusal, kind);
  if (status === 404 || hasReason(refusal, 'RESOURCE_PROJECT_INVALID'))
    return {
      code: 'NOT_FOUND',
      why: 'the project, the managed zone or the change does not exist',
      fix: `${RIGHT_PROJECT} compare the zone with: gcloud dns managed-zones list`,
    };
  if (status >= 500 || status < 400 || status === 408)
    return {
      code: 'UNAVAILABLE',
      why: 'the service failed',
      fix: 'Wait; see https://status.cloud.google.com if it stays.',
    };
  return {
    code: 'UNSUPPORTED',
    why: 'the service does not take this request',
    fix: 'See what it says about the records, and change them.',
  };
}

export interface Asked {
  /** For messages: `reading example.org. MX`. */
  readonly what: string;
  readonly kind: 'read' | 'write';
  readonly where: string;
  readonly wall: number;
  /** `project ID, from WHERE`. */
  readonly project: string;
}

/** What an answer means that is no success. */
export function faultOfAnswer(answer: Answer, { what, kind, where, wall, project }: Asked): Fault {
  const refusal = refusalOf(answer);
  const { code, why, fix } = judge(refusal, kind);
  const said = refusal.words === '' ? '' : `: ${refusal.words}`;
  const reasons = [...new Set(refusal.reasons.map(({ reason }) => reason))];
  const pause = retryAfterMs(answer.retryAfter, wall);
  const circumstances: Circumstances = {
    ...{ where, fix },
    details: { status: answer.status, reasons },
    ...(pause === undefined ? {} : { retryAfterMs: pause }),
  };
  const head = `${what} was answered with HTTP ${answer.status}`;
  const page = isPage(answer.body) ? `: ${pageWords(answer.body)}` : '';
  const asked = fix.startsWith(RIGHT_PROJECT) ? ` (${project})` : '';
  return new Fault(code, `${head}, ${why}${asked}${page}${said}`, circumstances);
}
