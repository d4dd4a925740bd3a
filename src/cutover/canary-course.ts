import { type Now, type Seconds } from '../clock.ts';
import { type RRset } from '../dns/rrset.ts';
import { limits } from '../limits.ts';
import {
  canaryIsGone,
  canaryKey,
  canaryRRset,
  canarySendable,
  canaryTtl,
  canaryValue,
} from './canary.ts';
import { type Cutover } from './cutover.ts';
import { proof } from './drain.ts';
import { type Effect } from './effect.ts';
import { wallAfter } from './elapsed.ts';
import { type Report } from './event.ts';
import { type Intent, type Settlement } from './intent.ts';
import { type LineBody } from './lines.ts';
import { type Stage } from './stage.ts';
import { allThere } from './standing.ts';
import { stopped } from './stopped.ts';
import { frozenUntil, nextFreeze } from './write.ts';

/** Every address must give a value in this many identical rounds: behind one address may be several. */
export const canaryRounds = 3;

/** Beside the life of an entry there must be time to ask everybody. */
const askingMs = 5000;
const tellingMs = 3000;

const givenUp = (why: string): LineBody => ({ type: 'canary.given-up', data: { why } });

interface Wanted {
  readonly purpose: 'canary' | 'uncanary';
  readonly before: RRset | null;
  readonly after: RRset | null;
}

function intend(cutover: Cutover, { purpose, before, after }: Wanted, now: Now): LineBody {
  const { canary, stage, ending, clock } = cutover;
  const usual = stage === 'rollback' ? null : nextFreeze(cutover, now);
  const intent: Intent = {
    id: `c${String((canary?.intents ?? 0) + 1)}`,
    ...{ purpose, stage, changes: [{ before, after }], position: null },
    by: ending === null ? usual : wallAfter(ending.since, limits.abandonMs, clock),
  };
  return { type: 'canary.intended', data: { intent } };
}

/** Removes what stands; where nothing does, it is looked for what was lost and may have landed. */
function intendRemoval(cutover: Cutover, now: Now): LineBody {
  const which = cutover.canary?.stands === 'second' ? 'second' : 'first';
  const before = canaryRRset(cutover, which);
  return intend(cutover, { purpose: 'uncanary', before, after: null }, now);
}

/** May something be written for it now? Its writes give way to those of the move. */
function free(cutover: Cutover, now: Now): boolean {
  const { hold, intent, stage, ending } = cutover;
  if (ending !== null) return true;
  if (hold !== null || intent !== null || stopped(cutover)) return false;
  return stage === 'rollback' || frozenUntil(cutover, now) === null;
}

const lifeMs = ({ plan, snapshot }: Cutover): number =>
  canaryTtl(plan, snapshot?.capabilities.minTtl ?? null) * 1000;

/** How long a drain has to last for one with this TTL. */
export const canaryNeedsMs = (ttl: Seconds): number => 2 * ttl * 1000 + askingMs;

/**
 * It begins once the drain runs and only where there is time for it: an entry lives for one TTL while it is
 * measured, and for another one after it was changed.
 */
function begin(cutover: Cutover, now: Now): readonly LineBody[] {
  const proven = proof(cutover, now);
  if (proven === null || !allThere(cutover)) return [];
  if (proven.leftMs < canaryNeedsMs(lifeMs(cutover) / 1000))
    return [givenUp('the drain is too short to measure anything in it')];
  const after = canaryRRset(cutover, 'first');
  return [intend(cutover, { purpose: 'canary', before: null, after }, now)];
}

/** The rehearsal of the swap. */
function change(cutover: Cutover, now: Now): readonly LineBody[] {
  if (leftMs(cutover, now) < lifeMs(cutover) + askingMs)
    return [givenUp('the drain ends too soon for a rehearsal of the swap')];
  const before = canaryRRset(cutover, 'first');
  const after = canaryRRset(cutover, 'second');
  return [intend(cutover, { purpose: 'canary', before, after }, now)];
}

/** Why it ends where the drain was left. */
const ends: Partial<Record<Stage, string>> = {
  rollback: 'the cutover is rolled back',
  lower: 'the drain begins anew',
};

const leftMs = (cutover: Cutover, now: Now): number => proof(cutover, now)?.leftMs ?? 0;

/** How long resolvers may be measured, so that there is time left for the rehearsal. */
export const measuringMs = (cutover: Cutover, now: Now): number =>
  Math.max(askingMs, leftMs(cutover, now) - lifeMs(cutover) - 3 * askingMs);

/** How long they may be followed, so that what was seen is told before the drain is over. */
export const followingMs = (cutover: Cutover, now: Now): number =>
  Math.max(0, leftMs(cutover, now) - tellingMs);

