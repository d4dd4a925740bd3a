import { type Instant } from '../../clock.ts';
import { type DnssecState } from '../../propagation/dnssec.ts';
import { type Cause } from '../../propagation/straggler.ts';
import { distributionOf } from '../../propagation/distribution.ts';
import { aliveAt } from '../../propagation/series.ts';
import { type Observation } from '../../propagation/observation.ts';
import { cleanOfMany, isFarm } from '../../propagation/verdict.ts';
import { type Watched } from '../../propagation/watched.ts';
import { isOver, type PropagationRow, type RowsAt, wallOf } from './rows.ts';
import { placeText } from './propagation.ts';
import { clockText, errorsText, setText, whyText } from './words.ts';
import { membersSentences } from '../resolvers/members-text.ts';
import { hang, type Look, shown, table } from '../table.ts';
import { count, isoText, sentence, withoutPlace } from '../words.ts';

/** What each cause means, and what one can do. */
const meanings: Record<Cause, string> = {
  'waiting for its TTL':
    'It holds an entry that it fetched before the change and gives it out until its TTL is over. That is what a cache is for; nothing is wrong.',
  'raises TTLs':
    'It showed a longer TTL than the authoritative servers give: it keeps entries for at least that long (a floor, such as cache-min-ttl). Only its operator can change that.',
  'does not count down':
    'Its TTL stands still while time passes, so that nothing tells when its entry ends. A proxy that rewrites TTLs does this.',
  'serves stale':
    'It gives out data that is over (RFC 8767) while it fetches anew, or because it cannot. If this lasts, see whether it can reach the authoritative servers.',
  'several caches disagree':
    'Several caches answer behind this address, some with the old and some with the new set. It is done when every one of them has turned.',
  'fetched old again':
    'It fetched the old set after the change, so some authoritative server still gave it: look at a server that lags, or at one behind the same address elsewhere.',
  'filtered or rewritten':
    'It answers something that no authoritative server gives, or says that it filters. Its users do not reach what the zone says, before or after the change.',
  'silent or refused': 'It does not answer this machine, so nothing is known about its cache.',
  other: 'What it answers fits none of the known habits.',
};

/** All that was seen of one resolver, for a person. */
export function explainText(
  { resolver, state }: Watched,
  { row, at }: { readonly row: PropagationRow; readonly at: RowsAt },
  look: Look,
): string {
  const about = resolver.name === resolver.id ? resolver.id : `${resolver.id} (${resolver.name})`;
  const place = placeText(row.address, row.port);
  const title = `${about}${about === place ? '' : ` at ${place}`}`;
  const heading = (text: string) => ['', look.paint.bold(text)];
  const body = (text: string) => hang('  ', shown(text, look), look.width);
  return [
    look.paint.bold(shown(title, look)),
    ...hang(`${row.verdict ?? 'not asked'}: `, shown(whyText(row, look), look), look.width),
    ...heading('What it means'),
    ...meaningSentences(row, state, at.now.wall).flatMap(body),
    ...heading('Entries that were seen'),
    ...(state.series.length === 0 ? ['  none'] : []),
    ...seriesSentences(state, at, look).flatMap(body),
    ...heading(`Observations (${state.recent.length} kept of ${state.samples})`),
    ...table(
      state.recent.map(one => observationCells(one, at, look)),
      { width: look.width, indent: 2 },
    ),
  ].join('\n');
}

function meaningSentences(
  row: PropagationRow,
  state: Watched['state'],
  now: Instant,
): readonly string[] {
  const { cause, arrival, verdict, explained, guessed, sampled } = row;
  const { ede, nsids } = { ede: state.recent.flatMap(edeOf), nsids: state.nsids };
  const more = [
    ...(state.floor === null ? [] : [`It raises TTLs to at least ${state.floor} s.`]),
    ...(state.ceiling === null ? [] : [`It cuts TTLs to ${state.ceiling} s.`]),
    ...(isFarm(state)
      ? [
          `Several caches answer at this address${nsids.length > 1 ? `: ${nsids.join(', ')}` : ''}; ${cleanOfMany} new answers in a row are wanted, ${state.clean} came.`,
        ]
      : []),
    ...(row.members === undefined ? [] : membersSentences(row.members)),
    ...(ede.length === 0 ? [] : [`It said ${errorsText(ede.slice(-1))} (RFC 8914).`]),
    ...(state.regressions === 0
      ? []
      : [`It went back from new to old ${count(state.regressions, 'time')}.`]),
    ...(row.dnssec == null ? [] : [signed[row.dnssec]]),
    ...((verdict === 'old' || verdict === 'mixed') && sampled === undefined && row.flushUrl != null
      ? [`Once all authoritative servers are new, it can be asked to forget it: ${row.flushUrl}`]
      : []),
  ];
  if (verdict === 'new')
    return [
      arrival === 'flipped'
        ? 'It was seen to turn: an old entry of it ended, and then it gave the new set.'
        : 'It gave the new set the first time it was asked; whether it ever held the old one is not known.',
      ...more,
    ];
  if (sampled !== undefined)
    return [
      `It gave the new set so far. Behind an anycast address stand many machines: ${sampled.wanted} new answers in a row are wanted, ${sampled.came} came.`,
      ...more,
    ];
  if (cause === null) return ['It was not asked yet.'];
  if (guessed === true) return [guess, ...more];
  const late =
    'It goes on for longer than the TTLs that were seen account for: look into it, or tell its operator.';
  const over = isOver(row, now) ? ['What it gives by now is not known: look again.'] : null;
  return [...(over ?? (explained ? [] : [late])), meanings[cause], ...more];
}

