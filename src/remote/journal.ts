import { apply } from '../cutover/apply.ts';
import { type Cutover } from '../cutover/cutover.ts';
import { type Actor, chain, type Entry, genesis, type Line } from '../cutover/line.ts';
import { Fault, isFault } from '../errors.ts';
import { isObject } from '../object.ts';

/** A line of a journal as a server hands it out: what was stored, so that anybody can verify the chain. */
interface Handed {
  readonly n: number;
  readonly seq: number;
  readonly actor: Actor;
  readonly cause: string;
  readonly hash: string;
  readonly text: string;
}

/** The journal of one cutover as far as it was read, and the state that it folds into. */
export interface Journal {
  readonly id: string;
  readonly entries: readonly Entry[];
  /** Null before the first line. */
  readonly state: Cutover | null;
}

export const noJournal = (id: string): Journal => ({ id, entries: [], state: null });

const kinds: readonly Actor['kind'][] = ['person', 'controller', 'system'];

function isActor(value: unknown): value is Actor {
  if (!isObject(value)) return false;
  return kinds.some(kind => kind === value['kind']) && typeof value['name'] === 'string';
}

const isHanded = (value: unknown): value is Handed =>
  isObject(value) &&
  Number.isSafeInteger(value['n']) &&
  Number.isSafeInteger(value['seq']) &&
  isActor(value['actor']) &&
  [value['cause'], value['hash'], value['text']].every(one => typeof one === 'string');

const isLine = (value: unknown): value is Line =>
  isObject(value) && typeof value['type'] === 'string' && isObject(value['data']);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const damaged = (id: string, seq: number, why: string): Fault =>
  new Fault('MALFORMED', `line ${String(seq)} of the journal of ${id} ${why}`, {
    where: id,
    fix: 'nothing that this server says of it can be trusted: run dns-cutover store check on its machine',
  });

function entryOf({ id, entries }: Journal, text: string): Entry {
  const seq = entries.length + 1;
  const handed = parsed(text);
  if (!isHanded(handed)) throw damaged(id, seq, 'is no line of a journal');
  if (handed.seq !== seq) throw damaged(id, seq, `is missing, ${String(handed.seq)} follows`);
  const line = parsed(handed.text);
  if (!isLine(line)) throw damaged(id, seq, 'cannot be read');
  const { n, actor, cause, hash } = handed;
  const entry = { n, cutover: id, seq, actor, cause, line, text: handed.text, hash };
  if (chain(entries.at(-1)?.hash ?? genesis(id), entry) !== hash)
    throw damaged(id, seq, 'does not follow from the one before it: its hash is another');
  return entry;
}

/**
 * The state with one line more. A chain is right for whatever a server wrote into it: a line that folds
 * into nothing is its mistake, not one of this program.
 */
function folded(state: Cutover | null, { cutover, seq, line }: Entry): Cutover {
  let after: Cutover;
  try {
    after = apply(state, line);
  } catch (error) {
    if (isFault(error)) throw error;
    throw damaged(cutover, seq, 'is none that this version can read');
  }
  if (after.id === cutover) return after;
  throw damaged(cutover, seq, 'is of another cutover');
}

/**
 * The journal with the lines that were handed out after its last one: JSON, one a line. The state is the
 * same fold that the server makes, so that both show the same. @throws Fault MALFORMED
 */
export function grown(journal: Journal, ndjson: string): Journal {
  const entries = [...journal.entries];
  let { state } = journal;
  for (const text of ndjson.split('\n')) {
    if (text === '') continue;
    const entry = entryOf({ ...journal, entries }, text);
    state = folded(state, entry);
    entries.push(entry);
  }
  return { id: journal.id, entries, state };
}
