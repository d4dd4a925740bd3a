import { type Clock } from '../clock.ts';
import { type AuthorityOrder } from '../cutover/order.ts';
import { type Survey } from '../cutover/survey.ts';
import { type Name } from '../dns/name.ts';
import { type HostedRRset, type Key, keyText } from '../dns/rrset.ts';
import { type Provider } from '../provider.ts';
import { type Ask, type Server } from '../transport/transport.ts';
import { chainKeeper } from './chain/keeper.ts';
import { discover } from './delegation.ts';
import { inParallel } from './parallel.ts';
import { fullRound } from './rounds.ts';

export interface SurveyOf {
  readonly domain: Name;
  /** Every RRset that the plan manages. */
  readonly keys: readonly Key[];
  /** Where a run leaves its claim. */
  readonly claimKey: Key;
  readonly authority: Pick<AuthorityOrder, 'replace' | 'add' | 'trustAnchors'>;
  readonly provider: Provider;
  readonly ask: Ask;
  readonly clock: Clock;
  /** Recursive servers, for the delegation. */
  readonly lookups: readonly Server[];
  /** Of authoritative servers; 53 outside tests. */
  readonly port: number;
  /** For the chain of trust: null forbids to ask about the zones above. */
  readonly above: readonly Server[] | null;
}

/** Reads at a provider are not free: each may be a request that counts against a quota. */
const READS_AT_ONCE = 4;

/**
 * What is there before anything is changed: the delegation, what every authoritative address
 * serves, what the provider holds, and whether somebody claims the domain. The zone is the
 * provider's; whether the delegation agrees with it is for a check to say.
 * @throws Fault of the provider, of discovery, or ABORTED
 */
export async function survey(of: SurveyOf, signal: AbortSignal): Promise<Survey> {
  const { provider, keys, claimKey, ask, clock } = of;
  const zone = await provider.zone(of.domain, signal);
  const delegation = await discover(of, signal);
  const { servers } = delegation;
  const { trustAnchors } = of.authority;
  const keeper = chainKeeper({ zone, trustAnchors, ask, clock, lookups: of.above });
  const { round, full, chain } = await fullRound(
    { zone, keys, ask, clock, servers, keeper },
    signal,
  );
  const hosted = await inParallel(
    keys,
    READS_AT_ONCE,
    async (key): Promise<[string, HostedRRset | null]> => [
      keyText(key),
      await provider.read(key, signal),
    ],
  );
  const claim = await provider.read(claimKey, signal);
  return {
    ...{ zone, delegation, round, capabilities: provider.capabilities },
    hosted: Object.fromEntries(hosted),
    claim: claim?.rrset ?? null,
    soa: full.find(({ soa }) => soa !== null)?.soa ?? null,
    ...(chain !== null && { dnssec: chain.verdict }),
  };
}
