import { type Chance } from '../../clock.ts';
import { type Name, parseName } from '../../dns/name.ts';
import { reaches } from '../../dns/negative-reach.ts';
import { type Message } from '../../dns/wire.ts';
import { isFault } from '../../errors.ts';
import { type Trial } from '../../propagation/hearing.ts';
import { negativeTtl } from '../../propagation/observation.ts';
import { type Ask, type Server } from '../../transport/transport.ts';
import { absentName } from './interception.ts';

/** What is known of the zone that resolvers are tried with. */
export interface Ground {
  readonly zone: Name;
  /** Its authoritative servers. */
  readonly servers: readonly Server[];
  /** Names at which something is still to be created: no denial may reach them. */
  readonly coming: readonly Name[];
}

/** Servers that are asked for the denial, one after the other until one gives it. */
const serversMost = 3;

/**
 * What nobody can ever make: `invalid` is reserved (RFC 6761 6.4). Whoever rewrites denials rewrites
 * this one as well.
 */
export const nowhere = (chance: Chance, zone: Name | null): Trial => ({
  ...{ zone, absence: 'reserved', negativeTtl: null },
  absent: absentName(chance),
});

/**
 * The name below the zone that nobody made. In a signed zone its denial denies its neighbours (RFC 8198),
 * so it begins with a digit: in canonical order (RFC 4034 6.1) it stands behind the asterisk and before
 * letters and underscores, where the NSEC that covers it is the one that denies the wildcard, which every
 * other denial directly below the zone brings along anyway. Nothing but that one NSEC gets planted.
 */
export const absentBelow = (zone: Name, chance: Chance): Name =>
  parseName(`0-dns-cutover-${chance.hex(8)}.${zone}`);

/**
 * What resolvers are to be asked. The authoritative servers are asked first for what the resolvers would
 * be given: where that denial reaches a name that is still to be created, where a wildcard answers, and
 * where no server says, a name is taken that lies in no zone of the asker's.
 */
export async function trialOf(
  ground: Ground | null,
  { ask, chance }: { readonly ask: Ask; readonly chance: Chance },
  signal: AbortSignal,
): Promise<Trial> {
  if (ground === null) return nowhere(chance, null);
  const { zone, servers, coming } = ground;
  const elsewhere = nowhere(chance, zone);
  if (zone.length > 200) return elsewhere;
  const absent = absentBelow(zone, chance);
  const denial = await denialOf(absent, { ask, servers }, signal);
  if (denial === null || reaches(denial.authority, coming)) return elsewhere;
  return { zone, absent, absence: 'denied', negativeTtl: negativeTtl(denial) };
}

/** With the records that prove it; null where nobody denies the name. */
async function denialOf(
  name: Name,
  { ask, servers }: { readonly ask: Ask; readonly servers: readonly Server[] },
  signal: AbortSignal,
): Promise<Message | null> {
  for (const server of servers.slice(0, serversMost)) {
    try {
      const question = { name, type: 'A', recursive: false, dnssec: true };
      const { message } = await ask(question, server, signal);
      const { aa, rcodeName, answer } = message;
      // No record without NXDOMAIN is what some signers say of names that do not exist (RFC 9824 2).
      const denies = rcodeName === 'NXDOMAIN' || rcodeName === 'NOERROR';
      if (aa && denies) return answer.length === 0 ? message : null;
    } catch (error) {
      if (!isFault(error, 'UNAVAILABLE')) throw error;
    }
  }
  return null;
}
