import { type Instant } from '../clock.ts';
import { ranks, type Role } from './principal.ts';

/** What is kept of a token; its id is that of the document. */
export interface TokenRecord {
  readonly name: string;
  readonly role: Role;
  readonly cutovers: readonly string[] | null;
  /** Who made it, by name. */
  readonly createdBy: string;
  readonly createdAt: Instant;
  readonly expiresAt: Instant;
  readonly lastUsedAt: Instant | null;
  readonly revokedAt: Instant | null;
  readonly hash: string;
}

/** What is kept of a share link. */
export interface ShareRecord {
  readonly cutover: string;
  readonly createdBy: string;
  /** The token of whoever made it; null: it was made on this machine. */
  readonly token: string | null;
  readonly createdAt: Instant;
  readonly expiresAt: Instant;
  readonly revokedAt: Instant | null;
  readonly hash: string;
}

/** What is kept of a session. What it may do is what its token or share link may do at that time. */
export interface SessionRecord {
  readonly kind: 'session' | 'share';
  /** Id of the token or share link that it was exchanged for. */
  readonly of: string;
  /** As the journal names whoever it is. */
  readonly name: string;
  readonly createdAt: Instant;
  readonly lastUsedAt: Instant;
  /** It lasts no longer, however much it is used. */
  readonly expiresAt: Instant;
  readonly hash: string;
}

type Check = (value: unknown) => boolean;

const text: Check = value => typeof value === 'string';
const instant: Check = value => Number.isSafeInteger(value);
const hash: Check = value => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
const orNull =
  (check: Check): Check =>
  value =>
    value === null || check(value);
const oneOf =
  (...words: readonly string[]): Check =>
  value =>
    words.some(word => word === value);
const texts: Check = value => Array.isArray(value) && value.every(text);

const shaped =
  <Data>(shape: Readonly<Record<keyof Data & string, Check>>) =>
  (data: unknown): data is Data => {
    if (typeof data !== 'object' || data === null) return false;
    const fields = new Map<string, unknown>(Object.entries(data));
    return Object.entries<Check>(shape).every(([name, check]) => check(fields.get(name)));
  };

export const isTokenRecord = shaped<TokenRecord>({
  ...{ name: text, role: oneOf(...ranks, 'agent'), cutovers: orNull(texts), createdBy: text },
  ...{ createdAt: instant, expiresAt: instant, lastUsedAt: orNull(instant) },
  ...{ revokedAt: orNull(instant), hash },
});

export const isShareRecord = shaped<ShareRecord>({
  ...{ cutover: text, createdBy: text, token: orNull(text), createdAt: instant },
  ...{ expiresAt: instant, revokedAt: orNull(instant), hash },
});

export const isSessionRecord = shaped<SessionRecord>({
  ...{ kind: oneOf('session', 'share'), of: text, name: text, createdAt: instant },
  ...{ lastUsedAt: instant, expiresAt: instant, hash },
});
