import { type Instant, type Now, type Seconds } from '../clock.ts';
import { type RRset } from '../dns/rrset.ts';
import { type OldHostLook } from '../mail/closed.ts';
import { type Measured, type Rehearsed } from './canary.ts';
import { type DrainRun, type Settling, type Snapshot } from './cutover.ts';
import { type Confirmation } from './event.ts';
import { type Acceptance, type Finding } from './finding.ts';
import { type HoldReason } from './hold.ts';
import { type Difference, type Intent } from './intent.ts';
import { type Advice, type AdviceKind, type Counted, type Looked } from './mail/seen.ts';
import { type Arrived, type Sent } from './mail/test-message.ts';
import { type Plan } from './plan.ts';
import { type Receipt } from './receipt.ts';
import { type Outcome, type Stage } from './stage.ts';
import { type Standing } from './standing.ts';
import { type Distrusted, type Laggard } from './news.ts';
import { type ServerAddress } from './survey.ts';
import { type Security } from './validation.ts';
import { type Foretold, type Judged } from './world.ts';

interface Body<Type extends string, Data> {
  readonly type: Type;
  readonly data: Data;
}

/** Every kind of line, version 1. `apply` must know every version that was ever released. */
export type LineBody =
  | Body<
      'cutover.created',
      {
        readonly id: string;
        readonly plan: Plan;
        readonly run: string;
        readonly host: string;
        readonly takeClaim: string | null;
        readonly accepted: readonly Acceptance[];
        readonly reason: string | null;
        readonly now: Now;
      }
    >
  | Body<'owner.changed', { readonly owner: string; readonly fence: number; readonly now: Now }>
  | Body<'clock.jumped', { readonly byMs: number; readonly now: Now }>
  | Body<'clock.rebooted', { readonly now: Now }>
  | Body<'stage.entered', { readonly stage: Stage; readonly step: number; readonly now: Now }>
  | Body<'snapshot.taken', { readonly snapshot: Snapshot }>
  | Body<'findings.changed', { readonly findings: readonly Finding[] }>
  | Body<'write.intended', { readonly intent: Intent }>
  | Body<
      'write.confirmed',
      {
        readonly intent: string;
        /** Absent in journals from before providers gave one, and where nobody heard the answer. */
        readonly receipt?: Receipt;
        readonly now: Now;
      }
    >
  /** All servers of the provider have what was written, as the provider itself reports. */
  | Body<'write.synced', { readonly receipt: string; readonly afterMs: number }>
  /** The provider did not report it for so long that nobody asks any more. */
  | Body<'write.unsynced', { readonly receipt: string; readonly afterMs: number }>
  | Body<
      'write.not-applied',
      { readonly intent: string; readonly code: string; readonly message: string }
    >
  | Body<'write.conflict', { readonly intent: string; readonly differences: readonly Difference[] }>
  | Body<'write.unsettled', { readonly intent: string }>
  | Body<'claim.allowed', { readonly run: string; readonly reason: string }>
  | Body<'claim.left', { readonly why: string }>
  | Body<
      'authority.seen',
      {
        readonly standings: readonly Standing[];
        readonly nameServers: readonly string[];
        readonly now: Now;
      }
    >
  /** A longer TTL than any before it: caches may keep what came with it for as long. */
  | Body<'ttl.seen', { readonly server: string; readonly key: string; readonly ttl: Seconds }>
  /** Once after each write that every address serves, in a zone that is signed: the worst that came of validating it. */
  | Body<
      'dnssec.validated',
      {
        readonly is: Security;
        readonly at: string;
        readonly why: string;
        /** Addresses that this came of. */
        readonly servers: number;
        /** Which write: when it was confirmed. */
        readonly written: Now;
        readonly now: Now;
      }
    >
  /** `now` is absent in journals from before prepare records had waits of their own. */
  | Body<'authority.agreed', { readonly keys: readonly string[]; readonly now?: Now }>
  | Body<'drain.started', { readonly run: DrainRun }>
  | Body<
      'servers.changed',
      {
        readonly servers: readonly ServerAddress[];
        readonly why: string;
        /** What a server that joined after a swap may have given until now; null when none did. */
        readonly lingering: { readonly ttl: Seconds; readonly seen: Now } | null;
      }
    >
  | Body<
      'ttl.lingers',
      { readonly server: string; readonly key: string; readonly ttl: number; readonly now: Now }
    >
  | Body<'write.late', { readonly key: string; readonly position: number }>
  | Body<'drain.reset', { readonly why: string }>
  | Body<'drain.extended', { readonly servers: readonly string[]; readonly now: Now }>
  | Body<'drain.proven', { readonly terms: readonly string[] }>
  /** Once for each step: when the resolvers are expected to turn. */
  | Body<'caches.forecast', Foretold & { readonly now: Now }>
  /** The highest of some round shares was reached by what moves now, forwards or back. */
  | Body<
      'caches.milestone',
      {
        /** Per cent. */
        readonly milestone: number;
        readonly share: number;
        readonly counts: Readonly<Record<string, number>>;
        readonly flipped: number;
        readonly cold: number;
        readonly now: Now;
      }
    >
  /** What follows from the resolvers for the stage propagate is not what followed before. */
  | Body<
      'caches.judged',
      {
        readonly judged: Judged;
        readonly share: number | null;
        readonly ableToTell: number | null;
        readonly unexplained: number;
        readonly total: number;
        readonly counts: Readonly<Record<string, number>>;
        /** Why what they say means nothing; absent: they can be trusted. */
        readonly distrust?: Distrusted;
        readonly now: Now;
      }
    >
  /** A resolver holds what was before the swap for longer than the drain would have lasted. */
  | Body<
      'caches.entry',
      {
        readonly resolver: string;
        readonly leftMs: number;
        /** The drain does not wait for its end: it would last too long. */
        readonly outlives: boolean;
        readonly now: Now;
      }
    >
  /** The stage propagate is over where resolvers were watched. */
  | Body<
      'caches.propagated',
      {
        readonly step: number;
        /** `bound`: there was no resolver to ask. */
        readonly why: 'target' | 'at-most' | 'bound';
        /** Null where nobody could tell, and as below. */
        readonly share: number | null;
        /** Null when it was not their news that ended it: what was kept of the watch tells. */
        readonly counts: Readonly<Record<string, number>> | null;
        /** Those that are not new, 20 at most; null as above. */
        readonly laggards: readonly Laggard[] | null;
        readonly now: Now;
      }
    >
  /** A write of the canary; beside those of the move, and settled like them. */
  | Body<'canary.intended', { readonly intent: Intent }>
  | Body<'canary.confirmed', { readonly intent: string; readonly now: Now }>
  | Body<
      'canary.failed',
      {
        readonly intent: string;
        readonly code: string;
        readonly message: string;
        readonly refused: boolean;
      }
    >
  | Body<'canary.conflict', { readonly intent: string; readonly found: RRset | null }>
  | Body<'canary.measured', { readonly measured: Measured }>
  | Body<'canary.rehearsed', { readonly rehearsed: Rehearsed }>
  /** Nothing more is measured; what stands is removed. */
  | Body<'canary.given-up', { readonly why: string }>
  /** It stays in the zone. */
  | Body<'canary.left', { readonly why: string }>
  | Body<'window.opened', { readonly swapUntil: Instant | null }>
  | Body<'window.extended', { readonly swapUntil: Instant; readonly reason: string | null }>
  | Body<'rollback.withdrawn', { readonly reason: string | null }>
  | Body<
      'approved',
      {
        readonly planHash: string;
        readonly step: number;
        readonly digest: string;
        readonly findings: readonly Finding[];
        readonly attested: readonly number[];
        readonly reason: string | null;
      }
    >
  | Body<'approval.lapsed', { readonly because: string }>
  | Body<'accepted', { readonly acceptances: readonly Acceptance[] }>
  | Body<'paused', { readonly reason: string | null }>
  | Body<'resumed', { readonly reason: string | null }>
  | Body<'held', { readonly reason: HoldReason }>
  | Body<
      'hold.lifted',
      {
        readonly by:
          | 'cause gone'
          | 'retry'
          | 'accept'
          | 'confirm'
          | 'rollback'
          | 'take-claim'
          | 'abandon';
        readonly reason: string | null;
      }
    >
  | Body<
      'rollback.asked',
      {
        readonly to: 'step' | 'snapshot';
        readonly target: number;
        readonly reason: string | null;
        /** What was seen of the mail hosts asked for it, and no person; absent: a person did. */
        readonly automatic?: true;
        readonly now: Now;
      }
    >
  | Body<'rollback.delivered', { readonly now: Now }>
  | Body<'rollback.phase', { readonly phase: 'others' | 'settling' | 'restoring' }>
  | Body<'rollback.left', { readonly differences: readonly Difference[] }>
  | Body<'confirmed', { readonly what: Confirmation; readonly reason: string | null }>
  | Body<
      'settling.ended',
      {
        readonly act: Settling;
        readonly how: 'done' | 'waived' | 'skipped';
        readonly why: string | null;
      }
    >
  /** What one place saw of the mail hosts, told when it is not what it saw before, and while trouble counts. */
  | Body<'mail.judged', Looked>
  /** What somebody counted, and test messages that were sent and found. */
  | Body<
      'mail.observed',
      { readonly what: Counted | Sent | Arrived; readonly reason: string | null; readonly now: Now }
    >
  /** A person should know, and may roll back. */
  | Body<'mail.advice', Advice & { readonly kind: AdviceKind; readonly now: Now }>
  | Body<'mail.advice-over', { readonly kind: AdviceKind; readonly now: Now }>
  /** The earliest instant to retire the old host has come, with its terms. */
  | Body<'retire.due', { readonly terms: readonly string[]; readonly now: Now }>
  /** What the hosts that are left were found to do, told when it is not what was told before. */
  | Body<'old-host.asked', { readonly look: OldHostLook; readonly now: Now }>
  | Body<
      'trouble.seen',
      { readonly effect: string; readonly code: string; readonly message: string }
    >
  | Body<'trouble.over', { readonly effect: string }>
  | Body<'ending', { readonly outcome: Outcome; readonly now: Now; readonly reason: string | null }>
  | Body<'ended', { readonly outcome: Outcome }>;

export type LineType = LineBody['type'];
