import { type App } from '../app.ts';
import { type Clock } from '../clock.ts';
import { type Cutover } from '../cutover/cutover.ts';
import { type Act } from '../cutover/event.ts';
import { approvalStands } from '../cutover/gate.ts';
import { type RRset } from '../dns/rrset.ts';
import { isFault } from '../errors.ts';

/** How long a person takes to notice and to decide. */
const thinkMs = 45_000;

/** What a sensible person would do now; null when there is nothing to do. */
function decide(cutover: Cutover): Act | null {
  const { hold, stage, plan, findings, confirmed } = cutover;
  if (cutover.outcome !== null || cutover.intent !== null) return null;
  if (hold !== null)
    return hold.why.startsWith('authority') || hold.why === 'signature'
      ? null
      : { type: 'retry', swapUntil: null, reason: 'rehearsed: the cause is gone' };
  if (stage === 'gate' && findings.length > 0 && !approvalStands(cutover, findings))
    return {
      type: 'approve',
      attest: plan.policy.attest.map((_, index) => index),
      accept: [],
      reason: 'rehearsed: agreed on the call',
    };
  if (stage === 'sweep' && !confirmed.includes('mail-swept'))
    return {
      type: 'confirm',
      what: 'mail-swept',
      reason: 'rehearsed: nothing left at the old host',
    };
  return null;
}

/** Foreign edits are taken back before anything is tried again, as their author would. */
function expectedSets({ hold }: Cutover): readonly RRset[] {
  if (hold?.why !== 'conflict') return [];
  return hold.differences.map(({ expected }) => expected).filter(one => one !== null);
}

export interface Person {
  readonly app: App;
  readonly id: string;
  readonly clock: Clock;
  readonly takeBack: (sets: readonly RRset[]) => void;
  readonly signal: AbortSignal;
}

/** Sits before the screen and does what is awaited, until the signal is aborted. */
export async function person({ app, id, clock, takeBack, signal }: Person): Promise<void> {
  for (;;) {
    const awake = await clock.sleep(thinkMs, signal).then(
      () => true,
      () => false,
    );
    const cutover = awake ? await app.find(id) : null;
    if (cutover === null) return;
    const act = decide(cutover);
    if (act === null) continue;
    takeBack(expectedSets(cutover));
    try {
      await app.act(id, act, { name: 'rehearsal' });
    } catch (error) {
      // It may have been overtaken by what happened meanwhile; the next look sees why.
      if (!isFault(error, 'REFUSED') && !isFault(error, 'STALE')) throw error;
    }
  }
}
