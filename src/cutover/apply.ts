import { Fault } from '../errors.ts';
import { applyCanary, newCanary } from './canary.ts';
import { type Cutover } from './cutover.ts';
import { type Line } from './line.ts';
import { applyAct } from './apply-act.ts';
import { applySeen } from './apply-seen.ts';
import { applyWrite } from './apply-write.ts';
import { keysOf } from './keys.ts';
import { mailAfter, unseen } from './mail/seen.ts';
import { untold, worldAfter } from './world.ts';

/** Changes whenever `apply` folds a journal into another state than before. */
export const FOLD = 8;

const born = (line: Extract<Line, { type: 'cutover.created' }>): Cutover => {
  const { id, plan, run, host, takeClaim, accepted, now } = line.data;
  return {
    id,
    domain: plan.domain,
    plan,
    run,
    host,
    startedAt: line.at,
    started: now,
    seq: 1,
    stage: 'snapshot',
    entered: now,
    step: 0,
    snapshot: null,
    places: Object.fromEntries(keysOf(plan).map(key => [key, 0])),
    written: null,
    claim: 'none',
    takeClaim,
    foreignClaim: null,
    intent: null,
    lost: [],
    intents: 0,
    syncing: null,
    failures: 0,
    paused: null,
    hold: null,
    findings: [],
    accepted: [...plan.policy.accept, ...accepted],
    attested: [],
    approval: null,
    window: { opened: false, swapUntil: plan.policy.schedule.swapUntil },
    authority: null,
    validated: null,
    agreed: [],
    prepared: {},
    longest: 0,
    servers: [],
    drain: null,
    lingering: null,
    world: untold,
    canary: newCanary(plan),
    swaps: [],
    rollback: null,
    mail: unseen,
    turned: null,
    retire: null,
    settling: { 'restore-ttl': 'waiting', afterwards: 'waiting', 'old-host': 'waiting' },
    confirmed: [],
    trouble: {},
    clock: { boot: now.boot, offset: now.wall - now.up },
    owner: null,
    ending: null,
    outcome: null,
    endedAt: null,
  };
};

/** What a line of the course changes. */
function applyCourse(cutover: Cutover, line: Line): Partial<Cutover> | null {
  switch (line.type) {
    case 'stage.entered': {
      const { stage, step, now } = line.data;
      const gate = stage === 'gate';
      return {
        stage,
        step,
        entered: now,
        // A swap that failed goes back to its gate: that does not make it a new attempt.
        ...(stage !== 'gate' && stage !== 'swap' && { failures: 0 }),
        ...(gate && { findings: [] }),
        ...(gate && step !== cutover.step && { attested: [], approval: null }),
        ...(gate && { window: { ...cutover.window, opened: false } }),
        // The low rounds begin anew, and so does how long something has been in their way.
        ...(stage === 'lower' && { drain: null, authority: null }),
      };
    }
    case 'snapshot.taken':
      return {
        snapshot: line.data.snapshot,
        servers: line.data.snapshot.servers,
        longest: line.data.snapshot.longest,
        foreignClaim: line.data.snapshot.claim,
      };
    case 'findings.changed':
      return { findings: line.data.findings };
    case 'window.opened':
      return { window: { ...cutover.window, opened: true } };
    case 'retire.due':
      return { retire: { since: line.data.now, look: null, seen: null } };
    case 'old-host.asked': {
      const { look, now } = line.data;
      return cutover.retire === null ? {} : { retire: { ...cutover.retire, look, seen: now } };
    }
    case 'settling.ended':
      return { settling: { ...cutover.settling, [line.data.act]: line.data.how } };
    case 'trouble.seen': {
      const { effect, code, message } = line.data;
      const since = cutover.trouble[effect]?.since ?? line.at;
      return { trouble: { ...cutover.trouble, [effect]: { code, message, since } } };
    }
    case 'trouble.over': {
      const { effect } = line.data;
      const left = Object.entries(cutover.trouble).filter(([key]) => key !== effect);
      return { trouble: Object.fromEntries(left) };
    }
    case 'ending':
      return { ending: { outcome: line.data.outcome, since: line.data.now } };
    case 'ended':
      return {
        outcome: line.data.outcome,
        endedAt: line.at,
        ending: null,
        hold: null,
        paused: null,
        trouble: {},
      };
    default:
      return null;
  }
}

/**
 * The only way state changes. Never refuses: whatever the journal says has happened. Null before the
 * first line. A line that no released version wrote is a BUG or a damaged journal.
 */
export function apply(cutover: Cutover | null, line: Line): Cutover {
  if (line.type === 'cutover.created') return born(line);
  if (cutover === null)
    throw new Fault('MALFORMED', `a journal begins with ${line.type} instead of cutover.created`);
  const world = worldAfter(cutover, line);
  const mail = mailAfter(cutover, line);
  const change =
    applyCourse(cutover, line) ??
    applySeen(cutover, line) ??
    applyWrite(cutover, line) ??
    applyAct(cutover, line) ??
    applyCanary(cutover, line) ??
    (world === null && mail === null ? null : {});
  if (change === null)
    throw new Fault('MALFORMED', `the journal has a line of unknown type ${line.type}`, {
      fix: 'use the version of dns-cutover that wrote it, or a newer one',
    });
  const seen = { ...(world !== null && { world }), ...(mail !== null && { mail }) };
  return { ...cutover, ...change, ...seen, seq: cutover.seq + 1 };
}

/** State is the fold of the journal. */
export const fold = (lines: Iterable<Line>): Cutover | null => {
  let state: Cutover | null = null;
  for (const line of lines) state = apply(state, line);
  return state;
};
