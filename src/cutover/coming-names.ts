import { parseName, type Name } from '../dns/name.ts';
import { type Cutover } from './cutover.ts';
import { claimKey } from './write.ts';

/**
 * The names at which this cutover may still create something, whatever it has created by now: a denial
 * that reaches one of them would keep it from being seen. The claim is there before any resolver is asked;
 * what a canary makes lies below it.
 */
export function comingNames({ plan, domain }: Pick<Cutover, 'plan' | 'domain'>): readonly Name[] {
  const created = plan.tracks.filter(({ positions }) => positions.includes(null));
  const below = parseName(`*.${claimKey(domain).name}`);
  return [...new Set([...created.map(({ name }) => name), below])];
}

/** The names of sets that are not there now and will be: what denies one of them delays it. */
export const uncreatedNames = ({
  plan,
  places,
}: Pick<Cutover, 'plan' | 'places'>): readonly Name[] =>
  plan.tracks
    .filter(({ key, positions }) => {
      const [now, ...later] = positions.slice(places[key] ?? 0);
      return (now ?? null) === null && later.some(value => value !== null);
    })
    .map(({ name }) => name);
