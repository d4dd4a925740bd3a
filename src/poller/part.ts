import { type Instant } from '../clock.ts';
import { type CacheState, isSettled, observe } from '../propagation/cachestate.ts';
import { aimOf } from '../propagation/expectation.ts';
import { type Asking, type Observation, observationOf } from '../propagation/observation.ts';
import { paceOf } from '../propagation/pace.ts';
import { nextAsk } from '../propagation/schedule.ts';
import { samplesOf } from '../propagation/service.ts';
import { type Resolver } from '../propagation/watched.ts';
import { type Fault } from '../errors.ts';
import { type Message } from '../dns/wire.ts';
import { policyOf } from './policy.ts';
import { type Heard, type Politeness, type Subject } from './subject.ts';
import { type Claim, claimOf } from './turns/turns.ts';

/** One call of `watch`. */
export interface Watching {
  readonly subject: Subject;
  readonly heard: Heard;
  readonly politeness: Politeness;
  /** Nothing is left to ask for this part. */
  readonly finish: (part: Part) => void;
  /** A callback threw. */
  readonly fail: (error: unknown) => void;
}

/** What one watch has in one session. */
export interface Part {
  readonly watching: Watching;
  readonly resolver: Resolver;
  state: CacheState | null;
  /** False once it was finished, or its watch ended. */
  live: boolean;
  toldLeftOut: boolean;
}

/** What came of one question; the moments are of `up`. */
export interface Seen {
  readonly asking: Omit<Asking, 'resolver'>;
  readonly result: { readonly message: Message } | { readonly error: unknown };
}

/** When a part wants the next question, by `up`. */
export interface Wish {
  readonly at: number;
  readonly burst: number;
  /** What it may claim when many wait. */
  readonly claim: Claim;
}

/** Takes in what was seen, and hands it on; null where that failed, which ends its watch. */
export function tell(part: Part, { asking, result }: Seen): Observation | null {
  const { watching, resolver } = part;
  const { subject, heard } = watching;
  const { key, offset, expectation } = subject;
  const { asked, received } = asking;
  const shifted = { ...asking, asked: asked + offset, received: received + offset };
  return guarded(part, () => {
    const wanted = { ...key, aliases: expectation.aliases };
    const observation = observationOf({ ...shifted, resolver: resolver.id }, wanted, result);
    const state = observe(notAhead(part.state, observation), observation, expectation);
    part.state = state;
    heard(resolver, state, observation);
    return observation;
  });
}

/**
 * Questions of a session follow each other: what lies ahead was kept before the clock went back. What was
 * left of its entries then is the most that is left of them now.
 */
function notAhead(state: CacheState | null, { received }: Observation): CacheState | null {
  const byMs = state === null ? 0 : state.last.received - received;
  if (state === null || byMs <= 0) return state;
  const earlier = (at: Instant | null): Instant | null => (at === null ? null : at - byMs);
  const { dropped, series, last, members } = state;
  return {
    ...{ ...state, last: { ...last, received } },
    dropped: {
      new: earlier(dropped.new),
      old: earlier(dropped.old),
      other: earlier(dropped.other),
    },
    series: series.map(one => ({
      ...{ ...one, anchor: one.anchor - byMs, expiresAt: one.expiresAt - byMs },
    })),
    ...(members !== undefined && {
      members: members.map(one => ({ ...one, until: earlier(one.until) })),
    }),
  };
}

/** Says once that it cannot be asked from here. */
export function tellLeftOut(part: Part, why: Fault): void {
  if (part.toldLeftOut) return;
  part.toldLeftOut = true;
  guarded(part, () => part.watching.subject.leftOut?.(part.resolver, why));
}

/** What a callback throws ends its own watch and nothing else; so does a state that is none. */
function guarded<T>({ watching }: Part, call: () => T): T | null {
  try {
    return call();
  } catch (error) {
    watching.fail(error);
    return null;
  }
}

/** What it wants next; null: nothing more, or its watch just ended. */
export function wishOf(part: Part, now: number, chance: number): Wish | null {
  const { state, resolver, watching } = part;
  const { subject, politeness } = watching;
  const { mode, offset, expectation } = subject;
  const policy = policyOf(resolver, politeness, { mode, chance });
  return guarded(part, () => {
    const next = nextAsk(state, expectation, { policy, now: now + offset });
    if (next === null) return null;
    const claim = claimOf(kindOf(state, part), paceOf(expectation, now + offset));
    return { at: next.at - offset, burst: next.burst, claim };
  });
}

/** What its question is: the first towards what is expected, one more, or a look at what is settled. */
function kindOf(
  state: CacheState | null,
  { watching, resolver }: Part,
): Parameters<typeof claimOf>[0] {
  const { expectation } = watching.subject;
  if (state?.aim !== aimOf(expectation)) return 'first';
  return isSettled(state, expectation, samplesOf(resolver)) ? 'idle' : 'again';
}
