import { type Verdict } from '../../propagation/verdict.ts';
import { membersBrief } from '../resolvers/members-text.ts';
import { labelled, margin } from '../labelled.ts';
import { hang, shown, symbolsOf, table, type Cell, type Look } from '../table.ts';
import { foreseenText } from './expected.ts';
import { etaTexts } from './outlook.ts';
import { commandText, count, durationText } from '../words.ts';
import { distrustText, quarantineText } from './fitness.ts';
import { type CachesView, type StragglerView } from './world.ts';

/** Said wherever a share is shown. */
const proxyText = ({ noun }: Pick<CachesView, 'noun'>): string =>
  `${noun === 'resolver' ? 'These' : 'Public'} resolvers are a proxy for those of senders; weights are estimates.`;

/** The same where there is little room. */
export const proxyBrief = ({ noun }: Pick<CachesView, 'noun'>): string =>
  `A proxy: ${noun}s, estimated weights.`;

/** A share in whole per cent, never rounded up to what was not reached: `62 %`; `-` for none. */
export const percentText = (share: number | null): string =>
  share === null ? '- %' : `${String(Math.floor(share * 100 + 1e-9))} %`;

const verdictWords: Readonly<Record<'old' | 'mixed' | 'other', string>> = {
  old: 'old',
  mixed: 'old and new in turn',
  other: 'something else',
};

/** While a swap is taken back, what it had written is what is left behind. */
const backWords: typeof verdictWords = {
  old: 'still the set of the swap',
  mixed: 'both in turn',
  other: 'something else',
};

/** How many cannot tell: no answer, a refusal, or an answer without data. */
const cannotTell = (counts: CachesView['counts']): number =>
  counts.empty + counts.refused + counts.silent;

/** `25 new (20 turned, 5 at first sight), 12 old, 1 old and new in turn, 2 cannot tell`. */
export function countsText({ counts, flipped, cold, unasked, back }: CachesView): string {
  const words = back ? backWords : verdictWords;
  // Who never left did not turn.
  const arrivals =
    back || cold === 0
      ? ''
      : flipped === 0
        ? ' (all at first sight)'
        : ` (${flipped} turned, ${cold} at first sight)`;
  const some = (['old', 'mixed', 'other'] as const).map(verdict =>
    counts[verdict] === 0 ? [] : [`${counts[verdict]} ${words[verdict]}`],
  );
  const silent = cannotTell(counts);
  return [
    `${counts.new} ${back ? 'back' : 'new'}${counts.new === 0 ? '' : arrivals}`,
    ...some.flat(),
    ...(silent === 0 ? [] : [`${silent} cannot tell`]),
    ...(unasked === 0 ? [] : [`${unasked} not asked yet`]),
  ].join(', ');
}

/** What the resolvers are before anything new can be answered. */
const baselineText = ({ counts, total }: CachesView): string => {
  const silent = cannotTell(counts);
  const answered = counts.new + counts.old + counts.mixed + counts.other;
  const rest = silent === 0 ? '' : `, ${silent} cannot tell`;
  return `${answered} of ${count(total, 'resolver')} answered before the swap${rest}`;
};

/** The share with what it is a share of. */
export const shareBrief = ({ share, back }: Pick<CachesView, 'share' | 'back'>): string =>
  `${percentText(share)} ${back ? 'back to what was before' : 'new'}`;

/** Nobody was asked since it was written: what was heard before says nothing of now. */
const isUnasked = ({ unasked, total, outlook }: CachesView): boolean =>
  outlook !== null && unasked === total;

/** What there is instead of a share before or between questions; null where there is a share. */
export function restText(caches: CachesView): string | null {
  const none = distrustText(caches);
  if (caches.outlook === null)
    return `${baselineText(caches)}${none === '' ? '' : `; after it ${none}`}`;
  if (none !== '') return none;
  if (!isUnasked(caches)) return null;
  return `${count(caches.total, 'resolver')}, not asked since ${caches.back ? 'it was taken back' : 'the swap'}`;
}

/** How much of the world has turned, in one phrase. */
export function shareText(caches: CachesView): string {
  const { ableToTell } = caches;
  const rest = restText(caches);
  if (rest !== null) return rest;
  const able =
    ableToTell !== null && ableToTell < 0.5 ? `; only ${percentText(ableToTell)} can tell` : '';
  return `${shareBrief(caches)}${able}: ${countsText(caches)}`;
}

