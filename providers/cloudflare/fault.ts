import { isObject } from '../../src/object.ts';
import { Fault, isFault } from '../../src/errors.ts';
import { withoutUrlSecrets } from '../words.ts';
import { isPage, pageWords } from '../web-page.ts';
import { UNLOCK_EMAIL_ROUTING } from './lock.ts';

/** One error of Cloudflare's envelope. */
interface Reason {
  readonly code: number;
  readonly message: string;
}

/** What came back instead of a result, whatever the SDK makes of it. */
interface Refusal {
  /** Undefined when nothing was answered. */
  readonly status: number | undefined;
  /** The parsed body, or undefined when it was no JSON. */
  readonly body: unknown;
  readonly retryAfter: string | null;
  /** Words of the SDK or of the body, for what is not in the envelope. */
  readonly words: string;
}

interface Telling {
  /** `provider NAME`. */
  readonly where: string;
  /** Takes secrets out of words that others wrote. */
  readonly scrub: (text: string) => string;
  /** The same token has read the zone just before: what is refused is the write. */
  readonly onlyWrite?: boolean;
  /** Something may have been made: "not now" is believed of the API alone. */
  readonly effect?: boolean;
}

/** Every error in the envelope, those chained below others included: the telling code may stand in either. */
function reasonsOf(body: unknown): readonly Reason[] {
  const listed = isObject(body) ? body['errors'] : undefined;
  const reasons: Reason[] = [];
  const collect = (list: unknown, depth: number): void => {
    if (!Array.isArray(list) || depth > 3) return;
    for (const one of list.slice(0, 20) as readonly unknown[]) {
      if (!isObject(one)) continue;
      const { code, message, error_chain: chain } = one;
      // Old answers have codes as text.
      const number = typeof code === 'string' ? Number(code) : code;
      if (typeof number === 'number' && Number.isInteger(number))
        reasons.push({ code: number, message: typeof message === 'string' ? message : '' });
      collect(chain, depth + 1);
    }
  };
  collect(listed, 0);
  return reasons;
}

/**
 * The floor that error 9021 names. It was 120 in 2020 and is 60 today, 30 for Enterprise zones; so it
 * is read, not known: `TTL must be between 60 and 86400 seconds, or 1 for Automatic.`
 */
function floorIn(reasons: readonly Reason[]): number | null {
  const words = reasons.find(({ code }) => code === TTL_REFUSED)?.message ?? '';
  const floor = /between ([\d,]+) and/.exec(words)?.[1]?.replaceAll(',', '');
  return floor === undefined ? null : Number(floor);
}

const TTL_REFUSED = 9021;

/** A record id in a batch that does not exist. */
const GONE = 81044;
/** Identical records: 81057 and 81058 have carried these words at different times. */
const IDENTICAL = [81057, 81058];
const MOVED = [GONE, ...IDENTICAL];
/** A CNAME beside anything else. */
const ALIASED = [81053, 81054, 81056];
/** Unknown token, a token without the right, a header that is no token's. */
const NO_RIGHTS = [10_000, 9109, 9106, 9103, 6003, 6111];
/** MX records and their like belong to Email Routing. */
const EMAIL_ROUTING = [1046, 890_190];
/** A zone id that is none, or none that the token may see. */
const NO_ZONE = [7003, 7000];

const known: readonly {
  readonly codes: readonly number[];
  readonly tell: (words: string, floor: number | null) => Omit<Told, 'details'>;
}[] = [
  {
    codes: EMAIL_ROUTING,
    tell: words => ({
      code: 'UNSUPPORTED',
      message: `Email Routing has locked these records: ${words}`,
      fix: UNLOCK_EMAIL_ROUTING,
    }),
  },
  {
    codes: [TTL_REFUSED],
    tell: (words, floor) => ({
      code: 'UNSUPPORTED',
      message: `Cloudflare does not take this TTL: ${words}`,
      fix:
        floor === null
          ? 'Use a TTL that the plan of the zone allows.'
          : `Use a TTL of ${floor} seconds or more.`,
    }),
  },
  {
    codes: MOVED,
    tell: words => ({
      code: 'CONFLICT',
      message: `the records were changed meanwhile: ${words}; nothing was changed`,
      fix: 'Somebody else changed them. Find out who and why, then decide whether to go on.',
    }),
  },
  {
    codes: ALIASED,
    tell: words => ({
      code: 'UNSUPPORTED',
      message: `a CNAME cannot stand beside other records: ${words}`,
      fix: 'Remove the CNAME first, or use the name that it points at.',
    }),
  },
  {
    codes: NO_RIGHTS,
    tell: words => ({
      code: 'UNAUTHORIZED',
      message: `Cloudflare refuses the token: ${words}`,
      fix: 'Make an API token with Zone / DNS / Edit and Zone / Zone / Read for this zone, see that it has not expired and may be used from this address, and put it into tokenFile or CLOUDFLARE_API_TOKEN.',
    }),
  },
  {
    codes: NO_ZONE,
    tell: words => ({
      code: 'NOT_FOUND',
      message: `Cloudflare knows no such zone: ${words}`,
      fix: 'Correct zoneId, or leave it out; see whether the token is for the account of the zone.',
    }),
  },
];

