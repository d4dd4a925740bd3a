import { limits } from '../../limits.ts';
import { type Resolver } from '../../propagation/watched.ts';
import { bucketOf, reshape } from '../../bucket.ts';
import { type Heap } from './heap.ts';
import { type Lane, laneOf, refresh, type Timed } from './lane.ts';
import { type Politeness } from '../subject.ts';

/** The lane of one resolver, for as long as somebody holds it and some time after. */
interface Held {
  readonly lane: Lane;
  readonly operator: string;
  holders: number;
  leftAt: number;
}

interface Operator {
  readonly lane: Lane;
  /** Its resolvers that are known. */
  size: number;
}

/**
 * Politeness: the bucket of all, below it one of each operator, and one of each regional resolver.
 * Buckets hold a token for each resolver that is known, so that a first sweep may ask each once; those
 * of operators hold three at least.
 */
export interface Lanes {
  /** All lanes lie below it. */
  readonly root: Lane;
  /** The lane of a resolver, kept until it was released as often. */
  hold(resolver: Resolver, now: number): Lane;
  release(resolver: Resolver, now: number): void;
  /** How often from now on. */
  limit(politeness: Politeness, now: number): void;
  /** Resolvers that are known. */
  readonly size: number;
}

const nameOf = ({ operator, id, tier }: Resolver): string => JSON.stringify([operator, id, tier]);

/** Tokens of an operator at least: the end of an entry is looked at several times within two seconds. */
const operatorTokens = 3;

function shape(lane: Lane, to: { readonly size: number; readonly rate: number }, now: number) {
  if (lane.bucket === null) return;
  const intervalMs = 1000 / to.rate;
  reshape(lane.bucket, { capacity: Math.max(1, to.size), intervalMs }, now);
  refresh(lane, now);
}

export function lanesOf(timers: Heap<Timed>, first: Politeness): Lanes {
  let politeness = first;
  const held = new Map<string, Held>();
  const operators = new Map<string, Operator>();
  const root = laneOf(bucketOf(1, 1000 / first.total), null, { timers });
  const operatorOf = (name: string): Operator => {
    const known = operators.get(name);
    if (known !== undefined) return known;
    const lane = laneOf(bucketOf(1, 1000 / politeness.operator), root, { timers });
    const made = { lane, size: 0 };
    operators.set(name, made);
    return made;
  };
  const add = (resolver: Resolver, now: number): Held => {
    const operator = operatorOf(resolver.operator);
    operator.size += 1;
    const scarce = resolver.tier === 'regional';
    const slow = scarce ? bucketOf(1, limits.pollRegionalMs) : null;
    const lane = laneOf(slow, operator.lane, { timers, scarce });
    const made = { lane, operator: resolver.operator, holders: 0, leftAt: now };
    held.set(nameOf(resolver), made);
    shape(
      operator.lane,
      { size: Math.max(operatorTokens, operator.size), rate: politeness.operator },
      now,
    );
    shape(root, { size: held.size, rate: politeness.total }, now);
    return made;
  };
  /** Who was let go long ago: its buckets are full again, so that nothing is lost. */
  const forget = (now: number): void => {
    for (const [name, { operator, holders, leftAt }] of held) {
      if (holders > 0 || now - leftAt < limits.pollForgetMs) continue;
      held.delete(name);
      operatorOf(operator).size -= 1;
    }
    for (const [name, { lane, size }] of operators)
      if (size === 0 && (lane.bucket?.fullAt ?? 0) <= now) operators.delete(name);
  };
  return {
    root,
    hold: (resolver, now) => {
      const one = held.get(nameOf(resolver)) ?? add(resolver, now);
      one.holders += 1;
      return one.lane;
    },
    release: (resolver, now) => {
      const one = held.get(nameOf(resolver));
      if (one === undefined) return;
      one.holders -= 1;
      one.leftAt = now;
    },
    limit: (wanted, now) => {
      politeness = wanted;
      forget(now);
      shape(root, { size: held.size, rate: politeness.total }, now);
      for (const { lane, size } of operators.values())
        shape(lane, { size: Math.max(operatorTokens, size), rate: politeness.operator }, now);
    },
    get size() {
      return held.size;
    },
  };
}
