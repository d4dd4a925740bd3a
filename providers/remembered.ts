import { type Clock } from '../src/clock.ts';
import { type Name } from '../src/dns/name.ts';

/** A gate asks every minute, and a list of a zone may cost dozens of requests. */
const REMEMBER_MS = 600_000;

/** Asks for each zone once in ten minutes; a failure is not remembered. */
export function remembered<T>(
  clock: Clock,
  ask: (zone: Name, signal: AbortSignal) => Promise<T>,
): (zone: Name, signal: AbortSignal) => Promise<T> {
  const known = new Map<Name, { readonly at: number; readonly answer: T }>();
  return async (zone, signal) => {
    const before = known.get(zone);
    const now = clock.now().up;
    if (before !== undefined && now - before.at < REMEMBER_MS) return before.answer;
    const answer = await ask(zone, signal);
    known.set(zone, { at: now, answer });
    return answer;
  };
}
