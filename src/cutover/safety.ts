import { Fault } from '../errors.ts';
import { isWithin } from '../dns/name.ts';
import { keyText } from '../dns/rrset.ts';
import { canaryKey, withCanary } from './canary.ts';
import { type Capabilities } from './capabilities.ts';
import { LOW, moves, stepPosition, type Track } from './path.ts';
import { type Plan } from './plan.ts';
import { isPolicyId } from './prepared.ts';
import { claimKey } from './write.ts';

type Draft = Omit<Plan, 'hash'>;

/** Types whose change would be another job than a mail cutover, and a dangerous one. */
const untouchable = ['SOA', 'NS', 'DS', 'DNSKEY', 'RRSIG', 'NSEC', 'NSEC3', 'NSEC3PARAM'];

function refuse(message: string, fix: string): never {
  throw new Fault('REFUSED', message, { fix });
}

function refuseTrack(plan: Draft, track: Track): void {
  if (!isWithin(track.name, plan.zone))
    refuse(
      `${track.key} is not in zone ${plan.zone}`,
      'name only RRsets of the zone that is moved',
    );
  if (untouchable.includes(track.type))
    refuse(
      `${track.key} cannot be part of a cutover`,
      'leave it out: it belongs to the zone itself',
    );
  if (track.key === keyText(claimKey(plan.domain)))
    refuse(`${track.key} is where the claim stands`, 'leave it out');
  if (withCanary(plan) && track.key === keyText(canaryKey(plan.domain)))
    refuse(`${track.key} is where the canary stands`, 'leave it out, or set watch.canary to false');
  // The id of a policy is news to senders at once: written with the MX it leaves them no time to hear of it.
  if (track.swapped && isPolicyId(track))
    refuse(
      `${track.key} would be written with the MX, and senders that enforce the policy before would not deliver`,
      'put it under `prepare`: it is written after the policy was checked, and waited for',
    );
  // Without an MX senders fall back to the address of the domain (RFC 5321 5.1): often the web server.
  const gone = track.positions.some(
    (value, index) => value === null && (track.positions[index - 1] ?? null) !== null,
  );
  if (track.type === 'MX' && gone)
    refuse(
      `${track.key} would be without any MX`,
      'give the MX a set; `0 .` says that the domain takes no mail (RFC 7505)',
    );
}

function refuseTtl(plan: Draft, track: Track, { minTtl }: Capabilities): void {
  if (minTtl === null) return;
  const first = track.positions[0] ?? null;
  const low = track.positions
    .slice(1)
    .find(value => value !== null && value.ttl < minTtl && value.ttl !== first?.ttl);
  if (low === undefined || low === null) return;
  throw new Fault(
    'UNSUPPORTED',
    `${track.key} would have a TTL of ${String(low.ttl)} s; ${plan.provider} accepts ${String(minTtl)} s and more`,
    { fix: `set ttl.low to ${String(minTtl)} or more` },
  );
}

/** A plan is refused when it could hurt whatever happens: better no cutover than this one. */
export function refuseUnsafe(
  plan: Draft,
  {
    capabilities,
    primaries,
  }: { readonly capabilities: Capabilities; readonly primaries: readonly string[] },
): void {
  if (primaries.length > 1)
    refuse(
      `${plan.zone} is served by independent providers: its servers name ${primaries.join(' and ')} as their primary`,
      'a swap cannot be made at both in one act: let one feed the other, or delegate to one',
    );
  for (const track of plan.tracks) {
    refuseTrack(plan, track);
    refuseTtl(plan, track, capabilities);
  }
  plan.steps.forEach((name, step) => {
    const position = stepPosition(step);
    const from = step === 0 ? LOW : position - 1;
    if (!plan.tracks.some(track => track.swapped && moves(track, from, position)))
      refuse(
        `step ${name} changes nothing: the zone already has what it wants`,
        'nothing needs to be done',
      );
  });
}
