import { type Now } from '../../clock.ts';
import { type Cutover } from '../../cutover/cutover.ts';
import { proof } from '../../cutover/drain.ts';
import { type Finding } from '../../cutover/finding.ts';
import { bars, type Bar } from '../../cutover/gate.ts';
import { type Purpose } from '../../cutover/intent.ts';
import { stepPosition } from '../../cutover/path.ts';
import { stages, type Outcome, type Stage } from '../../cutover/stage.ts';
import { type Standing } from '../../cutover/standing.ts';
import { displayName } from '../../dns/name.ts';
import { type WatchRecord } from '../../propagation/watched.ts';
import { approvalOf, type ApprovalView } from './approval.ts';
import { canaryView, type CanaryView } from '../canary/canary.ts';
import { checkedOf, type CheckedView } from './checked.ts';
import { dnssecOf, type DnssecView } from './dnssec.ts';
import { forecastAt, settlingTimes } from '../forecast.ts';
import { reasonOf, waysOutOf, type WayOutView } from '../hold.ts';
import { mailView, oldHostView, type MailView, type OldHostView } from '../mail/status.ts';
import { unicodeOf } from '../names.ts';
import { nextOf, type Next } from '../next.ts';
import { controllerOf, nextWithout, type ControllerView, type Runner } from '../runner.ts';
import { offersOf, type OfferView } from './offers.ts';
import { rollbackOf, type RollbackView } from '../rollback-view.ts';
import { labelAt, placedPathOf, positionOf, type PlacedTrackView } from '../position.ts';
import { isoOrNull, isoText } from '../words.ts';
import {
  cachesOf,
  cachesView,
  nothingWatched,
  type CachesNow,
  type CachesView,
} from '../world/world.ts';

export { statusTable, statusText } from './text.ts';

/**
 * How a cutover stands, for programs and people alike. Times are ISO 8601 in UTC, spans whole seconds,
 * `step` and `place` count from 0. Additive changes only: orchestrators rely on it.
 */
export interface Status {
  readonly id: string;
  /** Without the final dot. */
  readonly domain: string;
  /** The domain in its own script; null: it has no other. Only to be shown, and never without `domain`. */
  readonly unicode: string | null;
  readonly stage: Stage;
  /** Which step's gate or swap this is. */
  readonly step: number;
  readonly paused: { readonly since: string; readonly reason: string | null } | null;
  readonly hold: HoldView | null;
  readonly seq: number;
  /** Label of the position that every RRset of the steps has reached. */
  readonly position: string;
  readonly path: readonly PlacedTrackView[];
  readonly drain: DrainView | null;
  readonly propagation: PropagationView | null;
  readonly forecast: { readonly until: string; readonly what: string } | null;
  readonly next: Next;
  readonly outcome: Outcome | null;
  /** What its outcome will be once the claim is removed; null: it goes on, or has ended. */
  readonly ending: Outcome | null;
  readonly provider: string;
  readonly planHash: string;
  readonly positions: readonly string[];
  readonly stages: readonly { readonly stage: Stage; readonly state: StageState }[];
  readonly steps: readonly StepView[];
  readonly gate: {
    readonly bars: readonly BarView[];
    readonly findings: readonly Finding[];
  } | null;
  readonly approval: ApprovalView;
  /** What the checks found of mail records at the last gate; empty before one. */
  readonly checked: readonly CheckedView[];
  readonly intent: { readonly id: string; readonly purpose: Purpose } | null;
  readonly settling: readonly SettlingView[];
  readonly rollback: RollbackView | null;
  /** What somebody may do now, and what the zone gets from it; empty once it has ended. */
  readonly offers: readonly OfferView[];
  /** Null where mail hosts are not asked. */
  readonly mail: MailView | null;
  /** Null before the last sweep, and where nobody asks the old host. */
  readonly oldHost: OldHostView | null;
  readonly trouble: readonly TroubleView[];
  readonly claim: Cutover['claim'];
  /** Null where there is to be none. */
  readonly canary: CanaryView | null;
  /** Null: not known yet, or nobody validates that zone. */
  readonly dnssec: DnssecView | null;
  /** As the journal tells: it may have died since. */
  readonly owner: string | null;
  /** Who runs it at this moment; null once it has ended, or where nobody looked. */
  readonly controller: ControllerView | null;
  readonly host: string;
  readonly startedAt: string;
  readonly enteredAt: string;
  readonly endedAt: string | null;
}

export interface HoldView {
  readonly why: string;
  readonly since: string;
  readonly sentence: string;
  readonly seen: readonly string[];
  readonly waysOut: readonly WayOutView[];
}

export interface DrainView {
  readonly since: string;
  readonly until: string;
  readonly leftSeconds: number;
  readonly proven: boolean;
  readonly terms: readonly {
    readonly why: string;
    readonly until: string;
    readonly leftSeconds: number;
  }[];
}

/** What the authoritative servers show, and what the resolvers say: null where none was heard. */
export interface PropagationView {
  readonly there: number;
  readonly total: number;
  readonly since: string;
  readonly servers: readonly Standing[];
  readonly resolvers: CachesView | null;
}

/** `stopped`: where the cutover was when it was abandoned. */
export type StageState = 'done' | 'current' | 'waiting' | 'stopped';

export interface StepView {
  readonly name: string;
  readonly state: 'swapped' | 'current' | 'waiting' | 'rolled back';
  readonly swappedAt: string | null;
}

export type BarView = Omit<Bar, 'until'> & { readonly until: string | null };

export interface SettlingView {
  readonly act: string;
  readonly state: Cutover['settling'][keyof Cutover['settling']];
  readonly due: string | null;
}

