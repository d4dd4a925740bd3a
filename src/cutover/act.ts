import { type Now } from '../clock.ts';
import { Fault } from '../errors.ts';
import { type Cutover } from './cutover.ts';
import { type Act } from './event.ts';
import { findingsDigest } from './finding.ts';
import { waysOut } from './hold.ts';
import { type LineBody } from './lines.ts';
import { lingering } from './lingering.ts';
import { observeAct } from './mail/course.ts';
import { rollbackAct } from './rollback-act.ts';
import { claimedRun } from './write.ts';

const refuse = (message: string, fix: string): never => {
  throw new Fault('REFUSED', message, { fix });
};

type Of<Type extends Act['type']> = Extract<Act, { type: Type }>;

function start(cutover: Cutover | null, act: Of<'start'>, now: Now): readonly LineBody[] {
  const { id, plan, run, host, takeClaim, reason } = act;
  if (cutover === null) {
    const accepted = act.accept;
    const data = { id, plan, run, host, takeClaim, accepted, reason, now };
    return [{ type: 'cutover.created', data }];
  }
  // The same plan again attaches to the run; another one is another cutover.
  if (cutover.plan.hash === plan.hash) return [];
  return refuse(
    `${cutover.id} runs plan ${cutover.plan.hash}, not ${plan.hash}`,
    `start it again with --plan-hash ${cutover.plan.hash}, or abandon it first`,
  );
}

function approve(cutover: Cutover, act: Of<'approve'>): readonly LineBody[] {
  const { plan, step, findings, stage, hold } = cutover;
  const outside = act.attest.find(index => index < 0 || index >= plan.policy.attest.length);
  if (outside !== undefined)
    return refuse(
      `there is no attestation number ${String(outside + 1)}`,
      `the plan has ${String(plan.policy.attest.length)} of them`,
    );
  const accepted: readonly LineBody[] =
    act.accept.length === 0 ? [] : [{ type: 'accepted', data: { acceptances: act.accept } }];
  const acceptable = hold !== null && waysOut[hold.why].some(({ act: way }) => way === 'accept');
  if (acceptable && act.accept.length > 0)
    return [...accepted, { type: 'hold.lifted', data: { by: 'accept', reason: act.reason } }];
  if (stage !== 'gate') {
    if (accepted.length > 0) return accepted;
    return refuse(
      `nothing waits for an approval in stage ${stage}`,
      'approve when the stage is gate',
    );
  }
  if (findings.length === 0)
    return refuse('the checks of this gate have not ended yet', 'approve again in a moment');
  const digest = findingsDigest(findings);
  const { attest, reason } = act;
  return [
    ...accepted,
    {
      type: 'approved',
      data: { planHash: plan.hash, step, digest, findings, attested: attest, reason },
    },
  ];
}

function retry(cutover: Cutover, act: Of<'retry'>, now: Now): readonly LineBody[] {
  const { hold, stage, rollback, step } = cutover;
  const { reason, swapUntil } = act;
  if (hold === null && stage === 'rollback') {
    if (rollback?.phase !== 'settling')
      return refuse('the rollback is under way', 'wait until it is delivered, or abandon');
    return [
      { type: 'rollback.withdrawn', data: { reason } },
      { type: 'stage.entered', data: { stage: 'gate', step, now } },
    ];
  }
  if (hold === null)
    return refuse(`nothing is held in stage ${stage}`, 'see status for what is awaited');
  const extended: readonly LineBody[] =
    swapUntil === null ? [] : [{ type: 'window.extended', data: { swapUntil, reason } }];
  if (hold.why === 'window-missed' && (swapUntil === null || swapUntil <= now.wall))
    return refuse('the window has closed', 'name a new end: retry --swap-until TIME, or roll back');
  const again: readonly LineBody[] =
    stage === 'rollback' && rollback?.phase === 'mx'
      ? [
          {
            type: 'rollback.asked',
            data: { to: rollback.to, target: rollback.target, reason, now },
          },
        ]
      : [];
  const lifted: LineBody = { type: 'hold.lifted', data: { by: 'retry', reason } };
  return [...lingering(cutover, now), ...extended, lifted, ...again];
}

