import shipped from '../../config/resolvers.json' with { type: 'json' };
import { formatIpv4, formatIpv6, parseIpv4, parseIpv6 } from '../dns/address.ts';
import { whyNobody } from './askable.ts';
import { isPlain } from './defaults.ts';
import { type Document, type Path, readDocument } from './document.ts';
import { type Problem, problemsFault, show } from './problem.ts';
import { exampleList, type ResolverSpec, resolversSchema } from './resolver-schema.ts';
import { readSource } from './source.ts';
import { completed, loadValidator } from './validate.ts';

/** A resolver that may be asked; null is "not known". */
export type ResolverEntry = Readonly<
  Omit<ResolverSpec, 'name' | 'operator' | 'addresses' | 'transports' | 'sources'>
> & {
  /** The id where a file gives none. */
  readonly name: string;
  readonly operator: string;
  /** In canonical form (RFC 5952). */
  readonly addresses: readonly string[];
  readonly transports: readonly ResolverSpec['transports'][number][];
  readonly sources: readonly string[];
};

/** An address whose operator asked not to be asked. */
export interface OptOut {
  readonly address: string;
  /** `2026-11-20`. */
  readonly since: string;
  readonly reason: string;
}

const optedOut: readonly OptOut[] = shipped.optOut;
/** Whether the operator of an address asked not to be asked; null: no. */
export function optOutOf(address: string, optOut: readonly OptOut[] = optedOut): OptOut | null {
  const wanted = canonicalAddress(address);
  return optOut.find(one => canonicalAddress(one.address) === wanted) ?? null;
}

/** What may be written instead of a file. */
export const presets: readonly string[] = ['default', 'core', 'none'];

/** True for a word that stands for a list; anything else is the path of a file. */
export const isPreset = (list: string): boolean => presets.includes(list);

/**
 * The resolvers of a preset (`default`, `core`, `none`) or of a file: a list in JSON, or YAML, of
 * which a map may hold it under `resolvers`. Presets leave out what cannot be asked over UDP.
 * @throws Fault CONFIG with all mistakes of a file
 */
export async function loadResolvers(
  nameOrFile: string,
  { optOut = optedOut }: { readonly optOut?: readonly OptOut[] } = {},
): Promise<readonly ResolverEntry[]> {
  if (nameOrFile === 'none') return [];
  if (!isPreset(nameOrFile)) return fileResolvers(nameOrFile, optOut);
  const all = shippedResolvers(optOut);
  return nameOrFile === 'core' ? all.filter(({ tier }) => tier === 'core') : all;
}

function shippedResolvers(optOut: readonly OptOut[]): readonly ResolverEntry[] {
  // A test holds the shipped file against the schema, so it need not be done at every start.
  const specs = completed(resolversSchema, shipped.resolvers) as readonly ResolverSpec[];
  const out = new Set(optOut.map(({ address }) => canonicalAddress(address)));
  return specs
    .filter(({ transports }) => transports.includes('udp'))
    .map(entryOf)
    .map(entry => ({ ...entry, addresses: entry.addresses.filter(one => !out.has(one)) }))
    .filter(({ addresses }) => addresses.length > 0);
}

/** Who is not asked though a preset knows of it, and why; of a file nothing is left out. */
export function leftOutOf(
  list: string,
  optOut: readonly OptOut[] = optedOut,
): readonly { readonly what: string; readonly why: string }[] {
  if (!isPreset(list) || list === 'none') return [];
  return [
    ...shipped.resolvers
      .filter(({ transports }) => !transports.includes('udp'))
      .map(({ id, transports }) => ({
        what: id,
        why: `it takes questions over ${transports.join(' and ')} only, which this version does not speak`,
      })),
    ...optOut.map(({ address, since, reason }) => ({
      what: address,
      why: `its operator asked on ${since} not to be asked: ${reason}`,
    })),
  ];
}

