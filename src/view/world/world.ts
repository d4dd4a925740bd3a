import { type Instant, type Now } from '../../clock.ts';
import { type Cutover } from '../../cutover/cutover.ts';
import { type Distribution } from '../../propagation/distribution.ts';
import { holderOf, type Outlook, outlookOf } from '../../propagation/outlook.ts';
import { type Cause } from '../../propagation/straggler.ts';
import { type Slice } from '../../propagation/tally.ts';
import { type Verdict } from '../../propagation/verdict.ts';
import { type WatchRecord } from '../../propagation/watched.ts';
import {
  attentionOf,
  byAttention,
  rowsOf,
  sliceOfRows,
  wallOf,
  type PropagationRow,
} from '../propagation/rows.ts';
import { errorsText } from '../propagation/words.ts';
import { courseOf, resolverNoun } from './aim.ts';
import { causesOf, type CauseView } from './causes.ts';
import { expectedView, type ExpectedView } from './expected.ts';
import { byTheWall, outlookView, type OutlookView } from './outlook.ts';
import { believing, fitnessView, type FitnessView } from './fitness.ts';
import { isoOrNull, isoText } from '../words.ts';

/** What is shown where nothing was watched, or nothing kept yet. */
export const nothingWatched: WatchRecord = { steady: null, watched: [], minutes: [] };

/**
 * What the resolvers of a cutover say, as far as it was kept. Public resolvers are a proxy for those of
 * the senders, and weights are estimates. Additive changes only.
 */
export interface CachesView extends FitnessView {
  /** `keyText` of the RRset that is watched. */
  readonly key: string;
  /** What the resolvers are called: an own list need not be one of public ones. */
  readonly noun: 'public resolver' | 'resolver';
  /** A swap was taken back: `new` means what was before it. */
  readonly back: boolean;
  /** 0 to 1; null before the swap, and where nobody can tell or be trusted. */
  readonly share: number | null;
  /** Weight of those that can tell among those asked, 0 to 1; null before anybody was asked. */
  readonly ableToTell: number | null;
  /** The share in per cent that the plan waits for. */
  readonly target: number;
  readonly counts: Readonly<Record<Verdict, number>>;
  /** Of those that are new: seen to turn, and new at first sight. */
  readonly flipped: number;
  readonly cold: number;
  readonly total: number;
  readonly unasked: number;
  /** When the last of those has its turn, about; null: nobody waits, or nobody knows. */
  readonly turnBy: string | null;
  /** What needs attention first; nobody lags before the swap. In a stream only the first of them. */
  readonly stragglers: readonly StragglerView[];
  /** All of them by their cause. */
  readonly causes: readonly CauseView[];
  /** From the entries seen: when so much of what can tell is new; null where that has no known end. */
  readonly outlook: OutlookView | null;
  /** From what was seen before the swap: seconds from the last authoritative server's turn. */
  readonly expected: ExpectedView | null;
  /** When a resolver was last heard, or given up. */
  readonly asOf: string | null;
}

export interface StragglerView {
  readonly id: string;
  readonly verdict: Verdict;
  readonly cause: Cause;
  /** The last moment at which what was seen can be answered; null: nothing seen tells. */
  readonly until: string | null;
  /** False while an authoritative server may hand out old again. */
  readonly final: boolean;
  /** False where nothing that was seen accounts for it. */
  readonly explained: boolean;
  /** What the members of an anycast service or a farm said last; null: one cache. */
  readonly members: Distribution | null;
  readonly name: string;
  readonly operator: string;
  /** Two capital letters (ISO 3166); null: not known. Of an anycast service that of its operator. */
  readonly country: string | null;
  /** Null: not known. */
  readonly anycast: boolean | null;
  /** The address that was asked last. */
  readonly address: string;
  /** What it said last; empty for an answer without such records, null where it never said. */
  readonly rdata: readonly string[] | null;
  /** When what it said last ends by the TTL that it gave; null where nothing was answered. */
  readonly ttlEnds: string | null;
  /** Since when it has been so; null: not kept. */
  readonly since: string | null;
  /** What it said beside its answer, its silence included, as it said it. */
  readonly remarks: readonly string[];
  /** A page where a person can ask it to forget a name; null: none is known. */
  readonly flushUrl: string | null;
}

