import { lookup } from 'node:dns/promises';
import { isAddress } from '../../src/dns/address.ts';
import { displayName, type Name, parentOf } from '../../src/dns/name.ts';
import { rrsetFrom } from '../../src/dns/records.ts';
import { type Key, keyText, type RRset, sameData } from '../../src/dns/rrset.ts';
import { signMessage } from '../../src/dns/tsig.ts';
import { type Message } from '../../src/dns/wire.ts';
import { Fault, isFault } from '../../src/errors.ts';
import { limits } from '../../src/limits.ts';
import { tcpAsk } from '../../src/transport/ask.ts';
import { tcpExchange } from '../../src/transport/tcp.ts';
import { type Server } from '../../src/transport/transport.ts';
import { type Skew } from '../../src/provider.ts';
import { type ProviderEnvironment } from '../adapter.ts';
import { keepSkew } from '../skew.ts';
import { type Outcome, outcomeOf } from './answer.ts';
import { existenceFor, tsigKey, wildcardsFor } from './convert.ts';
import { type Rfc2136Settings } from './settings.ts';

export interface UpdateOf {
  readonly zone: Name;
  readonly mailHosts?: readonly Name[];
  /** True for an UPDATE that cannot take effect: nobody needs to look at the zone when it fails. */
  readonly harmless?: boolean;
}

/** The primary server of the zone: questions and updates, all over TCP. */
export interface Primary {
  /** `host:port`, for messages. */
  readonly where: string;
  /** What the last signed answer told of its clock. */
  readonly skew: () => Skew | null;
  /** The zone that holds the name, and the data of its SOA. */
  zone(name: Name, signal: AbortSignal): Promise<{ readonly apex: Name; readonly soa: string }>;
  /** The RRset as the zone holds it; `alias` when a CNAME stands at the name instead. */
  read(
    key: Key,
    zone: Name,
    signal: AbortSignal,
  ): Promise<{ readonly rrset: RRset | null; readonly alias: boolean }>;
  update(
    make: (head: { id: number; zone: Name }) => Uint8Array,
    of: UpdateOf,
    signal: AbortSignal,
  ): Promise<Outcome>;
}

interface Reaching {
  readonly name: string;
  readonly settings: Rfc2136Settings;
  readonly environment: ProviderEnvironment;
}

/** The addresses of the server; a host name may have several, and only some may be reachable. */
async function addressesOf({ name, settings }: Reaching): Promise<readonly Server[]> {
  const { server, port } = settings;
  if (isAddress(server)) return [{ address: server, port }];
  try {
    return (await lookup(server, { all: true })).map(({ address }) => ({ address, port }));
  } catch (cause) {
    throw new Fault('UNAVAILABLE', `the name of the server ${server} cannot be looked up`, {
      ...{ where: `provider ${name}`, cause, details: { sent: false } },
      fix: 'Write its IP address under `server`, or mend the name resolution of this machine.',
    });
  }
}

/** Tries each address until one was reached; what may have been sent is never sent again. */
async function reach<T>(of: Reaching, act: (at: Server) => Promise<T>): Promise<T> {
  const servers = await addressesOf(of);
  for (const [index, server] of servers.entries()) {
    try {
      return await act(server);
    } catch (error) {
      const unsent = isFault(error, 'UNAVAILABLE') && error.details?.['sent'] === false;
      if (!unsent || index === servers.length - 1) throw error;
    }
  }
  throw new Fault('UNAVAILABLE', `the server ${of.settings.server} has no address`);
}

