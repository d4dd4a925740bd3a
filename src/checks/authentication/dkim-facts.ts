import { LOW, SNAPSHOT, type Track } from '../../cutover/path.ts';
import { type Plan } from '../../cutover/plan.ts';
import { type Inquire, type Inquired } from '../../dns/inquiry.ts';
import { type Name, parseAnyName } from '../../dns/name.ts';
import { type RRset, sameData } from '../../dns/rrset.ts';
import {
  type DkimKey,
  looksLikeKey,
  parseDkim,
  selectorName,
  selectorOf,
} from '../../mail/dkim.ts';
import { presetOf } from '../../mail/presets/presets.ts';
import { txtText } from '../../mail/txt.ts';
import { mxAfter, mxAt } from './spf-facts.ts';

/** What stands at a selector, or is to stand there. */
export interface SelectorFacts {
  readonly selector: string;
  /** `named`: by the plan or the configuration. `usual`: what the provider signs with as a rule. */
  readonly by: 'named' | 'usual';
  /** `published`: at the authoritative servers. `planned`: in the plan only. */
  readonly is: 'published' | 'planned' | 'absent' | 'unanswered';
  /** Null: there is nothing to read. */
  readonly key: DkimKey | null;
  /** Where an alias leads; null: there is none. */
  readonly alias: Name | null;
  readonly observed: string;
}

export interface DkimFacts {
  readonly coming: readonly SelectorFacts[];
  readonly going: readonly SelectorFacts[];
}

interface Ground {
  readonly plan: Plan;
  readonly inquire: Inquire;
  /** True once the prepare records have been written. */
  readonly prepared: (track: Track) => boolean;
}

/** The tracks at a selector of the domain: a key, or the alias of one. */
export const selectorTracks = ({ tracks, domain }: Plan): readonly Track[] =>
  tracks.filter(
    ({ name, type }) => (type === 'TXT' || type === 'CNAME') && selectorOf(name, domain) !== null,
  );

/** The selectors of this name that the plan gives another value before the last swap is over. */
const written = (plan: Plan): readonly Track[] =>
  selectorTracks(plan).filter(({ positions, prepared, swapped }) => {
    const [first = null, ...later] = positions;
    const changed = (value: RRset | null): boolean =>
      value !== null && (first === null || !sameData(first, value));
    return (prepared || swapped) && later.some(changed);
  });

const unique = (selectors: readonly string[]): readonly string[] => [
  ...new Set(selectors.map(selector => selector.toLowerCase())),
];

interface Listed {
  readonly selector: string;
  readonly by: SelectorFacts['by'];
}

/** The named ones; else those that the provider uses as a rule. */
function listed(named: readonly string[], usual: readonly string[]): readonly Listed[] {
  const by = named.length > 0 ? 'named' : 'usual';
  return unique(named.length > 0 ? named : usual).map(selector => ({ selector, by }));
}

/** Selectors that the new side signs with. */
export function comingSelectors(plan: Plan): readonly Listed[] {
  const own = written(plan).flatMap(({ name }) => selectorOf(name, plan.domain) ?? []);
  const usual = presetOf(mxAfter(plan), plan.domain)?.selectors ?? [];
  return listed([...own, ...(plan.policy.mail?.dkim?.new ?? [])], usual);
}

/** Selectors that the old side signs with. */
export function goingSelectors(plan: Plan): readonly Listed[] {
  const own = selectorTracks(plan)
    .filter(({ positions }) => positions[SNAPSHOT] !== null)
    .flatMap(({ name }) => selectorOf(name, plan.domain) ?? []);
  const usual = presetOf(mxAt(plan, SNAPSHOT), plan.domain)?.selectors ?? [];
  const named = unique([...own, ...(plan.policy.mail?.dkim?.old ?? [])]);
  const more = unique(usual).filter(selector => !named.includes(selector));
  return [
    ...named.map(selector => ({ selector, by: 'named' as const })),
    ...more.map(selector => ({ selector, by: 'usual' as const })),
  ];
}

/** The key among the TXT records of a selector; null where none looks like one, as below a wildcard. */
function keyIn(rdata: readonly string[]): DkimKey | null {
  const text = rdata.map(txtText).find(looksLikeKey);
  return text === undefined ? null : parseDkim(text);
}

const words = (said: Inquired): string =>
  said.is === 'unanswered'
    ? said.why
    : `${said.at} TXT from ${said.server}: ${said.is === 'absent' ? said.rcode : `${said.rdata.length} found`}`;

/** What the servers of its zone say of a selector. */
async function published(inquire: Inquire, name: Name, { selector, by }: Listed) {
  const said = await inquire(name, 'TXT');
  const alias = said.is === 'unanswered' ? null : (said.aliases.at(-1) ?? null);
  return {
    ...{ selector, by, alias, observed: words(said) },
    is: said.is === 'found' ? ('published' as const) : said.is,
    key: said.is === 'found' ? keyIn(said.rdata) : null,
  };
}

/** What the plan writes at a selector before the swap; undefined: nothing, or it is there already. */
function plannedAt({ plan, prepared }: Ground, name: Name): RRset | undefined {
  const track = written(plan).find(one => one.name === name && !prepared(one));
  const values = track?.positions.slice(LOW) ?? [];
  return values.find(value => value !== null) ?? undefined;
}

/** One selector, as it stands or as it is planned; aliases are followed, also those of the plan. */
async function lookAt(ground: Ground, one: Listed): Promise<SelectorFacts> {
  const name = selectorName(one.selector, ground.plan.domain);
  const value = plannedAt(ground, name);
  if (value === undefined) return published(ground.inquire, name, one);
  if (value.type === 'TXT')
    return { ...one, is: 'planned', alias: null, key: keyIn(value.rdata), observed: 'the plan' };
  const target = parseAnyName(value.rdata[0] ?? '.');
  const theirs = await published(ground.inquire, target, one);
  const is = theirs.is === 'published' ? 'planned' : theirs.is;
  return { ...theirs, is, alias: target, observed: `the plan; ${theirs.observed}` };
}

/** What stands at the selectors of both sides. New names are asked of authoritative servers only. */
export async function dkimFacts(ground: Ground): Promise<DkimFacts> {
  const { plan, inquire } = ground;
  const [coming, going] = await Promise.all([
    Promise.all(comingSelectors(plan).map(async one => lookAt(ground, one))),
    Promise.all(
      goingSelectors(plan).map(async one =>
        published(inquire, selectorName(one.selector, plan.domain), one),
      ),
    ),
  ]);
  return { coming, going };
}
