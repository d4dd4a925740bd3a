import { sameSet } from '../dns/rrset.ts';
import { type Answered, type Observation } from './observation.ts';

const recentMax = 6;

/**
 * The observations that show what a resolver did: of a run that says the same, the first and the
 * last; 6 at most, oldest first.
 */
export function remembered(
  recent: readonly Observation[],
  observation: Observation,
): readonly Observation[] {
  const [older, newest] = [recent.at(-2), recent.at(-1)];
  const goesOn =
    older !== undefined &&
    newest !== undefined &&
    saysTheSame(older, newest) &&
    saysTheSame(newest, observation);
  return [...(goesOn ? recent.slice(0, -1) : recent), observation].slice(-recentMax);
}

function saysTheSame(one: Observation, other: Observation): boolean {
  const [a, b] = [one.outcome, other.outcome];
  if (a.kind === 'answered' && b.kind === 'answered')
    return sameSet(a.rdata ?? [], b.rdata ?? []) && sameEnd(one, a, { at: other.received, b });
  return a.kind === b.kind;
}

function sameEnd(
  { received }: Observation,
  { ttl }: Answered,
  { at, b }: { readonly at: number; readonly b: Answered },
): boolean {
  return Math.abs(received + (ttl ?? 0) * 1000 - at - (b.ttl ?? 0) * 1000) <= 1500;
}
