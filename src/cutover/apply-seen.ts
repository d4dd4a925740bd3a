import { type Now } from '../clock.ts';
import { afterJump, afterReboot } from './anchor.ts';
import { type Cutover } from './cutover.ts';
import { elapsed } from './elapsed.ts';
import { type Line } from './line.ts';
import { turnedBy } from './mail/retire.ts';
import { troubled } from './standing.ts';

const clockOf = ({ boot, wall, up }: Now): Cutover['clock'] => ({ boot, offset: wall - up });

/** The longer of two TTLs counts from when the later was seen, unless the earlier has drained by then. */
function lingers(
  { lingering: old, plan }: Cutover,
  { ttl, seen }: NonNullable<Cutover['lingering']>,
): Cutover['lingering'] {
  if (old === null) return { ttl, seen };
  const drained = elapsed(old.seen, seen).ms >= (old.ttl + plan.policy.ttl.margin) * 1000;
  return { ttl: drained ? ttl : Math.max(old.ttl, ttl), seen };
}

/** What was seen of clocks, owners and servers changes; null for other lines. */
export function applySeen(cutover: Cutover, line: Line): Partial<Cutover> | null {
  switch (line.type) {
    case 'owner.changed': {
      const { owner: id, fence, now } = line.data;
      const { ending, drain } = cutover;
      // Who was silent then may have been so until now.
      const wasSilent = troubled(cutover, 'silent').length > 0;
      // Nobody looked between two owners: what was seen before is no round of now.
      return {
        owner: { id, fence },
        authority: null,
        drain: drain && { ...drain, unwatched: true, silent: wasSilent ? now : drain.silent },
        ending: ending && { ...ending, since: now },
      };
    }
    case 'clock.jumped':
      return { clock: clockOf(line.data.now), ...afterJump(cutover, line.data.byMs) };
    case 'clock.rebooted':
      return { clock: clockOf(line.data.now), ...afterReboot(cutover, line.data.now) };
    case 'servers.changed':
      return {
        servers: line.data.servers,
        authority: null,
        lingering:
          line.data.lingering === null ? cutover.lingering : lingers(cutover, line.data.lingering),
      };
    case 'ttl.lingers': {
      const { ttl, now: seen } = line.data;
      return { lingering: lingers(cutover, { ttl, seen }) };
    }
    case 'ttl.seen':
      return { longest: Math.max(cutover.longest, line.data.ttl) };
    case 'authority.seen': {
      const { standings, nameServers, now } = line.data;
      const troubled = cutover.authority?.troubled ?? null;
      const clear = standings.every(({ is }) => is === 'there' || is === 'lacking');
      return {
        authority: {
          standings,
          nameServers,
          since: now,
          troubled: troubled ?? (clear ? null : now),
        },
        turned: turnedBy(cutover, standings, now),
      };
    }
    case 'dnssec.validated': {
      const { is, at, why, servers, written } = line.data;
      return { validated: { is, at, why, servers, written } };
    }
    case 'authority.agreed': {
      const { keys, now } = line.data;
      const since = now === undefined ? [] : keys.map(key => [key, now] as const);
      return {
        agreed: [...cutover.agreed, ...keys],
        prepared: { ...cutover.prepared, ...Object.fromEntries(since) },
      };
    }
    case 'drain.started':
      return { drain: line.data.run };
    case 'drain.reset':
      return { drain: null };
    case 'drain.extended':
      return cutover.drain === null ? {} : { drain: { ...cutover.drain, silent: line.data.now } };
    case 'drain.proven':
      return {};
    default:
      return null;
  }
}
