import { type Instant, type Now, type Seconds } from '../../clock.ts';
import { type Name } from '../../dns/name.ts';
import { limits } from '../../limits.ts';
import { type Cutover } from '../cutover.ts';
import { elapsed } from '../elapsed.ts';
import { type Line } from '../line.ts';
import { mailPaceMs } from './pace.ts';
import { type HostSeen, isDown, refusing, type RoundSeen } from './round.ts';
import { afterTest, type TestMessage } from './test-message.ts';

/** Rounds in a row that showed the same trouble. */
export interface Spell {
  readonly since: Now;
  readonly rounds: number;
}

/** What one place saw, as it was told last. */
export interface VantageSeen {
  /** The machine of the controller itself. */
  readonly own: boolean;
  readonly at: Now;
  /** When it looked, as it says itself; left out: it is the own place. */
  readonly made?: Instant;
  readonly round: RoundSeen;
  /** No host of the best preference takes mail. */
  readonly down: Spell | null;
  /** A host that accepted the domain, at the gate or since, refuses it. */
  readonly lost: Spell | null;
  /** Since when more than a fifth of the answers was 4xx. */
  readonly defers: Now | null;
  /** Refusals that the round before had not shown: the last few, oldest first. Left out: there were none. */
  readonly turns?: readonly Turn[];
}

/** A host took the domain and then refused it, as one does of whose machines only some know the domain. */
export interface Turn {
  readonly at: Now;
  readonly hosts: readonly HostSeen[];
}

/** What somebody reported who sees more than we do. */
export type Counted =
  | { readonly is: 'bounces'; readonly count: number; readonly seconds: Seconds }
  | {
      readonly is: 'accepted';
      readonly count: number;
      readonly seconds: Seconds;
      /** As many are usual in such a time; null: what was reported before tells. */
      readonly usual: number | null;
    };

export const adviceKinds = [
  'new-host-down',
  'acceptance-lost',
  'refusals',
  'policy-breaks',
  'dane-breaks',
  'certificate-expired',
  'recipients-missing',
  'coexistence-broken',
  'refuses-at-times',
  'deferrals',
  'bounces',
  'few-accepted',
  'cannot-test',
] as const;

/** What a person is told who may roll back. */
export type AdviceKind = (typeof adviceKinds)[number];

/** Why it was not rolled back by itself; null: it is nothing that is. */
export type Because =
  | 'not-proven'
  | 'contradicted'
  | 'old-host'
  | 'off'
  | 'once'
  | 'paused'
  | 'held'
  | 'late'
  | 'swept'
  | 'writing'
  | null;

export interface Advice {
  readonly why: string;
  readonly because: Because;
  /** The place that saw it; null: what somebody counted. */
  readonly vantage: string | null;
}

/** What was seen of mail hosts since the last swap, and of test messages ever, as far as it was told. */
export interface Mail {
  /** This machine has looked since the swap, whoever ran the cutover then. */
  readonly looked: boolean;
  readonly vantages: Readonly<Record<string, VantageSeen>>;
  /** All new hosts took mail for the domain when the gate opened. */
  readonly atGate: boolean;
  /** Hosts that were seen to accept the domain. */
  readonly accepted: readonly Name[];
  /** The best share of sampled recipients that was accepted, 0 to 1. */
  readonly best: number | null;
  readonly bounces: readonly {
    readonly at: Now;
    readonly count: number;
    readonly seconds: Seconds;
  }[];
  /** Messages an hour that are usual; null: nobody said. */
  readonly usual: number | null;
  readonly advice: Readonly<Partial<Record<AdviceKind, Advice>>>;
  /** Why it was rolled back by itself: once in a run, then never again. */
  readonly rolledBack: string | null;
  /** In the order in which they were sent, before a swap as well. */
  readonly tests: readonly TestMessage[];
}

export const unseen: Mail = {
  looked: false,
  vantages: {},
  atGate: false,
  accepted: [],
  best: null,
  bounces: [],
  usual: null,
  advice: {},
  rolledBack: null,
  tests: [],
};

/** A place is the same in capitals, with a final dot, or in letters of another width. */
const folded = (vantage: string): string =>
  vantage
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[ .]+$/, '');

/** The name under which a place is known already, however it is written now. */
export const placeOf = ({ vantages }: Mail, vantage: string): string =>
  Object.keys(vantages).find(one => folded(one) === folded(vantage)) ?? vantage;

/** What a place saw; its name is a stranger's, and may be that of something that every object has. */
export const seenBy = ({ vantages }: Mail, vantage: string): VantageSeen | null =>
  Object.hasOwn(vantages, vantage) ? (vantages[vantage] ?? null) : null;

/** A spell goes on when the next round comes soon: nobody knows what was between two that lie far apart. */
function spell(
  before: Spell | null,
  goesOn: boolean,
  on: { near: boolean; now: Now },
): Spell | null {
  if (!goesOn) return null;
  if (before === null || !on.near) return { since: on.now, rounds: 1 };
  return { ...before, rounds: before.rounds + 1 };
}

/** More than a fifth of the addresses that were talked to said 4xx. */
const defersMuch = ({ tried }: RoundSeen): boolean =>
  tried.asked > 0 && tried.deferred / tried.asked > limits.mailDeferredShare;

const share = ({ sample }: RoundSeen): number | null =>
  sample.asked === 0 ? null : sample.accepted / sample.asked;