export interface TroubleView {
  readonly effect: string;
  readonly code: string;
  readonly message: string;
  readonly since: string;
}

/** What the store knows beside the journal: the watch, and who runs it (null: nobody; left out: not looked). */
export interface Kept extends WatchRecord {
  readonly runner?: Runner | null;
}

/** How the cutover stands now. */
export function statusOf(cutover: Cutover, now: Now, kept: Kept = nothingWatched): Status {
  const { id, domain, stage, step, paused, seq, outcome, plan, intent, claim, owner } = cutover;
  const caches = cachesOf(cutover, kept, now);
  const controller = controllerOf(cutover, kept.runner);
  const standstill = { controller, owner: owner?.id ?? null };
  const ending = outcome === null ? (cutover.ending?.outcome ?? null) : null;
  const forecast = outcome === null && ending === null ? forecastAt(cutover, now, caches) : null;
  return {
    id,
    domain: displayName(domain),
    unicode: unicodeOf(domain),
    stage,
    step,
    paused: paused === null ? null : { since: isoText(paused.at), reason: paused.reason },
    hold: holdOf(cutover),
    seq,
    position: labelAt(plan, positionOf(cutover)),
    path: placedPathOf(cutover),
    drain: drainOf(cutover, now),
    propagation: propagationOf(cutover, caches),
    forecast: forecast === null ? null : { ...forecast, until: isoText(forecast.until) },
    next: nextWithout(nextOf(cutover, now, caches), standstill),
    outcome,
    ending,
    provider: plan.provider,
    planHash: plan.hash,
    positions: plan.positions,
    stages: stagesOf(cutover),
    steps: stepsOf(cutover),
    gate: gateOf(cutover, now),
    approval: approvalOf(cutover),
    checked: checkedOf(cutover.findings),
    intent: intent === null ? null : { id: intent.id, purpose: intent.purpose },
    settling: settlingTimes(cutover).map(one => ({ ...one, due: isoOrNull(one.due) })),
    rollback: rollbackOf(cutover),
    offers: offersOf(cutover, now),
    mail: mailView(cutover, now),
    oldHost: oldHostView(cutover, now),
    trouble: Object.entries(cutover.trouble).map(([effect, { code, message, since }]) => ({
      effect,
      code,
      message,
      since: isoText(since),
    })),
    claim,
    canary: canaryView(cutover),
    dnssec: dnssecOf(cutover),
    ...standstill,
    host: cutover.host,
    startedAt: isoText(cutover.started.wall),
    enteredAt: isoText(cutover.entered.wall),
    endedAt: isoOrNull(cutover.endedAt),
  };
}

function holdOf(cutover: Cutover): HoldView | null {
  const { hold, plan } = cutover;
  if (hold === null) return null;
  return {
    why: hold.why,
    since: isoText(hold.since),
    ...reasonOf(hold, plan.policy.schedule.timeZone),
    waysOut: waysOutOf(cutover, hold),
  };
}

function drainOf(cutover: Cutover, now: Now): DrainView | null {
  const { drain, stage, swaps } = cutover;
  const found = proof(cutover, now);
  if (drain === null || found === null) return null;
  // Behind the drain its proof stands, whatever a server does since.
  const stood = !['lower', 'drain', 'rollback'].includes(stage) || swaps.length > 0;
  const left = (ms: number): number => (stood ? 0 : Math.ceil(ms / 1000));
  return {
    since: isoText(drain.since.wall),
    until: isoText(found.until),
    leftSeconds: left(found.leftMs),
    proven: stood || found.holds,
    terms: found.terms.map(({ why, until, leftMs }) => ({
      why,
      until: isoText(until),
      leftSeconds: left(leftMs),
    })),
  };
}

function propagationOf(
  { authority, plan }: Cutover,
  caches: CachesNow | null,
): PropagationView | null {
  if (authority === null) return null;
  const { standings, since } = authority;
  return {
    there: standings.filter(({ is }) => is === 'there').length,
    // What this machine cannot reach is counted through the server's other address.
    total: standings.filter(({ is }) => is !== 'lacking').length,
    since: isoText(since.wall),
    servers: standings,
    resolvers: caches === null ? null : cachesView(caches, plan.policy.watch.target),
  };
}

function stagesOf({ stage, outcome }: Cutover): Status['stages'] {
  const current: StageState =
    outcome === null ? 'current' : outcome === 'abandoned' ? 'stopped' : 'done';
  if (stage === 'rollback')
    return [
      { stage: 'snapshot', state: 'done' },
      { stage: 'rollback', state: current },
    ];
  const at = stages.indexOf(stage);
  return stages.map((name, index) => ({
    stage: name,
    state: index < at ? 'done' : index > at ? 'waiting' : current,
  }));
}

function stepsOf(cutover: Cutover): readonly StepView[] {
  const { plan, step, swaps, rollback, stage } = cutover;
  const position = positionOf(cutover);
  const stateOf = (index: number): StepView['state'] => {
    if (position >= stepPosition(index)) return 'swapped';
    if (swaps[index] !== undefined && rollback !== null) return 'rolled back';
    return index === step && stage !== 'rollback' ? 'current' : 'waiting';
  };
  return plan.steps.map((name, index) => {
    const state = stateOf(index);
    const at = state === 'swapped' ? swaps[index]?.wall : undefined;
    return { name, state, swappedAt: isoOrNull(at ?? null) };
  });
}

function gateOf(cutover: Cutover, now: Now): Status['gate'] {
  const { stage, findings, outcome } = cutover;
  if (stage !== 'gate' || outcome !== null) return null;
  const list = bars(cutover, findings, now);
  return { findings, bars: list.map(bar => ({ ...bar, until: isoOrNull(bar.until) })) };
}
