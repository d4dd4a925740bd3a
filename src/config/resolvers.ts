import shipped from '../../config/resolvers.json' with { type: 'json' };
import { Fault } from '../errors.ts';
import { type Resolver } from '../propagation/watched.ts';
import { waysOf } from '../transport/place.ts';
import { listed, nearest } from './nearest.ts';
import { canonicalAddress, type OptOut, readResolverFile } from './resolver-file.ts';
import { type ListParts, readList, isFileName, isPreset } from './resolver-list.ts';
import { type ResolverSpec, resolversSchema } from './resolver-schema.ts';
import { completed } from './validate.ts';

/** A resolver that may be asked; null is "not known". Its port is that of the way it is asked first. */
export type ResolverEntry = Readonly<
  Omit<ResolverSpec, 'name' | 'operator' | 'addresses' | 'transports' | 'sources'>
> &
  Pick<Resolver, 'over' | 'otherwise'> & {
    /** The id where a file gives none. */
    readonly name: string;
    readonly operator: string;
    /** In canonical form (RFC 5952). */
    readonly addresses: readonly string[];
    readonly transports: readonly ResolverSpec['transports'][number][];
    readonly sources: readonly string[];
  };

const optedOut: readonly OptOut[] = shipped.optOut;
/** Whether the operator of an address asked not to be asked; null: no. */
export function optOutOf(address: string, optOut: readonly OptOut[] = optedOut): OptOut | null {
  const wanted = canonicalAddress(address);
  return optOut.find(one => canonicalAddress(one.address) === wanted) ?? null;
}

/**
 * The resolvers of a list: `default`, `core`, `none`, a file (JSON or YAML, of which a map may hold the
 * rows under `resolvers`), or several of them after commas, less what follows a hyphen. A row takes
 * the place of one before it that has its id; an address belongs to the row that named it last.
 * @throws Fault CONFIG with all mistakes of a file
 */
export async function loadResolvers(
  list: string,
  { optOut = optedOut }: { readonly optOut?: readonly OptOut[] } = {},
): Promise<readonly ResolverEntry[]> {
  const parts = readList(list);
  if (parts.from.length === 0) return [];
  const rows: ResolverEntry[] = [];
  for (const part of parts.from)
    rows.push(...(isPreset(part) ? presetRows(part, optOut) : await fileRows(part, optOut)));
  const all = parts.from.length === 1 ? rows : merged(rows);
  if (parts.except.length === 0) return all;
  const left = await without(all, { list, parts });
  if (left.length > 0) return left;
  throw new Fault('CONFIG', `of the resolvers of ${list} none is left`, {
    where: list,
    fix: 'Leave fewer out, or write none to ask nobody.',
  });
}

const presetRows = (preset: string, optOut: readonly OptOut[]): readonly ResolverEntry[] =>
  shippedResolvers(optOut).filter(({ tier }) => preset !== 'core' || tier === 'core');

const fileRows = async (
  file: string,
  optOut: readonly OptOut[],
): Promise<readonly ResolverEntry[]> =>
  (await readResolverFile(file, { optedOut: one => optOutOf(one, optOut) })).map(entryOf);

/** One row for each id and each address, the last that was written. */
function merged(rows: readonly ResolverEntry[]): readonly ResolverEntry[] {
  const byId = [...new Map(rows.map(row => [row.id, row])).values()];
  const owner = new Map<string, string>();
  for (const { id, addresses, port } of rows)
    for (const address of addresses) owner.set(`${address} ${port}`, id);
  return byId
    .map(row => ({
      ...row,
      addresses: row.addresses.filter(one => owner.get(`${one} ${row.port}`) === row.id),
    }))
    .filter(({ addresses }) => addresses.length > 0);
}

interface Lessened {
  readonly list: string;
  readonly parts: ListParts;
}

/** Of a file that says whom not to ask: it may be empty, and opting out is no contradiction. */
const leavesOut = { optedOut: () => null, mayBeEmpty: true };

/** Less the ids that were named, and less those of files: a file may know more than this list. */
async function without(
  all: readonly ResolverEntry[],
  { list, parts }: Lessened,
): Promise<readonly ResolverEntry[]> {
  const ids = all.map(({ id }) => id);
  const named = parts.except.filter(part => !isFileName(part));
  const unknown = named.filter(id => !ids.includes(id));
  if (unknown.length > 0) throw unknownIds(unknown, { list, ids });
  const out = new Set(named);
  for (const file of parts.except.filter(isFileName))
    for (const { id } of await readResolverFile(file, leavesOut)) out.add(id);
  return all.filter(({ id }) => !out.has(id));
}

function unknownIds(
  unknown: readonly string[],
  { list, ids }: { readonly list: string; readonly ids: readonly string[] },
): Fault {
  const meant = unknown.flatMap(id => nearest(id, ids) ?? []);
  const quoted = unknown.map(id => JSON.stringify(id));
  return new Fault('CONFIG', `there is no resolver ${listed(quoted, 'or')} to leave out`, {
    where: list,
    fix:
      meant.length === 0
        ? 'See the ids with `dns-cutover resolvers list`; a file is written as ./file.json.'
        : `Did you mean ${listed(meant)}?`,
  });
}

function shippedResolvers(optOut: readonly OptOut[]): readonly ResolverEntry[] {
  // A test holds the shipped file against the schema, so it need not be done at every start.
  const specs = completed(resolversSchema, shipped.resolvers) as readonly ResolverSpec[];
  const out = new Set(optOut.map(({ address }) => canonicalAddress(address)));
  return specs
    .map(entryOf)
    .map(entry => ({ ...entry, addresses: entry.addresses.filter(one => !out.has(one)) }))
    .filter(({ addresses }) => addresses.length > 0);
}

/** Who is not asked though a preset knows of it, and why; of a file nobody is left out. */
export function leftOutOf(
  list: string,
  optOut: readonly OptOut[] = optedOut,
): readonly { readonly what: string; readonly why: string }[] {
  if (!readList(list).from.some(isPreset)) return [];
  return optOut.map(({ address, since, reason }) => ({
    what: address,
    why: `its operator asked on ${since} not to be asked: ${reason}`,
  }));
}

function entryOf(spec: ResolverSpec): ResolverEntry {
  // A row that names a transport says enough to be asked over it; that was checked.
  const [first = { port: spec.port }, ...otherwise] = waysOf(spec);
  return {
    ...{ ...spec, ...first },
    ...(otherwise.length > 0 && { otherwise }),
    name: spec.name ?? spec.id,
    operator: spec.operator ?? spec.id,
    addresses: spec.addresses.map(address => canonicalAddress(address) ?? address),
  };
}
