import { SNAPSHOT, stepPosition, valueAt, type Track } from '../../cutover/path.ts';
import { type Plan } from '../../cutover/plan.ts';
import { displayName } from '../../dns/name.ts';
import { type Mx, parseMx } from '../../dns/mx.ts';
import { platformOf, presetOf } from '../../mail/presets/presets.ts';
import { type Check, type Verdict } from '../check.ts';

/** One turn of an MX, from the set that stands to the one that a step writes. */
interface Turn {
  readonly track: Track;
  readonly step: string;
  readonly from: readonly Mx[];
  readonly to: readonly Mx[];
}

const setAt = (track: Track, position: number): readonly Mx[] =>
  (valueAt(track, position)?.rdata ?? []).map(parseMx);

const hosts = (set: readonly Mx[]): string =>
  set.map(({ exchange }) => displayName(exchange)).join(' ') || 'nothing';

function turnsOf({ tracks, steps }: Plan): readonly Turn[] {
  const moved = tracks.filter(({ type, swapped }) => type === 'MX' && swapped);
  return moved.flatMap(track =>
    steps.map((step, index) => {
      const before = index === 0 ? SNAPSHOT : stepPosition(index - 1);
      return { track, step, from: setAt(track, before), to: setAt(track, stepPosition(index)) };
    }),
  );
}

/** The platform that both sides of a turn are customers of; null: none that is known. */
function shared({ track, from, to }: Turn): string | null {
  const before = platformOf(from, track.name);
  const after = platformOf(to, track.name);
  return before !== null && before.id === after?.id && hosts(from) !== hosts(to)
    ? before.name
    : null;
}

/**
 * Some platforms give each customer a host of its own, and two of one kind are two customers. Of all others,
 * and between an old kind of host and a new one, the same customer may change nothing but the names.
 */
function certain({ track, from, to }: Turn): boolean {
  const [before, after] = [presetOf(from, track.name), presetOf(to, track.name)];
  const named = before?.needs.some(({ key }) => key === 'mailExchange' || key === 'cluster');
  const kept = from.some(({ exchange }) => to.some(one => one.exchange === exchange));
  return named === true && before?.id === after?.id && !kept;
}

/** From one customer of a platform to another, with something in between that can hold mail. */
function pivoted({ tracks }: Plan): string | null {
  for (const track of tracks.filter(({ type, swapped }) => type === 'MX' && swapped)) {
    const first = platformOf(setAt(track, SNAPSHOT), track.name);
    const last = platformOf(setAt(track, track.positions.length - 1), track.name);
    const same = hosts(setAt(track, SNAPSHOT)) === hosts(setAt(track, track.positions.length - 1));
    if (first !== null && first.id === last?.id && !same) return first.name;
  }
  return null;
}

function verdictOf(turn: Turn, { policy }: Plan): Verdict | null {
  const platform = shared(turn);
  if (platform === null) return null;
  const { track, step, from, to } = turn;
  const subject = track.key;
  const observed = `${hosts(from)} before ${step}, ${hosts(to)} after it, both of ${platform}`;
  if (policy.strategy === 'staged')
    return {
      ...{ outcome: 'pass', subject, observed },
      summary: `Both sets are of ${platform}, and declared to reach the same mailboxes.`,
    };
  if (!certain(turn))
    return {
      ...{ outcome: 'bad', severity: 'warning', subject, observed },
      summary: `Both sets are of ${platform}, and their names do not tell whether of the same customer. Within one account nothing stands in the way; from one customer to another the new side cannot accept ${displayName(track.name)} before the old one releases it.`,
      remedy: `Make sure that it is the same account. If it is not, go by way of a gateway that queues (steps: first to the gateway, then to the new hosts).`,
    };
  return {
    ...{ outcome: 'bad', subject, observed },
    summary: `The move is from one customer of ${platform} to another: the new side cannot accept ${displayName(track.name)} before the old one releases it.`,
    remedy: `Go by way of a gateway that queues (steps: first to the gateway, then to the new hosts), release the domain at the old side while mail waits there, add it at the new one, and let the queue go. If both are the same customer, accept this finding with that reason.`,
  };
}

const tenant: Check = {
  id: 'tenant-to-tenant',
  family: 'hosts',
  severity: 'blocker',
  what: 'the domain does not move from one customer of a platform to another without a queue in between',
  expected: 'another platform, the same customer, or a step to a gateway that queues',
  consequence:
    'A platform knows each domain once: from its release on the old side until it is accepted on the new one all mail bounces, whatever the MX says.',
  refs: ['https://learn.microsoft.com/microsoft-365/enterprise/cross-tenant-mailbox-migration'],
  judge: ({ plan }) => {
    const bad = turnsOf(plan).flatMap(turn => verdictOf(turn, plan) ?? []);
    if (bad.length > 0) return bad;
    const subject = displayName(plan.domain);
    const platform = pivoted(plan);
    return [
      platform === null
        ? {
            ...{ outcome: 'pass', subject, observed: 'the hosts before and after each step' },
            summary: 'No platform is known that both sides are customers of.',
          }
        : {
            ...{ outcome: 'told', subject, severity: 'info', observed: plan.steps.join(', ') },
            summary: `Both ends are customers of ${platform}, with another host in between: it must queue from the release on the old side until the new one accepts the domain.`,
          },
    ];
  },
};

/** What follows from whose customers both sides are. */
export const tenantChecks: readonly Check[] = [tenant];
