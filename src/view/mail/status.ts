import { type Now } from '../../clock.ts';
import { type Cutover } from '../../cutover/cutover.ts';
import { elapsed, wallAfter } from '../../cutover/elapsed.ts';
import { healsNothing, rollbackCost } from '../../cutover/mail/cost.ts';
import { mailHosts, mxTrack } from '../../cutover/mail/hosts.ts';
import { type HostIs, type HostSeen } from '../../cutover/mail/round.ts';
import { type AdviceKind, type Because, type VantageSeen } from '../../cutover/mail/seen.ts';
import { retireAsking, retireTerms } from '../../cutover/mail/retire.ts';
import { type TestMessage } from '../../cutover/mail/test-message.ts';
import { LOW, valueAt } from '../../cutover/path.ts';
import { displayName } from '../../dns/name.ts';
import { type OldHostLook } from '../../mail/closed.ts';
import { adviceText } from './text.ts';
import { mailTrouble, type MailTrouble } from './trouble.ts';
import { commandText, isoText } from '../words.ts';

/** What mail hosts do with mail for the domain, as far as it was told. Additive changes only. */
export interface MailView {
  readonly vantages: readonly VantageView[];
  /** What is wrong with the new hosts at this moment, before anything follows from it; null: nothing. */
  readonly trouble: MailTrouble | null;
  /** What a person should know, and may do. */
  readonly advice: readonly {
    readonly kind: AdviceKind;
    readonly what: string;
    /** Why it was not rolled back by itself; null: it is nothing that is. */
    readonly because: Because;
    readonly vantage: string | null;
  }[];
  /** Going back, while that is possible; null: no swap is out. */
  readonly back: {
    /** Until when it is done by itself; null: it is not, or no more. */
    readonly automaticUntil: string | null;
    readonly costSeconds: number;
    readonly terms: readonly string[];
    readonly healsNothing: readonly string[];
    readonly command: string;
  } | null;
  /** Why it was rolled back by itself; null: it was not. */
  readonly rolledBack: string | null;
  /** Test messages that were sent, and whether somebody found them. */
  readonly tests: readonly TestView[];
}

export interface TestView {
  /** Its mark, which stands in its subject. */
  readonly token: string;
  readonly at: string;
  readonly host: string;
  readonly to: string;
  readonly taken: boolean;
  /** What the host answered; empty: nothing. */
  readonly said: string;
  /** When somebody said that it arrived; null: nobody did. */
  readonly arrived: string | null;
}

export interface VantageView {
  readonly name: string;
  /** The machine of the controller; the others hand their probes in. */
  readonly own: boolean;
  readonly at: string;
  /** Port 25 does not get out of that place. */
  readonly blind: boolean;
  readonly hosts: readonly {
    readonly host: string;
    readonly role: 'new' | 'old';
    readonly is: HostIs;
    readonly said: string;
  }[];
  /** Recipients that gave a final answer, and those that were accepted; null: nobody was asked for. */
  readonly accepted: { readonly of: number; readonly number: number } | null;
  readonly sts: VantageSeen['round']['sts'];
  readonly expiredCertificates: readonly string[];
}

const hostView = (role: 'new' | 'old') => (one: HostSeen) => ({
  ...{ host: displayName(one.host), role, is: one.is, said: one.said },
});

function vantageView(name: string, { own, at, round }: VantageSeen): VantageView {
  const { taking, former, sample, sts, expired, blind } = round;
  return {
    ...{ name, own, at: isoText(at.wall), blind, sts },
    hosts: [...taking.map(hostView('new')), ...former.map(hostView('old'))],
    accepted: sample.asked === 0 ? null : { of: sample.asked, number: sample.accepted },
    expiredCertificates: expired.map(displayName),
  };
}

/** When the set that is out was swapped; the hosts are no longer asked once the last sweep is over. */
function swapOut(cutover: Cutover): Now | undefined {
  const { swaps, stage, outcome, ending } = cutover;
  if (stage === 'rollback' || outcome !== null || ending !== null) return undefined;
  if (stage === 'settle') return swaps.at(-1);
  const hosts = mailHosts(cutover);
  return hosts === null ? undefined : swaps[hosts.step];
}

