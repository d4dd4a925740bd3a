import { type Instant, type Seconds } from '../clock.ts';
import { type Value } from './expectation.ts';

/** One entry of one cache, recognised by when it ends: answers whose `received + ttl` agrees. */
export interface Series {
  readonly value: Value;
  readonly rdata: readonly string[];
  /** Who answered, where the server says so. */
  readonly nsid: string | null;
  /** `received + ttl` of its first answer; an answer within a second of it belongs here. */
  readonly anchor: Instant;
  /** The latest `received + ttl`. TTLs are whole seconds: it may live a second longer. */
  readonly expiresAt: Instant;
  /** As it was first shown. */
  readonly ttl: Seconds;
  readonly firstSeen: Instant;
  readonly lastSeen: Instant;
  readonly count: number;
  /** First shown at its full TTL: our own question fetched it, so it says nothing about the time before. */
  readonly primedByUs: boolean;
  /** Looks like stale data without the sign for it (RFC 8914 code 3): its TTL is no countdown. */
  readonly looksStale: boolean;
}
