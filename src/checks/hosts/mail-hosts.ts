import { type Seconds } from '../../clock.ts';
import { LOW, type Track, valueAt } from '../../cutover/path.ts';
import { type Plan } from '../../cutover/plan.ts';
import { isAddress } from '../../dns/address.ts';
import { type Inquire, type Inquired } from '../../dns/inquiry.ts';
import { displayName, isWithin, type Name, parseAnyName } from '../../dns/name.ts';

/** An address of a mail host, as the servers of its zone give it. */
export interface HostAddress {
  readonly address: string;
  readonly ttl: Seconds;
}

/** What DNS says of a mail host. */
export interface MailHost {
  readonly host: Name;
  /** Its name lies in the zone of the plan: whoever moves the domain writes its records, too. */
  readonly own: boolean;
  readonly addresses: readonly HostAddress[];
  /** Where an alias leads; null: it is none. */
  readonly alias: Name | null;
  /** Why its addresses, or some of them, are not known. */
  readonly unanswered: readonly string[];
  /** Who was asked, and what came back, in words. */
  readonly observed: string;
}

/** What the plan itself makes of a name before the swap, which need not be there yet. */
function planned({ tracks }: Plan, name: Name, type: string): Inquired | null {
  const written = (track: Track): boolean =>
    track.name === name && track.type === type && (track.prepared || track.swapped);
  const value = tracks
    .filter(written)
    .map(track => (track.prepared ? valueAt(track, LOW) : (track.positions.at(-1) ?? null)))
    .find(one => one !== null);
  if (value === undefined) return null;
  const { rdata, ttl } = value;
  return { is: 'found', rdata, ttl, at: name, aliases: [], server: 'the plan' };
}

const words = (type: string, said: Inquired): string => {
  if (said.is === 'unanswered') return `${type}: ${said.why}`;
  if (said.is === 'absent') return `${type}: ${said.rcode} from ${said.server}`;
  return `${type}: ${said.rdata.join(' ')} (TTL ${said.ttl} s) from ${said.server}`;
};

/** An address instead of a name, which canonical MX data shows as a name of numbers. */
export const isLiteral = (host: Name): boolean => isAddress(displayName(host));

/** Asks for the addresses of a host at the servers of its zone. */
export async function lookAtHost(
  { plan, inquire }: { readonly plan: Plan; readonly inquire: Inquire },
  host: Name,
): Promise<MailHost> {
  const own = isWithin(host, plan.zone);
  if (isLiteral(host))
    return { host, own, addresses: [], alias: null, unanswered: [], observed: 'not a name' };
  const types = ['A', 'AAAA'] as const;
  const alias = planned(plan, host, 'CNAME');
  const target = alias?.is === 'found' ? parseAnyName(alias.rdata[0] ?? '.') : null;
  const said = await Promise.all(
    types.map(async type => planned(plan, host, type) ?? inquire(target ?? host, type)),
  );
  const aliases = said.flatMap(one => (one.is === 'unanswered' ? [] : one.aliases.slice(-1)));
  return {
    ...{ host, own, alias: aliases[0] ?? target },
    addresses: said.flatMap(one =>
      one.is === 'found' ? one.rdata.map(address => ({ address, ttl: one.ttl })) : [],
    ),
    unanswered: said.flatMap(one => (one.is === 'unanswered' ? [one.why] : [])),
    observed: said.map((one, index) => words(types[index] ?? '', one)).join('; '),
  };
}
