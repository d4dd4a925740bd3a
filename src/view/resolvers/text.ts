import { type ErrorSeen, type TransportName } from '../../propagation/observation.ts';
import { errorsText } from '../propagation/words.ts';
import { learntText, type LearntView } from './learnt.ts';
import { hang, type Look, shown, symbolsOf, table, wrap } from '../table.ts';
import { count, durationText } from '../words.ts';

/** What is known of a resolver without asking it. */
export interface ListedResolver {
  readonly id: string;
  readonly name: string;
  readonly operator: string;
  readonly country: string | null;
  readonly city: string | null;
  /** What the city is: of its machines, or only of its operator. */
  readonly place: 'city' | 'headquarters' | 'country' | null;
  readonly anycast: boolean | null;
  readonly transports: readonly string[];
  readonly addresses: readonly string[];
  /** Where it is asked first. */
  readonly port: number;
  readonly tier: string;
  readonly weight: number;
  readonly filtering: string | null;
  /** Seconds. */
  readonly ttl: { readonly longest: number | null; readonly shortest: number | null };
  readonly flushUrl: string | null;
  readonly note: string | null;
  /** By the cutovers of this state directory. Absent or null: nothing. */
  readonly learnt?: LearntView | null;
}

export interface LeftOut {
  readonly what: string;
  readonly why: string;
}

const usualPorts: Readonly<Record<string, number>> = { udp: 53, tcp: 53, tls: 853, https: 443 };

const weightsHint = 'Weights are estimates; every share goes by them.';

/** Where it stands, as far as a point on a map means anything: an anycast service stands everywhere. */
function placeOf({ city, place, anycast }: ListedResolver): readonly string[] {
  if (anycast === true) return ['anycast'];
  if (city === null || place === 'country') return [];
  return [place === 'headquarters' ? `operator in ${city}` : `in ${city}`];
}

/** What it takes besides UDP and TCP. */
function transportsOf({ transports }: ListedResolver): readonly string[] {
  const names = { tls: 'TLS', https: 'HTTPS' };
  const encrypted = Object.entries(names).flatMap(([key, name]) =>
    transports.includes(key) ? [name] : [],
  );
  const over = encrypted.join(' and ');
  if (over === '') return [];
  return [transports.includes('udp') ? `also over ${over}` : `only over ${over}`];
}

function habits(one: ListedResolver): readonly string[] {
  const { ttl, filtering, flushUrl, note, learnt } = one;
  return [
    ...placeOf(one),
    ...transportsOf(one),
    ...(ttl.longest === null ? [] : [`cuts TTLs to ${durationText(ttl.longest * 1000)}`]),
    ...(ttl.shortest === null ? [] : [`raises TTLs to ${durationText(ttl.shortest * 1000)}`]),
    ...(filtering === null || filtering === 'none' ? [] : [`filters ${filtering}`]),
    ...(flushUrl === null ? [] : [`forgets a name at ${flushUrl}`]),
    ...(note === null ? [] : [note]),
    ...(learnt == null ? [] : [learntText(learnt)]),
  ];
}

/** How many may be asked how often, where there are both. */
function tiers(resolvers: readonly ListedResolver[]): string {
  const core = resolvers.filter(({ tier }) => tier === 'core').length;
  const rest = resolvers.length - core;
  return core === 0 || rest === 0 ? '' : `: ${core} core, ${rest} regional (asked once a minute)`;
}

/** `resolvers list` for people. */
export function resolversText(
  resolvers: readonly ListedResolver[],
  leftOut: readonly LeftOut[],
  look: Look,
): string {
  const rows = resolvers.map(one => {
    const { id, name, operator, country, tier, weight, addresses, port } = one;
    const who = name === operator || operator === id ? name : `${name} (${operator})`;
    const usual = usualPorts[one.transports[0] ?? 'udp'] === port;
    const where = addresses.join(', ') + (usual ? '' : ` port ${port}`);
    return [
      ...[shown(id, look), country ?? '-', tier, String(weight)],
      shown([who, where, ...habits(one)].join('; '), look),
    ];
  });
  return [
    ...table([['ID', 'IN', 'TIER', 'WEIGHT', 'WHO AND WHERE'], ...rows], { width: look.width }),
    '',
    ...wrap(
      `${count(resolvers.length, 'resolver')}${tiers(resolvers)}. ${weightsHint}`,
      look.width,
    ),
    ...leftOut.flatMap(({ what, why }) =>
      hang('left out: ', shown(`${what}, since ${why}`, look), look.width),
    ),
  ].join('\n');
}

