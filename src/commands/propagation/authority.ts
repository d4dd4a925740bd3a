import { type FullReading } from '../../authority/reading.ts';
import { fullRound } from '../../authority/rounds.ts';
import { displayName } from '../../dns/name.ts';
import { canonicalRdata, sameSet } from '../../dns/rrset.ts';
import { Fault, isFault } from '../../errors.ts';
import { type AuthorityRow } from '../../view/propagation/propagation.ts';
import { type AuthorityOf, type Found } from './finding.ts';

/** What one round of all the servers shows; no verdicts yet. */
export interface Look {
  readonly rows: readonly Omit<AuthorityRow, 'verdict'>[];
  /** Sentences about what this machine lacks. */
  readonly notes: readonly string[];
}

/** Asks every address once. Silence stands in the rows. @throws Fault ABORTED */
export async function lookAtServers(
  { key, ask, clock }: AuthorityOf,
  found: Found,
  signal: AbortSignal,
): Promise<Look> {
  const { zone, servers, trouble, name } = found;
  if (zone === null) {
    const silent = { rdata: null, ttl: null, serial: null };
    const rows = servers.map(server => ({
      ...server,
      ...silent,
      trouble: partOf(trouble, server.address),
    }));
    return { rows, notes: [] };
  }
  const keys = [{ name, type: key.type }];
  const { full } = await fullRound({ zone, servers, keys, ask, clock }, signal);
  const lacking = full.filter(({ reading }) => reading.state === 'lacking');
  // Asked through the other family of addresses; without any there is nothing else to show.
  const left = lacking.length < full.length ? full.filter(one => !lacking.includes(one)) : full;
  const family = lacking[0]?.reading.address.includes(':') === true ? 'IPv6' : 'IPv4';
  const addresses = lacking.length === 1 ? 'address' : 'addresses';
  const note = `This machine has no ${family}: ${lacking.length} ${addresses} of authoritative servers could not be asked.`;
  const rows = left.map(rowOf);
  return {
    rows,
    notes: [...(lacking.length === 0 ? [] : [note]), ...delegationNotes(key.type, found, rows)],
  };
}

/** The name servers of a zone stand in two zones, and resolvers may hold either set (RFC 2181 5.4.1). */
function delegationNotes(
  type: string,
  { delegated, zone, name }: Found,
  rows: Look['rows'],
): readonly string[] {
  const own = agreedSet({ rows });
  if (type !== 'NS' || name !== zone || delegated.length === 0 || own === null) return [];
  const above = canonicalRdata(delegated);
  if (sameSet(above, own)) return [];
  const text = (set: readonly string[]) => set.map(one => one.replace(/\.$/, '')).join(', ');
  return [
    `The zone above delegates to ${text(above)}, the zone itself names ${text(own)}: resolvers may hold either until the two agree.`,
  ];
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
export function agreedSet({ rows }: Pick<Look, 'rows'>): readonly string[] | null {
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
  { key, ask, look, found }: AuthorityOf & { readonly look: Look; readonly found: Found },
  signal: AbortSignal,
): Promise<void> {
  const { rows } = look;
  const server = rows.find(({ rdata }) => rdata?.length === 0);
  if (server === undefined) return;
  const question = { name: found.name, type: key.type, recursive: false, dnssec: false };
  const message = await ask(question, server, signal).then(
    reply => reply.message,
    (error: unknown) => {
      if (isFault(error, 'UNAVAILABLE')) return null;
      throw error;
    },
  );
  if (message?.rcodeName !== 'NXDOMAIN') return;
  const name = displayName(key.name);
  const target = displayName(found.name);
  const what = name === target ? name : `${target}, which ${name} is an alias of,`;
  throw new Fault('NOT_FOUND', `${what} does not exist: ${server.name} answers NXDOMAIN`, {
    where: name,
    fix: 'see whether it is spelled right; with --expect its coming can be watched',
  });
}
