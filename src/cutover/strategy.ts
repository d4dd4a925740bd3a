import { type Name } from '../dns/name.ts';
import { type Mx, parseMx } from '../dns/mx.ts';
import { type RRset } from '../dns/rrset.ts';
import { Fault } from '../errors.ts';
import { type Order } from './order.ts';
import { LOW, moves, SNAPSHOT, stepPosition, valueAt, type Track } from './path.ts';
import { type Plan } from './plan.ts';

type Draft = Pick<Plan, 'domain' | 'steps' | 'tracks' | 'policy'>;

/** The hosts of an MX RRset; none where there is none, or where it is null MX. */
const hosts = (value: RRset | null): readonly Mx[] =>
  (value?.rdata ?? []).map(parseMx).filter(({ exchange }) => exchange !== '.');

const lastOf = ({ steps }: Draft, track: Track): readonly Mx[] =>
  hosts(valueAt(track, stepPosition(steps.length - 1)));

/**
 * Two hosts of one preference share the mail by chance (RFC 5321 5.1: a sender must spread it), anew with
 * each attempt, and by addresses rather than hosts. Which mailbox gets a message is then nobody's choice.
 */
function lottery(plan: Draft, track: Track, step: number): readonly [Mx, Mx] | null {
  const before = new Set(hosts(valueAt(track, SNAPSHOT)).map(({ exchange }) => exchange));
  const last = new Set(lastOf(plan, track).map(({ exchange }) => exchange));
  const set = hosts(valueAt(track, stepPosition(step)));
  // A host that joins others of the same mail system for good is no canary.
  const joins = (old: Mx): boolean => plan.policy.strategy === 'staged' && last.has(old.exchange);
  for (const old of set.filter(({ exchange }) => before.has(exchange)).filter(one => !joins(one))) {
    const other = set.find(
      ({ exchange, preference }) => preference === old.preference && !before.has(exchange),
    );
    if (other !== undefined) return [old, other];
  }
  return null;
}

/** Refuses sets that would leave to chance which of two mail systems gets a message. */
export function refuseLottery(plan: Draft, { steps }: Order): void {
  for (const track of plan.tracks.filter(({ type, swapped }) => type === 'MX' && swapped))
    for (const [step, { name, edits }] of steps.entries()) {
      const pair = lottery(plan, track, step);
      if (pair === null) continue;
      const [old, other] = pair;
      const mine = edits.find(edit => edit.name === track.name && edit.type === 'MX');
      throw new Fault(
        'CONFIG',
        `${track.key} would have ${old.exchange} and ${other.exchange} both at preference ${String(old.preference)} in step ${name}: which of them gets a message is left to chance, anew with each attempt (RFC 5321 5.1)`,
        {
          ...(mine === undefined ? {} : { where: mine.where }),
          details: { rrset: track.key },
          fix: 'give the new hosts a set of their own; to try the move on few people first, move a domain that matters less before the others (waves), or move mailboxes behind a gateway (steps)',
        },
      );
    }
}

/** A set that mail goes to before it goes to the last one: gateways that hand it on. */
export interface Pivot {
  readonly step: number;
  readonly hosts: readonly Name[];
}

/** Of a plan that swaps the MX of its domain more than once, the sets in between. */
export function pivotsOf(plan: Draft): readonly Pivot[] {
  if (plan.policy.strategy === 'staged') return [];
  const track = plan.tracks.find(
    ({ name, type, swapped }) => name === plan.domain && type === 'MX' && swapped,
  );
  if (track === undefined) return [];
  const turns = plan.steps
    .map((_, step) => step)
    .filter(step => moves(track, step === 0 ? LOW : stepPosition(step - 1), stepPosition(step)));
  const last = new Set(lastOf(plan, track).map(({ exchange }) => exchange));
  return turns.slice(0, -1).flatMap(step => {
    const between = hosts(valueAt(track, stepPosition(step)))
      .map(({ exchange }) => exchange)
      .filter(exchange => !last.has(exchange));
    return between.length === 0 ? [] : [{ step, hosts: between }];
  });
}
