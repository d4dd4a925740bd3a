import { type Cutover } from '../../cutover/cutover.ts';
import { approvalStands } from '../../cutover/gate.ts';
import { isoOrNull } from '../words.ts';

/** Who has to say yes to a swap, and whether it was said. */
export interface ApprovalView {
  readonly required: boolean;
  readonly stands: boolean;
  readonly at: string | null;
  readonly attestations: readonly { readonly sentence: string; readonly ticked: boolean }[];
}

export function approvalOf(cutover: Cutover): ApprovalView {
  const { plan, approval, findings, attested } = cutover;
  return {
    required: plan.policy.approval === 'required',
    stands: approvalStands(cutover, findings),
    at: isoOrNull(approval?.at ?? null),
    attestations: plan.policy.attest.map((text, index) => ({
      sentence: text,
      ticked: attested.includes(index),
    })),
  };
}
