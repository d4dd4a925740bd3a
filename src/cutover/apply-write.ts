import { keyOf, keyText } from '../dns/rrset.ts';
import { type Change } from '../dns/change.ts';
import { type Cutover } from './cutover.ts';
import { isRefusal, type Difference, type Intent } from './intent.ts';
import { type Line } from './line.ts';

const changedKey = ({ before, after }: Change): string | null => {
  const rrset = after ?? before;
  return rrset === null ? null : keyText(keyOf(rrset));
};

/**
 * RRsets that landed although another one of the same write was found changed by somebody else: a
 * rollback must know that they are out.
 */
function landed(
  { places }: Cutover,
  intent: Intent | null,
  differences: readonly Difference[],
): Partial<Cutover> {
  const position = intent?.position ?? null;
  if (intent === null || position === null) return {};
  const keys = intent.changes
    .map(changedKey)
    .filter(key => key !== null)
    .filter(key => !differences.some(difference => difference.key === key));
  if (keys.length === 0) return {};
  return {
    authority: null,
    places: { ...places, ...Object.fromEntries(keys.map(key => [key, position] as const)) },
  };
}

/** The RRsets of a write and where on the path it puts them. */
function changesOf(intent: Intent | null): Cutover['lost'] {
  const position = intent?.position ?? null;
  if (intent === null || position === null) return [];
  return intent.changes.map(changedKey).flatMap(key => (key === null ? [] : [{ key, position }]));
}

/** A confirmed write moves its RRsets along the path, or turns the claim. */
function confirmed(cutover: Cutover, intent: Intent, now: Cutover['entered']): Partial<Cutover> {
  if (intent.purpose === 'claim') return { claim: 'placed', foreignClaim: null };
  if (intent.purpose === 'unclaim') return { claim: 'removed' };
  if (intent.position === null) return {};
  const { position } = intent;
  const places = intent.changes
    .map(changedKey)
    .filter(key => key !== null)
    .map(key => [key, position] as const);
  const swaps = cutover.swaps.slice(0, cutover.step);
  const moved = new Set(places.map(([key]) => key));
  return {
    written: now,
    // A record that was put back and is written again must be seen everywhere again, and waited for.
    agreed: cutover.agreed.filter(key => !moved.has(key)),
    // What servers showed before does not count for what was written now.
    authority: null,
    places: { ...cutover.places, ...Object.fromEntries(places) },
    ...(intent.purpose === 'swap' && { swaps: [...swaps, now] }),
  };
}

/** The newest write counts; nobody waits for a claim to spread. */
function syncingAfter(
  { snapshot }: Cutover,
  intent: Intent,
  { receipt, now }: Extract<Line, { type: 'write.confirmed' }>['data'],
): Partial<Cutover> {
  if (intent.position === null) return {};
  const reported = snapshot?.capabilities.syncStatus === 'reported' && receipt !== undefined;
  return { syncing: reported ? { receipt, since: now } : null };
}

/** What the end of a write changes; null for other lines. */
export function applyWrite(cutover: Cutover, line: Line): Partial<Cutover> | null {
  const change = applyEndOfWrite(cutover, line);
  if (change?.intent !== null) return change;
  // The effect is gone, and nobody will say that its trouble is over.
  const left = Object.entries(cutover.trouble).filter(([effect]) => effect !== 'write');
  return { ...change, trouble: Object.fromEntries(left) };
}

function applyEndOfWrite(cutover: Cutover, line: Line): Partial<Cutover> | null {
  switch (line.type) {
    case 'write.intended':
      return { intent: line.data.intent, intents: cutover.intents + 1 };
    case 'write.confirmed': {
      const { intent } = cutover;
      if (intent?.id !== line.data.intent) return {};
      return {
        ...{ intent: null, failures: 0 },
        ...confirmed(cutover, intent, line.data.now),
        ...syncingAfter(cutover, intent, line.data),
      };
    }
    case 'write.synced':
    case 'write.unsynced':
      return { syncing: null };
    case 'write.not-applied': {
      // What was not to be sent any more did not fail.
      const { intent, stage, paused, hold } = cutover;
      const failed = intent?.stage === stage && paused === null && hold === null;
      return {
        intent: null,
        failures: cutover.failures + (failed ? 1 : 0),
        lost: isRefusal(line.data.code) ? cutover.lost : [...cutover.lost, ...changesOf(intent)],
      };
    }
    case 'write.conflict': {
      const claim = cutover.intent?.purpose === 'claim';
      const found = line.data.differences[0]?.found ?? null;
      return {
        intent: null,
        ...(claim && { foreignClaim: found }),
        ...landed(cutover, cutover.intent, line.data.differences),
      };
    }
    case 'write.unsettled': {
      // Nobody knows whether the claim stands: it is taken away as if it did.
      const claim = cutover.intent?.purpose === 'claim';
      return { intent: null, ...(claim && { claim: 'placed' }) };
    }
    case 'write.late': {
      const { key, position } = line.data;
      return { authority: null, places: { ...cutover.places, [key]: position } };
    }
    case 'claim.left':
      return { claim: 'left' };
    default:
      return null;
  }
}
