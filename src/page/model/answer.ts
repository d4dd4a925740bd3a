import { sentence } from '../../view/words.ts';
import { type Status } from '../../view/status/status.ts';
import { backOf, type Back } from './back.ts';
import { gateText } from './gate.ts';
import { clockText, isOver, timesHere, type Here } from './moments.ts';
import { wholePercent } from './percent.ts';
import { standingOfStatus, whoWords, type Standing } from './standing.ts';
import { plainText } from './text.ts';
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
  /** Why it is on hold, as a sentence without its end; null: it is not. */
  readonly held: string | null;
  /** Who takes no mail now, since when, and what follows, as a sentence without its end; null: nobody. */
  readonly trouble: string | null;
  readonly back: Back;
}

const farWords: Readonly<Record<Exclude<Status['stage'], 'gate'>, string>> = {
  snapshot: 'reads what is there before anything is changed',
  lower: 'writes the low TTL, so that caches forget fast later',
  drain: 'waits until no honest cache can hold the old TTL',
  swap: 'writes the new MX',
  propagate: 'the new MX spreads',
  sweep: 'the new MX is out; what is left on the old host is fetched',
  settle: 'the new MX is out; TTL and leftovers are put in order',
  rollback: 'the old MX is written back',
  done: 'everything is done',
};

type Resolvers = NonNullable<NonNullable<Status['propagation']>['resolvers']>;

/** A share tells something while something spreads. */
const spreads = ({ stage, outcome, ending }: Status): boolean =>
  outcome === null && ending === null && ['swap', 'propagate', 'sweep', 'rollback'].includes(stage);

function shareText({ noun, back }: Resolvers, percent: number): string {
  return `${percent} % of the ${noun}s, by weight, answer with the ${back ? 'old MX again' : 'new MX'}`;
}

function farText(status: Status, percent: number | null): string {
  const { stage, propagation, drain } = status;
  const outcome = status.outcome ?? status.ending;
  if (outcome === 'done') return 'the new MX is in place and everything is put in order';
  if (outcome === 'rolled-back') return 'the snapshot was put back';
  if (outcome === 'abandoned') return 'the zone stays as it is';
  const resolvers = propagation?.resolvers ?? null;
  // What is left to do then is not done by waiting.
  if (percent !== null && resolvers !== null && stage !== 'sweep')
    return shareText(resolvers, percent);
  if (stage === 'drain' && drain?.proven === true) return 'no honest cache can hold the old TTL';
  if (stage === 'gate') return gateText(status);
  return farWords[stage];
}

type Outlook = NonNullable<Resolvers['outlook']>;

/** Of a resolver; in a list of one's own it may be a whole sentence, and then its id says it in a word. */
const longName = 36;

/** Who decides when the target is reached, the last first. */
function becauseOf(
  { waits: { target } }: Outlook,
  stragglers: Resolvers['stragglers'],
  here: Here,
): readonly string[] {
  const named = target.first.map(({ id, cause, until }) => {
    const name = stragglers.find(one => one.id === id)?.name ?? '';
    const end = until === null ? 'no known end' : `until ${clockText(until, here)}`;
    return `${name === '' || name.length > longName ? id : plainText(name)}: ${cause ?? 'asked again to be sure'}, ${end}`;
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
    const because = becauseOf(outlook, caches.stragglers, here);
    const what = `${target} % ${isOver(outlook.target, here) ? 'were' : 'are'} expected`;
    return { phrase: `${what} by`, what, iso: outlook.target, because };
  }
  const longest =
    last === null ? [] : [`at the latest ${clockText(last.until, here)}: ${last.what}`];
  const what = `when it will be ${target} % nobody can tell yet`;
  return {
    ...{ phrase: what, what, iso: null },
    because: [...(outlook === null ? [] : becauseOf(outlook, caches.stragglers, here)), ...longest],
  };
}

/** What comes before a time. Of what should have been, and was not, nobody says that it will be. */
function phraseOf({ stage, intent, forecast }: Status, over: boolean): string {
  if (stage === 'gate') return 'not before';
  const latest = ['swap', 'rollback'].includes(stage) || (intent !== null && forecast === null);
  if (latest) return over ? 'it was to be so by' : 'at the latest at';
  if (forecast === null) return over ? 'due since' : 'next at';
  return over ? 'it was expected at' : 'expected at';
}

function whenOf(status: Status, here: Here): When | null {
  const { propagation, forecast, endedAt, outcome, ending, next, stage } = status;
  if (outcome !== null)
    return { phrase: 'it ended at', what: 'the end', iso: endedAt, because: [] };
  if (ending !== null) {
    const what = 'it ends once the claim is removed';
    return { phrase: what, what, iso: null, because: [] };
  }
  const resolvers = propagation?.resolvers ?? null;
  if (stage === 'propagate' && resolvers?.outlook != null)
    return spreadsWhen(status, resolvers, here);
  const iso = forecast?.until ?? next.at;
  if (iso === null) return null;
  const phrase = phraseOf(status, isOver(iso, here));
  const what = stage === 'gate' ? 'the swap is not made before then' : (forecast ?? next).what;
  return { phrase, what, iso, because: [] };
}

/** `1 server serves no MX: mail goes to ...; nothing ...` begins with what is read from across the room. */
function heldText({ hold }: Status, here: Here): string | null {
  const [first = ''] = timesHere(hold?.sentence ?? '', here).split(/[:;.](?: |$)/, 1);
  return first === ''
    ? null
    : plainText(`${first.slice(0, 1).toLowerCase()}${first.slice(1)}`, 200);
}

/** What the next one does, without what stands on the page above or below it already. */
function nextWhat({ next, hold, mail }: Status): string {
  if (hold !== null && next.what.startsWith(`${hold.sentence} `))
    return next.what.slice(hold.sentence.length + 1);
  return mail?.advice.some(({ what }) => sentence(what) === sentence(next.what)) === true
    ? 'Mend it, or go back: what was seen stands below, where mail needs a decision.'
    : next.what;
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
    next: {
      ...status.next,
      what: timesHere(nextWhat(status), here),
      words: `${whoWords[status.next.who]}${waits ? ' yet' : ''}`,
    },
    held: status.outcome === null ? heldText(status, here) : null,
    trouble: trouble === null ? null : troubleText(trouble, here),
    back: backOf(status, here),
  };
}

/** Where something was said before it, it begins a sentence. */
export const capital = (text: string): string =>
  `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;

/** The moment of `when` in words, as the end of a sentence: a time, or that nothing tells. */
export function whenText({ phrase, iso }: When, here: Here): string {
  return iso === null ? phrase : `${phrase} ${clockText(iso, here)}`;
}

/** All of it in one sentence or two, as it is read out. */
export function answerText(status: Status, here: Here): string {
  const { standing, held, far, when, next, trouble, back } = answerOf(status, here);
  const until = when === null ? '' : `; ${whenText(when, here)}`;
  const first = [held, trouble].flatMap(text => (text === null ? [] : [`${text}. `])).join('');
  return [
    `${standing.word}: ${first}${first === '' ? far : capital(far)}${until}.`,
    ...(next.who === 'nobody' ? [] : [`${next.words}. ${next.what}`]),
    sentence(back.sentence),
  ].join(' ');
}
