import { type Now } from '../clock.ts';
import { limits } from '../limits.ts';
import { ableAgain, newsLines } from './caches.ts';
import { canaryTold } from './canary-course.ts';
import { type Cutover } from './cutover.ts';
import { elapsed } from './elapsed.ts';
import { type Event, type Report } from './event.ts';
import { covers, findingsDigest } from './finding.ts';
import { type ServerProblem } from './hold.ts';
import { approvalStands } from './gate.ts';
import { type LineBody } from './lines.ts';
import { LOW } from './path.ts';
import { probed } from './mail/course.ts';
import { oldHostLines } from './mail/retire.ts';
import { delegated, unknownServers } from './servers.ts';
import { settled } from './settled.ts';
import { beforeFirstSwap, longestServed, longServed } from './served.ts';
import { type Reading, type Round } from './survey.ts';
import { validatedLines } from './validated.ts';
import {
  inTheWay,
  missingMx,
  serverLabel,
  standingsOf,
  troubled,
  type Standing,
} from './standing.ts';

type Observed = Extract<Report, { type: 'observed' }>;

const sameList = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((one, index) => one === b[index]);

/** Silence is silence: why in particular may differ from round to round and is nothing new. */
const told = ({ server, is, detail }: Standing): readonly string[] =>
  is === 'silent' ? [server, is] : [server, is, detail];

/** What the authoritative servers show, told when it differs from what they showed before. */
function seen(cutover: Cutover, { round }: Observed, now: Now): readonly LineBody[] {
  const standings = standingsOf(cutover, round);
  const known = cutover.authority;
  const same =
    known !== null &&
    JSON.stringify(known.standings.map(told)) === JSON.stringify(standings.map(told)) &&
    sameList(known.nameServers, round.nameServers);
  if (same) return [];
  return [{ type: 'authority.seen', data: { standings, nameServers: round.nameServers, now } }];
}

/** A longer TTL than ever makes the proof take longer, whoever put it there. */
function ttlLines(
  cutover: Cutover,
  { round }: Pick<Observed, 'round'>,
  now: Now,
): readonly LineBody[] {
  const longest = longestServed(cutover, round);
  const more = longest !== null && longest.ttl > cutover.longest;
  const record: readonly LineBody[] =
    more && beforeFirstSwap(cutover) ? [{ type: 'ttl.seen', data: longest }] : [];
  // While a swap is under way it may be out: then the proof that a longer TTL breaks comes too late for
  // this step, and the next one waits.
  if (beforeFirstSwap(cutover) && cutover.stage !== 'swap') return record;
  // Somebody took responsibility for a server that trails, and so for the TTL that it gives.
  const readings = round.readings.filter(
    reading =>
      !cutover.accepted.some(one =>
        covers(one, { id: 'auth-mx-consistent', subject: serverLabel(reading) }),
      ),
  );
  // Records that a step does not write keep their own TTLs, and no step has to wait for them.
  const moving = cutover.plan.tracks.filter(track => track.swapped);
  return [
    ...record,
    ...lingeringLines(cutover, longestServed(cutover, { ...round, readings }, moving), now),
  ];
}

/** How often a TTL that is served on and on is told again: its last moment counts. */
const lingersMs = 30_000;

/** Between two steps a longer TTL than the low one must drain, too, before the next step swaps. */
function lingeringLines(
  cutover: Cutover,
  longest: ReturnType<typeof longestServed>,
  now: Now,
): readonly LineBody[] {
  const { plan, stage, step, lingering, rollback } = cutover;
  const between =
    stage === 'gate' ||
    stage === 'swap' ||
    (stage === 'propagate' && step + 1 < plan.steps.length) ||
    (stage === 'rollback' && rollback?.phase === 'settling' && rollback.target > LOW);
  if (!between || longest === null || longest.ttl <= plan.policy.ttl.low) return [];
  const told = lingering !== null && longest.ttl <= lingering.ttl;
  if (told && elapsed(lingering.seen, now).ms < lingersMs) return [];
  return [{ type: 'ttl.lingers', data: { ...longest, now } }];
}

