import { cleanOfMany, type Verdict } from './verdict.ts';
import { type Resolver, type Watched } from './watched.ts';

// Behind an anycast address stand many machines, each with a cache of its own: one answer is that of
// one of them.

/** Clean answers that are enough. */
export const samplesOf = ({ anycast }: Pick<Resolver, 'anycast'>): number =>
  anycast === true ? cleanOfMany : 1;

type Service = Pick<Watched, 'resolver' | 'state'>;

/** True where all that was heard of a service is new, and too few of its machines were heard. */
export const isSampling = ({ resolver, state }: Service): boolean =>
  state.verdict === 'new' && Math.max(state.clean, 1) < samplesOf(resolver);

/** What it counts as: the machines not heard yet are not new. */
export const verdictOfAll = (service: Service): Verdict | null =>
  isSampling(service) ? 'mixed' : service.state.verdict;
