import { type Now } from '../../clock.ts';
import { type Cutover } from '../cutover.ts';
import { type Effect } from '../effect.ts';
import { elapsed } from '../elapsed.ts';
import { type Event } from '../event.ts';
import { type LineBody } from '../lines.ts';
import { allThere, foreign, missingMx, troubled, type Standing } from '../standing.ts';
import { observe, wakeAfter } from './rules.ts';

const problems = (standings: readonly Standing[]) =>
  standings.map(({ server, detail }) => ({ server, problem: detail }));

/** A foreign edit must be seen in two rounds: one may be a transfer that is under way. */
const foreignRounds = 2;

/** Somebody else changed what we manage, or removed the MX, as the authoritative servers show it. */
export function foreignHold(cutover: Cutover, event: Event): readonly LineBody[] {
  if (event.type !== 'observed') return [];
  // Nothing is waited for here: while there is none, mail is lost or goes astray.
  const servers = missingMx(cutover, event.round);
  if (servers.length > 0)
    return [{ type: 'held', data: { reason: { why: 'mx-missing', servers } } }];
  if (event.identical < foreignRounds) return [];
  const differences = foreign(cutover, event.round);
  if (differences.length === 0) return [];
  return [{ type: 'held', data: { reason: { why: 'conflict', differences } } }];
}

export const lagMs = (cutover: Cutover): number =>
  Math.max(cutover.plan.policy.ttl.lag, cutover.snapshot?.capabilities.lag ?? 0) * 1000;

/**
 * What authoritative servers show too late: a person must know. `lag` is the longest that one is assumed
 * to trail after the last change that it could show.
 */
export function late(cutover: Cutover, event: Event, now: Now): readonly LineBody[] {
  const edited = foreignHold(cutover, event);
  if (edited.length > 0) return edited;
  // From the first trouble on: one that comes and goes is none the better for it.
  const since = cutover.authority?.troubled ?? null;
  if (since === null || elapsed(since, now).ms < lagMs(cutover)) return [];
  return lateHold(cutover);
}

/**
 * After the swap other trouble may have its time; what validators refuse is a part of the world without any
 * answer. Two rounds must show it: one may have met a signer at work.
 */
export function bogusHold(cutover: Cutover, event: Event, now: Now): readonly LineBody[] {
  if (event.type !== 'observed' || event.identical < foreignRounds) return [];
  const since = cutover.authority?.troubled ?? null;
  if (since === null || elapsed(since, now).ms < lagMs(cutover)) return [];
  return troubled(cutover, 'bogus').length === 0 ? [] : brokenHold(cutover, 'bogus');
}

const brokenHold = (cutover: Cutover, kind: 'bogus' | 'unsigned'): readonly LineBody[] => {
  const why = kind === 'bogus' ? 'dnssec-bogus' : 'signature';
  const servers = problems(troubled(cutover, kind));
  return [{ type: 'held', data: { reason: { why, servers } } }];
};

/** The hold for addresses that still serve an older set, if any does. */
export function behindHold(cutover: Cutover): readonly LineBody[] {
  const servers = problems(troubled(cutover, 'behind'));
  return servers.length === 0
    ? []
    : [{ type: 'held', data: { reason: { why: 'authority-behind', servers } } }];
}

/** The hold for the worst kind of trouble that an address has, if any has. */
export function lateHold(cutover: Cutover): readonly LineBody[] {
  const silent = troubled(cutover, 'silent');
  if (silent.length > 0)
    return [
      {
        type: 'held',
        data: { reason: { why: 'authority-unreachable', servers: problems(silent) } },
      },
    ];
  const behind = behindHold(cutover);
  if (behind.length > 0) return behind;
  if (troubled(cutover, 'bogus').length > 0) return brokenHold(cutover, 'bogus');
  if (troubled(cutover, 'unsigned').length > 0) return brokenHold(cutover, 'unsigned');
  return [];
}

/**
 * Is what was written last not yet seen at every address, and may that still be the lag? The ends of a
 * cutover wait for it, so that a report can say what the world was served.
 */
export const spreading = (cutover: Cutover, now: Now): boolean =>
  cutover.written !== null &&
  writtenHere(cutover) &&
  !allThere(cutover) &&
  elapsed(cutover.written, now).ms < lagMs(cutover);

/** Was something written since the stage was entered? */
export const writtenHere = ({ written, entered }: Cutover): boolean =>
  written !== null && written.up >= entered.up;

/** Was something written that nobody has looked for since, or since a person decided about what was seen? */
export const unseen = (cutover: Cutover): boolean =>
  writtenHere(cutover) && cutover.authority === null;

/** Looks until every address shows what was written last, or the lag is over. */
export const spreadingEffects = (cutover: Cutover): readonly Effect[] =>
  cutover.written === null || !writtenHere(cutover) || allThere(cutover)
    ? []
    : [observe(cutover, 1000), wakeAfter(cutover, cutover.written, lagMs(cutover))];

/** Wakes when an address that stands in the way has done so for too long. */
export const lateWakes = (cutover: Cutover): readonly Effect[] =>
  cutover.authority?.troubled != null && troubled(cutover).length > 0
    ? [wakeAfter(cutover, cutover.authority.troubled, lagMs(cutover))]
    : [];
