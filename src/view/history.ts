import { type Instant } from '../clock.ts';
import { apply } from '../cutover/apply.ts';
import { type Cutover } from '../cutover/cutover.ts';
import { type Purpose } from '../cutover/intent.ts';
import { type Entry } from '../cutover/line.ts';
import { type LineBody } from '../cutover/lines.ts';
import { type Plan } from '../cutover/plan.ts';
import { type Security } from '../cutover/validation.ts';
import { type Stage } from '../cutover/stage.ts';
import { allThere } from '../cutover/standing.ts';
import { differenceText, reasonOf } from './hold.ts';
import { labelAt } from './position.ts';
import { changeText } from './sentences.ts';
import { isoOrNull, isoText } from './words.ts';

const seconds = (from: Instant, until: Instant): number =>
  Math.max(0, Math.round((until - from) / 1000));

export interface StageReport {
  readonly stage: Stage;
  readonly step: number;
  readonly from: string;
  readonly seconds: number;
}

interface Entered {
  readonly stage: Stage;
  readonly step: number;
  readonly at: Instant;
}

/** Every stage that was entered, in order, with how long it took. `end` closes the last one. */
export function stagesOf(entries: readonly Entry[], end: Instant): readonly StageReport[] {
  const entered = entries.flatMap(({ line }): readonly Entered[] => {
    if (line.type === 'cutover.created') return [{ stage: 'snapshot', step: 0, at: line.at }];
    return line.type === 'stage.entered' ? [{ ...line.data, at: line.at }] : [];
  });
  return entered.map(({ stage, step, at }, index) => ({
    stage,
    step,
    from: isoText(at),
    seconds: seconds(at, entered[index + 1]?.at ?? end),
  }));
}

export interface WriteReport {
  readonly intent: string;
  readonly purpose: Purpose;
  readonly stage: Stage;
  /** Label of the position that it reaches; null for the claim. */
  readonly position: string | null;
  readonly changes: readonly string[];
  readonly at: string;
  readonly outcome: 'confirmed' | 'not-applied' | 'conflict' | 'unsettled' | 'open';
  readonly settledAt: string | null;
  /** What the provider said, or what was found instead. */
  readonly why: string | null;
}

type Settling = Extract<
  LineBody,
  { type: 'write.confirmed' | 'write.not-applied' | 'write.conflict' | 'write.unsettled' }
>;

const outcomes: Record<Settling['type'], WriteReport['outcome']> = {
  'write.confirmed': 'confirmed',
  'write.not-applied': 'not-applied',
  'write.conflict': 'conflict',
  'write.unsettled': 'unsettled',
};

const isSettling = (line: LineBody): line is Settling => line.type in outcomes;

function whyOf(line: Settling): string | null {
  if (line.type === 'write.not-applied') {
    const { code, message } = line.data;
    return code === 'ABORTED' ? message : `${code}: ${message}`;
  }
  if (line.type === 'write.conflict') return line.data.differences.map(differenceText).join('; ');
  return null;
}

/** Every write that was meant to be made, and what became of it. */
export function writesOf(entries: readonly Entry[], plan: Plan): readonly WriteReport[] {
  const ends = new Map<string, { readonly at: Instant; readonly line: Settling }>();
  for (const { line } of entries)
    if (isSettling(line)) ends.set(line.data.intent, { at: line.at, line });
  return entries.flatMap(({ line }) => {
    if (line.type !== 'write.intended') return [];
    const { id, purpose, stage, position, changes } = line.data.intent;
    const end = ends.get(id);
    return [
      {
        intent: id,
        purpose,
        stage,
        position: position === null ? null : labelAt(plan, position),
        changes: changes.map(changeText),
        at: isoText(line.at),
        outcome: end === undefined ? 'open' : outcomes[end.line.type],
        settledAt: isoOrNull(end?.at ?? null),
        why: end === undefined ? null : whyOf(end.line),
      },
    ];
  });
}

export interface DrainReport {
  /** Since when every authoritative address showed the low TTL. */
  readonly since: string;
  readonly provenAt: string | null;
  readonly terms: readonly string[];
  /** Why it began anew, if it did. */
  readonly reset: string | null;
  readonly extensions: readonly string[];
}

