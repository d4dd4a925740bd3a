/*
 * DNS servers that take dynamic updates (RFC 2136) signed with TSIG (RFC 8945): BIND, Knot, PowerDNS
 * and others. Everything goes over TCP to the primary server.
 *
 * Least privilege. BIND, for a domain that is the apex of its zone, one line a name and type:
 *   key "cutover" { algorithm hmac-sha256; secret "…"; };
 *   zone "example.org" { update-policy {
 *     grant cutover name example.org. MX;
 *     grant cutover name example.org. TXT;
 *     grant cutover name _dns-cutover.example.org. TXT; }; };
 * Knot:
 *   acl:
 *     - id: cutover
 *       key: cutover
 *       action: update
 *       update-type: [MX, TXT]
 *       update-owner: name
 *       update-owner-match: equal
 *       update-owner-name: [example.org., _dns-cutover.example.org.]
 * Reading needs no rights: the zone is asked as anybody asks it.
 *
 * TTLs: every value from 0 to 2^31-1 is taken. Rate limits: none known; response rate limiting does
 * not count TCP.
 *
 * Compare-and-swap is atomic. The data of every RRset is a prerequisite of the UPDATE; prerequisites
 * do not compare TTLs (RFC 2136 3.2.3), so the SOA is one, too: its serial moves with every change.
 * BIND with inline-signing serves an SOA with a serial of its own that is never the one it compares;
 * there the prerequisites are the RRsets alone, and an edit of nothing but a TTL, made within the
 * milliseconds between look and write, is not seen.
 *
 * Authentication: success is believed only when signed. BADKEY and BADSIG come unsigned by their
 * nature and are believed as refusals; the caller reads the zone in any case.
 */
import { type Name } from '../../src/dns/name.ts';
import {
  type HostedRRset,
  type Json,
  type Key,
  keyText,
  type RRset,
  sameRRset,
} from '../../src/dns/rrset.ts';
import { Fault } from '../../src/errors.ts';
import { limits } from '../../src/limits.ts';
import { type Capabilities, type Move, type Provider, type Receipt } from '../../src/provider.ts';
import { type ProviderEnvironment } from '../adapter.ts';
import { checkMoves, commonZone, conflict, keyOfMove } from '../moves.ts';
import { mailHostsWithin, probeFor, receiptData, updateFor } from './convert.ts';
import { primary, type Primary } from './primary.ts';
import { setsOf } from './receipt.ts';
import { type Rfc2136Settings } from './settings.ts';

const capabilities: Capabilities = {
  minTtl: null,
  compareAndSwap: 'atomic',
  atomicSets: true,
  shrinks: 'at once',
  syncStatus: 'observed',
  lag: 0,
};

/** How often, and how far apart, an inline-signing server is asked for what it has just taken. */
const SIGNING_LOOKS = 40;
const SIGNING_PAUSE_MS = 100;

interface Writing {
  readonly name: string;
  readonly server: Primary;
  readonly environment: ProviderEnvironment;
  readonly zone: Name;
  readonly signal: AbortSignal;
}

/** Makes the provider. The server is not asked anything yet. */
export async function rfc2136(
  name: string,
  settings: Rfc2136Settings,
  environment: ProviderEnvironment,
): Promise<Provider> {
  const server = primary({ name, settings, environment });
  const writing = async (moves: readonly Move[], signal: AbortSignal): Promise<Writing> => {
    const { apex: zone } = await commonZone(moves, {
      where: server.where,
      zoneOf: owner => server.zone(owner, signal),
      idOf: ({ apex }) => apex,
    });
    checkMoves(moves, { provider: name, zone, capabilities });
    return { name, server, environment, zone, signal };
  };
  return {
    name,
    capabilities,
    zone: async (owner, signal) => (await server.zone(owner, signal)).apex,
    read: (key, signal) => readHosted(server, key, signal),
    write: async (moves, signal) => write(await writing(moves, signal), moves),
    synced: async (receipt, signal) => {
      for (const { key, rrset } of setsOf(receipt)) {
        const found = await readHosted(server, key, signal);
        if (!sameRRset(found?.rrset ?? null, rrset)) return false;
      }
      return true;
    },
    writable: async (moves, signal) => writable(await writing(moves, signal), moves),
    skew: server.skew,
  };
}

async function readHosted(
  server: Primary,
  key: Key,
  signal: AbortSignal,
): Promise<HostedRRset | null> {
  const { apex, soa } = await server.zone(key.name, signal);
  const { rrset } = await server.read(key, apex, signal);
  const token: Json = { soa };
  return rrset === null ? null : { rrset, extras: null, token };
}

