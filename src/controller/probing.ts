import { mailPaceMs } from '../cutover/mail/pace.ts';
import { type Plan } from '../cutover/plan.ts';
import { type Inquire } from '../dns/inquiry.ts';
import { type Recipient } from '../mail/conversation.ts';
import { heloFor } from '../mail/helo.ts';
import { type Probed, type ProbeTarget } from '../mail/probed.ts';
import { memoryOf } from '../probe/memory.ts';
import { probeRound } from '../probe/round.ts';
import { type Environment } from './environment.ts';

export interface Probing {
  readonly plan: Plan;
  readonly targets: readonly ProbeTarget[];
  readonly recipients: readonly Recipient[];
  readonly inquire: Inquire;
}

/** One look at mail hosts from this machine, as the plan has them asked. Throws ABORTED only. */
export function probeHosts(
  { converse, clock, host }: Pick<Environment, 'converse' | 'clock' | 'host'>,
  { plan, targets, recipients, inquire }: Probing,
  signal: AbortSignal,
): Promise<Probed> {
  const { mail } = plan.policy;
  const helo = heloFor(mail?.helo, host);
  const { allowPrivate = false } = mail ?? {};
  const paceMs = mailPaceMs(mail);
  const world = { converse, clock, inquire, memory: memoryOf(converse), paceMs };
  return probeRound({ targets, recipients, allowPrivate, helo, vantage: host }, world, signal);
}
