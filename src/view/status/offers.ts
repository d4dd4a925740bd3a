import { type Now } from '../../clock.ts';
import { act } from '../../cutover/act.ts';
import { type Cutover } from '../../cutover/cutover.ts';
import { type Act, type Confirmation } from '../../cutover/event.ts';
import { blocks, type Finding } from '../../cutover/finding.ts';
import { waysOut } from '../../cutover/hold.ts';
import { mayAccept, serverChecks } from '../hold.ts';
import { SNAPSHOT, stepPosition, valueAt, type Track } from '../../cutover/path.ts';
import { claimedRun } from '../../cutover/write.ts';
import { isFault } from '../../errors.ts';
import { changeBetween, type ChangeView } from '../changes.ts';
import { labelAt } from '../position.ts';

/** A finding, or a server's trouble, that somebody may take responsibility for. */
export interface AcceptableView {
  readonly id: string;
  /** Null: wherever it is found. */
  readonly subject: string | null;
  readonly summary: string;
  readonly consequence: string | null;
}

/** An act that the cutover would take at this moment, and what the zone gets from it. */
export interface OfferView {
  readonly act:
    | 'approve'
    | 'pause'
    | 'resume'
    | 'retry'
    | 'take-claim'
    | 'confirm'
    | 'rollback'
    | 'abandon';
  /** Which one, where an act comes in several: `step` or `snapshot`, what is confirmed, a run's id. */
  readonly which: string | null;
  /** What comes of it, in one sentence. */
  readonly does: string;
  /** RRset by RRset in the order of the writes; empty: nothing is written because of it. */
  readonly writes: readonly ChangeView[];
  /** Only of `approve`. */
  readonly accept: readonly AcceptableView[];
  /** The window was missed: a new end has to be named. */
  readonly needsEnd: boolean;
}

type Offered = Pick<OfferView, 'act' | 'does'> & Partial<OfferView>;

const offer = (one: Offered): OfferView => ({
  which: null,
  writes: [],
  accept: [],
  needsEnd: false,
  ...one,
});

/** What each of these RRsets becomes; those that are so already stay out. */
const writesTo = (
  { plan, places }: Cutover,
  tracks: readonly Track[],
  position: number,
): readonly ChangeView[] =>
  tracks.flatMap(track => {
    const before = valueAt(track, places[track.key] ?? SNAPSHOT);
    const change = changeBetween({ before, after: valueAt(track, position) });
    return change === null ? [] : [{ key: track.key, at: labelAt(plan, position), ...change }];
  });

/** The lines that the act would lead to; null when it is refused. */
function linesOf(cutover: Cutover, asked: Act, now: Now): ReturnType<typeof act> | null {
  try {
    return act(cutover, asked, now);
  } catch (error) {
    if (isFault(error, 'REFUSED')) return null;
    throw error;
  }
}

const acceptableFinding = ({ id, subject, summary, consequence }: Finding): AcceptableView => ({
  id,
  subject,
  summary,
  consequence: consequence ?? null,
});

/** What stands in the way and can be accepted: findings, or what a hold names in its way out. */
function acceptable(cutover: Cutover): readonly AcceptableView[] {
  const { hold, findings, accepted, stage } = cutover;
  const open = (list: readonly Finding[]): readonly AcceptableView[] =>
    list.filter(one => blocks(one, accepted)).map(acceptableFinding);
  if (hold?.why === 'blocked') return open(hold.findings);
  const way = hold === null ? undefined : waysOut[hold.why].find(one => one.act === 'accept');
  const id = hold === null ? undefined : serverChecks[hold.why];
  if (hold !== null && id !== undefined && mayAccept(cutover, hold)) {
    const summary = 'servers' in hold ? hold.servers.map(({ server }) => server).join(', ') : '';
    return [{ id, subject: null, summary, consequence: way?.does ?? null }];
  }
  return stage === 'gate' ? open(findings) : [];
}

function approval(cutover: Cutover, now: Now): readonly OfferView[] {
  const { stage, step, plan, hold } = cutover;
  const accept = acceptable(cutover);
  const asked = { type: 'approve', attest: [], accept: [], reason: null } as const;
  const atGate = hold === null && linesOf(cutover, asked, now) !== null;
  if (!atGate && (hold === null || accept.length === 0)) return [];
  if (stage !== 'gate')
    return [offer({ act: 'approve', does: 'goes on without what is accepted here', accept })];
  const position = stepPosition(step);
  const tracks = plan.tracks.filter(({ swapped }) => swapped);
  return [
    offer({
      act: 'approve',
      does: `lets step ${labelAt(plan, position)} be swapped as soon as nothing else bars the gate`,
      writes: writesTo(cutover, tracks, position),
      accept,
    }),
  ];
}

