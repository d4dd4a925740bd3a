import { type Instant, type Now, type Seconds } from '../clock.ts';
import { type Key } from '../dns/rrset.ts';

/** What is to be watched in the caches of the world, and what their answers are held against. */
export interface Watch {
  readonly key: Key;
  /** `baseline`: one answer of each resolver before the swap, and then silence. */
  readonly mode: 'baseline' | 'watch';
  /** Every set of rdata that counts as old; an empty one is absence. */
  readonly old: readonly (readonly string[])[];
  /** Null as long as nothing new can honestly be answered: before the swap. */
  readonly new: readonly string[] | null;
  /** The longest that the authoritative servers gave before, and what they give now. */
  readonly ttl: { readonly old: Seconds; readonly low: Seconds };
  /** Since when every authoritative address has served the low TTL. */
  readonly lowSince: Now | null;
  /** When the new set was written in this attempt. */
  readonly swappedAt: Now | null;
  /**
   * When any attempt was first about to write it: who answered it before makes answers up. Null where it
   * was served before that.
   */
  readonly firstSentAt: Now | null;
  /** Since when every authoritative address has answered new; null while one has not. */
  readonly authorityNewSince: Now | null;
  /** `default`, `core`, or a file: whom to ask. */
  readonly resolvers: string;
}

/** A resolver that is not new, as far as a decision needs it. */
export interface Laggard {
  readonly resolver: string;
  readonly cause: string;
  /** How long what was seen can still be answered, in ms; null: nothing seen tells. */
  readonly leftMs: number | null;
  /** False where nothing that was seen accounts for it. */
  readonly explained: boolean;
}

/** Why no share of them means anything, and what helps, as ends of sentences. */
export interface Distrusted {
  readonly why: string;
  readonly remedy: string;
}

/** When the world is expected to turn, in seconds from when every authoritative server has. */
export interface Foreseen {
  readonly p50: Seconds;
  readonly p95: Seconds;
  readonly worst: Seconds;
  /** Who holds out longer than the low TTL, and from where that is known; three at most. */
  readonly makers?: readonly {
    readonly resolver: string;
    readonly seconds: Seconds;
    readonly source: string;
    /** By the wall clock; null: in this watch. */
    readonly learntAt: Instant | null;
  }[];
  /** How many resolvers may hold out longer, as nothing tells; and how many could not tell. */
  readonly unsure?: number;
  readonly blind?: number;
}

/** What the resolvers say, summed up. At most one a second for each cutover. */
export interface News {
  /** `weight(new) / weight(all that can tell)`, 0 to 1; null where nobody can tell, or can be trusted. */
  readonly share: number | null;
  /** Weight of those that can tell among those asked, 0 to 1; null before anybody was asked. */
  readonly ableToTell: number | null;
  /** Everybody was heard, or given up after several tries, since this watch began. */
  readonly complete: boolean;
  /** How many resolvers have each verdict. */
  readonly counts: Readonly<Record<string, number>>;
  readonly total: number;
  /** Of the new ones: seen to turn, and new at first sight. */
  readonly flipped: number;
  readonly cold: number;
  /** The unexplained first, then those that last longest; 20 at most. */
  readonly laggards: readonly Laggard[];
  readonly unexplained: number;
  /** Left out: they can be trusted, or it is not known yet. */
  readonly distrust?: Distrusted;
  /** Resolvers that were found unfit, and why; 20 at most. They cannot tell. Left out: none. */
  readonly quarantined?: readonly { readonly resolver: string; readonly why: string }[];
  /** The entry that lives longest of those that are not new; null: none is alive. */
  readonly entry: { readonly resolver: string; readonly leftMs: number } | null;
  /** Seconds from the moment when every authoritative server has turned; null: nothing to tell from. */
  readonly forecast: Foreseen | null;
}