const signed: Record<DnssecState, string> = {
  validated: 'It says that it validated the answer (AD).',
  'not validated':
    'It does not say that it validated the answer: the zone is not signed, or it does not validate.',
  bogus:
    'It finds the signatures of the zone wrong, so that its users reach nothing here. Putting the records back does not heal that.',
};

const guess =
  'It gives a set that no authoritative server was seen to give. That may be the set of before the change, which it keeps until its TTL is over, or something that is filtered or rewritten on the way. Name the old set with --old: then it is known which.';

const edeOf = ({ outcome }: Observation) => (outcome.kind === 'silent' ? [] : outcome.ede);

const seriesSentences = ({ series }: Watched['state'], at: RowsAt, look: Look): readonly string[] =>
  series.map(one => {
    const wall = (moment: number) => clockText(wallOf(moment, at), look);
    const alive = aliveAt(one, at.now.up + (at.steady?.offset ?? at.now.wall - at.now.up));
    const came = one.primedByUs
      ? 'our own question fetched it, so it says nothing about the time before'
      : 'it was there before we asked';
    const end = one.looksStale
      ? 'it looks like stale data, so its TTL is no countdown'
      : `${alive ? 'it ends' : 'it ended'} ${wall(one.expiresAt)}`;
    const member = one.nsid === null ? '' : ` by ${one.nsid}`;
    return sentence(
      `${one.value}, ${setText(one.rdata)}: first seen${member} ${wall(one.firstSeen)} with TTL ${one.ttl}, ${count(one.count, 'answer')}; ${came}; ${end}`,
    );
  });

function observationCells(
  { received, transport, outcome, rttMs }: Observation,
  at: RowsAt,
  look: Look,
): readonly string[] {
  const when = clockText(wallOf(received, at), look).replace(/ \([^)]*\)$/, '');
  if (outcome.kind === 'silent')
    return [when, transport, '', shown(withoutPlace(outcome.why), look)];
  const said = [
    outcome.rcodeName,
    ...(outcome.kind === 'refused' ? [] : [setText(outcome.rdata ?? [])]),
    ...(outcome.kind === 'refused' || outcome.ttl === null ? [] : [`TTL ${outcome.ttl}`]),
    ...(outcome.nsid === null ? [] : [`NSID ${outcome.nsid}`]),
    ...(outcome.ede.length === 0 ? [] : [errorsText(outcome.ede)]),
  ];
  return [when, transport, `${Math.round(rttMs)} ms`, shown(said.join('  '), look)];
}

/** The same for programs: the state's own facts, with moments by the wall clock. */
export const explainJson = ({ resolver, state, spells }: Watched, at: RowsAt) => ({
  ...{ resolver: resolver.id, verdict: state.verdict, samples: state.samples },
  ...{ floor: state.floor, ceiling: state.ceiling, nsids: state.nsids, farm: isFarm(state) },
  ...{ frozen: state.frozen, clean: state.clean, regressions: state.regressions },
  distribution: distributionOf({ resolver, state }),
  members: (state.members ?? []).map(({ name, value, rdata, at: heard, until }) => ({
    ...{ name, value, rdata, at: isoText(wallOf(heard, at)) },
    until: until === null ? null : isoText(wallOf(until, at)),
  })),
  entries: state.series.map(one => ({
    ...{ value: one.value, rdata: one.rdata, nsid: one.nsid, ttl: one.ttl, answers: one.count },
    firstSeen: isoText(wallOf(one.firstSeen, at)),
    lastSeen: isoText(wallOf(one.lastSeen, at)),
    until: isoText(wallOf(one.expiresAt, at)),
    ...{ primedByUs: one.primedByUs, looksStale: one.looksStale },
  })),
  observations: state.recent.map(({ received, address, transport, rttMs, outcome }) => ({
    ...{ at: isoText(wallOf(received, at)), address, transport, rttMs, ...outcome },
  })),
  spells: spells.map(({ cause, from, to }) => ({
    cause,
    from: isoText(wallOf(from, at)),
    to: to === null ? null : isoText(wallOf(to, at)),
  })),
});
