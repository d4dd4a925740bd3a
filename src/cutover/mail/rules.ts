import { type Now } from '../../clock.ts';
import { displayName } from '../../dns/name.ts';
import { limits } from '../../limits.ts';
import { type Cutover } from '../cutover.ts';
import { elapsed } from '../elapsed.ts';
import { type HoldReason } from '../hold.ts';
import { type MailHosts } from './hosts.ts';
import { mailPaceMs } from './pace.ts';
import { formerAccepts, proves, refusing, type HostSeen } from './round.ts';
import { nearMs, type Because, type Mail, type Spell, type VantageSeen } from './seen.ts';

/** Trouble that a rollback heals, and that lasted long enough for one. */
export interface Alarm {
  readonly rule: 'new-host-down' | 'acceptance-lost';
  readonly why: string;
  /** The place that saw it, or the first of several. */
  readonly vantage: string;
  /** What speaks against rolling back by itself; null: nothing. */
  readonly because: Because;
}

type Rule = Alarm['rule'];

const spellOf = (seen: VantageSeen, rule: Rule): Spell | null =>
  rule === 'new-host-down' ? seen.down : seen.lost;

/** Three rounds over some minutes where nobody takes mail; two a minute apart where a domain is refused. */
const enough: Record<Rule, { readonly rounds: number; readonly ms: number }> = {
  'new-host-down': { rounds: limits.mailDownRounds, ms: limits.mailDownMs },
  'acceptance-lost': { rounds: limits.mailLostRounds, ms: limits.mailLostMs },
};

/** Now, and how far rounds are apart. */
export interface Moment {
  readonly now: Now;
  readonly paceMs: number;
}

export const momentOf = ({ plan }: Cutover, now: Now): Moment => ({
  now,
  paceMs: mailPaceMs(plan.policy.mail),
});

/** The soonest that trouble of this kind can have lasted as long as the rule wants. */
const ripeMs = (rule: Rule, { paceMs }: Moment): number => (enough[rule].rounds - 1) * paceMs;

/** Has this lasted as long as the rule wants? Where rounds follow each other sooner it need not last so long. */
export function lasted(seen: VantageSeen, rule: Rule, { now, paceMs }: Moment): boolean {
  const spell = spellOf(seen, rule);
  const { rounds, ms } = enough[rule];
  const leastMs = Math.min(ms, ripeMs(rule, { now, paceMs }));
  return spell !== null && spell.rounds >= rounds && elapsed(spell.since, now).ms >= leastMs;
}

/** Trouble that was seen long ago, before this machine slept or hung, is evidence of nothing now. */
const isRecent = (seen: VantageSeen, { now, paceMs }: Moment): boolean =>
  elapsed(seen.at, now).ms <= nearMs(paceMs);

/** The own place looks as long as its owner is the same; another one must have looked lately. */
const isFresh = (seen: VantageSeen, now: Now): boolean =>
  seen.own || elapsed(seen.at, now).ms <= limits.mailFreshMs;

const about = ({ host, is, said }: HostSeen): string => {
  const words = said === '' ? '' : ` (${said})`;
  return `${displayName(host)} ${is === 'down' ? 'takes no mail' : 'refuses the domain'}${words}`;
};

/** Another place sees a host take the mail that is refused here: then it is this place that is refused. */
function contradicted(bad: readonly VantageSeen[], fresh: readonly VantageSeen[]): boolean {
  const hosts = new Set(
    bad.flatMap(({ round }) =>
      round.taking.filter(({ is }) => is !== 'accepts').map(({ host }) => host),
    ),
  );
  return fresh.some(
    one =>
      !bad.includes(one) &&
      one.round.taking.some(
        ({ host, is }) => hosts.has(host) && (is === 'accepts' || is === 'greylists'),
      ),
  );
}

interface Question {
  readonly rule: Rule;
  /** Whose trouble counts. */
  readonly counts: (seen: VantageSeen) => boolean;
}

function judge(mail: Mail, { rule, counts }: Question, at: Moment): Alarm | null {
  const places = Object.entries(mail.vantages).filter(([, seen]) => isFresh(seen, at.now));
  const bad = places.filter(([, seen]) => isRecent(seen, at) && counts(seen));
  const [first] = bad;
  if (first === undefined) return null;
  const fresh = places.map(([, seen]) => seen);
  const seenBad = bad.map(([, seen]) => seen);
  const [vantage, { round }] = first;
  const hosts = rule === 'new-host-down' ? round.taking : refusing(round);
  const from = bad.map(([name]) => name).join(' and ');
  const lead =
    rule === 'new-host-down'
      ? 'no new host of the best preference takes mail for the domain'
      : 'a new host that accepted the domain refuses it now';
  const why = `${lead}, seen from ${from}: ${hosts.map(about).join('; ')}`;
  const old = fresh.filter(one => !one.round.blind).map(one => formerAccepts(one.round));
  const proven =
    seenBad.some(one => proves(one.round)) ||
    (seenBad.length > 1 && seenBad.some(one => formerAccepts(one.round) === true));
  const because: Because = old.includes(false)
    ? 'old-host'
    : contradicted(seenBad, fresh)
      ? 'contradicted'
      : proven
        ? null
        : 'not-proven';
  return { rule, why, vantage, because };
}

/** The graver evidence first. */
const rules: readonly Rule[] = ['acceptance-lost', 'new-host-down'];

/** What is to be healed at once, if anything is. */
export function alarmOf(mail: Mail, at: Moment): Alarm | null {
  const judged = rules.map(rule =>
    judge(mail, { rule, counts: seen => lasted(seen, rule, at) }, at),
  );
  return judged.find(alarm => alarm !== null) ?? null;
}

/** Trouble that becomes an alarm if it lasts, or is one already. */
export interface Brewing extends Alarm {
  readonly since: Now;
  /** How long it has to last from then on, at the soonest. */
  readonly ripeMs: number;
  readonly lasts: boolean;
}

/** What is wrong at this moment, before anything follows from it. */
export function brewingOf(mail: Mail, at: Moment): Brewing | null {
  for (const rule of rules) {
    const alarm = judge(mail, { rule, counts: seen => spellOf(seen, rule) !== null }, at);
    const seen = alarm === null ? undefined : mail.vantages[alarm.vantage];
    const spell = seen === undefined ? null : spellOf(seen, rule);
    if (alarm === null || seen === undefined || spell === null) continue;
    const lasts = lasted(seen, rule, at);
    return { ...alarm, since: spell.since, ripeMs: ripeMs(rule, at), lasts };
  }
  return null;
}

/** Holds in which the MX can be written back, and is ours to write. */
const harmless: readonly HoldReason['why'][] = [
  'authority-unreachable',
  'authority-behind',
  'resolvers-cannot-tell',
  'window-missed',
];

/** What keeps this cutover from rolling back by itself now, whatever was seen; null: nothing does. */
export function forbidden(cutover: Cutover, { step }: MailHosts, now: Now): Because {
  const { plan, mail, paused, hold, intent, swaps, confirmed } = cutover;
  const { automatic } = plan.policy.rollback;
  if (automatic === null) return 'off';
  if (mail.rolledBack !== null) return 'once';
  const swapped = swaps[step];
  if (swapped === undefined || elapsed(swapped, now).ms > automatic * 1000) return 'late';
  // Whoever swept the old host for the last time may have closed it.
  if (confirmed.includes('mail-swept')) return 'swept';
  if (paused !== null) return 'paused';
  if (hold !== null && !harmless.includes(hold.why)) return 'held';
  return intent === null ? null : 'writing';
}
