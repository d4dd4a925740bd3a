import { type Now } from '../../clock.ts';
import { displayName } from '../../dns/name.ts';
import { limits } from '../../limits.ts';
import { type Cutover } from '../cutover.ts';
import { elapsed } from '../elapsed.ts';
import { type LineBody } from '../lines.ts';
import { mailHosts } from './hosts.ts';
import { isDown, type HostSeen } from './round.ts';
import { alarmOf, forbidden, momentOf } from './rules.ts';
import {
  adviceKinds,
  rateOf,
  seenBy,
  type Advice,
  type AdviceKind,
  type Mail,
  type VantageSeen,
} from './seen.ts';

type Told = Readonly<Partial<Record<AdviceKind, Advice>>>;

const names = (hosts: readonly HostSeen[]): string =>
  hosts
    .map(({ host, said }) => `${displayName(host)}${said === '' ? '' : ` (${said})`}`)
    .join('; ');

const percent = (share: number): string => `${String(Math.round(share * 100))} %`;

function sampleText(mail: Mail, { asked, accepted }: { asked: number; accepted: number }) {
  if (asked === 0) return null;
  const share = accepted / asked;
  const fell = (mail.best ?? share) - share > limits.mailSampleDrop;
  if (share >= limits.mailSampleShare && !fell) return null;
  const before = fell ? `, ${percent(mail.best ?? 0)} at best` : '';
  return `${String(accepted)} of ${String(asked)} sampled recipients are accepted at the new hosts${before}`;
}

/** A host with several machines of which one does not know the domain bounces a part of the mail, for good. */
function turnsText({ turns = [], lost }: VantageSeen, now: Now): string | null {
  const late = turns.filter(({ at }) => elapsed(at, now).ms < limits.mailTurnsMs);
  const last = late.at(-1);
  if (last === undefined || late.length < limits.mailTurns || (lost?.rounds ?? 0) > 1) return null;
  const times = `${String(late.length)} times in ${String(limits.mailTurnsMs / 60_000)} min`;
  return `mail for the domain is refused and taken in turn, ${times}, as by a host of whose machines only some know the domain: ${names(last.hosts)}`;
}

/** What one place sees that a person should know, as it stands after its last round. */
function seenFrom(mail: Mail, vantage: string, now: Now): Told {
  const seen = seenBy(mail, vantage);
  if (seen === null) return {};
  const { round, defers } = seen;
  // A domain that was never accepted there is no loss, and bounces all the same.
  const unalarmed = seen.lost === null && !isDown(round);
  const bouncing = round.taking.filter(
    ({ is }) => is === 'bounces' || (unalarmed && (is === 'refuses' || is === 'partly')),
  );
  const sample = sampleText(mail, round.sample);
  const lastsMs = defers === null ? 0 : elapsed(defers, now).ms;
  const whys: Partial<Record<AdviceKind, string | null>> = {
    refusals: bouncing.length === 0 ? null : `mail is refused for good at ${names(bouncing)}`,
    'policy-breaks':
      round.sts === 'breaks'
        ? 'the MTA-STS policy that is served does not allow the new hosts: senders that enforce it do not deliver (RFC 8461 5)'
        : null,
    'dane-breaks':
      round.dane === undefined
        ? null
        : `the TLSA of ${round.dane.map(displayName).join(', ')} does not fit what is presented there: senders that check DANE defer (RFC 7672 2.2)`,
    'certificate-expired':
      round.expired.length === 0
        ? null
        : `the certificate of ${round.expired.map(displayName).join(', ')} has expired`,
    'recipients-missing': sample,
    'coexistence-broken': round.together ?? null,
    'refuses-at-times': turnsText(seen, now),
    deferrals:
      lastsMs >= limits.mailDeferredMs
        ? `${String(round.tried.deferred)} of ${String(round.tried.asked)} addresses of the new hosts answer 4xx, for ${String(Math.round(lastsMs / 60_000))} min now`
        : null,
    'cannot-test':
      round.blind || round.taking.every(({ is }) => is === 'cannot-tell')
        ? `the new hosts could not be tested from ${vantage}: ${round.blind ? 'no host at all is reached on port 25' : names(round.taking)}`
        : null,
  };
  return Object.fromEntries(
    Object.entries(whys).flatMap(([kind, why]) =>
      why === null ? [] : [[kind, { why, because: null, vantage }]],
    ),
  );
}

/** What somebody counted in the last minutes. */
function counted({ mail }: { mail: Mail }, now: Now): Told {
  const recent = mail.bounces.filter(({ at }) => elapsed(at, now).ms < limits.mailBouncesMs);
  // Of a longer time as many are taken as fall into ten minutes.
  const spanSeconds = limits.mailBouncesMs / 1000;
  const count = recent.reduce(
    (sum, one) => sum + one.count * Math.min(1, spanSeconds / one.seconds),
    0,
  );
  if (count <= limits.mailBounces) return {};
  const why = `${String(Math.round(count))} bounces were reported in ten minutes`;
  return { bounces: { why, because: null, vantage: null } };
}

