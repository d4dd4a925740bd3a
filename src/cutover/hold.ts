import { type Instant } from '../clock.ts';
import { type Finding } from './finding.ts';
import { type Difference } from './intent.ts';
import { type Distrusted } from './news.ts';

/** Why a person must decide, with what was seen. A closed union: each reason has its ways out below. */
export type HoldReason =
  | { readonly why: 'blocked'; readonly findings: readonly Finding[] }
  | { readonly why: 'zone-changed'; readonly differences: readonly Difference[] }
  | { readonly why: 'claimed'; readonly claim: string }
  | { readonly why: 'conflict'; readonly differences: readonly Difference[] }
  | { readonly why: 'write-refused'; readonly code: string; readonly message: string }
  | { readonly why: 'write-failing'; readonly attempts: number; readonly message: string }
  | { readonly why: 'authority-unreachable'; readonly servers: readonly ServerProblem[] }
  | { readonly why: 'authority-behind'; readonly servers: readonly ServerProblem[] }
  | { readonly why: 'mx-missing'; readonly servers: readonly ServerProblem[] }
  | { readonly why: 'signature'; readonly servers: readonly ServerProblem[] }
  | { readonly why: 'dnssec-bogus'; readonly servers: readonly ServerProblem[] }
  | {
      readonly why: 'resolvers-cannot-tell';
      /** Weight of those that can tell among those asked, 0 to 1; null: nobody was asked. */
      readonly ableToTell: number | null;
      readonly total: number;
      readonly counts: Readonly<Record<string, number>>;
      /** Why what they say means nothing, and what helps; absent: they can be trusted. */
      readonly distrust?: Distrusted;
    }
  | { readonly why: 'window-missed'; readonly swapUntil: Instant }
  | { readonly why: 'rollback-undelivered'; readonly since: Instant; readonly message: string };

export interface ServerProblem {
  readonly server: string;
  readonly problem: string;
}

export type Hold = HoldReason & { readonly since: Instant };

/** A way out: the command and what it does. `automatic`: the hold ends by itself when the cause is gone. */
export interface WayOut {
  readonly act: 'retry' | 'rollback' | 'abandon' | 'accept' | 'take-claim' | 'wait';
  readonly does: string;
}

const rollback: WayOut = { act: 'rollback', does: 'puts the MX back one step' };
const abandon: WayOut = { act: 'abandon', does: 'ends the cutover and leaves the zone as it is' };

/** What can be done about each reason, the best first. */
export const waysOut: Record<HoldReason['why'], readonly WayOut[]> = {
  blocked: [
    { act: 'retry', does: 'checks again, after the cause was mended' },
    {
      act: 'accept',
      does: 'takes responsibility for a finding by id and reason (approve --accept)',
    },
    abandon,
  ],
  'zone-changed': [abandon, { act: 'retry', does: 'looks again, after the zone was put back' }],
  claimed: [
    { act: 'take-claim', does: 'replaces the claim of a run that is dead (start --take-claim)' },
    { act: 'retry', does: 'looks again, after the other run ended' },
    abandon,
  ],
  conflict: [
    { act: 'retry', does: 'goes on, once the zone shows again what was expected' },
    {
      act: 'rollback',
      does: 'puts the MX back one step, unless it is the MX that was edited: what somebody else wrote is never overwritten, put that back by hand first',
    },
    abandon,
  ],
  'write-refused': [
    { act: 'retry', does: 'writes again, after the rights or the server were mended' },
    rollback,
    abandon,
  ],
  'write-failing': [
    { act: 'retry', does: 'writes again, once the provider can be reached' },
    rollback,
    abandon,
  ],
  'authority-unreachable': [
    { act: 'wait', does: 'goes on by itself as soon as every server answers' },
    {
      act: 'accept',
      does: 'goes on without that server (approve --accept auth-servers-all-answer)',
    },
    rollback,
    abandon,
  ],
  'authority-behind': [
    { act: 'wait', does: 'goes on by itself as soon as every server has caught up' },
    {
      act: 'accept',
      does: 'goes on without that server (approve --accept auth-mx-consistent)',
    },
    rollback,
    abandon,
  ],
  'mx-missing': [
    {
      act: 'wait',
      does: 'goes on by itself as soon as every server gives an MX again',
    },
    {
      act: 'retry',
      does: 'looks again; if the provider has no MX somebody else removed it, and writes it back',
    },
    {
      act: 'rollback',
      does: 'puts the MX back one step; it heals nothing where the provider has one that a server does not give',
    },
    abandon,
  ],
  signature: [
    { act: 'wait', does: 'goes on by itself as soon as the signatures are right' },
    {
      act: 'accept',
      does: 'goes on without that server (approve --accept dnssec-valid)',
    },
    rollback,
    abandon,
  ],
  'dnssec-bogus': [
    {
      act: 'wait',
      does: 'goes on by itself as soon as every answer validates, after the signing was mended',
    },
    { act: 'retry', does: 'looks again, and holds again if it is as before' },
    {
      act: 'accept',
      does: 'goes on without that server (approve --accept dnssec-chain)',
    },
    {
      act: 'rollback',
      does: 'puts the MX back one step; it mends no signer, which signs the old set as well',
    },
    abandon,
  ],
  'resolvers-cannot-tell': [
    {
      act: 'wait',
      does: 'goes on by itself as soon as half of the resolvers can tell, or watch.atMost is over',
    },
    { act: 'retry', does: 'looks again, after the way to the resolvers was mended' },
    rollback,
    abandon,
  ],
  'window-missed': [
    { act: 'retry', does: 'opens a new window: retry --swap-until TIME' },
    rollback,
    abandon,
  ],
  'rollback-undelivered': [
    { act: 'retry', does: 'judges the zone anew and tries the rollback again' },
    abandon,
  ],
};
