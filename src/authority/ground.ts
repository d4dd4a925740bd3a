import { displayName, isWithin, type Name, nameLabels, ROOT } from '../dns/name.ts';
import { type Key } from '../dns/rrset.ts';
import { type Message } from '../dns/wire.ts';
import { limits } from '../limits.ts';
import { type Server } from '../transport/transport.ts';
import { type AskOnce } from './ask-once.ts';
import { nameServersIn } from './lookup.ts';

/** A name server, whose addresses are looked for when its turn comes. */
interface Host {
  readonly addresses: () => Promise<readonly Server[]>;
}

/** A zone, and who serves it. */
export interface Ground {
  readonly apex: Name;
  /** Known by address. */
  readonly servers: readonly Server[];
  /** Known by name, asked when none of the former answers. */
  readonly hosts: readonly Host[];
}

/** What leads to the servers of a zone. */
export interface Guide {
  readonly ask: AskOnce;
  /** Recursive servers, and whether the configuration names them. */
  readonly lookups: readonly Server[];
  readonly named: boolean;
  /** Why there are none of this machine. */
  readonly lacking: string | null;
  /** Of authoritative servers that were found; 53 outside tests. */
  readonly port: number;
}

/** The last two labels: a registered domain as a rule, so that nothing that is to be created is asked for. */
export const registered = (name: Name): Name => {
  const labels = nameLabels(name).slice(-2);
  return labels.length === 0 ? ROOT : (`${labels.join('.')}.` as Name);
};

/** The zone that an answer about an SOA comes from (RFC 2308 2). */
function apexIn({ answer, authority }: Message, name: Name): Name | null {
  const shown = [...answer, ...authority].find(
    record => record.type === 'SOA' && isWithin(name, record.name),
  );
  return shown?.name ?? null;
}

/** The addresses of a host as a resolver knows them: it is there already, or nobody could ask it anything. */
const hostAt = ({ ask, lookups, port }: Guide, name: Name): Host => ({
  addresses: async () => {
    const found = await Promise.all(
      (['A', 'AAAA'] as const).map(async type => {
        for (const at of lookups) {
          const message = await ask({ name, type }, at, true);
          if (typeof message === 'string') continue;
          return message.answer.filter(record => record.type === type).map(({ rdata }) => rdata);
        }
        return [];
      }),
    );
    const addresses = found.flat().slice(0, limits.addressesPerNameServer);
    return addresses.map(address => ({ address, port }));
  },
});

const hostsOf = (guide: Guide, names: readonly Name[]): readonly Host[] =>
  [...new Set(names)].slice(0, limits.nameServersPerZone).map(name => hostAt(guide, name));

/**
 * Where to begin with names that may not be there yet: the zone of their registered domain and the servers
 * of that, which refer to others where part of it is delegated. Text says why there is none.
 */
export async function groundOf(guide: Guide, from: Name): Promise<Ground | string> {
  const { ask, lookups, named, lacking } = guide;
  const reasons: string[] = [];
  for (const at of lookups) {
    const message = await ask({ name: from, type: 'SOA' }, at, true);
    const apex = typeof message === 'string' ? null : apexIn(message, from);
    if (typeof message === 'string' || apex === null) {
      reasons.push(
        typeof message === 'string'
          ? message
          : `${at.address} shows no zone for ${displayName(from)}`,
      );
      continue;
    }
    // In a closed network the servers to look up with serve the zones themselves, maybe at a port that
    // no NS record can name. A resolver that forwards may set AA as well, and is asked for nothing new.
    if (message.aa && (named || !message.ra)) return { apex, servers: [at], hosts: [] };
    const ns = await ask({ name: apex, type: 'NS' }, at, true);
    const names = typeof ns === 'string' ? [] : nameServersIn(ns.answer, apex);
    if (names.length > 0) return { apex, servers: [], hosts: hostsOf(guide, names) };
    reasons.push(
      typeof ns === 'string' ? ns : `${at.address} shows no name server for ${displayName(apex)}`,
    );
  }
  // They may serve a zone further down and refuse what is above it.
  if (named && lookups.length > 0) return { apex: ROOT, servers: lookups, hosts: [] };
  return reasons.length === 0 ? (lacking ?? 'there is nobody to ask') : reasons.join('; ');
}

/** The zone below that an answer refers to (RFC 1034 4.3.2); null for an answer that is none. */
function referredTo(
  guide: Guide,
  { message, name, above }: { message: Message; name: Name; above: Name },
): Ground | null {
  const cut = message.authority.find(
    record =>
      record.type === 'NS' &&
      record.name !== above &&
      isWithin(record.name, above) &&
      isWithin(name, record.name),
  );
  if (message.aa || message.answer.length > 0 || cut === undefined) return null;
  const names = nameServersIn(message.authority, cut.name);
  const glue = message.additional.filter(
    record => (record.type === 'A' || record.type === 'AAAA') && names.includes(record.name),
  );
  const servers = glue
    .slice(0, limits.nameServersPerZone * limits.addressesPerNameServer)
    .map(({ rdata }) => ({ address: rdata, port: guide.port }));
  return { apex: cut.name, servers, hosts: hostsOf(guide, names) };
}

/** An answer with authority, and who gave it. */
export interface Spoken {
  readonly message: Message;
  readonly server: string;
  /** The same, as somebody who can be asked again. */
  readonly at: Server;
}

/** Asks the servers of a zone in turn, until one answers with authority or refers to others. */
export async function askGround(
  guide: Guide,
  { key, ground }: { key: Key; ground: Ground },
): Promise<Spoken | Ground | string> {
  const reasons: string[] = [];
  const known = { addresses: async () => ground.servers };
  for (const host of [known, ...ground.hosts]) {
    for (const at of await host.addresses()) {
      const message = await guide.ask(key, at, false);
      if (typeof message === 'string') {
        reasons.push(message);
        continue;
      }
      if (message.aa) return { message, server: at.address, at };
      const below = referredTo(guide, { message, name: key.name, above: ground.apex });
      if (below !== null) return below;
      reasons.push(`${at.address} answers without authority`);
    }
  }
  const nobody = `no server of ${displayName(ground.apex)} has an address`;
  return reasons.length === 0 ? nobody : reasons.join('; ');
}
