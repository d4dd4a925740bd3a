import { type Mx, parseMx } from '../../dns/mx.ts';
import { type Name, ROOT } from '../../dns/name.ts';
import { SNAPSHOT, stepPosition, type Track } from '../../cutover/path.ts';
import { type Plan } from '../../cutover/plan.ts';
import { type MailInput } from '../input.ts';

/** One MX set that a step writes. */
export interface ComingSet {
  readonly track: Track;
  readonly step: string;
  readonly position: number;
  readonly set: readonly Mx[];
}

/** The hosts of an MX value; null MX names none (RFC 7505 3). */
const hostsIn = (track: Track, position: number): readonly Mx[] =>
  (track.positions[position]?.rdata ?? [])
    .map(parseMx)
    .filter(({ exchange }) => exchange !== ROOT)
    .sort((one, other) => one.preference - other.preference);

const mxTracks = ({ tracks }: Pick<Plan, 'tracks'>): readonly Track[] =>
  tracks.filter(({ type, swapped }) => type === 'MX' && swapped);

/**
 * The sets that are to be written. At a gate those of its step: a gateway that mail moves to first is ready
 * before the hosts behind it have to be.
 */
export function comingSets({
  plan,
  step,
  gate,
}: Pick<MailInput, 'plan' | 'step' | 'gate'>): readonly ComingSet[] {
  const steps = plan.steps.map((name, index) => ({ name, index }));
  const ahead = steps.filter(({ index }) => (gate ? index === step : index >= step));
  return mxTracks(plan).flatMap(track =>
    ahead.map(({ name, index }) => {
      const position = stepPosition(index);
      return { track, step: name, position, set: hostsIn(track, position) };
    }),
  );
}

const distinct = (names: readonly Name[]): readonly Name[] => [...new Set(names)];

/** Every host of the sets that are to be written. */
export const comingHosts = (input: Pick<MailInput, 'plan' | 'step' | 'gate'>): readonly Name[] =>
  distinct(comingSets(input).flatMap(({ set }) => set.map(({ exchange }) => exchange)));

/** Hosts that mail is sent to today, and that the last step no longer names. */
export function goingHosts(plan: Pick<Plan, 'tracks' | 'steps'>): readonly Name[] {
  const exchanges = (position: number): readonly Name[] =>
    mxTracks(plan).flatMap(track => hostsIn(track, position).map(({ exchange }) => exchange));
  const stays = new Set(exchanges(stepPosition(plan.steps.length - 1)));
  return distinct(exchanges(SNAPSHOT)).filter(host => !stays.has(host));
}

/** What the MX of one name is before anything is changed. */
export const setBefore = (track: Track): readonly Mx[] => hostsIn(track, SNAPSHOT);
