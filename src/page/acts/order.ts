import { type OfferView } from '../../view/status/offers.ts';
import { type Request } from '../live/ask.ts';

/** What somebody filled in. */
export interface Filled {
  readonly domain: string;
  readonly reason: string;
  /** Places of the attestations that were ticked. */
  readonly attest: readonly number[];
  /** Places of what is to be accepted, in the offer. */
  readonly accept: readonly number[];
  /** As `datetime-local` has it, in the viewer's zone; empty: not named. */
  readonly end: string;
}

export const nothingFilled: Filled = { domain: '', reason: '', attest: [], accept: [], end: '' };

/** Acts that are right whatever has happened meanwhile (src/cutover/event.ts). */
const unconditional: readonly OfferView['act'][] = ['pause', 'rollback'];

const endOf = (text: string): string | null => {
  const instant = Date.parse(text);
  return Number.isNaN(instant) ? null : new Date(instant).toISOString();
};

function bodyOf(offer: OfferView, filled: Filled): Readonly<Record<string, unknown>> {
  const { act: type, which, accept: offered, needsEnd } = offer;
  const reason = filled.reason.trim() === '' ? null : filled.reason.trim();
  switch (type) {
    case 'approve': {
      const chosen = offered.filter((_, index) => filled.accept.includes(index));
      const accept = chosen.map(({ id, subject }) => ({ id, subject, reason }));
      return { type, attest: filled.attest, accept, reason };
    }
    case 'rollback':
      return { type, to: which, confirm: filled.domain.trim(), reason };
    case 'abandon':
      return { type, confirm: filled.domain.trim(), reason };
    case 'retry':
      return { type, reason, ...(needsEnd && { swapUntil: endOf(filled.end) }) };
    case 'confirm':
      return { type, what: which, reason };
    case 'take-claim':
      return { type, run: which, reason };
    case 'pause':
    case 'resume':
      return { type, reason };
  }
}

/** The request for an act on a cutover that was seen at `seq`. The same key: the same request, done once. */
export const orderOf = (
  { cutover, seq, key }: { readonly cutover: string; readonly seq: number; readonly key: string },
  offer: OfferView,
  filled: Filled,
): Request => ({
  method: 'POST',
  path: `/api/v1/cutovers/${encodeURIComponent(cutover)}/actions`,
  body: bodyOf(offer, filled),
  headers: {
    'if-match': unconditional.includes(offer.act) ? '*' : `"v${String(seq)}"`,
    'idempotency-key': key,
  },
});

/** Without the final dot, in lower case, as names are compared (RFC 4343). */
const bare = (name: string): string => name.trim().toLowerCase().replace(/\.$/, '');

/** What is still missing, in words; null: it can be sent. */
export function missingIn(
  offer: OfferView,
  filled: Filled,
  { domain, asksDomain }: { readonly domain: string; readonly asksDomain: boolean },
): string | null {
  if (asksDomain && bare(filled.domain) !== bare(domain)) return `Type the domain: ${domain}`;
  const needsReason = offer.act === 'take-claim' || filled.accept.length > 0;
  if (needsReason && filled.reason.trim() === '') return 'Say why: this takes responsibility.';
  if (offer.needsEnd && endOf(filled.end) === null) return 'Name a new end of the window.';
  return null;
}

/** 128 random bits, which is what keeps two requests apart. */
export const freshKey = (): string =>
  [...crypto.getRandomValues(new Uint8Array(16))]
    .map(byte => byte.toString(16).padStart(2, '0'))
    .join('');