/** The watch of one RRset by the wall clock of now, with what the views are made from. */
export interface CachesNow {
  readonly key: string;
  readonly rows: readonly PropagationRow[];
  readonly slice: Slice;
  /** Whether anybody can lag: before the swap everybody rightly says old. */
  readonly moving: boolean;
  readonly back: boolean;
  readonly noun: CachesView['noun'];
  readonly fitness: FitnessView;
  /** When this share (0 to 1) of what can tell is new, from the entries seen, and who is waited for. */
  readonly turned: (share: number) => Outlook;
  readonly expected: CachesView['expected'];
  readonly asOf: Instant | null;
  /** When the last of those that were not asked yet has its turn, about; null: not known. */
  readonly turnBy: Instant | null;
}

/** What was told when nothing had moved yet; of this step alone. */
const expectedOf = ({ world: { forecast }, step }: Cutover): CachesView['expected'] =>
  forecast?.step === step ? expectedView(forecast) : null;

/** The watch of the RRset that is watched, or was last; null where nothing was kept of it. */
export function cachesOf(cutover: Cutover, record: WatchRecord, now: Now): CachesNow | null {
  const { steady, watched, minutes } = record;
  const { moving, back, counts, ...course } = courseOf(cutover);
  const key = course.key ?? minutes.at(-1)?.key ?? watched[0]?.key;
  const kept = watched.filter(one => one.key === key);
  if (key === undefined || kept.length === 0) return null;
  // Until it is written back, nobody can show anything of it.
  if (back && !moving) return null;
  const at = { steady, now };
  const steadyNow = steady?.boot === now.boot ? now.up + steady.offset : now.wall;
  const current = kept.filter(counts);
  const believed = believing(record.fitness);
  const { unfit, distrust } = believed.judgement;
  const rows = byAttention(rowsOf(current, at).map(believed.row));
  const slice = { ...sliceOfRows(rows, now.wall), ...(distrust !== null && { share: null }) };
  const last = minutes.at(-1);
  const waiting = last?.key === key && last.waiting !== undefined ? last.waiting : null;
  // Of whom nothing was ever heard nothing is kept but that they wait.
  const unheard = Math.max(0, (waiting?.count ?? 0) - (kept.length - current.length));
  const missing = kept.length - current.length + unheard;
  const holders = current.filter(one => !unfit.has(one.resolver.id)).map(holderOf);
  const turned = outlookOf(holders, steadyNow);
  const heard = current.map(({ state }) => state.last.received);
  return {
    ...{ key, rows, moving, back, noun: resolverNoun(cutover) },
    fitness: fitnessView(believed.judgement),
    slice: { ...slice, total: slice.total + missing, unasked: slice.unasked + missing },
    turned: share => byTheWall(turned(share), moment => wallOf(moment, at)),
    expected: expectedOf(cutover),
    asOf: heard.length === 0 ? null : wallOf(Math.max(...heard), at),
    turnBy: waiting === null ? null : wallOf(waiting.by, at),
  };
}

const stragglerOf = (row: PropagationRow): readonly StragglerView[] => {
  const { id, verdict, cause, until, final, explained, members = null } = row;
  if (verdict === null || cause === null) return [];
  const { ede, silence, since = null, ttlEnds = null } = row;
  return [
    {
      ...{ id, verdict, cause, until: isoOrNull(until), final, explained, members },
      ...{ name: row.name, operator: row.operator, country: row.country, rdata: row.rdata },
      ...{ anycast: row.anycast ?? null, address: row.address, flushUrl: row.flushUrl ?? null },
      ...{ ttlEnds: isoOrNull(ttlEnds), since: isoOrNull(since) },
      remarks: [
        ...(silence === null ? [] : [silence]),
        ...(ede.length === 0 ? [] : [errorsText(ede)]),
      ],
    },
  ];
};

/** The rows that are neither new nor unable to tell, what needs attention first. */
export const lagging = ({ rows, moving }: CachesNow): readonly PropagationRow[] =>
  moving ? rows.filter(row => attentionOf(row) === 'straggler') : [];

/** The world for programs. `target`: the share in per cent that the plan waits for. */
export function cachesView(caches: CachesNow, target: number): CachesView {
  const { key, noun, back, rows, slice, moving, turned, expected, asOf, turnBy, fitness } = caches;
  const { share, ableToTell, counts, flipped, cold, total, unasked } = slice;
  const stragglers = moving ? rows.flatMap(stragglerOf) : [];
  return {
    ...{ key, noun, back, share: moving ? share : null, ableToTell, target },
    ...{ counts, flipped, cold, total, unasked, turnBy: isoOrNull(turnBy) },
    ...{ stragglers, causes: causesOf(stragglers) },
    outlook: moving
      ? outlookView({ half: turned(0.5), target: turned(target / 100), worst: turned(1) })
      : null,
    expected,
    asOf: asOf === null ? null : isoText(asOf),
    ...fitness,
  };
}