/** How much is accepted, as somebody counted it, against what is usual; only once the swap has spread. */
export function fewAccepted(
  cutover: Cutover,
  counted: { readonly count: number; readonly seconds: number; readonly usual: number | null },
  now: Now,
): Advice | null {
  const hosts = mailHosts(cutover);
  const swapped = hosts === null ? undefined : cutover.swaps[hosts.step];
  const { low, margin } = cutover.plan.policy.ttl;
  const afterMs = (low + margin) * 1000 + limits.mailAcceptedAfterMs;
  if (swapped === undefined || elapsed(swapped, now).ms < afterMs) return null;
  const usual =
    counted.usual === null
      ? cutover.mail.usual
      : rateOf({ count: counted.usual, seconds: counted.seconds });
  if (usual === null || rateOf(counted) >= usual * limits.mailAcceptedShare) return null;
  const why = `${String(Math.round(rateOf(counted)))} messages an hour are accepted at the new host, where ${String(Math.round(usual))} are usual`;
  return { why, because: null, vantage: null };
}

/** Trouble that a rollback heals, and why it is left to a person. */
function alarmed(cutover: Cutover, mail: Mail, now: Now): Told {
  const alarm = alarmOf(mail, momentOf(cutover, now));
  const hosts = mailHosts(cutover);
  if (alarm === null || hosts === null) return {};
  const { rule, why, vantage } = alarm;
  const because = alarm.because ?? forbidden(cutover, hosts, now);
  return { [rule]: { why, because, vantage } };
}

/** The kinds that what was just heard speaks about, and what it says. */
export interface Heard {
  /** The place that has looked; null: somebody counted. */
  readonly from: string | null;
  readonly mail: Mail;
  readonly kinds: readonly AdviceKind[];
  /** As it was before, and as it is now. */
  readonly before: Told;
  readonly after: Told;
}

const alarms: readonly AdviceKind[] = ['new-host-down', 'acceptance-lost'];
const counts: readonly AdviceKind[] = ['bounces', 'few-accepted'];
const looks: readonly AdviceKind[] = adviceKinds.filter(
  kind => !alarms.includes(kind) && !counts.includes(kind),
);

/** What a place that has looked once more says. */
export const heardFrom = (
  cutover: Cutover,
  { vantage, mail, now }: { readonly vantage: string; readonly mail: Mail; readonly now: Now },
): Heard => ({
  from: vantage,
  mail,
  kinds: [...alarms, ...looks, 'bounces'],
  before: {
    ...alarmed(cutover, cutover.mail, now),
    ...seenFrom(cutover.mail, vantage, now),
    ...counted(cutover, now),
  },
  after: {
    ...alarmed(cutover, mail, now),
    ...seenFrom(mail, vantage, now),
    ...counted({ mail }, now),
  },
});

/** What a count says that somebody has just reported: it is believed at once. */
export function heardCount(
  mail: Mail,
  { kind, few }: { readonly kind: 'bounces' | 'few-accepted'; readonly few: Advice | null },
  now: Now,
): Heard {
  const told: Told =
    kind === 'bounces' ? counted({ mail }, now) : few === null ? {} : { 'few-accepted': few };
  return { from: null, mail, kinds: [kind], before: told, after: told };
}

/** An alarm is judged over all places; of the rest only the place that saw it can say that it is over. */
const ends = (kind: AdviceKind, { vantage }: Advice, { from, mail }: Heard): boolean =>
  !looks.includes(kind) || vantage === from || (vantage !== null && seenBy(mail, vantage) === null);

/**
 * Two looks in a row must say the same before a person is told, or told that it is over: what comes and goes
 * with one of them is no news. An alarm has lasted already.
 */
export function adviceLines({ mail }: Cutover, heard: Heard, now: Now): readonly LineBody[] {
  const { kinds, before, after } = heard;
  return kinds.flatMap((kind): readonly LineBody[] => {
    const told = mail.advice[kind];
    const is = after[kind];
    if (is === undefined) {
      const over = told !== undefined && before[kind] === undefined && ends(kind, told, heard);
      return over ? [{ type: 'mail.advice-over', data: { kind, now } }] : [];
    }
    const once = before[kind] === undefined && !alarms.includes(kind);
    // Told again only when something else keeps it from being rolled back.
    if (once || told?.because === is.because) return [];
    return [{ type: 'mail.advice', data: { kind, ...is, now } }];
  });
}
