import { canaryKey, type Canary, type Measured, type Rehearsed } from '../../cutover/canary.ts';
import { type Cutover } from '../../cutover/cutover.ts';
import { displayName } from '../../dns/name.ts';
import { measuredText, rehearsedText } from './text.ts';
import { isoOrNull } from '../words.ts';

/** Where the canary is, and what it showed. Times are ISO 8601 in UTC. */
export interface CanaryView {
  /** Of the wildcard, without the final dot. */
  readonly name: string;
  /** `not made`: nothing of it was ever in the zone. `left`: it stands there, and nobody removes it. */
  readonly state:
    | 'waiting'
    | 'writing'
    | 'measuring'
    | 'changing'
    | 'following'
    | 'removing'
    | 'removed'
    | 'left'
    | 'not made';
  /** Since when it stood. */
  readonly since: string | null;
  readonly measured: Measured | null;
  readonly rehearsed: Rehearsed | null;
  /** Why nothing more is measured; null: nothing speaks against it. */
  readonly why: string | null;
}

function stateOf(canary: Canary): CanaryView['state'] {
  const { stands, intent, over, measured, rehearsed, since } = canary;
  if (stands === 'left') return 'left';
  if (intent !== null) {
    if (intent.purpose === 'uncanary') return 'removing';
    return intent.changes[0]?.before === null ? 'writing' : 'changing';
  }
  const ended = over !== null || rehearsed !== null;
  if (stands === 'nothing') {
    if (since !== null) return 'removed';
    return ended ? 'not made' : 'waiting';
  }
  if (ended) return 'removing';
  if (stands === 'second') return 'following';
  return measured === null ? 'measuring' : 'changing';
}

/** Null where there is to be none. */
export function canaryView({ canary, domain }: Cutover): CanaryView | null {
  if (canary === null) return null;
  const { since, measured, rehearsed, over } = canary;
  return {
    name: displayName(canaryKey(domain).name),
    state: stateOf(canary),
    since: isoOrNull(since?.wall ?? null),
    ...{ measured, rehearsed, why: over },
  };
}

const states: Record<CanaryView['state'], string> = {
  waiting: 'waits for the drain',
  writing: 'is being written',
  measuring: 'is there: resolvers are being measured with it',
  changing: 'is being changed, as the swap will change the MX',
  following: 'was changed: how that spreads is followed',
  removing: 'is being removed',
  removed: 'is removed',
  left: 'STANDS IN THE ZONE, remove it by hand',
  'not made': 'was not made',
};

/** It in words: where it is, why, and what it showed, a line each. */
export function canaryLines({
  name,
  state,
  why,
  measured,
  rehearsed,
}: CanaryView): readonly string[] {
  return [
    `${name} TXT ${states[state]}${why === null ? '' : `: ${why}`}`,
    ...(measured === null ? [] : [`measured: ${measuredText(measured)}`]),
    ...(rehearsed === null ? [] : [`rehearsal of the swap: ${rehearsedText(rehearsed)}`]),
  ];
}