/** When it is expected to be enough; and why some were not asked yet, where that takes its time. */
export const outlookTexts = (
  caches: CachesView,
  look: Pick<Look, 'zone' | 'now'>,
): readonly string[] => [
  ...expectedTexts(caches, look),
  ...[turnText(caches, look.now)].filter(text => text !== ''),
];

/** Sooner than this there is nothing to explain. */
const turnMs = 60_000;

/** Resolvers that may be asked rarely go round among all cutovers that are watched. */
function turnText({ unasked, turnBy }: CachesView, now: number): string {
  const left = turnBy === null ? 0 : Date.parse(turnBy) - now;
  if (unasked === 0 || left < turnMs) return '';
  const who = unasked === 1 ? 'its turn comes' : 'the turn of the last comes';
  return `${unasked} not asked yet: ${who} in about ${durationText(left)}`;
}

/** From the entries seen; else from what was seen before the swap. */
function expectedTexts(caches: CachesView, look: Pick<Look, 'zone' | 'now'>): readonly string[] {
  const { outlook, expected, share, target, back } = caches;
  if (outlook === null || isUnasked(caches)) {
    if (expected === null || back) return [];
    return [`expected after the swap: ${foreseenText(expected, look.now)}`];
  }
  return etaTexts(outlook, { share, target, back }, look);
}

/** What a line about one says. */
type StragglerTold = Pick<
  StragglerView,
  'id' | 'verdict' | 'cause' | 'until' | 'final' | 'explained' | 'members'
>;

/** Until when a straggler can go on, counting down: `3 min 34 s left`, `no known end`, `due`. */
function leftText({ cause, until, final, explained }: StragglerTold, now: number): string {
  if (!explained) return 'unexplained';
  if (cause === 'silent or refused') return 'cannot tell';
  if (until === null) return 'no known end';
  const left = Date.parse(until) - now;
  if (left <= 0) return 'due now';
  return `${durationText(left)} left${final ? '' : ', or again'}`;
}

/** With what the members of a service said, where they were told apart. */
function causeText({ cause, members }: StragglerTold): string {
  const said = members === null ? null : membersBrief(members);
  return said === null ? cause : `${cause}: ${said}`;
}

/** One straggler as cells of a table: who, how long yet, why. */
export function stragglerCells(straggler: StragglerTold, look: Look): readonly Cell[] {
  const { explained, verdict } = straggler;
  const symbols = symbolsOf(look);
  const quiet: readonly Verdict[] = ['empty', 'refused', 'silent'];
  const mark = !explained
    ? symbols.fail
    : quiet.includes(verdict)
      ? symbols.unknown
      : symbols.current;
  return [
    {
      text: `${mark} ${shown(straggler.id, look)}`,
      ...(explained ? {} : { paint: look.paint.red }),
    },
    { text: leftText(straggler, look.now) },
    { text: causeText(straggler) },
  ];
}

/** A bar of so many columns; the share is floored, so that only all is full. */
export function barText(share: number | null, columns: number, ascii: boolean): string {
  const full = Math.max(0, Math.min(columns, Math.floor((share ?? 0) * columns + 1e-9)));
  const [on, off] = ascii ? ['#', '-'] : ['█', '░'];
  return on.repeat(full) + off.repeat(columns - full);
}

/** Stragglers that a status names; the others are a command away. */
const named = 5;

/** Those that answer, and answer otherwise: what keeps the share from being whole. */
export const answering = ({ stragglers }: CachesView): readonly StragglerView[] =>
  stragglers.filter(({ cause }) => cause !== 'silent or refused');

/** The resolvers in a status: the share, when it is enough, and who keeps it waiting. */
export function resolverLines(caches: CachesView, domain: string, look: Look): readonly string[] {
  const list = answering(caches);
  const first = list.slice(0, list.length > named ? named - 1 : named);
  const rows = first.map(one => stragglerCells(one, look));
  const more = list.length - first.length;
  const outlook = outlookTexts(caches, look);
  const unfit = quarantineText(caches);
  return [
    ...labelled('resolvers', shareText(caches), look),
    ...outlook.flatMap(part => hang(margin, part, look.width)),
    ...(unfit === '' ? [] : hang(margin, shown(unfit, look), look.width)),
    ...table(rows, { width: look.width, indent: margin.length }),
    ...(more === 0
      ? []
      : hang(
          margin,
          shown(
            `${look.ascii ? '...' : '…'} ${more} more: ${commandText('propagation', domain)}`,
            look,
          ),
          look.width,
        )),
    ...hang(margin, proxyText(caches), look.width).map(look.paint.dim),
  ];
}