async function soaOf(server: Primary, zone: Name, signal: AbortSignal): Promise<RRset> {
  const { rrset } = await server.read({ name: zone, type: 'SOA' }, zone, signal);
  if (rrset !== null) return rrset;
  throw new Fault('UNAVAILABLE', `${server.where} has no SOA for ${zone}`, {
    where: server.where,
    fix: 'See whether the server has loaded the zone.',
  });
}

/**
 * Looks at the zone right before writing: the SOA first, so that whatever changes after it fails
 * the prerequisite.
 * @throws Fault CONFLICT if an RRset is not what its move starts from
 */
async function look(
  { name, server, zone, signal }: Writing,
  moves: readonly Move[],
): Promise<RRset> {
  const soa = await soaOf(server, zone, signal);
  for (const move of moves) {
    const key = keyOfMove(move);
    const expected = move.from?.rrset ?? null;
    const { rrset: found, alias } = await server.read(key, zone, signal);
    // The server would leave such a record out without a word (RFC 2136 3.4.2.2).
    if (alias && move.to !== null)
      throw new Fault('UNSUPPORTED', `${keyText(key)} cannot stand beside the CNAME there`, {
        where: server.where,
        fix: 'Remove the CNAME first, or use the name that it points at.',
      });
    if (!sameRRset(expected, found)) throw conflict(name, { key, expected, found });
  }
  return soa;
}

async function write(run: Writing, moves: readonly Move[]): Promise<Receipt> {
  const { name, server, zone, signal } = run;
  const mailHosts = mailHostsWithin(moves, zone);
  const data = receiptData(zone, moves);
  let soa = await look(run, moves);
  let serialCounts = true;
  if (moves.every(({ from, to }) => sameRRset(from?.rrset ?? null, to?.rrset ?? null)))
    return { id: `${zone} unchanged`, data };
  for (let attempt = 1; attempt <= limits.writeAttempts; attempt++) {
    const compared = serialCounts ? soa : null;
    const outcome = await server.update(
      head => updateFor(head, moves, compared),
      { zone, mailHosts },
      signal,
    );
    if (outcome === 'done') {
      if (!serialCounts) await untilSigned(run, moves);
      return { id: `${zone} ${soa.rdata[0]?.split(' ')[2] ?? ''}`, data };
    }
    const now = await look(run, moves);
    // Nothing moved, and yet a prerequisite failed: the SOA that is served is not the one compared.
    if (sameRRset(now, soa)) serialCounts = false;
    soa = now;
  }
  throw new Fault(
    'CONFLICT',
    `${zone} changed between look and write ${limits.writeAttempts} times; nothing was changed`,
    {
      where: `provider ${name}`,
      fix: 'Somebody writes to the zone all the time. Try again when it is quiet.',
    },
  );
}

/** An inline-signing server serves what it took a moment later; reads after a write must show it. */
async function untilSigned({ server, environment, zone, signal }: Writing, moves: readonly Move[]) {
  for (let looks = 0; looks < SIGNING_LOOKS; looks++) {
    const shown = await Promise.all(
      moves.map(async move => {
        const { rrset } = await server.read(keyOfMove(move), zone, signal);
        return sameRRset(rrset, move.to?.rrset ?? null);
      }),
    );
    if (shown.every(Boolean)) return;
    await environment.clock.sleep(SIGNING_PAUSE_MS, signal);
  }
}

/**
 * Asks with the real update behind a prerequisite that cannot hold: BIND and Knot judge the rights
 * first. BIND's refusal of mail hosts without an address stays hidden behind it, so with such a
 * host nobody can tell.
 */
async function writable(run: Writing, moves: readonly Move[]): Promise<'yes' | 'cannot-tell'> {
  const { server, zone, signal } = run;
  const asked = { zone, harmless: true };
  const outcome = await server.update(head => probeFor(head, moves), asked, signal);
  if (outcome === 'done')
    throw new Fault('UNAVAILABLE', `${server.where} ignores prerequisites: it may have written`, {
      where: server.where,
      fix: 'Look at the zone. This server cannot be written to safely.',
    });
  for (const name of mailHostsWithin(moves, zone)) {
    const addresses = await Promise.all(
      ['A', 'AAAA'].map(type => server.read({ name, type }, zone, signal)),
    );
    if (addresses.every(({ rrset }) => rrset === null)) return 'cannot-tell';
  }
  return 'yes';
}