/** What a round means for a drain that runs: a longer TTL or other name servers start it anew. */
function drainLines(
  cutover: Cutover,
  { round }: Pick<Observed, 'round'>,
  now: Now,
): readonly LineBody[] {
  if (!beforeFirstSwap(cutover) || cutover.drain === null) return [];
  const standings = standingsOf(cutover, round);
  // After a rollback a server may still show the swap, at the low TTL: that needs no new drain.
  const behind = cutover.swaps.length > 0 ? undefined : standings.find(({ is }) => is === 'behind');
  const long = longServed(cutover, round);
  const why =
    behind === undefined
      ? long && `${long.server} ${long.detail}`
      : `${behind.server} ${behind.detail}`;
  if (why !== null) return [{ type: 'drain.reset', data: { why } }];
  // None are named when nobody answers: that is silence, and none were when the run began.
  const before = cutover.drain.nameServers;
  const named = before.length > 0 && round.nameServers.length > 0;
  if (named && !sameList(before, round.nameServers)) {
    const why = `the name servers changed from ${before.join(' ')} to ${round.nameServers.join(' ')}`;
    return [{ type: 'drain.reset', data: { why } }];
  }
  if (cutover.stage !== 'drain') return [];
  const silent = inTheWay(cutover, standings)
    .filter(({ is }) => is === 'silent')
    .map(({ server }) => server);
  const wasSilent = troubled(cutover, 'silent').length > 0;
  const { silent: last } = cutover.drain;
  const fresh = last === null || elapsed(last, now).ms > 0;
  if (silent.length > 0 !== wasSilent && fresh)
    return [{ type: 'drain.extended', data: { servers: silent, now } }];
  return [];
}

/** That nobody can tell any more, as without resolvers, mends no signature. */
const validatedAgain = (bogus: readonly ServerProblem[], { readings }: Round): boolean =>
  readings
    .filter(reading => bogus.some(({ server }) => server === serverLabel(reading)))
    .every(
      ({ state, validated }) =>
        state !== 'answered' || validated?.every(({ is }) => is !== 'indeterminate') === true,
    );

/** A hold whose cause the servers themselves have removed ends by itself. */
function lifted(cutover: Cutover, { round }: Observed): readonly LineBody[] {
  const { hold } = cutover;
  if (hold === null) return [];
  const standings = inTheWay(cutover, standingsOf(cutover, round));
  const none = (...kinds: readonly Standing['is'][]) =>
    standings.every(({ is }) => !kinds.includes(is));
  const gone =
    (hold.why === 'authority-unreachable' &&
      none('silent') &&
      unknownServers(cutover, round.nameServers).length === 0) ||
    (hold.why === 'authority-behind' && none('behind')) ||
    (hold.why === 'signature' && none('unsigned', 'bogus')) ||
    (hold.why === 'mx-missing' && missingMx(cutover, round).length === 0) ||
    (hold.why === 'dnssec-bogus' && none('bogus') && validatedAgain(hold.servers, round));
  return gone ? [{ type: 'hold.lifted', data: { by: 'cause gone', reason: null } }] : [];
}

type Checked = Extract<Report, { type: 'checked' }>;

/**
 * What a check saw, as a round: a look between two rounds counts as well. What the provider holds was
 * served, or is about to be, by servers that no round may catch at it.
 */
function checkedRound({ plan }: Cutover, { seen: look }: Checked): Round | null {
  if (look === undefined) return null;
  const served = Object.entries(look.hosted).flatMap(([key, rrset]) =>
    rrset === null ? [] : [{ key, rrset, negativeTtl: null, signature: 'unsigned' as const }],
  );
  const held: Reading = {
    ...{ name: plan.provider, address: plan.provider, port: 53 },
    ...{ state: 'answered', error: null, serial: null, served },
  };
  return { ...look.round, readings: [...look.round.readings, held] };
}

