import { type Entry } from '../../src/cutover/line.ts';
import { type Heard, type Reader } from './reader.ts';

/*
 * What etcd promises of a watch (tests/robustness/validate/watch.go there), as questions to a history: what a
 * reader heard over all its connections, held against the journal of the store.
 */

export interface Evidence {
  readonly reader: Pick<Reader, 'wish' | 'heard' | 'connections'>;
  readonly journal: readonly Entry[];
  readonly epoch: string;
}

type Checker = (evidence: Evidence) => readonly string[];

const numberOf = (epoch: string, id: string): number => Number(id.slice(epoch.length + 1));
const isLine = ({ event }: Heard): boolean => event === 'message';

/** Lines that this reader is to hear. */
const asked = ({ reader: { wish }, journal }: Evidence): readonly Entry[] => {
  const { cutover, types = null, principal } = wish;
  return journal.filter(
    entry =>
      (cutover === null || entry.cutover === cutover) &&
      (principal.cutovers === null || principal.cutovers.includes(entry.cutover)) &&
      (types === null || types.includes(entry.line.type)),
  );
};

/** Walks through a history; `at` is the line that everything before was sent up to, or stood in a snapshot. */
function walk(
  { reader, epoch }: Evidence,
  visit: (heard: Heard, at: number) => string | null,
): readonly string[] {
  const found: string[] = [];
  let at = 0;
  let connection = -1;
  for (const heard of reader.heard) {
    const n = numberOf(epoch, heard.id);
    if (heard.connection !== connection) {
      connection = heard.connection;
      at = numberOf(epoch, reader.connections[connection]?.from ?? '');
    }
    if (heard.event === 'snapshot') at = n;
    const said = visit(heard, at);
    if (said !== null) found.push(said);
    if (isLine(heard)) at = n;
  }
  return found;
}

const ordered: Checker = evidence =>
  walk(evidence, (heard, at) =>
    isLine(heard) && numberOf(evidence.epoch, heard.id) <= at
      ? `ordered: ${heard.id} after ${at}`
      : null,
  );

const unique: Checker = ({ reader }) => {
  const seen = new Set<string>();
  return reader.heard.flatMap(heard => {
    // After a reset a reader begins anew, and may hear what it knew before.
    if (heard.event === 'reset') seen.clear();
    if (!isLine(heard)) return [];
    if (seen.has(heard.id)) return [`unique: ${heard.id} twice`];
    seen.add(heard.id);
    return [];
  });
};

/** Nothing between two lines that were heard, or before the first one, was left out. */
const reliable: Checker = evidence => {
  const lines = asked(evidence);
  return walk(evidence, (heard, at) => {
    if (!isLine(heard)) return null;
    const n = numberOf(evidence.epoch, heard.id);
    const missed = lines.find(line => line.n > at && line.n < n);
    return missed === undefined ? null : `reliable: ${missed.n} left out before ${n}`;
  });
};

/** Whoever comes back with a cursor goes on right there, or is told that it is unknown. */
const resumable: Checker = ({ reader, epoch, journal }) =>
  reader.connections.flatMap(({ cursor, from }, index) => {
    if (cursor === null) return [];
    const known = cursor.startsWith(`${epoch}-`) && numberOf(epoch, cursor) <= journal.length;
    if (known) return from === cursor ? [] : [`resumable: ${cursor} goes on from ${from}`];
    const [first] = reader.heard.filter(({ connection }) => connection === index);
    return first === undefined || first.event === 'reset'
      ? []
      : [`resumable: no reset of ${cursor}`];
  });

/** A bookmark promises that everything before it was sent. */
const bookmarkable: Checker = evidence => {
  const lines = asked(evidence);
  return walk(evidence, (heard, at) => {
    if (heard.event !== 'bookmark') return null;
    const n = numberOf(evidence.epoch, heard.id);
    const missed = lines.find(line => line.n > at && line.n <= n);
    return missed === undefined ? null : `bookmarkable: ${missed.n} not sent before ${n}`;
  });
};

const filter: Checker = evidence => {
  const mine = new Set(asked(evidence).map(({ n }) => n));
  return walk(evidence, heard =>
    isLine(heard) && !mine.has(numberOf(evidence.epoch, heard.id))
      ? `filter: ${heard.id} was not asked for`
      : null,
  );
};

/** How it stands is said of whole transitions, and never before the lines that led to it. */
const atomic: Checker = evidence => {
  const { journal, reader } = evidence;
  const { cutover } = reader.wish;
  const ends = new Set(commitEnds(journal));
  if (cutover === null) return walk(evidence, heard => lacking(evidence, heard));
  const seqAt = (n: number): number =>
    journal.findLast(entry => entry.cutover === cutover && entry.n <= n)?.seq ?? 0;
  return walk(evidence, (heard, at) => {
    if (heard.event !== 'status' && heard.event !== 'snapshot') return null;
    const { seq } = heard.data as { seq: number };
    if (!ends.has(`${cutover} ${seq}`)) return `atomic: ${heard.event} amid a transition at ${seq}`;
    const types = reader.wish.types ?? null;
    if (heard.event === 'status' && types === null && seq > seqAt(at))
      return `atomic: status of ${seq} before its lines, at ${seqAt(at)}`;
    return null;
  });
};

/** The rows of a list include every line up to the one that it names. */
function lacking(evidence: Evidence, { event, id, data }: Heard): string | null {
  if (event !== 'snapshot') return null;
  const { cutovers } = data as { cutovers: readonly { id: string; seq: number }[] };
  const { principal } = evidence.reader.wish;
  const missed = evidence.journal.find(
    ({ n, cutover, seq }) =>
      n <= numberOf(evidence.epoch, id) &&
      (principal.cutovers === null || principal.cutovers.includes(cutover)) &&
      seq > (cutovers.find(one => one.id === cutover)?.seq ?? 0),
  );
  return missed === undefined ? null : `atomic: ${missed.n} is not in the list of ${id}`;
}

/** The last line of each save: lines of one save have the same time and cause, and stand together. */
const commitEnds = (journal: readonly Entry[]): readonly string[] =>
  journal.flatMap((entry, index) => {
    const next = journal.slice(index + 1).find(({ cutover }) => cutover === entry.cutover);
    const together = next?.n === entry.n + 1 && reasonOf(next) === reasonOf(entry);
    return together ? [] : [`${entry.cutover} ${entry.seq}`];
  });

const reasonOf = ({ line }: Entry): unknown => ('reason' in line.data ? line.data.reason : null);

export const checkers = { ordered, unique, reliable, resumable, bookmarkable, filter, atomic };

/** Everything that is wrong with a history. */
export const violations = (evidence: Evidence): readonly string[] =>
  Object.values(checkers).flatMap(check => check(evidence));

/** Lines that a reader should have heard by now and has not: it has been connected all the while. */
export function missing({ reader, journal, epoch }: Evidence): readonly number[] {
  const heard = reader.heard.filter(isLine).map(({ id }) => numberOf(epoch, id));
  const from = reader.heard.findLast(({ event }) => event === 'snapshot');
  const begin = from === undefined ? 0 : numberOf(epoch, from.id);
  return asked({ reader, journal, epoch })
    .map(({ n }) => n)
    .filter(n => n > begin && !heard.includes(n));
}