/** What one resolver did when it was tested. */
export interface TestedResolver {
  readonly id: string;
  readonly address: string;
  /** `answers`: it can be asked, though perhaps not for every name; `fails`: an error, no refusal. */
  readonly verdict: 'works' | 'answers' | 'refuses' | 'fails' | 'silent' | 'lies';
  /** What is wrong, or worth knowing. */
  readonly remarks: readonly string[];
  readonly transport: TransportName | null;
  readonly rttMs: number | null;
  readonly rcode: string | null;
  readonly nsid: string | null;
  readonly ede: readonly ErrorSeen[];
}

/** Whoever answers can be asked, even if not for every name. */
export const canBeAsked = ({ verdict }: Pick<TestedResolver, 'verdict'>): boolean =>
  verdict === 'works' || verdict === 'answers';

/** What was found of this network. */
export interface TestedNetwork {
  /** The address that answered though no machine is there. */
  readonly intercepted: string | null;
  /** Every well-known resolver answers for a name that cannot exist. */
  readonly captive: boolean;
  /** Every well-known resolver that is not silent says that the root does not exist. */
  readonly rootless: boolean;
  /** The member that resolvers of several operators all claim to be; null: they differ. */
  readonly sameNsid: string | null;
  /** This machine has no route for a family of addresses. */
  readonly lacks: readonly ('IPv4' | 'IPv6')[];
}

/** What that means, a sentence each. */
export function networkSentences(network: TestedNetwork): readonly string[] {
  const { intercepted, captive, rootless, sameNsid, lacks } = network;
  return [
    ...(intercepted === null
      ? []
      : [`${intercepted}, where no machine is, answered: something here answers DNS for others.`]),
    ...(captive
      ? ['Everybody answers for a name that cannot exist: this looks like a captive network.']
      : []),
    ...(rootless
      ? ['Everybody says that the root does not exist: these answers are made up on the way.']
      : []),
    ...(sameNsid === null
      ? []
      : [`Resolvers of different operators all say that they are ${sameNsid}: they are one.`]),
    ...lacks.map(family => `This machine has no ${family}; such addresses were not asked.`),
  ];
}

/** True if what resolvers seem to say from here is not theirs. */
export const interferes = (network: TestedNetwork): boolean =>
  network.intercepted !== null || network.captive || network.rootless || network.sameNsid !== null;

const marks = {
  works: { symbol: 'done', paint: 'green' },
  answers: { symbol: 'done', paint: 'yellow' },
  refuses: { symbol: 'fail', paint: 'red' },
  fails: { symbol: 'fail', paint: 'red' },
  silent: { symbol: 'unknown', paint: 'yellow' },
  lies: { symbol: 'fail', paint: 'red' },
} as const;

/** `resolvers test` for people: what is wrong first. */
export function testedText(
  { resolvers, network }: { resolvers: readonly TestedResolver[]; network: TestedNetwork },
  look: Look,
): string {
  const symbols = symbolsOf(look);
  const works = resolvers.filter(canBeAsked).length;
  const rows = sortedByTrouble(resolvers).map(({ id, address, verdict, rttMs, ...one }) => {
    const { symbol, paint } = marks[verdict];
    const words = [
      ...one.remarks,
      ...(one.nsid === null ? [] : [`NSID ${one.nsid}`]),
      ...(one.ede.length === 0 ? [] : [errorsText(one.ede)]),
    ];
    return [
      { text: `${symbols[symbol]} ${verdict}`, paint: look.paint[paint] },
      shown(id, look),
      id === address ? '' : address,
      rttMs === null ? '' : `${Math.round(rttMs)} ms`,
      shown(words.join('; '), look),
    ];
  });
  const told = networkSentences(network);
  const trust = interferes(network)
    ? 'What resolvers seem to say here cannot be trusted; look from another network.'
    : 'Nothing was seen that answers in the place of others.';
  return [
    ...wrap(
      `${works} of ${count(resolvers.length, 'resolver')} can be asked. ${trust}`,
      look.width,
    ),
    ...told.flatMap(text => hang(`${symbols.warn} `, shown(text, look), look.width)),
    '',
    ...table(rows, { width: look.width, indent: 2 }),
  ].join('\n');
}

const order = ['lies', 'refuses', 'fails', 'silent', 'answers', 'works'];

const sortedByTrouble = (resolvers: readonly TestedResolver[]): readonly TestedResolver[] =>
  resolvers.toSorted(
    (a, b) =>
      order.indexOf(a.verdict) - order.indexOf(b.verdict) || (a.rttMs ?? 0) - (b.rttMs ?? 0),
  );
