import { type IncomingHttpHeaders, type IncomingHttpStatusHeader } from 'node:http2';
import { type Message } from '../dns/wire.ts';
import { type WireRecord } from '../dns/records.ts';
import { type Fault } from '../errors.ts';
import { limits } from '../limits.ts';
import { type Server } from './transport.ts';
import { noAnswer } from './trouble.ts';

export type AnswerHeaders = IncomingHttpHeaders & IncomingHttpStatusHeader;

/** The media type of DNS messages (RFC 8484 6). */
export const DNS_MESSAGE = 'application/dns-message';
const progress = { transport: 'https', sent: true } as const;

const mediaType = (headers: AnswerHeaders): string =>
  (headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';

/**
 * How long it wants to be left alone: seconds, or until a date by its own clock, which the answer has as
 * well (RFC 9110 10.2.3 and 6.6.1).
 */
function pauseOf({ 'retry-after': said, date }: AnswerHeaders): number | undefined {
  if (said === undefined) return undefined;
  const ms = /^\d{1,6}$/.test(said)
    ? Number(said) * 1000
    : Date.parse(said) - Date.parse(date ?? '');
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(0, ms), limits.restMostMs);
}

/** What speaks against an answer before its body is read; null: nothing does. */
export function refusalOf(headers: AnswerHeaders, at: Server): Fault | null {
  const status = headers[':status'] ?? 0;
  const type = mediaType(headers);
  const retryAfterMs = pauseOf(headers);
  const more = { progress, ...(retryAfterMs !== undefined && { retryAfterMs }) };
  // It asks for less (RFC 6585 4), also where it does not say for how long.
  if (status === 429)
    return noAnswer('it is asked too often (HTTP 429)', at, {
      ...{ progress, details: { status } },
      retryAfterMs: retryAfterMs ?? limits.pollTooOftenMs,
      fix: 'Ask less often; this says nothing about what the resolver holds.',
    });
  if (status >= 300 && status < 400)
    return noAnswer(`it redirects (HTTP ${status}), which is not followed`, at, {
      ...{ ...more, details: { status } },
      fix: 'Write the address where the questions are answered.',
    });
  if (status < 200 || status > 299)
    return noAnswer(`HTTP ${status}${htmlWords(type)}`, at, {
      ...{ ...more, details: { status } },
      fix: 'See the documentation of the operator for the path, such as /dns-query.',
    });
  if (type !== DNS_MESSAGE)
    return noAnswer(`the answer is ${kindOf(type)}, no ${DNS_MESSAGE}`, at, {
      ...{ ...more, details: { status, type } },
      fix: 'This is no resolver: see the path, such as /dns-query, or somebody is in between.',
    });
  return null;
}

const htmlWords = (type: string): string => (isHtml(type) ? ', with a web page (HTML)' : '');
const isHtml = (type: string): boolean => type === 'text/html' || type === 'application/xhtml+xml';

function kindOf(type: string): string {
  if (isHtml(type)) return 'a web page (HTML)';
  return type === '' ? 'of no type' : type.slice(0, 80);
}

/** How long a cache of HTTP on the way held the answer (RFC 9111 5.1). */
export const ageOf = ({ age }: AnswerHeaders): number =>
  age !== undefined && /^\d{1,9}$/.test(age) ? Number(age) : 0;

/** The message with the TTLs that are left: those in it are of when it was made (RFC 8484 5.1). */
export function aged(message: Message, age: number): Message {
  if (age === 0) return message;
  const older = (records: readonly WireRecord[]): readonly WireRecord[] =>
    records.map(record => ({ ...record, ttl: Math.max(0, record.ttl - age) }));
  const { answer, authority, additional } = message;
  return {
    ...message,
    ...{ answer: older(answer), authority: older(authority), additional: older(additional) },
  };
}
