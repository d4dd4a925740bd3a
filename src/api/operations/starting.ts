import { blocksStart, type Acceptance, type Finding } from '../../cutover/finding.ts';
import { type Cutover } from '../../cutover/cutover.ts';
import { type Order } from '../../cutover/order.ts';
import { claimedRun } from '../../cutover/write.ts';
import { displayName, type Name, parseName } from '../../dns/name.ts';
import { Fault, isFault } from '../../errors.ts';
import { type Planned } from '../../app.ts';
import { tally } from '../../view/findings.ts';
import { type Work } from './idempotency.ts';
import { type Done } from './record.ts';
import { type Kit } from '../kit.ts';
import { malformed, problemFault } from '../problems/problem.ts';

/** What is to be started, and by whom. */
export interface Starting {
  readonly domain: string;
  readonly planHash: string;
  readonly accept: readonly Acceptance[];
  readonly takeClaim: string | null;
  readonly again: boolean;
  readonly reason: string | null;
  /** As the journal names them. */
  readonly by: string;
}

/** A domain of a request. @throws Fault malformed */
export function domainOf(text: string, path: string): Name {
  try {
    return parseName(text);
  } catch (error) {
    if (!isFault(error)) throw error;
    throw malformed([{ path, message: error.message }]);
  }
}

/** The order of a domain in the configuration of this server. @throws Fault not-found, refused */
export async function orderOf({ config }: Pick<Kit, 'config'>, domain: Name): Promise<Order> {
  const { orders, refuseOverdue } = await config();
  const name = displayName(domain);
  const order = orders.find(one => one.domain === domain);
  if (order === undefined)
    throw problemFault('not-found', `the configuration of this server has no cutover for ${name}`, {
      fix: 'Add it to the file that serve was started with, and start serve again.',
    });
  try {
    refuseOverdue(name);
  } catch (error) {
    if (!isFault(error, 'CONFIG')) throw error;
    throw problemFault('refused', `the window of ${name} is over, or too near`, {
      fix: 'Move schedule.swapFrom and swapUntil in the configuration, and start serve again.',
      cause: error,
    });
  }
  return order;
}

/**
 * Plans an order. One that does not fit the zone is told with what is wrong, since that names RRsets alone;
 * where the file lies that it was written in, and what other files hold, is for those at the server.
 * @throws Fault refused
 */
export async function planOf(
  { app }: Pick<Kit, 'app'>,
  order: Order,
  signal: AbortSignal,
): Promise<Planned> {
  try {
    return await app.plan(order, signal);
  } catch (error) {
    if (!isFault(error, 'CONFIG') || error.details?.['rrset'] === undefined) throw error;
    const { message, fix, details } = error;
    throw problemFault('refused', message, {
      ...{ details, cause: error },
      ...(fix !== undefined && { fix }),
    });
  }
}

const sameHash = (one: string, other: string): boolean =>
  one.replaceAll('-', '') === other.replaceAll('-', '');

const otherPlan = (known: string, given: string): Fault =>
  new Fault('CONFLICT', `the plan is ${known}, not ${given}`, {
    fix: 'The configuration or the zone is another than that plan was made for: make a plan, look at it, and name its hash.',
    details: { planHash: known },
  });

/** One that is under way goes on with the plan in its journal, whatever became of the zone. */
function goOn({ supervisor }: Kit, cutover: Cutover, asked: Starting): Done {
  const { id, plan, accepted, seq } = cutover;
  if (!sameHash(asked.planHash, plan.hash)) throw otherPlan(plan.hash, asked.planHash);
  const fresh = asked.accept.find(
    one => !accepted.some(known => known.id === one.id && known.subject === one.subject),
  );
  if (fresh !== undefined)
    throw new Fault('REFUSED', `${id} is under way and was started without ${fresh.id}`, {
      fix: 'Accept it at the gate, with an action of the type approve.',
    });
  if (asked.takeClaim !== null && asked.takeClaim !== cutover.takeClaim)
    throw new Fault('REFUSED', `${id} is under way`, {
      fix: 'Where a claim is in its way, take it with an action of the type take-claim.',
    });
  supervisor.take(id);
  return { cutover: id, seq };
}

/** What ended is found again, and a move that was taken back is not made anew in passing. */
function ended(known: Cutover, { planHash, again }: Starting): Done | null {
  const { id, outcome, plan, seq } = known;
  if (!sameHash(planHash, plan.hash)) return null;
  if (outcome === 'done') return { cutover: id, seq };
  if (again) return null;
  throw new Fault('REFUSED', `${id} ended ${String(outcome)}`, {
    fix: 'To make the same move anew, say "again": true.',
  });
}

/** @throws Fault check-failed with what must pass before anything is written */
function requireClean(findings: readonly Finding[], accepted: readonly Acceptance[]): void {
  const blocking = findings.filter(finding => blocksStart(finding, accepted));
  if (blocking.length === 0) return;
  throw problemFault('check-failed', `${tally(blocking)} must pass before anything is written`, {
    fix: 'Mend what `findings` names, or accept it: accept: [{ id, subject, reason }].',
    details: { findings: blocking },
  });
}

/** Only the run that really stands there can be taken over; a slip of the pen starts nothing. */
function told({ findings, survey }: Planned, { takeClaim }: Starting): readonly Finding[] {
  const named = takeClaim !== null && claimedRun(survey.claim) === takeClaim;
  return findings.filter(({ id }) => !named || id !== 'concurrent-run-lock');
}

/** Plans as the command line does, and starts what was looked at; or goes on with what is under way. */
export async function begin(kit: Kit, asked: Starting, work: Work): Promise<Done> {
  const { app, supervisor } = kit;
  const { domain, planHash, accept, takeClaim, reason, by } = asked;
  const name = domainOf(domain, '/body/domain');
  const known = await app.find(displayName(name));
  if (known?.outcome === null) return goOn(kit, known, asked);
  const found = known === null ? null : ended(known, asked);
  if (found !== null) return found;
  const planned = await planOf(kit, await orderOf(kit, name), work.signal);
  const { plan } = planned;
  if (!sameHash(planHash, plan.hash)) throw otherPlan(plan.hash, planHash);
  requireClean(told(planned, asked), [...plan.policy.accept, ...accept]);
  await work.holds();
  const { operation } = work;
  const id = await app.start(plan, { accept, takeClaim, reason }, { name: by, operation });
  supervisor.take(id);
  const started = await app.find(id);
  return { cutover: id, seq: started?.seq ?? 1 };
}