function stopping(cutover: Cutover): readonly OfferView[] {
  if (cutover.paused !== null)
    return [offer({ act: 'resume', does: 'goes on where it was stopped' })];
  return [
    offer({ act: 'pause', does: 'writes nothing more until it is resumed; it goes on looking' }),
  ];
}

function retrying(cutover: Cutover, now: Now): readonly OfferView[] {
  const { hold } = cutover;
  const needsEnd = hold?.why === 'window-missed';
  const swapUntil = needsEnd ? now.wall + 1 : null;
  if (linesOf(cutover, { type: 'retry', swapUntil, reason: null }, now) === null) return [];
  const way = hold === null ? undefined : waysOut[hold.why].find(one => one.act === 'retry');
  if (hold !== null && way === undefined) return [];
  const does = way?.does ?? 'ends the rollback where it is and goes back to the gate';
  return [offer({ act: 'retry', does, needsEnd })];
}

function claiming({ hold, foreignClaim }: Cutover): readonly OfferView[] {
  if (hold?.why !== 'claimed') return [];
  const which = claimedRun(foreignClaim) ?? /run=(\S+)/.exec(hold.claim)?.[1] ?? null;
  const does = 'replaces the claim of a run that is dead';
  return which === null ? [] : [offer({ act: 'take-claim', which, does })];
}

const confirming: Readonly<Record<Confirmation, string>> = {
  'mail-swept':
    'says that the last sweep of the old host is over: what follows is not rolled back any more',
  'others-moved': 'says that no other domain uses the old host any more',
  'restore-ttl': 'gives up on it: the TTL is not restored',
  afterwards: 'gives up on them: the records for afterwards are not written',
  'old-host': 'gives up on it: nobody verifies that the old host is closed',
};

function confirmations({ stage, settling, confirmed, retire }: Cutover): readonly OfferView[] {
  const waiting = (['restore-ttl', 'afterwards', 'old-host'] as const).filter(
    one => settling[one] === 'waiting',
  );
  const asked: readonly Confirmation[] =
    stage === 'sweep' ? ['mail-swept'] : stage === 'settle' ? waiting : [];
  const others = stage === 'settle' && retire !== null && settling['old-host'] === 'waiting';
  return [...asked, ...(others ? (['others-moved'] as const) : [])]
    .filter(which => !confirmed.includes(which))
    .map(which => offer({ act: 'confirm', which, does: confirming[which] }));
}

/** Where a rollback would lead, as the core itself would have it. */
function rollbacks(cutover: Cutover, now: Now): readonly OfferView[] {
  const { plan } = cutover;
  const seen = new Set<number>();
  return (['step', 'snapshot'] as const).flatMap(to => {
    const lines = linesOf(cutover, { type: 'rollback', to, reason: null }, now) ?? [];
    const asked = lines.find(line => line.type === 'rollback.asked');
    if (asked === undefined || seen.has(asked.data.target)) return [];
    const { target } = asked.data;
    seen.add(target);
    const moved =
      to === 'snapshot' || target === SNAPSHOT
        ? plan.tracks
        : plan.tracks.filter(({ swapped, afterwards }) => swapped || afterwards);
    const mxFirst = moved.toSorted((a, b) => Number(b.type === 'MX') - Number(a.type === 'MX'));
    const label = labelAt(plan, target);
    const does = `writes back what was there at position ${label}, the MX first; caches keep what they have until it expires`;
    return [
      offer({ act: 'rollback', which: to, does, writes: writesTo(cutover, mxFirst, target) }),
    ];
  });
}

const ending: OfferView = offer({
  act: 'abandon',
  does: 'ends the cutover and leaves the zone as it is now; only the claim is removed',
});

/** Everything that somebody may do now; what is pressing comes first, what ends it last. */
export function offersOf(cutover: Cutover, now: Now): readonly OfferView[] {
  if (cutover.outcome !== null || cutover.ending !== null) return [];
  return [
    ...approval(cutover, now),
    ...retrying(cutover, now),
    ...claiming(cutover),
    ...confirmations(cutover),
    ...stopping(cutover),
    ...rollbacks(cutover, now),
    ending,
  ];
}
