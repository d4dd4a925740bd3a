import { createHash } from 'node:crypto';
import { type Seconds } from '../clock.ts';
import { Fault } from '../errors.ts';
import { type Name } from '../dns/name.ts';
import { keyText, rrset, type RRset } from '../dns/rrset.ts';
import { mergeSpf } from '../mail/spf.ts';
import { type Capabilities } from './capabilities.ts';
import { type Edit, type Order } from './order.ts';
import { type Track } from './path.ts';
import { type Plan } from './plan.ts';
import { idsLast } from './prepared.ts';
import { refuseUnsafe } from './safety.ts';
import { refuseLottery } from './strategy.ts';

/** TTL of an RRset that did not exist before, once everything is over and nobody said otherwise. */
const newTtl: Seconds = 3600;

/** What a plan is made of. */
export interface Ground {
  readonly order: Order;
  readonly zone: Name;
  /** What the provider holds now, by `keyText`; null where there is none. */
  readonly current: Readonly<Record<string, RRset | null>>;
  readonly capabilities: Capabilities;
  /** The primary that each authoritative server names in its SOA; more than one: independent providers. */
  readonly primaries: readonly string[];
}

/** An RRset after an edit, with this TTL; null when it is gone. */
function edited(edit: Edit, value: RRset | null, ttl: Seconds): RRset | null {
  const { name, type, want, where } = edit;
  if (want.is === 'absent') return null;
  if (want.is === 'set') return rrset({ name, type, ttl, rdata: want.rdata });
  if (want.is === 'spf') {
    const merged = mergeSpf(value?.rdata ?? [], want.mechanism);
    if (merged.is === 'merged') return rrset({ name, type, ttl, rdata: merged.rdata });
    throw new Fault('CONFIG', `${keyText(edit)} has ${merged.records.length} SPF records`, {
      ...{ where, details: { rrset: keyText(edit) } },
      fix: 'make one of them first: receivers take several for an error (RFC 7208 4.5)',
    });
  }
  const before = value?.rdata ?? [];
  const missing = want.remove.find(rdata => !before.includes(rdata));
  if (missing !== undefined)
    throw new Fault('CONFIG', `${keyText(edit)} has no record ${missing} that could be removed`, {
      ...{ where, details: { rrset: keyText(edit) } },
      fix: `it holds ${before.length === 0 ? 'nothing' : before.join(' | ')}: name one of these, or leave it out`,
    });
  const rdata = [...before.filter(one => !want.remove.includes(one)), ...want.add];
  if (rdata.length === 0)
    throw new Fault('CONFIG', `${keyText(edit)} would be empty`, {
      ...{ where, details: { rrset: keyText(edit) } },
      fix: 'write `absent: true` if it is to go, or add a record',
    });
  return rrset({ name, type, ttl, rdata });
}

const withTtl = (value: RRset | null, ttl: Seconds): RRset | null =>
  value === null ? null : { ...value, ttl };

/** Edits of one RRset, in order, on top of a value. */
const editAll = (edits: readonly Edit[], value: RRset | null, ttl: Seconds): RRset | null =>
  edits.reduce<RRset | null>((result, edit) => edited(edit, result, ttl), withTtl(value, ttl));

interface Edits {
  readonly prepare: readonly Edit[];
  readonly steps: readonly (readonly Edit[])[];
  readonly afterwards: readonly Edit[];
}

