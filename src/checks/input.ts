import { type Acceptance } from '../cutover/finding.ts';
import { type Plan } from '../cutover/plan.ts';
import { type Survey } from '../cutover/survey.ts';

/** What the checks of authority and state look at. Nothing is asked of anybody here. */
export interface CheckInput {
  readonly plan: Plan;
  readonly survey: Survey;
  /** Where the provider was last confirmed to be, by `keyText`; empty before the start. */
  readonly places: Readonly<Record<string, number>>;
  /** Run ids whose claim does not stand in the way: ours, and one that may be replaced. */
  readonly runs: readonly string[];
  readonly accepted: readonly Acceptance[];
}
