import { discover } from '../authority/delegation.ts';
import { type FullReading } from '../authority/reading.ts';
import { fullRound } from '../authority/rounds.ts';
import { type Clock } from '../clock.ts';
import { type ServerAddress } from '../cutover/survey.ts';
import { displayName, type Name } from '../dns/name.ts';
import { type Key } from '../dns/rrset.ts';
import { Fault, isFault, toFault } from '../errors.ts';
import { type Ask, type Server } from '../transport/transport.ts';
import { type AuthorityRow } from '../view/propagation.ts';

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
}

const named = ({ address, port }: Server): ServerAddress => ({ name: address, address, port });

/**
 * The servers of the zone that holds a name. Where they cannot be found out, why: the resolvers can
 * be asked all the same.
 * @throws Fault NOT_FOUND, ABORTED
 */
export async function findServers(of: AuthorityOf, signal: AbortSignal): Promise<Found> {
  const { key, ask, authority } = of;
  const replace = authority.map(({ address, port }) => ({ address, port }));
  try {
    const lookups = replace.length > 0 ? [] : await of.lookups();
    const order = { domain: key.name, authority: { replace, add: [] }, ask, lookups, port: 53 };
    const { zone, servers } = await discover(order, signal);
    return { zone, servers, trouble: null };
  } catch (error) {
    const { code, message } = toFault(error);
    if (code !== 'UNAVAILABLE' && code !== 'CONFIG' && code !== 'UNSUPPORTED') throw error;
    return { zone: null, servers: replace.map(named), trouble: message };
  }
}

/** What one round of all the servers shows; no verdicts yet. */
export interface Look {
  readonly rows: readonly Omit<AuthorityRow, 'verdict'>[];
  /** Sentences about what this machine lacks. */
  readonly notes: readonly string[];
}

/** Asks every address once. Silence stands in the rows. @throws Fault ABORTED */
export async function lookAtServers(
  { key, ask, clock }: AuthorityOf,
  { zone, servers, trouble }: Found,
  signal: AbortSignal,
): Promise<Look> {
  if (zone === null) {
    const silent = { rdata: null, ttl: null, serial: null };
    const rows = servers.map(server => ({
      ...server,
      ...silent,
      trouble: partOf(trouble, server.address),
    }));
    return { rows, notes: [] };
  }
  const { full } = await fullRound({ zone, servers, keys: [key], ask, clock }, signal);
  const lacking = full.filter(({ reading }) => reading.state === 'lacking');
  // Asked through the other family of addresses; without any there is nothing else to show.
  const left = lacking.length < full.length ? full.filter(one => !lacking.includes(one)) : full;
  const family = lacking[0]?.reading.address.includes(':') === true ? 'IPv6' : 'IPv4';
  const addresses = lacking.length === 1 ? 'address' : 'addresses';
  const note = `This machine has no ${family}: ${lacking.length} ${addresses} of authoritative servers could not be asked.`;
  return { rows: left.map(rowOf), notes: lacking.length === 0 ? [] : [note] };
}

/** What of it is about this server; all of it where that cannot be told. */
function partOf(trouble: string | null, address: string): string | null {
  const said =
    trouble?.split(/[;,:] /).filter(part => part.startsWith(`${address} answers `)) ?? [];
  const [one, ...others] = new Set(said.map(part => part.slice(address.length + 1)));
  return one === undefined || others.length > 0 ? trouble : one;
}

function rowOf({ reading }: FullReading): Look['rows'][number] {
  const { name, address, port, serial, error, served } = reading;
  const [one] = served;
  return {
    ...{ name, address, port, serial, trouble: error },
    rdata: one === undefined ? null : (one.rrset?.rdata ?? []),
    ttl: one === undefined ? null : (one.rrset?.ttl ?? one.negativeTtl),
  };
}

/** The set that all servers that answered give; null where they differ, or none answered. */
export function agreedSet({ rows }: Look): readonly string[] | null {
  const sets = rows.flatMap(({ rdata }) => (rdata === null ? [] : [rdata]));
  const [first] = sets;
  const all = sets.every(set => JSON.stringify(set) === JSON.stringify(first));
  return first !== undefined && all ? first : null;
}

/**
 * A name that nobody knows is a slip of the pen more often than a cutover.
 * @throws Fault NOT_FOUND when the servers say that it does not exist, ABORTED
 */
export async function refuseUnknownName(
  { key, ask }: AuthorityOf,
  { rows }: Look,
  signal: AbortSignal,
): Promise<void> {
  const server = rows.find(({ rdata }) => rdata?.length === 0);
  if (server === undefined) return;
  const question = { ...key, recursive: false, dnssec: false };
  const message = await ask(question, server, signal).then(
    reply => reply.message,
    (error: unknown) => {
      if (isFault(error, 'UNAVAILABLE')) return null;
      throw error;
    },
  );
  if (message?.rcodeName !== 'NXDOMAIN') return;
  const name = displayName(key.name);
  throw new Fault('NOT_FOUND', `${name} does not exist: ${server.name} answers NXDOMAIN`, {
    where: name,
    fix: 'see whether it is spelled right; with --expect its coming can be watched',
  });
}
