import { sentence } from '../../view/words.ts';
import { type Status } from '../../view/status/status.ts';
import { backOf, type Back } from './back.ts';
import { clockText, type Here } from './moments.ts';
import { wholePercent } from './percent.ts';
import { standingOfStatus, whoWords, type Standing } from './standing.ts';
import { troubleText } from './trouble.ts';

export interface When {
  /** As a part of a sentence, before the time. */
  readonly phrase: string;
  /** What happens then. */
  readonly what: string;
  /** Null: `what` says all that is known. */
  readonly iso: string | null;
  /** Who or what decides it. */
  readonly because: readonly string[];
}

/** What a call asks first, in the order in which it asks. */
export interface Answer {
  readonly standing: Standing;
  /** Where it is, and how far. */
  readonly far: string;
  /** Whole per cent that are reached, never rounded up; null: there is no share. */
  readonly percent: number | null;
  /** Per cent that the plan waits for; null: there is no share. */
  readonly target: number | null;
  /** When done, as far as that is known; null: it is not. */
  readonly when: When | null;
  readonly next: Status['next'] & { readonly words: string };
  /** Who takes no mail now, since when, and what follows, as a sentence without its end; null: nobody. */
  readonly trouble: string | null;
  readonly back: Back;
}

const farWords: Readonly<Record<Status['stage'], string>> = {
  snapshot: 'reads what is there before anything is changed',
  lower: 'writes the low TTL, so that caches forget fast later',
  drain: 'waits until no honest cache can hold the old TTL',
  gate: 'the checks and the approval before the swap',
  swap: 'writes the new MX',
  propagate: 'the new MX spreads',
  sweep: 'the new MX is out; what is left on the old host is fetched',
  settle: 'the new MX is out; TTL and leftovers are put in order',
  rollback: 'the old MX is written back',
  done: 'everything is done',
};

type Resolvers = NonNullable<NonNullable<Status['propagation']>['resolvers']>;

/** A share tells something while something spreads. */
const spreads = ({ stage, outcome }: Status): boolean =>
  outcome === null && ['swap', 'propagate', 'sweep', 'rollback'].includes(stage);

function shareText({ noun, back }: Resolvers, percent: number): string {
  return `${percent} % of the ${noun}s, by weight, answer with the ${back ? 'old MX again' : 'new MX'}`;
}

function farText(status: Status, percent: number | null): string {
  const { outcome, stage, propagation, drain } = status;
  if (outcome === 'done') return 'the new MX is in place and everything is put in order';
  if (outcome === 'rolled-back') return 'everything is back to the snapshot';
  if (outcome === 'abandoned') return 'the zone stays as it is';
  const resolvers = propagation?.resolvers ?? null;
  if (percent !== null && resolvers !== null) return shareText(resolvers, percent);
  if (stage === 'drain' && drain?.proven === true) return 'no honest cache can hold the old TTL';
  return farWords[stage];
}

type Outlook = NonNullable<Resolvers['outlook']>;

/** Who decides when the target is reached, the last first. */
function becauseOf({ waits: { target } }: Outlook, here: Here): readonly string[] {
  const named = target.first.map(({ id, cause, until }) => {
    const end = until === null ? 'no known end' : `until ${clockText(until, here)}`;
    return `${id}: ${cause ?? 'asked again to be sure'}, ${end}`;
  });
  return target.more === 0 ? named : [...named, `${target.more} more`];
}

/** From the entries that were seen; where they have no known end, from what was foreseen, and to the longest wait. */
function spreadsWhen(status: Status, caches: Resolvers, here: Here): When {
  const { target, share, outlook } = caches;
  const last = status.forecast;
  if (share !== null && share * 100 >= target - 1e-9) {
    const phrase = `the ${target} % that were waited for are reached`;
    return { phrase, what: `${target} % are reached`, iso: null, because: [] };
  }
  if (outlook?.target != null) {
    const because = becauseOf(outlook, here);
    const what = `${target} % are expected`;
    return { phrase: `${what} by`, what, iso: outlook.target, because };
  }
  const longest =
    last === null ? [] : [`at the latest ${clockText(last.until, here)}: ${last.what}`];
  const what = `when it will be ${target} % nobody can tell yet`;
  return {
    ...{ phrase: what, what, iso: null },
    because: [...(outlook === null ? [] : becauseOf(outlook, here)), ...longest],
  };
}

function whenOf(status: Status, here: Here): When | null {
  const { propagation, forecast, endedAt, outcome, next, stage } = status;
  if (outcome !== null)
    return { phrase: 'it ended at', what: 'the end', iso: endedAt, because: [] };
  const resolvers = propagation?.resolvers ?? null;
  if (stage === 'propagate' && resolvers?.outlook != null)
    return spreadsWhen(status, resolvers, here);
  const latest = stage === 'swap' || stage === 'rollback';
  const phrase = latest ? 'at the latest at' : 'expected at';
  if (forecast !== null) return { phrase, what: forecast.what, iso: forecast.until, because: [] };
  return next.at === null
    ? null
    : { phrase: 'next at', what: next.what, iso: next.at, because: [] };
}

export function answerOf(status: Status, here: Here): Answer {
  const resolvers = spreads(status) ? (status.propagation?.resolvers ?? null) : null;
  const share = resolvers?.share ?? null;
  const percent = share === null ? null : wholePercent(share);
  const trouble = status.mail?.trouble ?? null;
  const waits = trouble !== null && status.next.who === 'controller';
  return {
    standing: standingOfStatus(status),
    far: farText(status, percent),
    percent,
    target: percent === null ? null : (resolvers?.target ?? null),
    when: whenOf(status, here),
    next: { ...status.next, words: `${whoWords[status.next.who]}${waits ? ' yet' : ''}` },
    trouble: trouble === null ? null : troubleText(trouble, here),
    back: backOf(status, here),
  };
}

/** The moment of `when` in words, as the end of a sentence: a time, or that nothing tells. */
export function whenText({ phrase, iso }: When, here: Here): string {
  return iso === null ? phrase : `${phrase} ${clockText(iso, here)}`;
}

/** All of it in one sentence or two, as it is read out. */
export function answerText(status: Status, here: Here): string {
  const { standing, far, when, next, trouble, back } = answerOf(status, here);
  const until = when === null ? '' : `; ${whenText(when, here)}`;
  return [
    `${standing.word}: ${trouble === null ? '' : `${trouble}. `}${far}${until}.`,
    ...(next.who === 'nobody' ? [] : [`${next.words}. ${next.what}`]),
    sentence(back.sentence),
  ].join(' ');
}
