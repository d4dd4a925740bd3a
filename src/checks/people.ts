import { type Instant, type Seconds } from '../clock.ts';
import { type Span } from '../cutover/order.ts';
import { LOW, SNAPSHOT, type Track, valueAt } from '../cutover/path.ts';
import { type Plan } from '../cutover/plan.ts';
import { displayName } from '../dns/name.ts';
import { type RRset, sameRRset } from '../dns/rrset.ts';
import { type Check, type Verdict } from './check.ts';
import { goingHosts } from './hosts/mx-sets.ts';
import { windowLongEnough } from './time.ts';
import { count, inSeconds, iso, shown } from './words.ts';

/** What a zone holds of the plan, by `keyText`. */
type Zone = Readonly<Record<string, RRset | null>>;

const zoneAt = ({ tracks }: Plan, position: number): Zone =>
  Object.fromEntries(tracks.map(track => [track.key, valueAt(track, position)]));

interface Rehearsing {
  readonly plan: Plan;
  readonly minTtl: Seconds | null;
}

/** Why no zone can hold this: an alias stands alone at its name (RFC 1034 3.6.2). */
function clash(zone: Zone, { key, name, type }: Track, { tracks }: Plan): string | null {
  const there = tracks.filter(track => track.name === name && track.key !== key);
  const other = there.find(
    track => zone[track.key] != null && (type === 'CNAME' || track.type === 'CNAME'),
  );
  return other === undefined ? null : `${key} cannot stand beside ${other.key}`;
}

/** One write, as a provider takes it; text says why it would not. */
function written(
  { plan, minTtl }: Rehearsing,
  { zone, track }: { zone: Zone; track: Track },
  [from, to]: readonly [number, number],
): Zone | string {
  const found = zone[track.key] ?? null;
  const target = valueAt(track, to);
  if (!sameRRset(found, valueAt(track, from)))
    return `${track.key} would be ${shown(found)} instead of ${shown(valueAt(track, from))}`;
  if (sameRRset(found, target)) return zone;
  if (target !== null && minTtl !== null && target.ttl < minTtl)
    return `${track.key} had a TTL of ${inSeconds(target.ttl)}, and ${plan.provider} takes ${inSeconds(minTtl)} and more`;
  return (target === null ? null : clash(zone, track, plan)) ?? { ...zone, [track.key]: target };
}

/** Deletions first: what takes the place of an alias needs it gone. */
function walked(of: Rehearsing, zone: Zone, way: readonly [number, number]): Zone | string {
  const deletes = (track: Track): boolean => valueAt(track, way[1]) === null;
  const { tracks } = of.plan;
  let now: Zone | string = zone;
  for (const track of [...tracks.filter(deletes), ...tracks.filter(one => !deletes(one))]) {
    if (typeof now === 'string') return now;
    now = written(of, { zone: now, track }, way);
  }
  return now;
}

/** Forth to each position and back from there: what does not lead back to the snapshot, in words. */
function strayed(of: Rehearsing): readonly string[] {
  const { positions } = of.plan;
  return positions.slice(1).flatMap((label, index) => {
    const turn = index + 1;
    // The way back is what a rollback writes: the low TTLs first, and the snapshot at its end.
    const ways = [
      ...Array.from({ length: turn }, (_, at) => [at, at + 1] as const),
      ...([
        [turn, LOW],
        [LOW, SNAPSHOT],
      ] as const),
    ];
    let zone: Zone | string = zoneAt(of.plan, SNAPSHOT);
    for (const way of ways) if (typeof zone !== 'string') zone = walked(of, zone, way);
    return typeof zone === 'string' ? [`${label}: ${zone}`] : [];
  });
}

export const rollbackRehearsed: Check = {
  id: 'rollback-rehearsed',
  family: 'people',
  severity: 'warning',
  what: 'the plan leads forth and, from each of its positions, back to the snapshot',
  expected: 'the exact snapshot, TTLs included, after every way back',
  consequence: 'A rollback would stop on its way, or leave other records than those from before.',
  refs: ['RFC 1034 3.6.2'],
  judge: ({ plan, survey }) => {
    const subject = displayName(plan.domain);
    const wrong = strayed({ plan, minTtl: survey.capabilities.minTtl });
    const observed = `${count(plan.positions.length - 1, 'way')} forth and back, ${count(plan.tracks.length, 'RRset')}`;
    if (wrong.length === 0) {
      const summary =
        'Played forth and back without any server: every way back ends at the snapshot.';
      return [{ outcome: 'pass', subject, summary, observed }];
    }
    return [
      {
        ...{ outcome: 'bad', subject, observed },
        summary: `Not every way forth and back is open: ${wrong.slice(0, 3).join('; ')}.`,
        remedy:
          'Change the records or TTLs of the plan so that each write can be taken back, then plan anew.',
      },
    ];
  },
};

