import { type Instant } from '../clock.ts';
import { type Name } from '../dns/name.ts';

/** Whose host it is: of the set that comes, of the one that goes, or a third one that proves we can judge. */
export type HostRole = 'new' | 'old' | 'witness';

/**
 * What one address of a host makes of mail for the domain. The first two are good, the next five mean that
 * mail would bounce or never arrive, the next three pass by themselves, the rest says nothing about the domain.
 */
export type Reception =
  | 'accepts'
  /** The domain is known, this recipient is not. */
  | 'unknown-recipient'
  | 'not-provisioned'
  | 'no-licence'
  | 'wrong-region'
  /** The greeting says 5xx: nothing is taken from anybody, or from us. */
  | 'greeting-refuses'
  /** Some other permanent refusal. */
  | 'refuses'
  | 'loops'
  | 'greylists'
  | 'defers'
  /** TCP is refused: nobody listens. */
  | 'closed'
  | 'silent'
  /** This machine cannot judge: our address is blocked. */
  | 'blocks-us'
  /** The host takes mail from its gateway only (550 5.7.51). */
  | 'locked-to-gateway'
  | 'needs-tls'
  | 'cannot-tell';

/** The state of STARTTLS with one address, in a word. */
export type TlsState =
  | 'good'
  | 'none'
  | 'broken'
  | 'untrusted'
  | 'expired'
  | 'wrong-name'
  | 'unknown';

/** One address of one host in one round. */
export interface AddressSeen {
  readonly host: Name;
  readonly address: string;
  readonly role: HostRole;
  readonly reception: Reception;
  /** The words of the server, one line, 200 characters at most, without control characters. */
  readonly said: string;
  readonly tls: TlsState;
  /** Recipients that were asked and what came of each: postmaster and those of the configuration. */
  readonly recipients: readonly { readonly address: string; readonly reception: Reception }[];
}

/** One look at all hosts from one place. */
export interface ProbeRound {
  /** Names the place: this machine, or one whose observations were handed in. */
  readonly vantage: string;
  readonly at: Instant;
  readonly seen: readonly AddressSeen[];
  /** Hosts that have no address, or whose addresses could not be found, and why. */
  readonly unresolved: readonly {
    readonly host: Name;
    readonly role: HostRole;
    readonly why: string;
  }[];
  /** Can this place connect to port 25 of strangers at all? */
  readonly egress: 'open' | 'blocked' | 'unknown';
  /** Does the MTA-STS policy that is served now allow the new hosts? `none`: there is none. */
  readonly sts: 'fits' | 'breaks' | 'none' | 'unknown';
  /** New hosts whose TLSA does not fit what they present; left out: nobody looked. */
  readonly dane?: readonly Name[];
}

/** What came back from the policy host of a domain (RFC 8461 3.3). */
export type PolicyFetched =
  | {
      readonly is: 'fetched';
      readonly address: string;
      readonly status: number;
      readonly contentType: string;
      /** 64 KiB at most. */
      readonly body: string;
    }
  /**
   * `family`: this machine reaches no address of that kind. `tls`: its certificate does not hold, or TLS
   * failed; senders then act as if there was no new policy.
   */
  | {
      readonly is: 'failed';
      readonly by: 'dns' | 'family' | 'connect' | 'tls' | 'http' | 'size';
      readonly why: string;
    };

/** Fetches https://mta-sts.<domain>/.well-known/mta-sts.txt at one address, with verified TLS and no redirects. */
export type FetchPolicy = (
  of: { readonly host: Name; readonly address: string; readonly port: number },
  signal: AbortSignal,
) => Promise<PolicyFetched>;
