import { type Now } from '../../clock.ts';
import { type Cutover } from '../cutover.ts';
import { type Effect } from '../effect.ts';
import { elapsed } from '../elapsed.ts';
import { blocks, type Finding } from '../finding.ts';
import { type LineBody } from '../lines.ts';
import { LOW, type Track } from '../path.ts';
import { isPolicyId, preparedOnly } from '../prepared.ts';
import { unknownServers } from '../servers.ts';
import { allThere } from '../standing.ts';
import { frozenUntil, intendClaim, intendTracks, isAt, nextTracks } from '../write.ts';
import { lagMs, late, lateWakes } from './late.ts';
import { enter, freezeWakes, observe, type StageRules } from './rules.ts';

/** Every address must show the low TTL in this many identical rounds: behind one address may be several. */
const lowRounds = 3;

const POLICY_EVERY_MS = 60_000;

/** Prepare records in the order of the plan, each seen everywhere before the next is written. */
function nextPrepare(cutover: Cutover): { readonly write?: Track; readonly wait?: Track } | null {
  for (const track of cutover.plan.tracks.filter(preparedOnly)) {
    if (!isAt(cutover, track, LOW)) return { write: track };
    if (!cutover.agreed.includes(track.key)) return { wait: track };
  }
  return null;
}

/** Senders take an id for the news that the policy has changed: it never comes before the policy. */
const policyTrouble = (cutover: Cutover, findings: readonly Finding[]): readonly Finding[] =>
  findings.filter(
    finding =>
      ['mta-sts-body', 'mta-sts-covers-new'].includes(finding.id) &&
      blocks(finding, cutover.accepted),
  );

/** A fresh look at the policy, while its id is what comes next. */
function policyCheck(cutover: Cutover): readonly Effect[] {
  const next = nextPrepare(cutover)?.write;
  if (next === undefined || !isPolicyId(next)) return [];
  return [{ key: `check:${next.key}`, do: 'check', everyMs: POLICY_EVERY_MS }];
}

/**
 * A server that nobody has asked may give the old TTL: without its addresses there is no proof. They are
 * looked up as soon as the zone names it; a person is asked when that has not helped for as long as a lag.
 */
function unknownHold(cutover: Cutover, names: readonly string[], now: Now): readonly LineBody[] {
  const since = cutover.authority?.since ?? cutover.entered;
  if (elapsed(since, now).ms < lagMs(cutover)) return [];
  const servers = names.map(server => ({ server, problem: 'its addresses are not known' }));
  return [{ type: 'held', data: { reason: { why: 'authority-unreachable', servers } } }];
}

/** Claim, prepare records, low TTL; leaves when every authoritative address showed it. */
export const lower: StageRules = {
  on: (cutover, event, now) => {
    const waiting = late(cutover, event, now);
    if (waiting.length > 0) return waiting;
    const frozen = frozenUntil(cutover, now) !== null;
    if (cutover.plan.policy.claim && cutover.claim === 'none')
      return frozen ? [] : [intendClaim(cutover, now)];
    const prepare = nextPrepare(cutover);
    if (prepare?.write !== undefined) {
      const tracks = [prepare.write];
      if (isPolicyId(prepare.write)) {
        if (event.type !== 'checked') return [];
        const blocking = policyTrouble(cutover, event.findings);
        if (blocking.length > 0)
          return [{ type: 'held', data: { reason: { why: 'blocked', findings: blocking } } }];
      }
      return frozen
        ? []
        : [intendTracks(cutover, { purpose: 'prepare', position: LOW, tracks }, now)];
    }
    const observed = event.type === 'observed' && allThere(cutover);
    if (prepare?.wait !== undefined) {
      if (!observed) return [];
      return [{ type: 'authority.agreed', data: { keys: [prepare.wait.key], now } }];
    }
    const tracks = nextTracks(
      cutover,
      cutover.plan.tracks.filter(track => track.swapped),
      LOW,
    );
    if (tracks.length > 0)
      return frozen ? [] : [intendTracks(cutover, { purpose: 'low', position: LOW, tracks }, now)];
    if (!observed || event.identical < lowRounds || cutover.authority === null) return [];
    const unknown = unknownServers(cutover, cutover.authority.nameServers);
    if (unknown.length > 0) return unknownHold(cutover, unknown, now);
    const { since, nameServers } = cutover.authority;
    const run = { since, nameServers, silent: null, unwatched: false };
    return [{ type: 'drain.started', data: { run } }, enter('drain', 0, now)];
  },
  due: cutover => [
    observe(cutover, 1000),
    ...policyCheck(cutover),
    ...freezeWakes(cutover),
    ...lateWakes(cutover),
  ],
};