async function fileResolvers(
  file: string,
  optOut: readonly OptOut[],
): Promise<readonly ResolverEntry[]> {
  const text = await readSource(file, {
    expected: 'default, core, none or the path of a list of resolvers',
    fix: 'Write one of those words, or the path of a file such as ./resolvers.json.',
    fixSize: 'Name a list of resolvers; this file is larger than any list needs to be.',
  });
  // JSON may be indented with tabs, YAML may not; one space keeps lines and columns.
  const document = readDocument(file, text.replaceAll('\t', ' '));
  if (document.problems.length > 0) throw problemsFault(file, document.problems);
  const held = isPlain(document.value) && 'resolvers' in document.value;
  const at: Path = held ? ['resolvers'] : [];
  const value = held ? (document.value as Record<string, unknown>)['resolvers'] : document.value;
  if (value === null || (Array.isArray(value) && value.length === 0))
    throw problemsFault(file, [
      {
        where: document.where(at),
        found: value === null && !held ? 'an empty file' : show(value),
        expected: 'a list of resolvers',
        fix: `Write at least one, such as ${exampleList}; to ask nobody, write none instead of the file.`,
      },
    ]);
  const whole = completed(resolversSchema, value);
  const validator = await loadValidator();
  const misfits = validator.check({ document, at, schema: resolversSchema }, whole);
  if (misfits.length > 0)
    throw problemsFault(
      file,
      misfits.map(({ problem }) => problem),
    );
  const specs = whole as readonly ResolverSpec[];
  const problems = meaningProblems({ document, at, optOut }, specs);
  if (problems.length > 0) throw problemsFault(file, problems);
  return specs.map(entryOf);
}

const entryOf = (spec: ResolverSpec): ResolverEntry => ({
  ...spec,
  name: spec.name ?? spec.id,
  operator: spec.operator ?? spec.id,
  addresses: spec.addresses.map(address => canonicalAddress(address) ?? address),
});

/** Null for what is no address. */
function canonicalAddress(text: string): string | null {
  const four = parseIpv4(text);
  if (four !== null) return formatIpv4(four);
  const six = parseIpv6(text);
  return six === null ? null : formatIpv6(six);
}

interface Held {
  readonly document: Document;
  readonly at: Path;
  readonly optOut: readonly OptOut[];
}

/** What a schema cannot see. */
function meaningProblems(held: Held, specs: readonly ResolverSpec[]): readonly Problem[] {
  const { document, at } = held;
  const ids = new Map<string, string>();
  const servers = new Map<string, string>();
  return specs.flatMap((spec, index) => {
    const problems: Problem[] = [];
    const path: Path = [...at, index];
    const where = document.where([...path, 'id']);
    const twin = ids.get(spec.id);
    if (twin === undefined) ids.set(spec.id, where);
    else
      problems.push({
        ...{ where, found: `the id ${show(spec.id)} again, as at ${twin}` },
        ...{
          expected: 'an id of its own for each resolver',
          fix: 'Give one of the two another id.',
        },
      });
    if (!spec.transports.includes('udp'))
      problems.push({
        where: document.where([...path, 'transports']),
        found: spec.transports.join(' and '),
        expected: 'udp among the transports',
        fix: 'Leave this resolver out: this version asks over UDP, and over TCP where that fails.',
      });
    return [...problems, ...addressProblems(held, { spec, path, servers })];
  });
}

function addressProblems(
  { document, optOut }: Held,
  { spec, path, servers }: { spec: ResolverSpec; path: Path; servers: Map<string, string> },
): readonly Problem[] {
  return spec.addresses.flatMap((text, index): readonly Problem[] => {
    const where = document.where([...path, 'addresses', index]);
    const address = canonicalAddress(text);
    if (address === null)
      return [
        {
          ...{ where, found: show(text), expected: 'an IPv4 or IPv6 address' },
          fix: 'Write the address itself, not a name and without a port; the port has its own key.',
        },
      ];
    const nobody = whyNobody(address);
    if (nobody !== null)
      return [
        {
          ...{ where, found: show(text), expected: 'the address of one machine' },
          message: `nobody can be asked at ${text}: it is ${nobody}`,
          fix: 'Write the address at which the resolver answers.',
        },
      ];
    const out = optOutOf(address, optOut);
    if (out !== null)
      return [
        {
          ...{ where, found: show(text), expected: 'an address that may be asked' },
          message: `the operator of ${text} asked on ${out.since} not to be asked: ${out.reason}`,
          fix: 'Remove the address.',
        },
      ];
    const key = `${address} ${spec.port}`;
    const twin = servers.get(key);
    if (twin === undefined) servers.set(key, where);
    if (twin === undefined) return [];
    return [
      {
        ...{ where, found: `${show(text)} again, as at ${twin}`, expected: 'each address once' },
        fix: 'Remove one of the two; counting it twice would only falsify the shares.',
      },
    ];
  });
}
