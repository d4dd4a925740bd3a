import { type Instant } from '../clock.ts';

/** What a server keeps beside the cutovers, each kind read and written by one room alone. */
export type DocumentKind =
  | 'token'
  | 'session'
  | 'share'
  | 'webhook'
  | 'delivery'
  | 'operation'
  | 'readiness';

/** JSON of its owner under an id, with a version that each write raises. */
export interface Document {
  readonly kind: DocumentKind;
  readonly id: string;
  /** From 1. */
  readonly version: number;
  /** It may be swept after this; null: never. */
  readonly expiresAt: Instant | null;
  readonly data: unknown;
}

/** Durable when a call resolves, as the rest of the store. Faults as those of Store. */
export interface Documents {
  get(kind: DocumentKind, id: string): Promise<Document | null>;
  /** By id (code units), those after `after`, whose id begins with `prefix`; at most `limit`. */
  list(
    kind: DocumentKind,
    of: { readonly prefix?: string; readonly after?: string; readonly limit: number },
  ): Promise<readonly Document[]>;
  /** Compare-and-swap: `version` is the one that was read, 0 creates. False: somebody else was first. */
  put(document: Document): Promise<boolean>;
  /** True when it was there. */
  remove(kind: DocumentKind, id: string): Promise<boolean>;
  /** Removes what has expired; how many. */
  sweep(now: Instant): Promise<number>;
}
