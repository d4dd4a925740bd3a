import { type Now } from '../../clock.ts';
import { Fault } from '../../errors.ts';
import { limits } from '../../limits.ts';
import { type ProbeRound } from '../../mail/probe.ts';
import { type Cutover } from '../cutover.ts';
import { type Effect } from '../effect.ts';
import { elapsed, wallAfter } from '../elapsed.ts';
import { type Act } from '../event.ts';
import { type LineBody } from '../lines.ts';
import { adviceLines, fewAccepted, heardCount, heardFrom } from './advice.ts';
import { coexistenceTrouble } from './coexistence.ts';
import { rollbackCost } from './cost.ts';
import { mailHosts, mailRecipients, type MailHosts, watchedOwner } from './hosts.ts';
import { isDown, outline, refusing, roundSeen, type RoundSeen } from './round.ts';
import { alarmOf, forbidden, lasted, momentOf, type Alarm, type Moment } from './rules.ts';
import { mailPaceMs } from './pace.ts';
import {
  afterLook,
  mailAfter,
  placeOf,
  seenBy,
  type Looked,
  type Mail,
  type VantageSeen,
} from './seen.ts';
import { checkTest } from './test-message.ts';
import { rollbackAct } from '../rollback-act.ts';

/** Are mail hosts asked in this cutover? */
const asks = ({ plan }: Cutover): boolean => plan.policy.mail?.ask === true;

/** A rollback is watched until no honest cache can hold what it took back. */
function until({ stage, rollback, plan, clock }: Cutover): number | null {
  if (stage !== 'rollback' || rollback?.delivered == null) return null;
  const { low, margin } = plan.policy.ttl;
  return wallAfter(rollback.delivered, (low + margin) * 1000, clock);
}

/**
 * From the confirmed swap on all hosts are looked at, while it spreads, while the old host is swept, and while a
 * rollback spreads. It only looks: nothing stops it, neither a hold nor a pause.
 */
export function probeEffects(cutover: Cutover): readonly Effect[] {
  const hosts = asks(cutover) && cutover.ending === null ? mailHosts(cutover) : null;
  const over = cutover.rollback?.phase === 'restoring';
  if (hosts === null || over) return [];
  const { asked } = hosts;
  const recipients = mailRecipients(cutover.plan, [watchedOwner(cutover.plan)]);
  const everyMs = mailPaceMs(cutover.plan.policy.mail);
  const end = until(cutover);
  const whom = asked.map(({ host, role }) => `${role} ${host}`).join();
  const key = `probe:${String(everyMs)}:${whom}:${end === null ? '' : String(end)}`;
  return [{ key, do: 'probe', hosts: asked, recipients, everyMs, until: end }];
}

/** Whatever it is that it saw: is it the first of its kind, or does it last? */
function worthALine(before: VantageSeen | null, after: VantageSeen, at: Moment): boolean {
  if (before === null || outline(before.round) !== outline(after.round)) return true;
  if ((before.defers === null) !== (after.defers === null)) return true;
  const counting = (['new-host-down', 'acceptance-lost'] as const).some(
    rule =>
      (rule === 'new-host-down' ? after.down : after.lost) !== null && !lasted(before, rule, at),
  );
  const bad = isDown(after.round) || refusing(after.round).length > 0 || after.defers !== null;
  const stale = elapsed(before.at, at.now).ms >= limits.mailToldMs;
  return counting || (stale && (bad || !after.own));
}

/** The rollback that follows from an alarm by itself: the same as a person's, and said to be none. */
function automatic(cutover: Cutover, { why }: Alarm, now: Now): readonly LineBody[] {
  const { seconds } = rollbackCost(cutover.plan);
  const reason = `${why}. It costs a second propagation of up to ${String(Math.ceil(seconds / 60))} min; mail that the new host accepted stays there`;
  return rollbackAct(cutover, { type: 'rollback', to: 'step', reason }, now).map(line =>
    line.type === 'rollback.asked' ? { ...line, data: { ...line.data, automatic: true } } : line,
  );
}

function seenWhole({ plan }: Cutover, hosts: MailHosts, round: ProbeRound): RoundSeen {
  const { coexistence } = plan.policy;
  const seen = roundSeen(hosts, round);
  if (coexistence === undefined) return seen;
  const together = coexistenceTrouble(coexistence, [...hosts.taking, ...hosts.former], round);
  return together === null ? seen : { ...seen, together };
}

