import { canaryKey } from '../../cutover/canary.ts';
import { type Cutover } from '../../cutover/cutover.ts';
import { type Acceptance, type Finding } from '../../cutover/finding.ts';
import { type Entry } from '../../cutover/line.ts';
import { SNAPSHOT, valueAt } from '../../cutover/path.ts';
import { type Stage } from '../../cutover/stage.ts';
import { type Now } from '../../clock.ts';
import { type WatchRecord } from '../../propagation/watched.ts';
import { displayName } from '../../dns/name.ts';
import { canaryView, type CanaryView } from '../canary/canary.ts';
import { actorText, decisionsOf, type Decision } from '../decisions.ts';
import { differenceText } from '../hold.ts';
import {
  agreementsOf,
  drainsOf,
  holdsOf,
  stagesOf,
  validationsOf,
  writesOf,
  type AgreementReport,
  type DrainReport,
  type HoldReport,
  type StageReport,
  type ValidationReport,
  type WriteReport,
} from '../history.ts';
import { mailReport, type MailReport } from './mail.ts';
import { undoRows, undoScript, type UndoRow } from '../runbook/undo.ts';
import { isoOrNull, isoText } from '../words.ts';
import { nothingWatched } from '../world/world.ts';
import { worldReport, type WorldReport } from '../world/report.ts';

export { reportMarkdown } from './markdown.ts';

/** What happened, for the file: everything comes from the journal. Times are ISO 8601 in UTC. */
export interface Report {
  readonly id: string;
  /** Without the final dot. */
  readonly domain: string;
  readonly zone: string;
  readonly provider: string;
  readonly planHash: string;
  readonly outcome: Cutover['outcome'];
  readonly stage: Stage;
  readonly run: string;
  readonly host: string;
  readonly startedAt: string;
  readonly startedBy: string;
  readonly reason: string | null;
  readonly endedAt: string | null;
  /** Whole seconds from the start to the end, or until now. */
  readonly seconds: number;
  readonly journal: {
    readonly lines: number;
    readonly first: string | null;
    readonly last: string | null;
    /** Hash of the last line: covers all before it. */
    readonly hash: string | null;
  };
  /** `after`: as the provider confirmed it last. */
  readonly moved: readonly {
    readonly key: string;
    readonly before: { readonly ttl: number; readonly rdata: readonly string[] } | null;
    readonly after: { readonly ttl: number; readonly rdata: readonly string[] } | null;
  }[];
  readonly stages: readonly StageReport[];
  readonly writes: readonly WriteReport[];
  readonly drains: readonly DrainReport[];
  readonly decisions: readonly Decision[];
  readonly accepted: readonly (Acceptance & { readonly by: string })[];
  readonly holds: readonly HoldReport[];
  readonly agreements: readonly AgreementReport[];
  /** Of a signed zone, write by write; empty where nothing was validated. */
  readonly dnssec: readonly ValidationReport[];
  readonly rollback: {
    readonly to: string;
    readonly askedAt: string;
    readonly deliveredAt: string | null;
    readonly left: readonly string[];
  } | null;
  /** What was measured beside the move; null where there was to be no canary. */
  readonly canary: CanaryView | null;
  /** What resolvers showed; null where none was watched. */
  readonly world: WorldReport | null;
  /** What became of mail; null where no MX moved. */
  readonly mail: MailReport | null;
  readonly settling: Cutover['settling'];
  /** The findings of the last gate. */
  readonly findings: readonly Finding[];
  readonly notDone: readonly string[];
  readonly undo: { readonly rows: readonly UndoRow[]; readonly nsupdate: readonly string[] };
}

export interface ReportGround {
  readonly cutover: Cutover;
  readonly entries: readonly Entry[];
  readonly epoch: string;
  /** What the store kept of the watch, and the moment that it is told at. */
  readonly watch?: { readonly record: WatchRecord; readonly now: Now };
}

/** Nobody may take a share for granted that was never measured. */
function unwatched({ plan, swaps }: Cutover, world: WorldReport | null): readonly string[] {
  const { resolvers } = plan.policy.watch;
  if (world !== null && (world.spread.length > 0 || swaps.length === 0)) return [];
  if (resolvers === 'none')
    return [
      `resolvers were not watched (resolvers: ${resolvers}): the authoritative servers and the bound decided`,
    ];
  if (swaps.length === 0) return [];
  return world !== null
    ? ['how the swap spread was not watched: it ended or was taken back before']
    : [`nothing was kept of what resolvers answered (resolvers: ${resolvers})`];
}