/** The TTL with which caches take the new set: once it is restored, they hold it for longer. */
function ttlNow({ plan, places }: Cutover): number {
  const track = mxTrack(plan);
  const out = track === null ? null : valueAt(track, places[track.key] ?? LOW);
  return Math.max(out?.ttl ?? 0, plan.policy.ttl.low);
}

function backOf(cutover: Cutover, now: Now): MailView['back'] {
  const { plan, clock, stage, mail } = cutover;
  const swapped = swapOut(cutover);
  if (swapped === undefined) return null;
  const { automatic } = plan.policy.rollback;
  const over =
    automatic === null ||
    stage === 'settle' ||
    mail.rolledBack !== null ||
    elapsed(swapped, now).ms > automatic * 1000;
  const { seconds, terms } = rollbackCost(plan, ttlNow(cutover));
  return {
    automaticUntil: over ? null : isoText(wallAfter(swapped, automatic * 1000, clock)),
    costSeconds: seconds,
    terms: terms.map(({ why }) => why),
    healsNothing,
    command: commandText('rollback', cutover.id),
  };
}

const testView = ({ token, at, host, to, taken, said, arrived }: TestMessage): TestView => ({
  ...{ token, at: isoText(at), host: displayName(host), to, taken, said },
  arrived: arrived === null ? null : isoText(arrived),
});

/** Null where mail hosts are not asked. */
export function mailView(cutover: Cutover, now: Now): MailView | null {
  const { mail, plan } = cutover;
  if (plan.policy.mail?.ask !== true) return null;
  return {
    vantages: Object.entries(mail.vantages).map(([name, seen]) => vantageView(name, seen)),
    trouble: mailTrouble(cutover, now),
    advice: Object.entries(mail.advice).map(([kind, { why, because, vantage }]) => ({
      ...{ kind: kind as AdviceKind, because, vantage },
      what: adviceText(kind as AdviceKind, why, because),
    })),
    back: backOf(cutover, now),
    rolledBack: mail.rolledBack,
    tests: mail.tests.map(testView),
  };
}

/** The end of the old host; null where nobody asks it, or its time is not known yet. */
export interface OldHostView {
  readonly goal: OldHostLook['goal'];
  readonly hosts: readonly string[];
  readonly recipients: readonly string[];
  /** The last of these is when it is asked for the first time. */
  readonly terms: readonly {
    readonly why: string;
    readonly until: string;
    readonly leftSeconds: number;
  }[];
  readonly asked: {
    readonly since: string;
    /** Since when the answers have been these; null: none came yet. */
    readonly seen: string | null;
    readonly holds: boolean | null;
    readonly addresses: readonly {
      readonly host: string;
      readonly address: string;
      readonly role: 'old' | 'new';
      readonly holds: boolean | null;
      readonly why: string;
      readonly recipient: string | null;
      readonly said: string;
    }[];
    readonly unresolved: readonly { readonly host: string; readonly why: string }[];
  } | null;
}

export function oldHostView(cutover: Cutover, now: Now): OldHostView | null {
  const { plan, retire, stage, outcome, clock } = cutover;
  const asking = retireAsking(plan);
  const near = ['sweep', 'settle', 'done'].includes(stage);
  if (asking === null || !near || (outcome !== null && retire === null)) return null;
  const terms = asking.goal === 'forwards' ? [] : retireTerms(cutover);
  const look = retire?.look ?? null;
  return {
    goal: asking.goal,
    hosts: asking.old.map(displayName),
    recipients: asking.recipients.map(({ address }) => address),
    terms: terms.map(({ why, since, seconds }) => ({
      why,
      until: isoText(wallAfter(since, seconds * 1000, clock)),
      leftSeconds: Math.max(0, Math.ceil(seconds - elapsed(since, now).ms / 1000)),
    })),
    asked:
      retire === null
        ? null
        : {
            since: isoText(retire.since.wall),
            seen: retire.seen === null ? null : isoText(retire.seen.wall),
            holds: look?.holds ?? null,
            addresses: (look?.addresses ?? []).map(one => ({
              ...one,
              host: displayName(one.host),
            })),
            unresolved: (look?.unresolved ?? []).map(({ host, why }) => ({
              host: displayName(host),
              why,
            })),
          },
  };
}