function checked(cutover: Cutover, event: Checked): readonly LineBody[] {
  const { findings } = event;
  const lines: LineBody[] = [];
  if (findingsDigest(cutover.findings) !== findingsDigest(findings))
    lines.push({ type: 'findings.changed', data: { findings } });
  if (cutover.stage === 'gate' && cutover.approval !== null && !approvalStands(cutover, findings))
    lines.push({
      type: 'approval.lapsed',
      data: { because: 'what was approved has become worse' },
    });
  return lines;
}

/** What the effects report, told whatever the stage is and also while a person must decide. */
export function hear(cutover: Cutover, event: Event, now: Now): readonly LineBody[] {
  if (cutover.outcome !== null) return [];
  switch (event.type) {
    case 'owned': {
      const { owner, fence } = event;
      const known = cutover.owner;
      if (known?.id === owner && known.fence === fence) return [];
      return [{ type: 'owner.changed', data: { owner, fence, now } }];
    }
    case 'observed': {
      const free = lifted(cutover, event);
      // The round that lifts a hold counts: it is told after what stood before was forgotten.
      const known = free.length === 0 ? cutover : { ...cutover, authority: null };
      return [
        ...ttlLines(cutover, event, now),
        ...drainLines(cutover, event, now),
        ...free,
        ...seen(known, event, now),
        ...validatedLines(known, event.round, now),
        ...ableAgain(cutover, event, now),
      ];
    }
    case 'checked': {
      const moved = delegated(cutover, event.servers ?? [], now);
      if (cutover.stage !== 'gate') return moved;
      const round = checkedRound(cutover, event);
      const drained =
        moved.length > 0 || round === null ? moved : drainLines(cutover, { round }, now);
      const ttls = round === null ? [] : ttlLines(cutover, { round }, now);
      return [...ttls, ...drained, ...checked(cutover, event)];
    }
    case 'delegated':
      return delegated(cutover, event.servers, now);
    case 'settled':
      return settled(cutover, event, now);
    case 'synced':
      return syncLines(cutover, event, now);
    case 'canary':
      return canaryTold(cutover, event);
    case 'troubled': {
      const { effect, code, message } = event;
      const known = cutover.trouble[effect];
      if (known?.code === code && known.message === message) return [];
      return [{ type: 'trouble.seen', data: { effect, code, message } }];
    }
    case 'recovered':
      return event.effect in cutover.trouble
        ? [{ type: 'trouble.over', data: { effect: event.effect } }]
        : [];
    case 'probed':
      return probed(cutover, event.round, now);
    case 'old-host':
      return oldHostLines(cutover, event.look, now);
    case 'woke':
      return [...undelivered(cutover, now), ...ableAgain(cutover, event, now)];
    case 'news':
      return [...ableAgain(cutover, event, now), ...newsLines(cutover, event.news, now)];
    default:
      return [];
  }
}

/** What the provider says about the servers it has informs; rounds over these servers decide. */
function syncLines(
  { syncing }: Cutover,
  { receipt, synced }: Extract<Report, { type: 'synced' }>,
  now: Now,
): readonly LineBody[] {
  if (syncing?.receipt.id !== receipt) return [];
  const afterMs = elapsed(syncing.since, now).ms;
  return [{ type: synced ? 'write.synced' : 'write.unsynced', data: { receipt, afterMs } }];
}

/** A rollback whose write is still open when its time is over is no longer sent: a person judges anew. */
function undelivered({ stage, rollback, intent, hold }: Cutover, now: Now): readonly LineBody[] {
  if (stage !== 'rollback' || rollback?.phase !== 'mx' || intent === null || hold !== null)
    return [];
  if (elapsed(rollback.asked, now).ms < limits.rollbackDeliveryMs) return [];
  const message = 'the provider could not be asked whether the MX was written back';
  return [
    {
      type: 'held',
      data: { reason: { why: 'rollback-undelivered', since: rollback.asked.wall, message } },
    },
  ];
}
