import { type Instant } from '../../clock.ts';
import { sameSet } from '../../dns/rrset.ts';
import { type Cause } from '../../propagation/straggler.ts';
import { attentionOf, isOver, type PropagationRow } from './rows.ts';
import { type Picture, placeText } from './propagation.ts';
import { failureText } from './words.ts';
import { isoOrNull } from '../words.ts';

/** What several resolvers say alike. */
export type AnswerKind = 'records' | 'no such records' | 'no such name' | 'error' | 'silence';

/** All that gave the same answer, the most common one first. */
export interface AnswerGroup {
  readonly kind: AnswerKind;
  /** Of the kind `records`; else null. */
  readonly rdata: readonly string[] | null;
  /** Of the kind `error`: `SERVFAIL`, `REFUSED` … */
  readonly rcode: string | null;
  readonly rows: readonly PropagationRow[];
  /** The authoritative servers that give this now, as `name` or `address:port`. */
  readonly servers: readonly string[];
  /** Why they do not give what is expected; none for those that do, or where nothing is. */
  readonly reasons: readonly Reason[];
  /** The least and the most that is left of their entries, in seconds; null where nothing tells. */
  readonly ttlLeft: { readonly least: number; readonly most: number } | null;
}

export interface Reason {
  readonly cause: Cause;
  /** The last moment at which one of them can go on for that reason; null: nothing seen tells. */
  readonly until: Instant | null;
  /** False where TTLs do not account for it. */
  readonly explained: boolean;
  /** Counted as old only because it is something else, see `PropagationRow`. */
  readonly guessed: boolean;
  /** The end lies behind us, and nobody asked since. */
  readonly over: boolean;
  readonly rows: readonly PropagationRow[];
}

/** The groups, largest first; who gives no data comes last. Nobody is in two. */
export function answersOf(picture: Picture): readonly AnswerGroup[] {
  const said = picture.rows.filter(row => kindOf(row) !== null);
  return [...Map.groupBy(said, markOf).values()]
    .map(rows => groupOf(rows, picture))
    .sort(
      (one, other) =>
        kinds.indexOf(one.kind) - kinds.indexOf(other.kind) ||
        other.rows.length - one.rows.length ||
        weightOf(other) - weightOf(one) ||
        (textOf(one) < textOf(other) ? -1 : 1),
    );
}

/** An answer that the name has no such records may be the one that all give. */
const kinds: readonly AnswerKind[] = [
  ...(['records', 'no such records', 'no such name', 'error', 'silence'] as const),
];

const textOf = ({ rdata, rcode }: AnswerGroup): string => JSON.stringify([rdata, rcode]);

/** Of their part in the world's questions, an estimate. */
const weightOf = ({ rows }: Pick<AnswerGroup, 'rows'>): number =>
  rows.reduce((sum, { weight }) => sum + weight, 0);

function kindOf({ verdict, rcode, rdata }: PropagationRow): AnswerKind | null {
  if (verdict === null) return null;
  if (verdict === 'silent') return 'silence';
  if (verdict === 'refused') return 'error';
  if (rdata !== null && rdata.length > 0) return 'records';
  return rcode === 'NXDOMAIN' ? 'no such name' : 'no such records';
}

/** Who says the same has the same. */
function markOf(row: PropagationRow): string {
  const kind = kindOf(row);
  return JSON.stringify([
    ...[kind, kind === 'records' ? row.rdata : null],
    kind === 'error' ? [row.rcode, failureText(row)] : null,
  ]);
}

function groupOf(rows: readonly PropagationRow[], picture: Picture): AnswerGroup {
  const [first] = rows;
  const kind = (first === undefined ? null : kindOf(first)) ?? 'silence';
  const rdata = kind === 'records' ? (first?.rdata ?? null) : null;
  const wanted = kind === 'records' ? rdata : kind.startsWith('no such') ? [] : null;
  const giving = picture.authority.filter(
    one => wanted !== null && one.rdata !== null && sameSet(one.rdata, wanted),
  );
  const left = rows.flatMap(row => (row.ttlLeft === null ? [] : [row.ttlLeft]));
  return {
    ...{ kind, rdata, rcode: kind === 'error' ? (first?.rcode ?? null) : null },
    rows: rows.toSorted((one, other) => other.weight - one.weight || (one.id < other.id ? -1 : 1)),
    servers: giving.map(({ name, address, port }) =>
      name === address ? placeText(address, port) : name.replace(/\.$/, ''),
    ),
    reasons: picture.expected === null ? [] : reasonsOf(rows, picture.at),
    ttlLeft: left.length === 0 ? null : { least: Math.min(...left), most: Math.max(...left) },
  };
}

function reasonsOf(rows: readonly PropagationRow[], now: Instant): readonly Reason[] {
  // Who cannot tell has said all there is in the answer itself.
  const lagging = rows.filter(row => attentionOf(row) === 'straggler');
  const reasons = Map.groupBy(lagging, row => {
    const over = isOver(row, now);
    return JSON.stringify([row.cause, over || row.explained, row.guessed === true, over]);
  });
  return [...reasons.values()].flatMap(some => {
    const [first] = some;
    if (first?.cause == null) return [];
    const ends = some.flatMap(({ until }) => (until === null ? [] : [until]));
    // Where one of them has no known end, they all together have none.
    const until = ends.length < some.length ? null : Math.max(...ends);
    const { cause, explained, guessed } = first;
    const over = isOver(first, now);
    return [{ cause, until, explained, guessed: guessed === true, over, rows: some }];
  });
}

/** Types that content networks answer by place and in turn. */
const varying: readonly string[] = ['A', 'AAAA', 'CNAME', 'HTTPS', 'SVCB'];
const variedFrom = 4;

/** Said of a name whose answers differ without any of them being old; null where that is not so. */
export function varietyNote(picture: Picture): string | null {
  if (picture.expectedFrom === 'given' || !varying.includes(picture.key.type)) return null;
  const sets = answersOf(picture).filter(({ kind }) => kind === 'records').length;
  if (sets < variedFrom) return null;
  return `${sets} different sets: content networks answer by place and in turn, and then a difference is no sign of an old entry. --expect names a set to wait for.`;
}

/** So many of each, the most common first. */
export function tallied(names: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return new Map([...counts].sort(([one, a], [other, b]) => b - a || (one < other ? -1 : 1)));
}

/** Where it stands, as far as a place means something. */
export const placeOf = ({ anycast, country }: PropagationRow): string =>
  anycast === true ? 'anycast' : (country ?? 'unknown');

/** For programs; additions only. `weight` is an estimate, see `weightSource` of the list. */
export const answersJson = (picture: Picture) =>
  answersOf(picture).map(group => ({
    ...{ kind: group.kind, rdata: group.rdata, rcode: group.rcode },
    ...{ total: group.rows.length, weight: weightOf(group), authoritative: group.servers },
    resolvers: group.rows.map(({ id }) => id),
    operators: Object.fromEntries(tallied(group.rows.map(({ operator }) => operator))),
    places: Object.fromEntries(tallied(group.rows.map(placeOf))),
    ttlLeft: group.ttlLeft,
    causes: group.reasons.map(({ cause, until, explained, guessed, over, rows }) => ({
      ...{ cause, until: isoOrNull(until), explained, guessed, over },
      resolvers: rows.map(({ id }) => id),
    })),
  }));
