import { type Now } from '../clock.ts';
import { type Cutover } from './cutover.ts';
import { covers } from './finding.ts';
import { type LineBody } from './lines.ts';
import { beforeFirstSwap } from './served.ts';
import { serverLabel } from './standing.ts';
import { type ServerAddress } from './survey.ts';

/**
 * The delegation leads elsewhere than before. A server that joins may serve the old TTL, and nobody has
 * watched it: the drain begins anew with it.
 */
export function delegated(
  cutover: Cutover,
  servers: readonly ServerAddress[],
  now: Now,
): readonly LineBody[] {
  if (cutover.snapshot?.discovered !== true || servers.length === 0) return [];
  const known = new Set(cutover.servers.map(serverLabel));
  const found = new Set(servers.map(serverLabel));
  const joined = [...found].filter(label => !known.has(label));
  const gone = [...known].filter(label => !found.has(label));
  if (joined.length === 0 && gone.length === 0) return [];
  const why = [
    ...(joined.length === 0 ? [] : [`${joined.join(' and ')} joined`]),
    ...(gone.length === 0 ? [] : [`${gone.join(' and ')} left`]),
  ].join(', ');
  const restarts = joined.length > 0 && cutover.drain !== null && beforeFirstSwap(cutover);
  // Once a swap may be out no drain runs: the next step waits for what the newcomer may have given.
  const late = joined.length > 0 && (cutover.stage === 'swap' || !beforeFirstSwap(cutover));
  const lingering = late ? { ttl: cutover.longest, seen: now } : null;
  return [
    ...(restarts ? [{ type: 'drain.reset', data: { why } } as const] : []),
    { type: 'servers.changed', data: { servers, why, lingering } },
  ];
}

/** Of the name servers that the zone names, those whose addresses nobody has looked up yet. */
export function unknownServers(
  { snapshot, servers, accepted }: Cutover,
  nameServers: readonly string[],
): readonly string[] {
  if (snapshot?.discovered !== true) return [];
  const known = new Set([...snapshot.nameServers, ...servers.map(({ name }) => name)]);
  return nameServers.filter(
    name =>
      !known.has(name) &&
      !accepted.some(one => covers(one, { id: 'auth-servers-all-answer', subject: name })),
  );
}
