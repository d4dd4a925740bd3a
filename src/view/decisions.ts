import { type Actor, type Entry } from '../cutover/line.ts';
import { type LineType } from '../cutover/lines.ts';
import { type Plan } from '../cutover/plan.ts';
import { type DataOf } from './sentences.ts';
import { isoText } from './words.ts';

/** What somebody decided, and when. */
export interface Decision {
  /** ISO 8601. */
  readonly at: string;
  readonly by: string;
  readonly what: string;
  readonly reason: string | null;
}

/** A person by name; everybody else with what they are. */
export const actorText = ({ kind, name }: Actor): string =>
  kind === 'person' ? name : `${kind} ${name}`;

type Said = Pick<Decision, 'what' | 'reason'>;

/** The lines that record a decision; all others are what followed from them. */
const tellers: {
  readonly [Type in LineType]?: (data: DataOf[Type], plan: Plan) => Said;
} = {
  approved: ({ step, digest, attested, reason }, { policy, steps }) => {
    const sentences = attested.map(index => policy.attest[index] ?? `number ${index + 1}`);
    const ticked = sentences.length === 0 ? '' : `, attesting: ${sentences.join('; ')}`;
    return {
      what: `approved step ${steps[step] ?? step + 1} for findings ${digest}${ticked}`,
      reason,
    };
  },
  'approval.lapsed': ({ because }) => ({ what: `the approval lapsed: ${because}`, reason: null }),
  paused: ({ reason }) => ({ what: 'paused', reason }),
  resumed: ({ reason }) => ({ what: 'resumed', reason }),
  'rollback.asked': ({ to, automatic, reason }) => ({
    what:
      automatic === true
        ? 'rolled back by itself, by one step'
        : `asked for a rollback ${to === 'step' ? 'by one step' : 'to the snapshot'}`,
    reason,
  }),
  'rollback.withdrawn': ({ reason }) => ({ what: 'went back to the gate', reason }),
  'claim.allowed': ({ run, reason }) => ({
    what: `allowed to replace the claim of run ${run}`,
    reason,
  }),
  'window.extended': ({ swapUntil, reason }) => ({
    what: `extended the window until ${isoText(swapUntil)}`,
    reason,
  }),
  confirmed: ({ what, reason }) => ({ what: `confirmed ${what}`, reason }),
  ending: ({ outcome, reason }) => ({ what: `ended it as ${outcome}`, reason }),
};

const said = <Type extends LineType>(
  line: { readonly type: Type; readonly data: DataOf[Type] },
  plan: Plan,
): Said | undefined => tellers[line.type]?.(line.data, plan);

/** Every decision in order, with who made it. */
export const decisionsOf = (entries: readonly Entry[], plan: Plan): readonly Decision[] =>
  entries.flatMap(({ line, actor }) => {
    const decision = said(line, plan);
    if (decision === undefined) return [];
    return [{ at: isoText(line.at), by: actorText(actor), ...decision }];
  });