const within = (at: Instant, { from, until }: Span): boolean => from <= at && at < until;

/** What the freezes and the calendar take from this cutover, a sentence each. */
function taken({ policy }: Plan, now: Instant): readonly string[] {
  const { swapFrom, swapUntil, freeze, calendar } = policy.schedule;
  const from = swapFrom ?? now;
  const inside = freeze.filter(
    span => span.until > from && (swapUntil === null ? within(from, span) : span.from < swapUntil),
  );
  const restore = from + policy.ttl.restoreAfter * 1000;
  const late = freeze.find(span => within(restore, span));
  const known = calendar?.knownUntil ?? Infinity;
  return [
    ...inside.map(
      span => `The freeze from ${iso(span.from)} to ${iso(span.until)} lies in the window.`,
    ),
    ...(late !== undefined && !inside.includes(late)
      ? [
          `The TTL is due to be restored at ${iso(restore)}, in the freeze up to ${iso(late.until)}: it waits until then.`,
        ]
      : []),
    ...(swapUntil !== null && swapUntil > known && (calendar?.swapOn.length ?? 0) > 0
      ? [`The calendar was reckoned up to ${iso(known)} only, and the window ends later.`]
      : []),
  ];
}

export const freezeCalendar: Check = {
  id: 'freeze-calendar',
  family: 'people',
  severity: 'warning',
  what: 'no freeze takes time from the window, or falls on the writes after it',
  expected: 'a window and a time after it without any freeze',
  consequence: 'What is due in a freeze waits for its end; only a rollback is written meanwhile.',
  refs: [],
  judge: ({ plan, survey }) => {
    const subject = displayName(plan.domain);
    const { freeze, calendar, timeZone } = plan.policy.schedule;
    const rules = (calendar?.freeze.length ?? 0) + (calendar?.swapOn.length ?? 0);
    const observed = `${count(freeze.length, 'freeze')}, ${count(rules, 'rule')}, time zone ${timeZone}`;
    if (freeze.length + rules === 0) {
      const summary = 'No freeze is declared, and no calendar.';
      return [{ outcome: 'skipped', subject, summary, observed }];
    }
    const said = taken(plan, survey.round.at.wall);
    if (said.length === 0) {
      const summary = 'No freeze touches the window or what follows it.';
      return [{ outcome: 'pass', subject, summary, observed }];
    }
    return [
      {
        ...{ outcome: 'bad', subject, observed, summary: said.join(' ') },
        remedy: 'Move the window, or lift the freeze, if it must not wait.',
      },
    ];
  },
};

export const oldHostContact: Check = {
  id: 'old-host-contact',
  family: 'people',
  severity: 'info',
  what: 'somebody is named who can act on the old mail hosts',
  expected: 'retire.contact',
  consequence:
    'If the old host has to take mail again, or to be closed, nobody knows whom to ask at night.',
  refs: [],
  judge: ({ plan }) => {
    const subject = displayName(plan.domain);
    const hosts = goingHosts(plan).map(displayName).join(' ');
    if (hosts === '') {
      const summary = 'No mail host is left behind.';
      return [{ outcome: 'skipped', subject, summary, observed: 'no host goes' }];
    }
    const { contact } = plan.policy.retire;
    const told: Verdict =
      contact === undefined
        ? {
            ...{ outcome: 'told', subject, observed: 'retire.contact is not set' },
            summary: `Nobody is named who can act on ${hosts}.`,
            remedy: 'Set retire.contact to a name and a number that answers during the window.',
          }
        : {
            ...{ outcome: 'pass', subject, observed: contact },
            summary: `${contact} can act on ${hosts}.`,
          };
    return [told];
  },
};

/** The window, and the people who stand by. */
export const peopleChecks: readonly Check[] = [
  windowLongEnough,
  rollbackRehearsed,
  freezeCalendar,
  oldHostContact,
];