/** Opens nothing: every question and every update has a connection of its own. */
export function primary(of: Reaching): Primary {
  const { settings } = of;
  const where = `${settings.server}:${settings.port}`;
  const ask = tcpAsk();
  const skew = keepSkew(of.environment.clock);
  const question = async (key: Key, signal: AbortSignal): Promise<Message> =>
    reach(of, async at => {
      const asked = { ...key, recursive: false, dnssec: false };
      return (await ask(asked, at, signal)).message;
    });

  const update: Primary['update'] = async (
    make,
    { zone, mailHosts = [], harmless = false },
    signal,
  ) => {
    const { clock, chance, secret } = of.environment;
    // Read anew each time: a secret that was replaced is used from the next update on.
    const key = tsigKey(settings.key, (await secret(settings.key.secretFile, 'base64')).reveal());
    const id = parseInt(chance.hex(2), 16);
    const exchange = tcpExchange({ timeoutMs: limits.updateTimeoutMs });
    const began = clock.now();
    const now = Math.floor(began.wall / 1000);
    const { bytes, mac } = signMessage(make({ id, zone }), key, now);
    const reply = await reach(of, at => exchange(bytes, at, signal)).catch((error: unknown) => {
      throw isFault(error, 'UNAVAILABLE') && !harmless ? undelivered(error, where) : error;
    });
    const answered = Math.floor(clock.now().wall / 1000);
    const signedAt = (seconds: number) => {
      skew.told({ seconds, began: began.up, by: 'the signature of its answer (TSIG)' });
    };
    return outcomeOf(reply, {
      ...{ server: where, zone, id, key, mac, now: answered, mailHosts, signedAt },
    });
  };

  /** A wildcard answers for names that are not there; a prerequisite is not fooled by it. */
  const isMadeUp = async (found: RRset, zone: Name, signal: AbortSignal): Promise<boolean> => {
    for (const name of wildcardsFor(found.name, zone)) {
      const key = { name, type: found.type };
      const wildcard = rrsetFrom((await question(key, signal)).answer, key);
      if (wildcard === null || !sameData(wildcard, found)) continue;
      const asked = { zone, harmless: true };
      return (await update(head => existenceFor(head, found), asked, signal)) === 'moved';
    }
    return false;
  };

  return {
    where,
    update,
    skew: skew.last,
    zone: (name, signal) => zoneOf(name, { where, question }, signal),
    read: async (key, zone, signal) => {
      const message = await question(key, signal);
      refuseUseless(message, key, where);
      const rrset = rrsetFrom(message.answer, key);
      const alias = rrsetFrom(message.answer, { name: key.name, type: 'CNAME' });
      const found = rrset ?? alias;
      if (found === null || (await isMadeUp(found, zone, signal)))
        return { rrset: null, alias: false };
      return { rrset, alias: rrset === null };
    },
  };
}

/** Says whether the update may have arrived, which decides what a person has to look at. */
function undelivered(fault: Fault, where: string): Fault {
  const sent = fault.details?.['sent'] !== false;
  const message = sent
    ? `${fault.message}; the update was sent and may have taken effect`
    : `${fault.message}; nothing was sent`;
  return new Fault('UNAVAILABLE', message, {
    ...{ where, cause: fault, details: { ...fault.details, sent } },
    fix: sent
      ? 'Look at the zone to see whether it took effect.'
      : (fault.fix ?? 'See whether the server runs.'),
  });
}

/** Only NOERROR and NXDOMAIN with authority say what the zone holds. */
function refuseUseless(message: Message, key: Key, where: string): void {
  const { aa, rcodeName } = message;
  const useful = rcodeName === 'NOERROR' || rcodeName === 'NXDOMAIN';
  if (aa && useful) return;
  const why = useful ? 'without authority' : `with ${rcodeName}`;
  throw new Fault('UNAVAILABLE', `${where} answers ${keyText(key)} ${why}`, {
    where,
    fix: 'Name the primary server of the zone, and see whether it has loaded the zone.',
  });
}

/** The zone by its SOA, walking up where an alias hides it. */
async function zoneOf(
  name: Name,
  { where, question }: { where: string; question: (key: Key, s: AbortSignal) => Promise<Message> },
  signal: AbortSignal,
): Promise<{ readonly apex: Name; readonly soa: string }> {
  for (let at: Name | null = name; at !== null; at = parentOf(at)) {
    const message: Message = await question({ name: at, type: 'SOA' }, signal);
    const { aa, rcodeName, answer, authority } = message;
    if (rcodeName === 'SERVFAIL') refuseUseless(message, { name: at, type: 'SOA' }, where);
    if (!aa) break;
    const soa = [...answer, ...authority].find(({ type }) => type === 'SOA');
    const aliased = answer.some(({ type }) => type === 'CNAME' || type === 'DNAME');
    if (soa !== undefined && !aliased) return { apex: soa.name, soa: soa.rdata };
  }
  throw new Fault('NOT_FOUND', `${where} holds no zone for ${displayName(name)}`, {
    where,
    fix: 'Name the primary server of this zone, or see whether it has loaded the zone.',
  });
}