interface Told {
  readonly code: Fault['code'];
  readonly message: string;
  readonly fix: string;
}

/** Reads came through, and only the write is refused: the one right that is missing is known. */
const readsOnly = (words: string): Told => ({
  code: 'UNAUTHORIZED',
  message: `the token may read the zone but not write: it lacks Zone / DNS / Edit: ${words}`,
  fix: 'Give the token Zone / DNS / Edit for this zone, as docs/providers/cloudflare.md shows.',
});

/** Statuses that say enough when no code is known. */
function byStatus(status: number, words: string): Told {
  if (status === 401 || status === 403)
    return {
      code: 'UNAUTHORIZED',
      message: `Cloudflare refuses the token (HTTP ${status}): ${words}`,
      fix: 'Give the token Zone / DNS / Edit and Zone / Zone / Read for this zone.',
    };
  if (status === 404)
    return {
      code: 'NOT_FOUND',
      message: `Cloudflare knows nothing there: ${words}`,
      fix: 'Correct zoneId, or leave it out.',
    };
  if (status >= 400 && status < 500 && status !== 408 && status !== 409)
    return {
      code: 'UNSUPPORTED',
      message: `Cloudflare does not take this (HTTP ${status}): ${words}`,
      fix: 'Correct what it names; nothing was changed.',
    };
  return {
    code: 'UNAVAILABLE',
    message: `Cloudflare could not answer (HTTP ${status}): ${words}`,
    fix: 'Try again; see https://www.cloudflarestatus.com if it lasts.',
  };
}

/** `retry-after`: seconds, as Cloudflare sends it; anything else counts as not said. */
const pauseOf = (retryAfter: string | null): number | undefined =>
  retryAfter !== null && /^\d{1,6}$/.test(retryAfter.trim())
    ? Math.max(1, Number(retryAfter)) * 1000
    : undefined;

/** What an answer that is no result means. */
export function refusalFault(
  refusal: Refusal,
  { where, scrub, onlyWrite = false, effect = false }: Telling,
): Fault {
  const { status, body } = refusal;
  const reasons = reasonsOf(body);
  const said = reasons.map(({ code, message }) => `${message} (${code})`).join('; ');
  const words = shortened(scrub(said === '' ? refusal.words : said));
  const details = {
    ...(status === undefined ? {} : { status }),
    codes: reasons.map(({ code }) => code),
  };
  if (status === undefined)
    return new Fault('UNAVAILABLE', `Cloudflare cannot be reached: ${words}`, {
      where,
      details,
      fix: 'See whether this machine reaches api.cloudflare.com, or what endpoint names.',
    });
  // A write that was turned away is sent again: not on the word of whoever stands in the way.
  if (status === 429 && (!effect || isEnvelope(body))) {
    const retryAfterMs = pauseOf(refusal.retryAfter);
    return new Fault('RATE_LIMITED', `Cloudflare was asked too often: ${words}`, {
      where,
      details,
      fix: 'Wait; 1200 requests in five minutes are allowed to all tokens of a user together.',
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    });
  }
  // In front of the codes: what has no envelope was written by somebody else on the way.
  if (reasons.length === 0 && !isEnvelope(body))
    return new Fault(
      'UNAVAILABLE',
      `what answered is not the API of Cloudflare (HTTP ${status}): ${strangerWords(refusal, words, scrub)}`,
      {
        where,
        details,
        fix: 'See whether a proxy or a login page stands in the way, and what endpoint names.',
      },
    );
  const found = known.find(({ codes }) => reasons.some(({ code }) => codes.includes(code)));
  const general = found?.tell(words, floorIn(reasons)) ?? byStatus(status, words);
  const told = onlyWrite && general.code === 'UNAUTHORIZED' ? readsOnly(words) : general;
  const floor = floorIn(reasons);
  return new Fault(told.code, told.message, {
    where,
    fix: told.fix,
    details: floor === null ? details : { ...details, floor },
  });
}

/** Of a page its title: the SDK puts the status in front of it. */
function strangerWords({ words }: Refusal, short: string, scrub: Telling['scrub']): string {
  const page = words.replace(/^\d{3} /, '');
  return isPage(page) ? shortened(pageWords(scrub(page))) : short;
}

const isEnvelope = (body: unknown): boolean => isObject(body) && 'success' in body;

const shortened = (text: string): string =>
  withoutUrlSecrets(text).replaceAll(/\s+/g, ' ').trim().slice(0, 300) || 'without a word';

/** True when a batch found other records than were listed: nothing landed, since it is one transaction. */
export const isMoved = (fault: unknown): fault is Fault =>
  isFault(fault, 'CONFLICT') && codesOf(fault).some(code => MOVED.includes(code));

/** True when the id that cannot exist stopped the batch, and nothing before it did. */
export const isGone = (fault: unknown): fault is Fault =>
  isFault(fault) && codesOf(fault).includes(GONE);

const codesOf = (fault: Fault): readonly number[] => {
  const codes = fault.details?.['codes'];
  return Array.isArray(codes) ? codes.filter(code => typeof code === 'number') : [];
};
