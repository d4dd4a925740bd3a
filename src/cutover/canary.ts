import { type Now, type Seconds } from '../clock.ts';
import { parseName, type Name } from '../dns/name.ts';
import { rrset, sameRRset, type Key, type RRset } from '../dns/rrset.ts';
import { limits } from '../limits.ts';
import { type Cutover } from './cutover.ts';
import { isRefusal, type Intent } from './intent.ts';
import { type Line } from './line.ts';
import { type Plan } from './plan.ts';
import { stopped } from './stopped.ts';

/** What resolvers showed of their TTLs at names that nobody had ever asked for. */
export interface Measured {
  /** Asked, and of these those that gave what the zone has. */
  readonly total: number;
  readonly told: number;
  /** How many raise TTLs to a floor, cut them to a ceiling, and have several caches at one address. */
  readonly floored: number;
  readonly cut: number;
  readonly farms: number;
  /** The longest floors, 20 at most. */
  readonly floors: readonly { readonly resolver: string; readonly floor: Seconds }[];
}

/** How the world turned when the value was changed, in seconds from when every server had the new one. */
export interface Rehearsed {
  /** Those that were followed, and of these those that turned. */
  readonly total: number;
  readonly turned: number;
  /** By weight; null where so much had not turned when it ended. */
  readonly p50: Seconds | null;
  readonly p95: Seconds | null;
  /** Null where one had not turned. */
  readonly worst: Seconds | null;
  /** Who was last, or had not turned (null), 20 at most. */
  readonly last: readonly { readonly resolver: string; readonly after: Seconds | null }[];
}

/**
 * A wildcard TXT under `_dns-cutover.<domain>` that resolvers are measured with while the old TTL drains.
 * It has a write of its own, beside those of the move: nothing of the move ever waits for it.
 */
export interface Canary {
  /**
   * As it was confirmed or found. `left`: it stays, since somebody else changed it or it could not be
   * removed.
   */
  readonly stands: 'nothing' | 'first' | 'second' | 'left';
  readonly intent: Intent | null;
  /** How many intents there were. */
  readonly intents: number;
  /** How often its removal did not take effect. */
  readonly failures: number;
  /** A write of it was taken for lost and may still land: it is looked for once more at the end. */
  readonly lost: boolean;
  /** When it first stood. */
  readonly since: Now | null;
  readonly measured: Measured | null;
  readonly rehearsed: Rehearsed | null;
  /** Why nothing more is measured; null: nothing speaks against it. */
  readonly over: string | null;
}

const unborn: Canary = {
  ...{ stands: 'nothing', intent: null, intents: 0, failures: 0, lost: false, since: null },
  ...{ measured: null, rehearsed: null, over: null },
} as const;

/** Is there to be one? It measures resolvers: without any it is worth nothing. */
export const withCanary = ({ policy }: Pick<Plan, 'policy'>): boolean =>
  policy.watch.canary && policy.watch.resolvers !== 'none';

export const newCanary = (plan: Plan): Canary | null => (withCanary(plan) ? unborn : null);

/**
 * Where it stands. It matches only names below `_dns-cutover.<domain>` that do not exist (RFC 4592 2.2.1),
 * and nobody but us asks for such.
 */
export const canaryKey = (domain: Name): Key => ({
  name: parseName(`*._dns-cutover.${domain}`),
  type: 'TXT',
});

/** A name that it answers. */
export const canaryLabel = (domain: Name, label: string): Key => ({
  name: parseName(`${label}._dns-cutover.${domain}`),
  type: 'TXT',
});

/**
 * With the TTL that the swap will have: a floor at or below it delays nobody, and what is measured is what
 * the swap will meet.
 */
export function canaryTtl(plan: Plan, minTtl: Seconds | null): Seconds {
  return Math.max(plan.policy.ttl.low, minTtl ?? 0);
}

