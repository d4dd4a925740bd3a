import { type Instant } from '../clock.ts';
import { type Principal, type Role } from './principal.ts';
import { type SessionRecord, type ShareRecord, type TokenRecord } from './records.ts';

/** What is kept of something under its id; what proves it stays there. */
type Shown<Record_, Hidden extends keyof Record_> = Omit<Record_, Hidden> & { readonly id: string };

/** A token as lists show it; its secret is known to nobody after it was made. */
export type TokenView = Shown<TokenRecord, 'hash'>;

export interface TokenOrder {
  readonly name: string;
  readonly role: Role;
  /** Ids of cutovers, or domains for all cutovers of each; null: all there are. */
  readonly cutovers: readonly string[] | null;
  readonly expiresAt: Instant;
  /** Who makes it, for lists. */
  readonly by: string;
}

/** A session as lists show it. */
export type SessionView = Shown<SessionRecord, 'hash'>;

/** A read-only link to one cutover. */
export type ShareView = Shown<ShareRecord, 'hash' | 'token'>;

/** What a browser is given for its cookie. */
export interface Session {
  readonly secret: string;
  readonly principal: Principal;
}

/**
 * Who may do what. Secrets are 256 random bits, `dnsc_<id>_<secret>`, stored as SHA-256 and compared in
 * constant time. Whatever is unknown, expired or revoked is null, and never an error that tells which.
 * MALFORMED for an order that is wrong, REFUSED when there are too many, STORE as the store.
 */
export interface Access {
  /** The bearer token wins over the cookie, also when it is not good. */
  identify(of: {
    readonly bearer: string | null;
    readonly session: string | null;
  }): Promise<Principal | null>;
  createToken(order: TokenOrder): Promise<{ readonly secret: string; readonly token: TokenView }>;
  tokens(): Promise<readonly TokenView[]>;
  /** False when there is none. Sessions of the token, and share links that were made with it, end with it. */
  revokeToken(id: string): Promise<boolean>;
  /** Exchanges a token, or the secret of a share link, for a session; null when it is not good. */
  login(secret: string): Promise<Session | null>;
  logout(session: string): Promise<void>;
  /** Those that are good, by id. */
  sessions(): Promise<readonly SessionView[]>;
  /** False when there is none of this id. */
  endSession(id: string): Promise<boolean>;
  createShare(order: {
    readonly cutover: string;
    readonly by: Principal;
    readonly expiresAt: Instant;
  }): Promise<{ readonly secret: string; readonly share: ShareView }>;
  shares(cutover: string): Promise<readonly ShareView[]>;
  revokeShare(cutover: string, id: string): Promise<boolean>;
  /** Is this principal still good? Streams ask now and then; a page that is open counts as used. */
  stands(principal: Principal): Promise<boolean>;
}
