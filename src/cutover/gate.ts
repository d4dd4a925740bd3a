import { type Instant, type Now } from '../clock.ts';
import { closedNow } from './calendar.ts';
import { type Cutover } from './cutover.ts';
import { elapsed, wallAfter } from './elapsed.ts';
import { blocks, worsened, type Finding } from './finding.ts';
import { unsettled } from './prepared.ts';
import { troubled } from './standing.ts';
import { frozenUntil } from './write.ts';

/** Something that keeps the gate shut, and who or what can open it. */
export interface Bar {
  readonly by: 'findings' | 'drain' | 'prepared' | 'window' | 'freeze' | 'attestation' | 'approval';
  readonly what: string;
  readonly until: Instant | null;
}

/** Does the approval still stand for these findings? It dies with plan, step, or anything that got worse. */
export function approvalStands(cutover: Cutover, findings: readonly Finding[]): boolean {
  const { approval, plan, step } = cutover;
  if (approval === null) return false;
  if (approval.planHash !== plan.hash || approval.step !== step) return false;
  return !worsened(approval.findings, findings);
}

const missingAttestations = ({ plan, attested }: Cutover): readonly string[] =>
  plan.policy.attest.filter((_, index) => !attested.includes(index));

/**
 * Nothing can open the gate before a person has acted or the window opens, and either makes a fresh check
 * due: until then there is no hurry to look again, and each look costs requests at the provider.
 */
export function idles(cutover: Cutover): boolean {
  const { plan, approval, step, window } = cutover;
  const { swapFrom } = plan.policy.schedule;
  const unapproved = plan.policy.approval === 'required' && approval?.step !== step;
  return (
    unapproved || missingAttestations(cutover).length > 0 || (swapFrom !== null && !window.opened)
  );
}

/** A longer TTL than the low one that was served since the last swap may still be cached. */
function lingers({ lingering, plan, clock }: Cutover, now: Now): Bar | null {
  if (lingering === null) return null;
  // It may have been served for as long after the last look as looks are apart.
  const ms = (lingering.ttl + plan.policy.ttl.margin) * 1000 + lookMs;
  if (elapsed(lingering.seen, now).ms >= ms) return null;
  const what = `a TTL of ${String(lingering.ttl)} s was, or may have been, served since the last swap`;
  return { by: 'drain', what, until: wallAfter(lingering.seen, ms, clock) };
}

const lookMs = 60_000;

/** Everything that keeps this step from swapping now; empty means that the gate is open. */
export function bars(cutover: Cutover, findings: readonly Finding[], now: Now): readonly Bar[] {
  const { policy } = cutover.plan;
  const { swapFrom } = policy.schedule;
  const { swapUntil } = cutover.window;
  const list: Bar[] = [];
  for (const finding of findings.filter(one => blocks(one, cutover.accepted)))
    list.push({
      by: 'findings',
      what: `${finding.id} ${finding.subject}: ${finding.summary}`,
      until: null,
    });
  // A check asks once, and may meet resolvers that are silent; the rounds know better.
  for (const { server, detail } of troubled(cutover, 'bogus'))
    list.push({ by: 'findings', what: `${server} serves ${detail}`, until: null });
  for (const { track, why, until } of unsettled(cutover, now))
    list.push({ by: 'prepared', what: `${track.key}: ${why}`, until });
  const drains = lingers(cutover, now);
  if (drains !== null) list.push(drains);
  if (swapFrom !== null && now.wall < swapFrom)
    list.push({ by: 'window', what: 'the window has not opened', until: swapFrom });
  if (swapUntil !== null && now.wall >= swapUntil)
    list.push({ by: 'window', what: 'the window has closed', until: null });
  const closed = closedNow(cutover, now);
  if (closed !== null)
    list.push({
      by: 'window',
      what:
        closed.until === null
          ? 'the calendar of swaps was reckoned up to here only'
          : 'the calendar allows no swap now',
      until: closed.until,
    });
  const frozen = frozenUntil(cutover, now);
  if (frozen !== null) list.push({ by: 'freeze', what: 'a freeze is on', until: frozen });
  for (const sentence of missingAttestations(cutover))
    list.push({ by: 'attestation', what: sentence, until: null });
  if (policy.approval === 'required' && !approvalStands(cutover, findings))
    list.push({ by: 'approval', what: 'nobody has approved this step', until: null });
  return list;
}