/** The last turns, with one more where a refusal has just begun; whoever reads them sees which are of late. */
function turnsAfter(before: VantageSeen | null, { round, now }: Looked, lost: boolean) {
  const begins = lost && (before?.lost ?? null) === null;
  const newest = begins ? [{ at: now, hosts: refusing(round) }] : [];
  return [...(before?.turns ?? []), ...newest].slice(-limits.mailTurns);
}

export interface Looked {
  readonly vantage: string;
  readonly own: boolean;
  readonly made?: Instant;
  readonly round: RoundSeen;
  readonly now: Now;
}

/** How far two looks of one place may be apart, so that what both show was so in between. */
export const nearMs = (paceMs: number): number => limits.mailToldMs + 3 * paceMs;

/** What is known once a place has looked. */
export function afterLook(mail: Mail, look: Looked, paceMs: number): Mail {
  const { vantage, own, made, round, now } = look;
  const before = seenBy(mail, vantage);
  const on = { near: before !== null && elapsed(before.at, now).ms <= nearMs(paceMs), now };
  const lost = refusing(round).some(({ host }) => mail.atGate || mail.accepted.includes(host));
  const accepts = round.taking.filter(({ is }) => is === 'accepts').map(({ host }) => host);
  const best = share(round);
  const much = defersMuch(round);
  const turns = turnsAfter(before, look, lost);
  const seen: VantageSeen = {
    ...{ own, at: now, round, ...(made !== undefined && { made }) },
    down: spell(before?.down ?? null, isDown(round), on),
    lost: spell(before?.lost ?? null, lost, on),
    defers: much ? (on.near ? (before?.defers ?? now) : now) : null,
    ...(turns.length > 0 && { turns }),
  };
  // Whoever handed in looks of this very machine before it looked itself was no other place.
  const others = Object.entries(mail.vantages).filter(
    ([name]) => name === vantage || !own || folded(name) !== folded(vantage),
  );
  return {
    ...mail,
    looked: mail.looked || own,
    vantages: { ...Object.fromEntries(others), [vantage]: seen },
    accepted: [...new Set([...mail.accepted, ...accepts])],
    best: best === null ? mail.best : Math.max(best, mail.best ?? 0),
  };
}

const hourly = ({ count, seconds }: { count: number; seconds: Seconds }): number =>
  (count * 3600) / seconds;

/** Messages an hour, as somebody counted them. */
export const rateOf = hourly;

function afterCount(mail: Mail, what: Counted, now: Now): Mail {
  if (what.is === 'bounces') {
    const { count, seconds } = what;
    const recent = [...mail.bounces, { at: now, count, seconds }];
    return { ...mail, bounces: recent.slice(-limits.mailCountsKept) };
  }
  const { usual, seconds } = what;
  const said = usual === null ? null : hourly({ count: usual, seconds });
  return { ...mail, usual: said ?? Math.max(mail.usual ?? 0, hourly(what)) };
}

/** A waived finding is no acceptance: only one that passed speaks for all of them. */
function acceptedAtGate({ findings }: Cutover): boolean {
  const about = findings.filter(({ id }) => id === 'smtp-domain-accepted');
  return about.length > 0 && about.every(({ status }) => status === 'pass');
}

/** What a line changes in what was seen of mail hosts; null when it changes nothing. */
export function mailAfter(cutover: Cutover, line: Line): Mail | null {
  const { mail } = cutover;
  switch (line.type) {
    case 'mail.judged':
      return afterLook(mail, line.data, mailPaceMs(cutover.plan.policy.mail));
    case 'mail.observed': {
      const { what, now } = line.data;
      if (what.is === 'bounces' || what.is === 'accepted') return afterCount(mail, what, now);
      return { ...mail, tests: afterTest(mail.tests, what, line.at) };
    }
    case 'mail.advice': {
      const { kind, why, because, vantage } = line.data;
      return { ...mail, advice: { ...mail.advice, [kind]: { why, because, vantage } } };
    }
    case 'mail.advice-over': {
      const left = Object.entries(mail.advice).filter(([kind]) => kind !== line.data.kind);
      return { ...mail, advice: Object.fromEntries(left) };
    }
    case 'rollback.asked':
      return line.data.automatic === true
        ? { ...mail, rolledBack: mail.rolledBack ?? line.data.reason ?? '' }
        : null;
    // Nobody looked between two owners.
    case 'owner.changed': {
      const others = Object.entries(mail.vantages).filter(([, { own }]) => !own);
      return { ...mail, vantages: Object.fromEntries(others) };
    }
    case 'stage.entered': {
      const { usual, rolledBack, tests } = mail;
      if (line.data.stage === 'swap')
        return { ...unseen, usual, rolledBack, tests, atGate: acceptedAtGate(cutover) };
      const quiet = line.data.stage === 'rollback' || line.data.stage === 'settle';
      return quiet && Object.keys(mail.advice).length > 0 ? { ...mail, advice: {} } : null;
    }
    default:
      return null;
  }
}

/** Every moment in it that elapsed time is counted from. */
export const mapMail = (mail: Mail, move: (moment: Now) => Now): Mail => ({
  ...mail,
  vantages: Object.fromEntries(
    Object.entries(mail.vantages).map(([name, seen]) => [
      name,
      {
        ...seen,
        at: move(seen.at),
        down: seen.down && { ...seen.down, since: move(seen.down.since) },
        lost: seen.lost && { ...seen.lost, since: move(seen.lost.since) },
        defers: seen.defers && move(seen.defers),
        ...(seen.turns && { turns: seen.turns.map(one => ({ ...one, at: move(one.at) })) }),
      },
    ]),
  ),
  bounces: mail.bounces.map(one => ({ ...one, at: move(one.at) })),
});