function notDoneOf(cutover: Cutover, entries: readonly Entry[], world: WorldReport | null) {
  const { settling, outcome, claim, canary, domain, plan } = cutover;
  const whys = entries.flatMap(({ line }) =>
    line.type === 'settling.ended' && line.data.how !== 'done'
      ? [`${line.data.act}: ${line.data.how}${line.data.why === null ? '' : ` (${line.data.why})`}`]
      : [],
  );
  const left = Object.values(settling).includes('waiting') && outcome === 'abandoned';
  return [
    ...whys,
    ...unwatched(cutover, world),
    ...(plan.policy.mail?.ask === true ? [] : ['mail hosts were not asked (checks.smtp)']),
    ...(claim === 'left' || (claim === 'placed' && outcome !== null)
      ? ['the claim was left in the zone: remove it by hand']
      : []),
    ...(canary?.stands === 'left'
      ? [`the canary was left in the zone: remove ${canaryKey(domain).name} TXT by hand`]
      : []),
    ...(left ? ['abandoned before everything was settled: the zone stays as it was then'] : []),
  ];
}

const acceptedOf = ({ plan }: Cutover, entries: readonly Entry[]): Report['accepted'] => [
  ...plan.policy.accept.map(one => ({ ...one, by: 'the configuration' })),
  ...entries.flatMap(({ line, actor }) => {
    if (line.type !== 'accepted' && line.type !== 'cutover.created') return [];
    const list = line.type === 'accepted' ? line.data.acceptances : line.data.accepted;
    return list.map(one => ({ ...one, by: actorText(actor) }));
  }),
];

function movedOf({ plan, places }: Cutover): Report['moved'] {
  return plan.tracks.map(track => {
    const value = (position: number) => {
      const rrset = valueAt(track, position);
      return rrset === null ? null : { ttl: rrset.ttl, rdata: rrset.rdata };
    };
    return {
      key: track.key,
      before: value(SNAPSHOT),
      after: value(places[track.key] ?? SNAPSHOT),
    };
  });
}

function rollbackOf({ rollback }: Cutover): Report['rollback'] {
  if (rollback === null) return null;
  const { to, asked, delivered, left } = rollback;
  return {
    to,
    askedAt: isoText(asked.wall),
    deliveredAt: isoOrNull(delivered?.wall ?? null),
    left: left.map(differenceText),
  };
}

/** The report of a cutover, ended or not, from its state and its whole journal. */
export function reportOf({ cutover, entries, epoch, watch }: ReportGround): Report {
  const { id, plan, started, endedAt, snapshot } = cutover;
  const first = entries[0];
  const last = entries.at(-1);
  const created = first?.line.type === 'cutover.created' ? first.line.data : null;
  const kept = watch ?? { record: nothingWatched, now: started };
  // As long as it is under way it lasts until now, however long ago the last line was.
  const end = endedAt ?? Math.max(last?.line.at ?? started.wall, kept.now.wall);
  const world = worldReport({ cutover, entries, ...kept });
  const source = { plan, ...(snapshot !== null && { hosted: snapshot.hosted }) };
  return {
    id,
    domain: displayName(cutover.domain),
    zone: displayName(plan.zone),
    provider: plan.provider,
    planHash: plan.hash,
    outcome: cutover.outcome,
    stage: cutover.stage,
    run: cutover.run,
    host: cutover.host,
    startedAt: isoText(started.wall),
    startedBy: first === undefined ? 'unknown' : actorText(first.actor),
    reason: created?.reason ?? null,
    endedAt: isoOrNull(endedAt),
    seconds: Math.max(0, Math.round((end - started.wall) / 1000)),
    journal: {
      lines: entries.length,
      first: first === undefined ? null : `${epoch}-${first.n}`,
      last: last === undefined ? null : `${epoch}-${last.n}`,
      hash: last?.hash ?? null,
    },
    moved: movedOf(cutover),
    stages: stagesOf(entries, end),
    writes: writesOf(entries, plan),
    drains: drainsOf(entries),
    decisions: decisionsOf(entries, plan),
    accepted: acceptedOf(cutover, entries),
    holds: holdsOf(entries, plan),
    agreements: agreementsOf(entries),
    dnssec: validationsOf(entries),
    rollback: rollbackOf(cutover),
    canary: canaryView(cutover),
    world,
    mail: mailReport(cutover, entries),
    settling: cutover.settling,
    findings: cutover.findings,
    notDone: notDoneOf(cutover, entries, world),
    undo: { rows: undoRows(source), nsupdate: undoScript(source) },
  };
}
