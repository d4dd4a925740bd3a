import { type Instant } from '../clock.ts';
import { type RRset } from '../dns/rrset.ts';
import { type OldHostLook } from '../mail/closed.ts';
import { type ProbeRound } from '../mail/probe.ts';
import { type Measured, type Rehearsed } from './canary.ts';
import { type Acceptance, type Finding } from './finding.ts';
import { type Settlement } from './intent.ts';
import { type Counted } from './mail/seen.ts';
import { type Arrived, type Sent } from './mail/test-message.ts';
import { type News } from './news.ts';
import { type Plan } from './plan.ts';
import { type Round, type ServerAddress, type Survey } from './survey.ts';

/** What a person or an orchestrator asks for. Accepted or refused at once, by `step`. */
export type Act =
  | {
      readonly type: 'start';
      readonly id: string;
      readonly plan: Plan;
      /** Random; names this run in its claim. */
      readonly run: string;
      readonly host: string;
      readonly accept: readonly Acceptance[];
      /** Run id of a dead run whose claim is to be replaced. */
      readonly takeClaim: string | null;
      readonly reason: string | null;
    }
  | {
      readonly type: 'approve';
      readonly attest: readonly number[];
      readonly accept: readonly Acceptance[];
      readonly reason: string | null;
    }
  | { readonly type: 'pause'; readonly reason: string | null }
  | { readonly type: 'resume'; readonly reason: string | null }
  | { readonly type: 'rollback'; readonly to: 'step' | 'snapshot'; readonly reason: string | null }
  | { readonly type: 'retry'; readonly swapUntil: Instant | null; readonly reason: string | null }
  | { readonly type: 'take-claim'; readonly run: string; readonly reason: string }
  | { readonly type: 'confirm'; readonly what: Confirmation; readonly reason: string | null }
  /** What somebody has seen who sees more, or from elsewhere. */
  | { readonly type: 'observe'; readonly what: Observation; readonly reason: string | null }
  | { readonly type: 'abandon'; readonly reason: string | null };

/** Counts of a mail server or a mailbox, test messages, or a look at the mail hosts from another place. */
export type Observation =
  | Counted
  | Sent
  | Arrived
  | { readonly is: 'probe'; readonly round: ProbeRound };

export const confirmations = [
  'mail-swept',
  'others-moved',
  'restore-ttl',
  'afterwards',
  'old-host',
] as const;

/**
 * `mail-swept` says that the last sweep is over, `others-moved` that no other domain uses the old host any
 * more; the others waive an act of settling.
 */
export type Confirmation = (typeof confirmations)[number];

/** What the effects found out. Only the owner delivers these. */
export type Report =
  | { readonly type: 'owned'; readonly owner: string; readonly fence: number }
  | {
      readonly type: 'surveyed';
      readonly survey: Survey;
      readonly findings: readonly Finding[];
      readonly digest: string;
    }
  | {
      readonly type: 'observed';
      readonly round: Round;
      /** How many rounds in a row, this one included, showed the same. */
      readonly identical: number;
    }
  | {
      readonly type: 'checked';
      readonly findings: readonly Finding[];
      /** Where the delegation leads now; absent when it was not looked up. */
      readonly servers?: readonly ServerAddress[];
      /** What the check was made from: it counts like a round, and what the provider holds is served soon. */
      readonly seen?: {
        readonly round: Round;
        readonly hosted: Readonly<Record<string, RRset | null>>;
      };
    }
  /** The delegation leads to these addresses, looked up because the name servers changed. */
  | { readonly type: 'delegated'; readonly servers: readonly ServerAddress[] }
  /** What the resolvers say now; at most once a second. */
  | { readonly type: 'news'; readonly news: News }
  | { readonly type: 'settled'; readonly intent: string; readonly settlement: Settlement }
  /** What the provider reports about the servers it has, or that it was asked for long enough. */
  | { readonly type: 'synced'; readonly receipt: string; readonly synced: boolean }
  | {
      readonly type: 'troubled';
      readonly effect: string;
      readonly code: string;
      readonly message: string;
    }
  | { readonly type: 'recovered'; readonly effect: string }
  /** What came of measuring resolvers with the canary. */
  | { readonly type: 'canary'; readonly told: CanaryTold }
  /** What the hosts that are left do with mail for the domain. */
  | { readonly type: 'old-host'; readonly look: OldHostLook }
  /** One look at all mail hosts from this machine. */
  | { readonly type: 'probed'; readonly round: ProbeRound }
  | { readonly type: 'woke' };

export type CanaryTold =
  | { readonly is: 'measured'; readonly measured: Measured }
  | { readonly is: 'rehearsed'; readonly rehearsed: Rehearsed }
  | { readonly is: 'given-up'; readonly why: string };

export type Event = Act | Report;

/** Acts that a person may give whatever else is going on: they may come without the line that was seen. */
export const unconditional: readonly Event['type'][] = ['pause', 'rollback', 'observe'];
