import { type Now } from '../../clock.ts';
import { keyText, sameRRset, type RRset } from '../../dns/rrset.ts';
import { type Cutover, type Snapshot } from '../cutover.ts';
import { type Report } from '../event.ts';
import { blocksStart } from '../finding.ts';
import { type Difference } from '../intent.ts';
import { type LineBody } from '../lines.ts';
import { SNAPSHOT, valueAt } from '../path.ts';
import { type Survey } from '../survey.ts';
import { claimedRun } from '../write.ts';
import { enter, type StageRules } from './rules.ts';

type Surveyed = Extract<Report, { type: 'surveyed' }>;

/** Where the zone is no longer what the plan was made for. */
function differences({ plan }: Cutover, survey: Survey): readonly Difference[] {
  return plan.tracks.flatMap(track => {
    const expected = valueAt(track, SNAPSHOT);
    const found = survey.hosted[track.key]?.rrset ?? null;
    return sameRRset(expected, found)
      ? []
      : [{ key: track.key, expected, found, source: plan.provider }];
  });
}

/** RFC 2308 5. */
const negativeTtl = ({ soa }: Survey): number =>
  soa === null ? 0 : Math.min(soa.ttl, soa.minimum);

/**
 * The longest time for which anybody may remember one of the RRsets that change up to the swap: the TTL
 * that the provider or a server gave, or for a set that did not exist how long its absence may be
 * remembered. Prepare records count: the new host must not be judged by an SPF record of yesterday.
 */
function longestTtl({ plan }: Cutover, survey: Survey): number {
  const changed = plan.tracks.filter(track => track.swapped || track.prepared);
  const keys = new Set(changed.map(({ key }) => key));
  const served = survey.round.readings
    .flatMap(reading => reading.served)
    .filter(({ key }) => keys.has(key))
    .map(({ rrset, negativeTtl }) => rrset?.ttl ?? negativeTtl ?? 0);
  const hosted = [...keys].map(key => survey.hosted[key]?.rrset.ttl ?? 0);
  const denied = [...keys].some(key => (survey.hosted[key] ?? null) === null);
  return Math.max(0, ...served, ...hosted, ...(denied ? [negativeTtl(survey)] : []));
}

const signed = (survey: Survey): boolean =>
  survey.round.readings.some(reading =>
    reading.served.some(({ rrset, signature }) => rrset !== null && signature !== 'unsigned'),
  );

function take(cutover: Cutover, { survey, digest }: Surveyed, now: Now): LineBody {
  const snapshot: Snapshot = {
    digest,
    at: now,
    hosted: survey.hosted,
    servers: survey.delegation.servers,
    nameServers: survey.round.nameServers,
    capabilities: survey.capabilities,
    claim: survey.claim,
    negative: negativeTtl(survey),
    discovered: survey.delegation.source === 'discovered',
    longest: longestTtl(cutover, survey),
    signed: signed(survey),
  };
  return { type: 'snapshot.taken', data: { snapshot } };
}

const foreignClaim = ({ run, takeClaim }: Cutover, claim: RRset | null): string | null => {
  if (claim === null) return null;
  const claimed = claimedRun(claim);
  return claimed !== null && (claimed === run || claimed === takeClaim)
    ? null
    : `${keyText(claim)} ${claim.rdata.join(' ')}`;
};

/** Blockers of authority and state must pass before the first write. */
export const snapshot: StageRules = {
  on: (cutover, event, now) => {
    if (cutover.snapshot !== null) return [enter('lower', 0, now)];
    if (event.type !== 'surveyed') return [];
    const { survey, findings } = event;
    const told: readonly LineBody[] = [{ type: 'findings.changed', data: { findings } }];
    const held = (reason: Extract<LineBody, { type: 'held' }>['data']['reason']) => [
      ...told,
      { type: 'held', data: { reason } } as const,
    ];
    const claim = cutover.plan.policy.claim ? foreignClaim(cutover, survey.claim) : null;
    if (claim !== null) return held({ why: 'claimed', claim });
    const changed = differences(cutover, survey);
    if (changed.length > 0) return held({ why: 'zone-changed', differences: changed });
    const blocking = findings.filter(finding => blocksStart(finding, cutover.accepted));
    if (blocking.length > 0) return held({ why: 'blocked', findings: blocking });
    return [...told, take(cutover, event, now)];
  },
  due: cutover => (cutover.snapshot === null ? [{ key: 'survey', do: 'survey' }] : []),
};