/** What a look means: a line when it is news, then a rollback, or what a person should know. */
function looked(
  cutover: Cutover,
  { hosts, round, own }: { hosts: MailHosts; round: ProbeRound; own: boolean },
  now: Now,
): readonly LineBody[] {
  const { vantage, at: made } = round;
  const seen = seenWhole(cutover, hosts, round);
  const look: Looked = { vantage, own, ...(!own && { made }), round: seen, now };
  const at = momentOf(cutover, now);
  const mail = afterLook(cutover.mail, look, at.paceMs);
  const before = seenBy(cutover.mail, vantage);
  const after = seenBy(mail, vantage);
  const news = after !== null && worthALine(before, after, at);
  const told: readonly LineBody[] = news ? [{ type: 'mail.judged', data: look }] : [];
  if (cutover.stage === 'rollback') return told;
  const alarm = alarmOf(mail, at);
  if (alarm?.because === null && forbidden(cutover, hosts, now) === null)
    return [...told, ...automatic(cutover, alarm, now)];
  return [...told, ...adviceLines(cutover, heardFrom(cutover, { vantage, mail, now }), now)];
}

/** A round of the controller's own. */
export function probed(cutover: Cutover, round: ProbeRound, now: Now): readonly LineBody[] {
  const hosts = asks(cutover) && cutover.ending === null ? mailHosts(cutover) : null;
  return hosts === null ? [] : looked(cutover, { hosts, round, own: true }, now);
}

type Observe = Extract<Act, { type: 'observe' }>;

const refuse = (message: string, fix: string): never => {
  throw new Fault('REFUSED', message, { fix });
};

/** A round of another place counts like one of our own, as long as it is of now. */
function observedRound(cutover: Cutover, round: ProbeRound, now: Now): readonly LineBody[] {
  const { vantages } = cutover.mail;
  if (!asks(cutover))
    return refuse('mail hosts are not asked in this cutover', 'set checks.smtp and plan again');
  const hosts = mailHosts(cutover);
  if (hosts === null)
    return refuse('no swap is out: nothing follows from a probe', 'hand it in after the swap');
  if (Math.abs(now.wall - round.at) > limits.mailFreshMs)
    return refuse(
      `this probe was made at ${new Date(round.at).toISOString()}: it says nothing about now`,
      'probe again, and set the clock of that machine if it is wrong',
    );
  const swapped = cutover.swaps[hosts.step];
  if (swapped !== undefined && round.at < wallAfter(swapped, 0, cutover.clock))
    return refuse(
      'this probe was made before the swap: the new hosts may have been mended since',
      'probe again, and set the clock of that machine if it is wrong',
    );
  const vantage = placeOf(cutover.mail, round.vantage);
  const known = seenBy(cutover.mail, vantage);
  if (known?.own === true)
    return refuse(
      `${round.vantage} is where the controller looks from`,
      'name the other place: one place that is counted twice proves nothing',
    );
  if (known?.made !== undefined && round.at <= known.made)
    return refuse(
      `${vantage} has told of this look, or of a later one, already`,
      'probe again: one look that is counted twice proves nothing',
    );
  if (known === null && Object.keys(vantages).length >= limits.mailVantages)
    return refuse(
      `there are ${String(limits.mailVantages)} places already`,
      'report from one of them',
    );
  return looked(cutover, { hosts, round: { ...round, vantage }, own: false }, now);
}

/** What a person or an orchestrator has seen. */
export function observeAct(
  cutover: Cutover,
  { what, reason }: Observe,
  now: Now,
): readonly LineBody[] {
  if (what.is === 'probe') return observedRound(cutover, what.round, now);
  if (what.is === 'bounces' && mailHosts(cutover) === null)
    return refuse('no swap is out: these bounces are not its doing', 'report them after the swap');
  const line = { type: 'mail.observed', data: { what, reason, now } } as const;
  if (what.is === 'arrived' || what.is === 'sent') {
    checkTest(cutover.mail.tests, what);
    return [line];
  }
  const mail: Mail = mailAfter(cutover, { v: 1, at: now.wall, ...line }) ?? cutover.mail;
  if (cutover.stage === 'rollback') return [line];
  const kind = what.is === 'bounces' ? 'bounces' : 'few-accepted';
  const few = what.is === 'accepted' ? fewAccepted(cutover, what, now) : null;
  return [line, ...adviceLines(cutover, heardCount(mail, { kind, few }, now), now)];
}
