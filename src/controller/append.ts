import { apply, fold, FOLD } from '../cutover/apply.ts';
import { type Cutover } from '../cutover/cutover.ts';
import { type Event } from '../cutover/event.ts';
import { keysOf } from '../cutover/keys.ts';
import { genesis, seal, type Actor, type Entry, type Line } from '../cutover/line.ts';
import { step } from '../cutover/step.ts';
import { Fault } from '../errors.ts';
import { limits } from '../limits.ts';
import { type Row, type Save, type Store } from '../store/store.ts';
import { type Environment } from './environment.ts';

type Needs = Pick<Environment, 'store' | 'clock'>;

export interface Terms {
  readonly actor: Actor;
  /** The seq that the caller has seen; another one is STALE, whatever is asked for. */
  readonly expect?: number;
  /** Only the owner's reports carry one. */
  readonly fence?: number;
  /** Which operation of the API it is: the journal names it, so that nobody carries it out twice. */
  readonly operation?: string;
  /** The report is dropped when this no longer holds for the state it meets. */
  readonly wanted?: (cutover: Cutover) => boolean;
}

/** The state of a row as this version of the code folds its journal. */
export async function folded(store: Pick<Store, 'lines'>, row: Row): Promise<Cutover> {
  if (row.fold === FOLD) return row.state;
  const lines: Line[] = [];
  for (;;) {
    const page = await store.lines(row.id, lines.length, limits.feedPage);
    lines.push(...page.map(({ line }) => line));
    if (page.length < limits.feedPage) break;
  }
  const state = fold(lines);
  if (state === null) throw new Fault('MALFORMED', `${row.id} has no journal`, { where: row.id });
  return state;
}

/** The state of a cutover as this version of the code folds it, or null when there is none. */
export async function loadCutover(
  store: Pick<Store, 'load' | 'lines'>,
  id: string,
): Promise<Cutover | null> {
  const row = await store.load(id);
  return row === null ? null : folded(store, row);
}

const stale = (id: string, expected: number, seq: number): Fault =>
  new Fault('STALE', `${id} is at line ${String(seq)}, not at ${String(expected)}`, {
    fix: 'look at its status again, then decide again',
    details: { seq },
  });

interface Decided {
  readonly save: Save;
  readonly state: Cutover;
}

interface Loaded {
  readonly id: string;
  readonly row: Row | null;
  readonly state: Cutover | null;
}

const operationText = (id: string): string => `(operation ${id})`;

const causeOf = ({ type }: Event, { operation }: Terms): string =>
  operation === undefined ? type : `${type} ${operationText(operation)}`;

/** Whether this line came of this operation. */
export const cameOf = ({ cause }: Pick<Entry, 'cause'>, operation: string): boolean =>
  cause.endsWith(operationText(operation));

/** What the event means for the row as it is now; null when it changes nothing. */
function decide(
  needs: Needs,
  { id, row, state }: Loaded,
  asked: { event: Event; terms: Terms },
): Decided | null {
  const { event, terms } = asked;
  const lines = step(state, event, needs.clock.now());
  if (lines.length === 0) return null;
  const next = lines.reduce<Cutover | null>(apply, state);
  if (next === null) throw new Fault('BUG', 'lines without a cutover');
  const sealed = seal(lines, {
    cutover: id,
    seq: row?.seq ?? 0,
    hash: row?.hash ?? genesis(id),
    actor: terms.actor,
    cause: causeOf(event, terms),
  });
  const save: Save = {
    id,
    seq: row?.seq ?? 0,
    lines: sealed,
    state: next,
    fold: FOLD,
    open: next.outcome === null,
    keys: keysOf(next.plan),
    ...(terms.fence !== undefined && { fence: terms.fence }),
  };
  return { save, state: next };
}

/**
 * Decides an event by `step` and stores what follows, in one act: accepted or refused at once. Gives the
 * state afterwards. Throws REFUSED, STALE, LEASE_LOST (the fence moved on), STORE.
 */
export async function append(
  needs: Needs,
  id: string,
  asked: { event: Event; terms: Terms },
): Promise<Cutover> {
  const { terms } = asked;
  for (let attempt = 0; attempt < limits.appendAttempts; attempt += 1) {
    const row = await needs.store.load(id);
    const state = row === null ? null : await folded(needs.store, row);
    const { expect } = terms;
    if (expect !== undefined && row?.seq !== expect) throw stale(id, expect, row?.seq ?? 0);
    if (state !== null && terms.wanted?.(state) === false) return state;
    const decided = decide(needs, { id, row, state }, asked);
    if (decided === null) {
      if (state === null) throw new Fault('NOT_FOUND', `there is no cutover ${id}`);
      return state;
    }
    const saved = await needs.store.save(decided.save);
    switch (saved.is) {
      case 'saved':
        return decided.state;
      case 'fenced':
        throw new Fault('LEASE_LOST', `another process owns ${id} now`);
      case 'taken':
        throw new Fault('REFUSED', `${saved.key} is being moved by ${saved.by}`, {
          fix: `finish or abandon ${saved.by} first`,
        });
      case 'stale':
        break;
    }
  }
  throw new Fault('STALE', `${id} changes faster than this act can be stored`, {
    fix: 'try again',
  });
}
