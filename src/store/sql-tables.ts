import { type DocumentKind } from './documents.ts';

/** The tables as the migrations made them. Columns are plain text and integers in every dialect. */
export interface Tables {
  /** One row. `head` is the `n` of the last line. */
  store: { one: number; epoch: string; head: number };
  journal: {
    n: number;
    cutover: string;
    seq: number;
    v: number;
    at: number;
    type: string;
    actor: string;
    cause: string;
    /** The text that was hashed, byte for byte. Never a JSON type, which would rewrite it. */
    data: string;
    hash: string;
  };
  cutover: {
    id: string;
    domain: string;
    open: number;
    seq: number;
    hash: string;
    state: string;
    fold: number;
    owner: string | null;
    fence: number;
    owner_pid: number | null;
    owner_host: string | null;
    owner_since: number | null;
  };
  /** RRsets of open cutovers; the primary key admits one cutover for each. */
  managed: { rrset: string; cutover: string };
  /** The clock of each watch, a Steady as JSON, and who can be believed, a Fitness. */
  watch: { cutover: string; steady: string; fitness: string | null };
  /** A Watched as JSON for each RRset (`keyText`) and resolver (its id). */
  cache_state: { cutover: string; rrset: string; resolver: string; state: string };
  /** A Minute as JSON; `minute` counts them since the epoch of the clock. */
  tally: { cutover: string; rrset: string; minute: number; counts: string };
  /** Habits of resolvers; `source` is the `from` of a Learnt. Of no cutover. */
  learnt: {
    resolver: string;
    address: string;
    source: string;
    at: number;
    floor: number | null;
    ceiling: number | null;
    caches: number | null;
    /** The TTL that the servers gave. */
    given: number | null;
  };
  /** `data` is JSON of the room that owns the kind; `version` is raised by each write. */
  document: {
    kind: DocumentKind;
    id: string;
    version: number;
    expires_at: number | null;
    data: string;
  };
}

export type StoredLine = Tables['journal'];
export type StoredRow = Tables['cutover'];
export type OwnerColumns = Pick<StoredRow, 'owner' | 'owner_pid' | 'owner_host' | 'owner_since'>;

export const nobody: OwnerColumns = {
  owner: null,
  owner_pid: null,
  owner_host: null,
  owner_since: null,
};
