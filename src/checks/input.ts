import { type Chance, type Clock } from '../clock.ts';
import { type Acceptance } from '../cutover/finding.ts';
import { type Proof } from '../cutover/drain.ts';
import { type Prepared } from '../cutover/prepared.ts';
import { type Plan } from '../cutover/plan.ts';
import { type Survey } from '../cutover/survey.ts';
import { type Prove } from '../cutover/validation.ts';
import { type Inquire } from '../dns/inquiry.ts';
import { type Converse } from '../mail/conversation.ts';
import { type FetchPolicy } from '../mail/probe.ts';
import { type Probed } from '../mail/probed.ts';
import { type Provider } from '../provider.ts';

/** What the checks of authority and state look at. Nothing is asked of anybody here. */
export interface CheckInput {
  readonly plan: Plan;
  readonly survey: Survey;
  /** Where the provider was last confirmed to be, by `keyText`; empty before the start. */
  readonly places: Readonly<Record<string, number>>;
  /** Run ids whose claim does not stand in the way: ours, and one that may be replaced. */
  readonly runs: readonly string[];
  readonly accepted: readonly Acceptance[];
  /** The proof of the drain, and whether it has held since its gate was entered. Absent before a start. */
  readonly drain?: { readonly proof: Proof | null; readonly proven: boolean };
  /** The waits of the prepare records. Absent before a start. */
  readonly prepared?: readonly Prepared[];
}

/** What the checks of mail look at besides, and whom they may ask. They change nothing anywhere. */
export interface MailInput extends CheckInput {
  readonly provider: Provider;
  readonly inquire: Inquire;
  /** The same question, with what the answer is worth to those who validate. */
  readonly prove: Prove;
  readonly converse: Converse;
  readonly fetchPolicy: FetchPolicy;
  /** One look at all mail hosts, made once and when first asked for; null where the plan has nobody asked. */
  readonly probed: () => Promise<Probed | null>;
  readonly clock: Clock;
  readonly chance: Chance;
  /** The step whose swap is next, 0-based. */
  readonly step: number;
  /** True at the gate of a step: only there a recipient may be asked for that nobody has. */
  readonly gate: boolean;
  readonly signal: AbortSignal;
}