function takeClaim(cutover: Cutover, { run, reason }: Of<'take-claim'>): readonly LineBody[] {
  const { hold, foreignClaim } = cutover;
  if (hold?.why !== 'claimed')
    return refuse('no claim is in the way', 'start without --take-claim');
  const standing = claimedRun(foreignClaim) ?? /run=(\S+)/.exec(hold.claim)?.[1] ?? null;
  if (standing === null)
    return refuse(
      `what stands at the claim names no run: ${hold.claim}`,
      'ask who wrote it, remove it by hand, then retry',
    );
  if (standing !== run)
    return refuse(
      `the claim in the zone names run ${standing}, not ${run}`,
      'make sure that the other run is dead, then name its run id',
    );
  return [
    { type: 'claim.allowed', data: { run, reason } },
    { type: 'hold.lifted', data: { by: 'take-claim', reason } },
  ];
}

/** The writes of settling that can be waived are what a hold in that stage is about. */
const waivable = ['conflict', 'write-refused', 'write-failing'];

/** The last sweep follows the last swap: what is said of it before is a slip, and would end the sweep unseen. */
const maySweep = ({ stage, step, plan }: Cutover): boolean =>
  step === plan.steps.length - 1 && ['propagate', 'sweep', 'settle'].includes(stage);

function confirm(cutover: Cutover, { what, reason }: Of<'confirm'>): readonly LineBody[] {
  const { confirmed, hold, stage } = cutover;
  if (confirmed.includes(what)) return [];
  if (what === 'mail-swept' && !maySweep(cutover))
    return refuse(
      'the last swap is not out, or was taken back: no sweep of the old host is the last one now',
      'confirm it in stage sweep, once nothing more arrives there',
    );
  const waives =
    stage === 'settle' && what !== 'old-host' && hold !== null && waivable.includes(hold.why);
  return [
    { type: 'confirmed', data: { what, reason } },
    ...(waives ? [{ type: 'hold.lifted', data: { by: 'confirm', reason } } as const] : []),
  ];
}

function abandon(cutover: Cutover, act: Of<'abandon'>, now: Now): readonly LineBody[] {
  if (cutover.ending !== null) return [];
  const { intent, hold } = cutover;
  return [
    ...(intent === null ? [] : [{ type: 'write.unsettled', data: { intent: intent.id } } as const]),
    ...(hold === null
      ? []
      : [{ type: 'hold.lifted', data: { by: 'abandon', reason: act.reason } } as const]),
    { type: 'ending', data: { outcome: 'abandoned', now, reason: act.reason } },
  ];
}

/** Accepts an act, or refuses it with the way out. */
export function act(cutover: Cutover | null, asked: Act, now: Now): readonly LineBody[] {
  if (asked.type === 'start') return start(cutover, asked, now);
  if (cutover === null) return refuse('there is no such cutover', 'start one');
  if (cutover.outcome !== null) {
    const again = asked.type === 'rollback' && cutover.outcome === 'rolled-back';
    if (again) return [];
    return refuse(`${cutover.id} has ended: ${cutover.outcome}`, 'plan and start another cutover');
  }
  if (cutover.ending !== null && asked.type !== 'abandon')
    return refuse(`${cutover.id} is being abandoned`, 'wait until its claim is removed');
  switch (asked.type) {
    case 'approve':
      return approve(cutover, asked);
    case 'pause':
      return cutover.paused === null ? [{ type: 'paused', data: { reason: asked.reason } }] : [];
    case 'resume':
      return cutover.paused === null ? [] : [{ type: 'resumed', data: { reason: asked.reason } }];
    case 'rollback':
      return rollbackAct(cutover, asked, now);
    case 'retry':
      return retry(cutover, asked, now);
    case 'take-claim':
      return takeClaim(cutover, asked);
    case 'confirm':
      return confirm(cutover, asked);
    case 'observe':
      return observeAct(cutover, asked, now);
    case 'abandon':
      return abandon(cutover, asked, now);
  }
}