/** What follows for it by itself, beside whatever follows for the move; before an end was decided. */
export function canaryLines(cutover: Cutover, now: Now): readonly LineBody[] {
  const { canary, stage, outcome, ending } = cutover;
  if (canary === null || outcome !== null || ending !== null || canary.intent !== null) return [];
  const { stands, measured, rehearsed, over, intents, failures } = canary;
  const goesOn = over === null && rehearsed === null;
  if (goesOn && stage !== 'drain' && intents > 0)
    return [givenUp(ends[stage] ?? 'the drain is over')];
  if (stands === 'left' || !free(cutover, now)) return [];
  if (stands !== 'nothing' && !goesOn)
    return failures < limits.writeAttempts ? [intendRemoval(cutover, now)] : [];
  if (!goesOn || stage !== 'drain') return [];
  if (stands === 'nothing') return begin(cutover, now);
  return stands === 'first' && measured !== null ? change(cutover, now) : [];
}

const left = (why: string): LineBody => ({ type: 'canary.left', data: { why } });

/**
 * What is to be done about it before a cutover ends: removed, and once more looked for where a write was
 * lost; null: nothing any more. An end that waits for nobody (`late`) leaves it, and says so.
 */
export function canaryEnd(
  cutover: Cutover,
  { late, now }: { readonly late: boolean; readonly now: Now },
): readonly LineBody[] | null {
  const { canary } = cutover;
  if (canary === null || canaryIsGone(cutover)) return null;
  if (late) return [left('it could not be removed in time')];
  if (canary.intent !== null) return [];
  if (canary.failures >= 2 * limits.writeAttempts)
    return [left('the provider did not remove it, however often it was asked')];
  return free(cutover, now) ? [intendRemoval(cutover, now)] : [];
}

/** What ought to be running for it. */
export function canaryEffects(cutover: Cutover): readonly Effect[] {
  const { canary, stage, hold, ending, plan, domain } = cutover;
  if (canary === null) return [];
  const { intent, stands, over, rehearsed } = canary;
  const send = canarySendable(cutover);
  const writes: readonly Effect[] =
    intent === null
      ? []
      : [{ key: `write:${intent.id}:${send ? 'send' : 'read'}`, do: 'write', intent, send }];
  const still = hold !== null || ending !== null || stopped(cutover);
  const measures = stage === 'drain' && stands !== 'nothing' && stands !== 'left' && !still;
  if (!measures || over !== null || rehearsed !== null) return writes;
  const values = { first: canaryRRset(cutover, 'first'), second: canaryRRset(cutover, 'second') };
  const { resolvers } = plan.policy.watch;
  return [...writes, { key: 'canary', do: 'canary', domain, values, resolvers }];
}

/** How a write of it ended. Whatever that is: it is told, and holds nothing up. */
export function canarySettled(
  cutover: Cutover,
  intent: Intent,
  { settlement, now }: { readonly settlement: Settlement; readonly now: Now },
): readonly LineBody[] {
  const { id, purpose } = intent;
  const removes = purpose === 'uncanary';
  if (settlement.is === 'confirmed')
    return [{ type: 'canary.confirmed', data: { intent: id, now } }];
  if (settlement.is === 'not-applied') {
    const { code, message, refused } = settlement;
    const line: LineBody = { type: 'canary.failed', data: { intent: id, code, message, refused } };
    // Not to be sent any more, it may be tried again.
    return removes || !canarySendable(cutover) ? [line] : [line, ...unlessOver(cutover, message)];
  }
  const found = settlement.differences[0]?.found ?? null;
  const line: LineBody = { type: 'canary.conflict', data: { intent: id, found } };
  const ours = canaryValue(cutover, found) !== null;
  if (removes) return ours ? [line] : [line, left('somebody else changed it')];
  const fresh = intent.changes[0]?.before === null;
  if (fresh) return [line, ...unlessOver(cutover, inThePlace(cutover, found))];
  if (ours) return [line, ...unlessOver(cutover, 'somebody else changed it')];
  return [line, left('somebody else changed it')];
}

/** One that a dead run left behind is nobody's any more: its own journal would have removed it. */
function inThePlace({ domain }: Cutover, found: RRset | null): string {
  const { name } = canaryKey(domain);
  const run = /\bdns-cutover canary run=(\S+)/.exec(found?.rdata.join(' ') ?? '')?.[1];
  if (run === undefined) return `a TXT that is not ours stands at ${name}`;
  return `the canary of run ${run} stands at ${name}: if that run is dead, remove it by hand`;
}

const unlessOver = ({ canary }: Cutover, why: string): readonly LineBody[] =>
  canary?.over === null ? [givenUp(why)] : [];

type Told = Extract<Report, { type: 'canary' }>;

/** What was measured, told once. */
export function canaryTold({ canary }: Cutover, { told }: Told): readonly LineBody[] {
  if (canary?.over !== null || canary.rehearsed !== null) return [];
  switch (told.is) {
    case 'measured': {
      if (canary.stands !== 'first' || canary.measured !== null) return [];
      return [{ type: 'canary.measured', data: { measured: told.measured } }];
    }
    case 'rehearsed': {
      if (canary.stands !== 'second') return [];
      return [{ type: 'canary.rehearsed', data: { rehearsed: told.rehearsed } }];
    }
    case 'given-up':
      return [givenUp(told.why)];
  }
}