/** The value at every position. Nothing but its TTL changes where no edit names it. */
function positions(
  first: RRset | null,
  edits: Edits,
  { policy }: Order,
): readonly (RRset | null)[] {
  const swapped = edits.steps.some(list => list.length > 0);
  const all = [...edits.prepare, ...edits.steps.flat(), ...edits.afterwards];
  const own = all.map(({ ttl }) => ttl).find(ttl => ttl !== null);
  // `final` is for what the swap lowers; an RRset that only gains a record keeps its own TTL.
  const finalTtl =
    (swapped ? policy.ttl.final : null) ?? first?.ttl ?? own ?? policy.ttl.final ?? newTtl;
  const touched = swapped || edits.prepare.length > 0;
  const lowTtl = Math.min(policy.ttl.low, first?.ttl ?? policy.ttl.low);
  // An RRset that only gains a prepare record keeps its TTL; a new one begins with the low TTL.
  const early = swapped || first === null ? lowTtl : first.ttl;
  const low = touched ? editAll(edits.prepare, first, early) : first;
  const steps: (RRset | null)[] = [];
  // Null is a value here: a set that a step removed stays away.
  let last = low;
  for (const list of edits.steps) {
    if (swapped) last = editAll(list, last, lowTtl);
    steps.push(last);
  }
  const restored = touched ? withTtl(last, finalTtl) : last;
  const final =
    edits.afterwards.length > 0 ? editAll(edits.afterwards, restored, finalTtl) : restored;
  return [first, low, ...steps, restored, final];
}

/** Non-MX sets first: when sets cannot land together, the MX turns last. */
function ordered(order: Order): readonly Edit[] {
  const swaps = order.steps.flatMap(step => step.edits);
  const mxLast = [
    ...swaps.filter(({ type }) => type !== 'MX'),
    ...swaps.filter(({ type }) => type === 'MX'),
  ];
  return [...idsLast(order.prepare), ...mxLast, ...order.afterwards];
}

function tracksOf({ order, current }: Ground): readonly Track[] {
  const tracks = new Map<string, Track>();
  for (const { name, type } of ordered(order)) {
    const key = keyText({ name, type });
    if (tracks.has(key)) continue;
    const mine = (edits: readonly Edit[]) => edits.filter(edit => keyText(edit) === key);
    const edits: Edits = {
      prepare: mine(order.prepare),
      steps: order.steps.map(step => mine(step.edits)),
      afterwards: mine(order.afterwards),
    };
    tracks.set(key, {
      key,
      name,
      type,
      prepared: edits.prepare.length > 0,
      swapped: edits.steps.some(list => list.length > 0),
      afterwards: edits.afterwards.length > 0,
      positions: positions(current[key] ?? null, edits, order),
    });
  }
  return [...tracks.values()];
}

/** JSON with sorted keys, so that the hash does not depend on how an object was built. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );

/** What recurs is in the hash by its rules: what they come to depends on when the file was read. */
function timeless(plan: Omit<Plan, 'hash'>): unknown {
  const { schedule } = plan.policy;
  const { calendar } = schedule;
  if (calendar === undefined) return plan;
  const freeze = schedule.freeze.filter(({ recurs }) => recurs !== true);
  const rules = { freeze: calendar.freeze, swapOn: calendar.swapOn };
  return {
    ...plan,
    policy: { ...plan.policy, schedule: { ...schedule, freeze, calendar: rules } },
  };
}

/** Sixteen hexadecimal digits in four groups: short enough to read aloud on a call. */
const hashOf = (plan: Omit<Plan, 'hash'>): string => {
  const digest = createHash('sha256')
    .update(canonical(timeless(plan)))
    .digest('hex')
    .slice(0, 16);
  return (digest.match(/.{4}/g) ?? []).join('-');
};

/**
 * Makes the plan of a cutover from what is wanted and what is there. Throws CONFIG when the order does not
 * fit the zone, UNSUPPORTED when the provider cannot do it, REFUSED when it would not be safe.
 */
export function makePlan(ground: Ground): Plan {
  const { order, zone } = ground;
  const tracks = tracksOf(ground);
  const hasAfterwards = tracks.some(track => track.afterwards);
  const steps = order.steps.map(({ name }) => name);
  const plan = {
    v: 1 as const,
    domain: order.domain,
    zone,
    provider: order.provider,
    positions: ['snapshot', 'low', ...steps, ...(hasAfterwards ? ['restored'] : []), 'final'],
    steps,
    // Without records for afterwards the last two positions are one.
    tracks: hasAfterwards
      ? tracks
      : tracks.map(track => ({ ...track, positions: track.positions.slice(0, -1) })),
    policy: order.policy,
    authority: order.authority,
  };
  refuseUnsafe(plan, ground);
  refuseLottery(plan, order);
  return { ...plan, hash: hashOf(plan) };
}
