import { discover } from '../../authority/delegation.ts';
import { addressesOf, lookUp, nameServersIn } from '../../authority/lookup.ts';
import { inParallel } from '../../authority/parallel.ts';
import { type Clock } from '../../clock.ts';
import { type ServerAddress } from '../../cutover/survey.ts';
import { displayName, isWithin, type Name, parentOf, parseAnyName, ROOT } from '../../dns/name.ts';
import { IN } from '../../dns/records.ts';
import { type Key } from '../../dns/rrset.ts';
import { Fault, isFault, toFault } from '../../errors.ts';
import { type Ask, type Server } from '../../transport/transport.ts';
import { type Alias } from '../../view/propagation/propagation.ts';

export interface AuthorityOf {
  readonly key: Key;
  /** Asked instead of what the delegation names, unless empty. */
  readonly authority: readonly Server[];
  readonly ask: Ask;
  readonly clock: Clock;
  readonly lookups: () => Promise<readonly Server[]>;
}

/** Who serves a name, as far as that could be found out. */
export interface Found {
  readonly zone: Name | null;
  readonly servers: readonly ServerAddress[];
  /** Why not, in words. */
  readonly trouble: string | null;
  /** Where the records are: the name that was asked for, or the one that its aliases lead to. */
  readonly name: Name;
  readonly aliases: readonly Alias[];
  /** The name servers that the parent zone delegates to; empty where nobody asked it. */
  readonly delegated: readonly string[];
}

/** Longer chains nobody follows to the end. */
const aliasesMost = 8;
const HOSTS_AT_ONCE = 8;

/** Types that are a name's own, also where it is an alias (RFC 2181 10.1, RFC 4034 2.5, RFC 4035 2.5). */
const ownTypes: readonly string[] = ['CNAME', 'DS', 'NSEC', 'RRSIG'];

/**
 * The servers of the zone that holds the records of a name, its aliases followed as resolvers follow
 * them (RFC 1034 5.2.2). Where they cannot be found out, why: the resolvers can be asked all the same.
 * @throws Fault NOT_FOUND, ABORTED
 */
export async function findServers(of: AuthorityOf, signal: AbortSignal): Promise<Found> {
  const aliases: Alias[] = [];
  let found = await serversOf(of, of.key.name, signal);
  while (found.zone !== null && !ownTypes.includes(of.key.type)) {
    const alias = await aliasAt(of, found, signal);
    if (alias === null) break;
    aliases.push(alias);
    const { target } = alias;
    if (aliases.length > aliasesMost || aliases.some(({ name }) => name === target))
      return {
        ...{ ...found, zone: null, servers: [], aliases: aliases.slice(0, aliasesMost) },
        trouble: `${displayName(of.key.name)} leads to no records: its aliases (CNAME) ${
          aliases.length > aliasesMost ? 'go on for too long' : 'go in a circle'
        }, to ${displayName(target)}`,
      };
    // Servers that were named are those of their own zone; behind it the delegation decides.
    const own = isWithin(target, found.zone) ? of : { ...of, authority: [] };
    found = await serversOf(own, target, signal).catch(leadingFrom(of.key.name, target));
  }
  return { ...found, aliases };
}

/** Whoever typed a name does not know the one that it leads to. */
const leadingFrom = (name: Name, target: Name) => (error: unknown) => {
  if (!isFault(error, 'NOT_FOUND')) throw error;
  const [from, to] = [displayName(name), displayName(target)];
  throw new Fault('NOT_FOUND', `${from} is an alias of ${to}, and ${error.message}`, {
    ...{ where: from, cause: error },
    ...(error.fix !== undefined && { fix: error.fix }),
  });
};

const named = ({ address, port }: Server): ServerAddress => ({ name: address, address, port });

/** A DS stands in the zone above the name, and only its servers know it (RFC 4035 3.1.4.1). */
const holderOf = ({ type }: Key, name: Name): Name =>
  type === 'DS' ? (parentOf(name) ?? ROOT) : name;

async function serversOf(of: AuthorityOf, name: Name, signal: AbortSignal): Promise<Found> {
  const { key, ask, authority } = of;
  const replace = authority.map(({ address, port }) => ({ address, port }));
  const rest = { name, aliases: [], delegated: [] };
  try {
    const lookups = replace.length > 0 ? [] : await of.lookups();
    const domain = holderOf(key, name);
    if (domain === ROOT && replace.length === 0)
      return { ...rest, ...(await rootServers({ ask, lookups }, signal)), trouble: null };
    const order = { domain, authority: { replace, add: [] }, ask, lookups, port: 53 };
    const { zone, servers, parentNameServers } = await discover(order, signal);
    return { ...rest, zone, servers, trouble: null, delegated: parentNameServers };
  } catch (error) {
    const { code, message } = toFault(error);
    if (code !== 'UNAVAILABLE' && code !== 'CONFIG' && code !== 'UNSUPPORTED') throw error;
    return { ...rest, zone: null, servers: replace.map(named), trouble: message };
  }
}

/** Nobody delegates the root: its servers name themselves. */
async function rootServers(
  { ask, lookups }: { readonly ask: Ask; readonly lookups: readonly Server[] },
  signal: AbortSignal,
): Promise<Pick<Found, 'zone' | 'servers'>> {
  const through = { ask, servers: lookups, recursive: true };
  const { answer } = await lookUp(through, { name: ROOT, type: 'NS' }, signal);
  const hosts = [...new Set(nameServersIn(answer, ROOT))].sort();
  const servers = await inParallel(hosts, HOSTS_AT_ONCE, async name =>
    (await addressesOf(through, name, signal)).map(address => ({ name, address, port: 53 })),
  );
  return { zone: ROOT, servers: servers.flat() };
}

/** The alias that stands at the name, by the first server that answers with authority; null: none. */
async function aliasAt(
  { key, ask }: AuthorityOf,
  { name, servers }: Found,
  signal: AbortSignal,
): Promise<Alias | null> {
  const question = { name, type: key.type, recursive: false, dnssec: false };
  const enough = new AbortController();
  const until = AbortSignal.any([signal, enough.signal]);
  const answers = servers.map(async server => {
    const { message } = await ask(question, server, until);
    if (!message.aa) throw new Fault('UNAVAILABLE', `${server.name} speaks without authority`);
    return message.answer.find(one => one.type === 'CNAME' && one.name === name);
  });
  try {
    const alias = await Promise.any(answers);
    if (alias?.klass !== IN) return null;
    return { name, target: parseAnyName(alias.rdata), ttl: alias.ttl };
  } catch (error) {
    if (signal.aborted) throw new Fault('ABORTED', 'given up', { cause: error });
    // Nobody spoke with authority: the round that follows says why.
    const others = error instanceof AggregateError ? error.errors : [error];
    for (const one of others) if (!isFault(one, 'UNAVAILABLE')) throw one;
    return null;
  } finally {
    enough.abort();
  }
}
