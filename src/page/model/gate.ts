import { count } from '../../view/words.ts';
import { type Status } from '../../view/status/status.ts';

/** What keeps the gate shut, as a part of a sentence: what somebody has to solve comes first. */
export function gateText({ gate }: Status): string {
  if (gate === null || gate.findings.length === 0) return 'the checks before the swap run';
  const { bars } = gate;
  const findings = bars.filter(({ by }) => by === 'findings').length;
  if (findings > 0) return `${count(findings, 'finding')} must be solved before the swap`;
  if (bars.some(({ by }) => by === 'approval' || by === 'attestation'))
    return 'no finding bars the swap, which waits for its approval';
  if (bars.some(({ until }) => until !== null))
    return 'the swap is approved and waits for its time';
  return bars.length === 0 ? 'the swap comes next' : 'the checks and the approval before the swap';
}
