import { type App } from '../app.ts';
import { type Clock, type Now } from '../clock.ts';
import { type Cutover } from '../cutover/cutover.ts';
import { type Act } from '../cutover/event.ts';
import { blocks } from '../cutover/finding.ts';
import { approvalStands } from '../cutover/gate.ts';
import { type RRset } from '../dns/rrset.ts';
import { Fault, isFault } from '../errors.ts';
import { type MailWorld } from './mail-hosts.ts';

/** How long a person takes to notice and to decide. */
const thinkMs = 45_000;

/** Looks in a row at which the same thing stands in the way before it is clear that nothing will change. */
const patience = 12;

/** How far the end of a missed window is put off. */
const extraMs = 3_600_000;

/** What a sensible person would do now; null when there is nothing to do. */
function decide(cutover: Cutover, now: Now): Act | null {
  const { hold, stage, plan, findings, confirmed } = cutover;
  if (cutover.outcome !== null || cutover.intent !== null) return null;
  if (hold !== null)
    return hold.why.startsWith('authority') || hold.why === 'signature'
      ? null
      : {
          type: 'retry',
          swapUntil: hold.why === 'window-missed' ? now.wall + extraMs : null,
          reason: 'rehearsed: the cause is gone',
        };
  if (stage === 'gate' && findings.length > 0 && !approvalStands(cutover, findings))
    return {
      type: 'approve',
      attest: plan.policy.attest.map((_, index) => index),
      accept: [],
      reason: 'rehearsed: agreed on the call',
    };
  // Back at the old host, and its people were called: the swap is tried again.
  if (stage === 'rollback' && cutover.rollback?.phase === 'settling' && cutover.rollback.automatic)
    return { type: 'retry', swapUntil: null, reason: 'rehearsed: the new host was mended' };
  if (stage === 'sweep' && !confirmed.includes('mail-swept'))
    return {
      type: 'confirm',
      what: 'mail-swept',
      reason: 'rehearsed: nothing left at the old host',
    };
  return null;
}

/** What nobody in a rehearsal can mend; null while all goes on. */
function obstacle({ hold, stage, step, findings, accepted }: Cutover): string | null {
  if (hold !== null) return `held: ${hold.why}`;
  if (stage !== 'gate') return null;
  const blocking = findings.filter(finding => blocks(finding, accepted));
  if (blocking.length === 0) return null;
  const list = blocking.map(({ id, subject, summary }) => `${id} ${subject}: ${summary}`);
  return `gate of step ${String(step + 1)}: ${list.join('; ')}`;
}

/** Foreign edits are taken back before anything is tried again, as their author would. */
function expectedSets({ hold }: Cutover): readonly RRset[] {
  if (hold?.why !== 'conflict') return [];
  return hold.differences.map(({ expected }) => expected).filter(one => one !== null);
}

/** Those who run the mail hosts are told what became of them. */
function callHosts({ stage, rollback, plan }: Cutover, mail: Person['mail']): void {
  if (rollback?.automatic === true) mail.mend();
  const asked = plan.policy.mail?.ask === true;
  if (stage === 'settle' && asked && plan.policy.retire.old === 'refuses') mail.close();
}

export interface Person {
  readonly app: App;
  readonly id: string;
  readonly clock: Clock;
  readonly takeBack: (sets: readonly RRset[]) => void;
  readonly mail: Pick<MailWorld, 'mend' | 'close'>;
  readonly signal: AbortSignal;
}

/**
 * Sits before the screen and does what is awaited, until the signal is aborted. Throws CHECK_FAILED when
 * the same thing stands in the way for so long that it always will.
 */
export async function person({ app, id, clock, takeBack, mail, signal }: Person): Promise<void> {
  let same = 0;
  let before: string | null = null;
  for (;;) {
    const awake = await clock.sleep(thinkMs, signal).then(
      () => true,
      () => false,
    );
    const cutover = awake ? await app.find(id) : null;
    if (cutover === null) return;
    const inTheWay = obstacle(cutover);
    same = inTheWay === before ? same + 1 : 0;
    before = inTheWay;
    if (inTheWay !== null && same >= patience)
      throw new Fault('CHECK_FAILED', `the rehearsal cannot go on; ${inTheWay}`, {
        where: id,
        fix: 'change the cutover in the configuration, or accept the finding there',
      });
    callHosts(cutover, mail);
    const act = decide(cutover, clock.now());
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
