import { displayName, isWithin, type Name, parentOf, parseAnyName } from '../dns/name.ts';
import { type RecordType } from '../dns/rrset.ts';
import { type Message } from '../dns/wire.ts';
import { Fault, isFault } from '../errors.ts';
import { type Ask, type Server } from '../transport/transport.ts';

/** Who is asked about other people's names, and how. */
export interface Lookups {
  readonly ask: Ask;
  readonly servers: readonly Server[];
  /** True for resolvers; false asks authoritative servers about their own zone. */
  readonly recursive: boolean;
}

const usable = ({ rcodeName }: Message): boolean =>
  rcodeName === 'NOERROR' || rcodeName === 'NXDOMAIN';

/** It sends elsewhere, as a server does that does not hold the zone, or not any more. */
const refers = ({ aa, rcodeName, answer, authority }: Message): boolean =>
  !aa &&
  rcodeName === 'NOERROR' &&
  answer.length === 0 &&
  authority.some(({ type }) => type === 'NS') &&
  !authority.some(({ type }) => type === 'SOA');

/**
 * Asks one server after the other until one knows: NOERROR or NXDOMAIN. Where none does, a referral counts.
 * @throws Fault UNAVAILABLE naming why each did not
 */
export async function lookUp(
  { ask, servers, recursive }: Lookups,
  { name, type }: { readonly name: Name; readonly type: RecordType },
  signal: AbortSignal,
): Promise<Message> {
  const reasons: string[] = [];
  let referral: Message | null = null;
  for (const server of servers) {
    try {
      const question = { name, type, recursive, dnssec: false };
      const { message } = await ask(question, server, signal);
      if (usable(message) && !refers(message)) return message;
      if (usable(message)) referral ??= message;
      reasons.push(`${server.address} answers ${message.rcodeName}`);
    } catch (error) {
      if (!isFault(error, 'UNAVAILABLE')) throw error;
      reasons.push(error.message);
    }
  }
  if (referral !== null) return referral;
  const why = reasons.length === 0 ? 'there is nobody to ask' : reasons.join('; ');
  throw new Fault('UNAVAILABLE', `cannot look up ${displayName(name)} ${type}: ${why}`, {
    where: `${displayName(name)} ${type}`,
    fix: recursive
      ? 'Name working resolvers in authority.lookups, or the servers themselves in authority.replace.'
      : 'See whether these servers run and serve the zone.',
  });
}

/**
 * The apex of the zone that holds a name, by its SOA, walking up: a delegated sub-zone is found
 * before its parent.
 * @throws Fault UNAVAILABLE, NOT_FOUND
 */
export async function findApex(lookups: Lookups, name: Name, signal: AbortSignal): Promise<Name> {
  for (let at: Name | null = name; at !== null; at = parentOf(at)) {
    const candidate: Name = at;
    const { answer, authority } = await lookUp(lookups, { name: candidate, type: 'SOA' }, signal);
    if (answer.some(record => record.type === 'SOA' && record.name === candidate)) return candidate;
    // A denial shows the SOA of the zone it comes from (RFC 2308 2). Behind an alias it is another's.
    const shown = authority.find(({ type, name: owner }) => {
      return type === 'SOA' && isWithin(candidate, owner);
    });
    if (shown !== undefined && answer.length === 0) return shown.name;
  }
  // Servers that were named say nothing of whether the name is right.
  if (!lookups.recursive)
    throw new Fault(
      'UNAVAILABLE',
      `no server that was named holds a zone for ${displayName(name)}`,
      {
        where: displayName(name),
        fix: 'Name servers of the zone, and see whether they have loaded it.',
      },
    );
  throw new Fault('NOT_FOUND', `no zone holds ${displayName(name)}: nobody shows an SOA for it`, {
    where: displayName(name),
    fix: 'See whether the name is spelled right and whether the zone is delegated.',
  });
}

/** The addresses of a host, IPv4 first. An absent host has none; a failed look-up is an error. */
export async function addressesOf(
  lookups: Lookups,
  host: Name,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const types = ['A', 'AAAA'] as const;
  const answers = await Promise.all(
    types.map(type => lookUp(lookups, { name: host, type }, signal)),
  );
  return answers.flatMap(({ answer }, index) =>
    answer.filter(({ type }) => type === types[index]).map(({ rdata }) => rdata),
  );
}

/** The targets of NS records owned by a zone. */
export const nameServersIn = (
  records: readonly { readonly name: Name; readonly type: RecordType; readonly rdata: string }[],
  zone: Name,
): readonly Name[] =>
  records
    .filter(({ name, type }) => name === zone && type === 'NS')
    .map(({ rdata }) => parseAnyName(rdata));
