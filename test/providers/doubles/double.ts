import { type Name } from '../../../src/dns/name.ts';
import { type Key, type RRset } from '../../../src/dns/rrset.ts';
import { type Listening } from './listen.ts';
import { type Mischief } from './mischief.ts';

/** A zone to begin with. */
export interface SeedZone {
  readonly apex: Name;
  readonly sets: readonly RRset[];
}

/** What the double of every service offers to tests, whatever its wire format. */
export interface Double extends Listening {
  readonly mischief: Mischief;
  /** What its name servers should serve of a zone now, the SOA and NS left out, in a fixed order. */
  published(zone: Name): readonly RRset[];
  /** Calls back after each change that took effect, in the same turn. */
  subscribe(listener: (zone: Name) => void): () => void;
  /** Somebody else's edit, past the API. Null deletes. */
  edit(zone: Name, key: Key, after: RRset | null): void;
  /** How many changes took effect in a zone, whoever made them. */
  writes(zone: Name): number;
  /** Called right before a write takes effect, and again never: aims a foreign edit between read and write. */
  aim(edit: () => void): void;
  /** Credentials lose the right to write, or all rights, from now on; `full` gives them back. */
  rights(of: 'full' | 'read only' | 'none'): void;
}
