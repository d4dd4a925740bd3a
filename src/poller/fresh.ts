import { aliveAt } from '../propagation/series.ts';
import { samplesOf } from '../propagation/service.ts';
import { cleanOfMany, cleanWanted, isFarm } from '../propagation/verdict.ts';
import { type Resolver } from '../propagation/watched.ts';
import { type Part } from './part.ts';

// Many caches may answer at one address. Which of them does goes by where a question comes from: by the
// source port over UDP, by the connection over everything else.

interface Asked {
  readonly resolver: Resolver;
  readonly parts: readonly Part[];
}

/** Whether its next question is better sent from another source port. */
export const wantsFreshPort = ({ resolver, parts }: Asked): boolean =>
  parts.some(
    ({ state }) =>
      state !== null && state.samples > 0 && (resolver.anycast === true || isFarm(state)),
  );

/** Connections over which another clean answer would not count, while more of them are wanted. */
export const countedOver = ({ parts }: Asked): readonly number[] =>
  parts.flatMap(part =>
    part.live && part.state?.cleanOver !== undefined && wantsMore(part) ? part.state.cleanOver : [],
  );

function wantsMore({ state, resolver, watching }: Part): boolean {
  if (state === null || watching.subject.mode !== 'watch') return false;
  const { clean, series, last } = state;
  const unsigned = series.some(one => one.looksStale && aliveAt(one, last.received));
  const wanted = Math.max(samplesOf(resolver), cleanWanted(state), unsigned ? cleanOfMany : 0);
  return clean > 0 && clean < wanted;
}