/** Its text is for people who meet it in the zone, and tells the runs apart. */
export function canaryRRset(cutover: Cutover, which: 'first' | 'second'): RRset {
  const { plan, domain, run, snapshot } = cutover;
  return rrset({
    ...canaryKey(domain),
    ttl: canaryTtl(plan, snapshot?.capabilities.minTtl ?? null),
    rdata: [`"dns-cutover canary run=${run.replaceAll(/["\\]/g, '')} value=${which}"`],
  });
}

/** Which of its values this is; null: somebody else's. */
export function canaryValue(cutover: Cutover, found: RRset | null): Canary['stands'] | null {
  if (found === null) return 'nothing';
  if (sameRRset(found, canaryRRset(cutover, 'first'))) return 'first';
  return sameRRset(found, canaryRRset(cutover, 'second')) ? 'second' : null;
}

/** May its open write be sent now, or only be read back? The move of mail goes first. */
export function canarySendable(cutover: Cutover): boolean {
  const { canary, ending, hold, intent, stage } = cutover;
  if (canary?.intent == null) return false;
  const removes = canary.intent.purpose === 'uncanary';
  if (ending !== null) return removes;
  if (hold !== null || intent !== null || stopped(cutover)) return false;
  return removes || (stage === 'drain' && canary.over === null);
}

/** Is nothing of it in the zone, as far as anybody can do anything about it? */
export function canaryIsGone({ canary }: Cutover): boolean {
  if (canary === null || canary.stands === 'left') return true;
  return canary.stands === 'nothing' && canary.intent === null && !canary.lost;
}

/** What a line changes of it; null for lines that are about other things. */
export function applyCanary(cutover: Cutover, line: Line): Partial<Cutover> | null {
  const { canary, trouble } = cutover;
  if (!line.type.startsWith('canary.')) return null;
  if (canary === null) return {};
  const change = changeOf(cutover, canary, line);
  const next = { canary: { ...canary, ...change } };
  if (next.canary.intent !== null || canary.intent === null) return next;
  // The effect is gone, and nobody will say that its trouble is over.
  const left = Object.entries(trouble).filter(([effect]) => effect !== 'canary');
  return { ...next, trouble: Object.fromEntries(left) };
}

function changeOf(cutover: Cutover, canary: Canary, line: Line): Partial<Canary> {
  const { intent, failures } = canary;
  switch (line.type) {
    case 'canary.intended':
      return { intent: line.data.intent, intents: canary.intents + 1 };
    case 'canary.confirmed': {
      if (intent?.purpose !== 'uncanary') {
        const stands = canaryValue(cutover, intent?.changes[0]?.after ?? null) ?? canary.stands;
        return { intent: null, stands, since: canary.since ?? line.data.now };
      }
      // Where nothing stood, it was looked for what had been lost.
      return { intent: null, stands: 'nothing', lost: canary.lost && canary.stands !== 'nothing' };
    }
    case 'canary.failed': {
      const { code, refused } = line.data;
      if (intent?.purpose !== 'uncanary')
        return { intent: null, lost: canary.lost || !isRefusal(code) };
      if (!canarySendable(cutover)) return { intent: null };
      return { intent: null, failures: failures + (refused ? limits.writeAttempts : 1) };
    }
    case 'canary.conflict': {
      const stands = canaryValue(cutover, line.data.found);
      if (stands === null) return { intent: null, failures: failures + 1 };
      // It landed after all.
      const landed = stands !== 'nothing' && stands !== canary.stands;
      const lost = canary.lost && !landed;
      return { intent: null, failures: failures + 1, stands, lost };
    }
    case 'canary.measured':
      return { measured: line.data.measured };
    case 'canary.rehearsed':
      return { rehearsed: line.data.rehearsed };
    case 'canary.given-up':
      return { over: line.data.why };
    case 'canary.left':
      return { intent: null, stands: 'left', over: canary.over ?? line.data.why };
    default:
      return {};
  }
}
