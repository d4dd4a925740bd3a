import { type Name } from './name.ts';
import { type RecordType } from './rrset.ts';

/** What a question about any name led to. `absent` is certain: the servers of its zone say so. */
export type Inquired =
  | {
      readonly is: 'found';
      readonly rdata: readonly string[];
      readonly ttl: number;
      /** Where aliases led to; the name itself when there was none. */
      readonly at: Name;
      /** The targets of the aliases on the way, in order; the last of them is `at`. */
      readonly aliases: readonly Name[];
      /** The server that said so. */
      readonly server: string;
    }
  | {
      readonly is: 'absent';
      readonly rcode: 'NXDOMAIN' | 'NOERROR';
      readonly at: Name;
      readonly aliases: readonly Name[];
      readonly server: string;
    }
  | { readonly is: 'unanswered'; readonly why: string };

/**
 * Asks the authoritative servers of whatever zone holds a name, never a resolver for the name itself: that
 * would plant a denial of what is still to be created (RFC 2308 5). Asked once for each run of the checks.
 */
export type Inquire = (name: Name, type: RecordType) => Promise<Inquired>;