/** Every run of the drain; the last one is the one that proved it. */
export function drainsOf(entries: readonly Entry[]): readonly DrainReport[] {
  const runs: DrainReport[] = [];
  const amend = (change: Partial<DrainReport>): void => {
    const run = runs.pop();
    if (run !== undefined) runs.push({ ...run, ...change });
  };
  for (const { line } of entries) {
    if (line.type === 'drain.started')
      runs.push({
        since: isoText(line.data.run.since.wall),
        provenAt: null,
        terms: [],
        reset: null,
        extensions: [],
      });
    if (line.type === 'drain.reset') amend({ reset: line.data.why });
    if (line.type === 'drain.proven') amend({ provenAt: isoText(line.at), terms: line.data.terms });
    if (line.type === 'drain.extended' && line.data.servers.length > 0)
      amend({
        extensions: [...(runs.at(-1)?.extensions ?? []), `${line.data.servers.join(', ')} silent`],
      });
  }
  return runs;
}

export interface HoldReport {
  readonly why: string;
  readonly sentence: string;
  readonly seen: readonly string[];
  readonly since: string;
  readonly until: string | null;
  /** What ended it; null while it lasts. */
  readonly ended: string | null;
  readonly reason: string | null;
}

/** Every hold and how it ended. */
export function holdsOf(entries: readonly Entry[], plan: Plan): readonly HoldReport[] {
  const holds: HoldReport[] = [];
  for (const { line, actor } of entries) {
    if (line.type === 'held')
      holds.push({
        why: line.data.reason.why,
        ...reasonOf(line.data.reason, plan.policy.schedule.timeZone),
        since: isoText(line.at),
        until: null,
        ended: null,
        reason: null,
      });
    if (line.type !== 'hold.lifted') continue;
    const hold = holds.pop();
    const by = actor.kind === 'person' ? ` by ${actor.name}` : '';
    if (hold !== undefined)
      holds.push({
        ...hold,
        until: isoText(line.at),
        ended: `${line.data.by}${by}`,
        reason: line.data.reason,
      });
  }
  return holds;
}

/** What validating resolvers make of one write, once every address served it. */
export interface ValidationReport {
  readonly at: string;
  readonly writtenAt: string;
  readonly is: Security;
  readonly servers: number;
  /** The RRset or zone at which it was decided, and in words why. */
  readonly subject: string;
  readonly why: string;
}

export const validationsOf = (entries: readonly Entry[]): readonly ValidationReport[] =>
  entries.flatMap(({ line }) => {
    if (line.type !== 'dnssec.validated') return [];
    const { is, servers, at: subject, why, written } = line.data;
    const writtenAt = isoText(written.wall);
    return [{ at: isoText(line.at), writtenAt, is, servers, subject, why }];
  });

export interface AgreementReport {
  readonly intent: string;
  readonly writtenAt: string;
  /** When every authoritative address was first seen to show it. */
  readonly agreedAt: string | null;
  readonly seconds: number | null;
  readonly servers: readonly string[];
}

/** How long the authoritative servers took to show each write, judged as the core judged it then. */
export function agreementsOf(entries: readonly Entry[]): readonly AgreementReport[] {
  const list: AgreementReport[] = [];
  let state: Cutover | null = null;
  let waiting: { readonly intent: string; readonly at: Instant } | null = null;
  const tell = (cutover: Cutover | null, agreedAt: Instant | null): void => {
    if (waiting === null) return;
    list.push({
      intent: waiting.intent,
      writtenAt: isoText(waiting.at),
      agreedAt: isoOrNull(agreedAt),
      seconds: agreedAt === null ? null : seconds(waiting.at, agreedAt),
      servers:
        agreedAt === null ? [] : (cutover?.authority?.standings ?? []).map(({ server }) => server),
    });
    waiting = null;
  };
  for (const { line } of entries) {
    const purpose: Purpose | undefined = state?.intent?.purpose;
    state = apply(state, line);
    if (line.type === 'write.confirmed' && purpose !== 'claim' && purpose !== 'unclaim') {
      tell(state, null);
      waiting = { intent: line.data.intent, at: line.at };
    }
    if (line.type === 'authority.seen' && allThere(state)) tell(state, line.at);
  }
  tell(state, null);
  return list;
}
