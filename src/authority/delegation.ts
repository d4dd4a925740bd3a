import { type AuthorityOrder } from '../cutover/order.ts';
import { type Delegation, type Glue, type ServerAddress } from '../cutover/survey.ts';
import { displayName, type Name, parentOf, ROOT } from '../dns/name.ts';
import { type WireRecord } from '../dns/records.ts';
import { Fault, isFault } from '../errors.ts';
import { type Ask, type Server } from '../transport/transport.ts';
import { addressesOf, findApex, type Lookups, lookUp, nameServersIn } from './lookup.ts';
import { inParallel } from './parallel.ts';

export interface DiscoveryOf {
  readonly domain: Name;
  readonly authority: Pick<AuthorityOrder, 'replace' | 'add'>;
  readonly ask: Ask;
  /** Recursive servers. */
  readonly lookups: readonly Server[];
  /** Of authoritative servers; 53 outside tests. */
  readonly port: number;
}

const HOSTS_AT_ONCE = 8;

const configured = ({ address, port }: Server): ServerAddress => ({ name: address, address, port });
const sorted = (names: readonly Name[]): readonly Name[] => [...new Set(names)].sort();

/**
 * Finds every address that is authoritative for the zone of a domain: the parent's delegation and
 * the zone's own NS set together, since the world uses both, and what the configuration adds.
 * `replace` skips all that and takes the configured servers.
 * @throws Fault UNAVAILABLE, NOT_FOUND, ABORTED
 */
export async function discover(of: DiscoveryOf, signal: AbortSignal): Promise<Delegation> {
  const { domain, authority, ask, port } = of;
  if (authority.replace.length > 0) return fromConfiguration(of, signal);
  const lookups: Lookups = { ask, servers: of.lookups, recursive: true };
  const zone = await findApex(lookups, domain, signal);
  const referral = await referralTo(zone, { lookups, port }, signal);
  const parent = sorted(nameServersIn(referral, zone));
  const inAddresses = await addresses(parent, { lookups, port, glue: referral }, signal);
  const child = await childNameServers(zone, { ask, servers: inAddresses }, signal);
  const more = child.filter(name => !parent.includes(name));
  const servers = [
    ...inAddresses,
    ...(await addresses(more, { lookups, port, glue: [] }, signal)),
    ...authority.add.map(configured),
  ];
  return {
    ...{ source: 'discovered', zone, servers: distinct(servers) },
    ...{ parentNameServers: parent, childNameServers: child, glue: glueIn(referral, parent) },
  };
}

const glueIn = (referral: readonly WireRecord[], names: readonly Name[]): readonly Glue[] =>
  referral
    .filter(({ name, type }) => (type === 'A' || type === 'AAAA') && names.includes(name))
    .map(({ name, rdata, ttl }) => ({ name, address: rdata, ttl }));

async function fromConfiguration(
  { domain, authority, ask }: DiscoveryOf,
  signal: AbortSignal,
): Promise<Delegation> {
  const servers = distinct([...authority.replace, ...authority.add].map(configured));
  const zone = await findApex({ ask, servers, recursive: false }, domain, signal);
  const child = await childNameServers(zone, { ask, servers }, signal);
  return {
    ...{ source: 'configured', zone, servers },
    ...{ parentNameServers: [], childNameServers: child },
  };
}

/** The same address may stand behind two names; asking it twice would show nothing new. */
function distinct(servers: readonly ServerAddress[]): readonly ServerAddress[] {
  const seen = new Map<string, ServerAddress>();
  for (const server of servers) {
    const place = `${server.address} ${server.port}`;
    if (!seen.has(place)) seen.set(place, server);
  }
  return [...seen.values()];
}

/** What a server of the parent zone says about the delegation: its NS records and their glue. */
async function referralTo(
  zone: Name,
  { lookups, port }: { lookups: Lookups; port: number },
  signal: AbortSignal,
): Promise<readonly WireRecord[]> {
  const above = parentOf(zone);
  if (above === null)
    throw new Fault('UNSUPPORTED', 'the root zone has no parent that delegates it', {
      fix: 'Name its servers in authority.replace.',
    });
  const parentZone = await findApex(lookups, above, signal);
  const { answer } = await lookUp(lookups, { name: parentZone, type: 'NS' }, signal);
  const reasons: string[] = [];
  for (const host of sorted(nameServersIn(answer, parentZone))) {
    try {
      for (const address of await addressesOf(lookups, host, signal)) {
        const parent = { ask: lookups.ask, servers: [{ address, port }], recursive: false };
        const message = await lookUp(parent, { name: zone, type: 'NS' }, signal);
        // A referral, or the answer of a server that holds the child zone as well.
        const records = [...message.answer, ...message.authority, ...message.additional];
        if (nameServersIn(records, zone).length > 0) return records;
        reasons.push(`${host} ${address} shows no delegation`);
      }
    } catch (error) {
      if (!isFault(error, 'UNAVAILABLE')) throw error;
      reasons.push(error.message);
    }
  }
  const parentText = parentZone === ROOT ? 'the root' : displayName(parentZone);
  throw new Fault(
    'UNAVAILABLE',
    `no server of ${parentText} says who serves ${displayName(zone)}: ${reasons.join('; ')}`,
    { fix: 'Let this machine reach the parent, or name the servers in authority.replace.' },
  );
}

/** The addresses of name servers; glue counts where the name itself cannot be looked up. */
async function addresses(
  names: readonly Name[],
  { lookups, port, glue }: { lookups: Lookups; port: number; glue: readonly WireRecord[] },
  signal: AbortSignal,
): Promise<readonly ServerAddress[]> {
  const found = await inParallel(names, HOSTS_AT_ONCE, async name => {
    const glued = glue
      .filter(record => record.name === name && (record.type === 'A' || record.type === 'AAAA'))
      .map(({ rdata }) => rdata);
    const looked = await addressesOf(lookups, name, signal).catch((error: unknown) => {
      if (isFault(error, 'UNAVAILABLE') && glued.length > 0) return [];
      throw error;
    });
    // Old glue in the parent is used by the world, too.
    return [...new Set([...looked, ...glued])].map(address => ({ name, address, port }));
  });
  return found.flat();
}

/** The NS sets of all the servers that answer with authority, together. */
async function childNameServers(
  zone: Name,
  { ask, servers }: { ask: Ask; servers: readonly ServerAddress[] },
  signal: AbortSignal,
): Promise<readonly Name[]> {
  const question = { name: zone, type: 'NS', recursive: false, dnssec: false };
  const sets = await inParallel(servers, HOSTS_AT_ONCE, async server => {
    try {
      const { message } = await ask(question, server, signal);
      return message.aa ? nameServersIn(message.answer, zone) : [];
    } catch (error) {
      if (!isFault(error, 'UNAVAILABLE')) throw error;
      return [];
    }
  });
  return sorted(sets.flat());
}
