import { whyNobody } from '../../dns/askable.ts';
import { nearest } from '../../config/nearest.ts';
import { loadResolvers, optOutOf, type ResolverEntry } from '../../config/resolvers.ts';
import { parseServer } from '../../config/servers.ts';
import { Fault } from '../../errors.ts';
import { type LookUpHost } from '../../machine/host-lookup.ts';
import { type Resolver } from '../../propagation/watched.ts';
import { placeText } from '../../view/propagation/propagation.ts';
import { isSecure, namedResolver, secureResolver } from './secure.ts';

const usage = (where: string, message: string, fix: string): Fault =>
  new Fault('USAGE', message, { where, fix });

const looksLikeAddress = (text: string): boolean => /^[\d.:]+$|^\[|::/.test(text);

/**
 * Whom to ask: the list, or of it (and besides it) those that were named by address or id.
 * With a way to look up hosts, those, `tls://…` and `https://…` may be named as well.
 * @throws Fault USAGE, and CONFIG with the mistakes of a file
 */
export async function chooseResolvers(
  list: string | null,
  only: readonly string[],
  lookUpHost: LookUpHost | null = null,
): Promise<readonly Resolver[]> {
  const all = await loadResolvers(list ?? 'default');
  if (only.length === 0) return all;
  const chosen: Resolver[] = [];
  for (const text of only) {
    const one = await chosenBy(text, { all, lookUpHost });
    for (const address of one.addresses) refuseAddress(text, address);
    chosen.push(one);
  }
  return [...new Map(chosen.map(one => [one.id, one])).values()];
}

interface Known {
  readonly all: readonly ResolverEntry[];
  readonly lookUpHost: LookUpHost | null;
}

async function chosenBy(text: string, { all, lookUpHost }: Known): Promise<Resolver> {
  if (lookUpHost === null) return chooseOne(text, all);
  if (isSecure(text)) return secureResolver(text, { all, lookUpHost });
  return isHost(text) && !all.some(({ id }) => id === text)
    ? hostResolver(text, { all, lookUpHost })
    : chooseOne(text, all);
}

/** Two labels at least: an id of the list may have one. */
const isHost = (text: string): boolean => /^(?:[a-z0-9_-]+\.)+[a-z][a-z0-9-]*\.?$/i.test(text);

/** The resolver that a host name means, asked at the addresses that the system knows. */
async function hostResolver(
  text: string,
  { all, lookUpHost }: { readonly all: Known['all']; readonly lookUpHost: LookUpHost },
): Promise<Resolver> {
  const addresses = await lookUpHost(text.toLowerCase().replace(/\.$/, ''));
  const known = all.find(
    one => one.port === 53 && one.addresses.some(at => addresses.includes(at)),
  );
  if (addresses.length === 0)
    throw new Fault('UNAVAILABLE', `${text} has no address, as far as this machine can tell`, {
      where: `@${text}`,
      fix: 'See the spelling, or write an address such as @8.8.8.8.',
    });
  return { ...namedResolver({ text, host: text, addresses }, known), port: 53 };
}

/** @throws Fault USAGE where nobody can be asked, or does not want to be */
function refuseAddress(text: string, address: string): void {
  const nobody = whyNobody(address);
  if (nobody !== null)
    throw usage(
      `@${text}`,
      `nobody can be asked at ${address}: it is ${nobody}`,
      'write the address of a resolver, such as @8.8.8.8',
    );
  const out = optOutOf(address);
  if (out !== null)
    throw usage(
      `@${text}`,
      `the operator of ${address} asked on ${out.since} not to be asked: ${out.reason}`,
      'leave it out',
    );
}

function chooseOne(text: string, all: Known['all']): Resolver {
  const byId = all.find(({ id }) => id === text);
  if (byId !== undefined) return byId;
  const server = parseServer(text);
  if (server === null) throw unknownResolver(text, all);
  const { address, port } = server;
  const known = all.find(one => one.port === port && one.addresses.includes(address));
  if (known !== undefined) return { ...known, addresses: [address] };
  const id = placeText(address, port);
  return {
    ...{ id, name: id, operator: address, country: null, addresses: [address], port },
    ...{ tier: 'core', weight: 1, anycast: null },
  };
}

/** What is wrong with the name of a resolver that was typed. */
function unknownResolver(text: string, all: Known['all']): Fault {
  const meant = nearest(
    text,
    all.map(({ id }) => id),
  );
  if (isSecure(text))
    return usage(`@${text}`, `${text} cannot be asked here`, 'write an address such as @8.8.8.8');
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1];
  if (scheme !== undefined || text === '')
    return usage(
      `@${text}`,
      scheme === undefined
        ? 'there is no resolver behind the @'
        : `${scheme} is not how resolvers are asked here`,
      'write @8.8.8.8 for UDP and TCP, @tls://dns.quad9.net or @https://dns.quad9.net/dns-query',
    );
  if (looksLikeAddress(text))
    return usage(
      `@${text}`,
      `${text} is not the address of a resolver`,
      'write @8.8.8.8, @192.0.2.53:5353 or @[2001:db8::53]:5353',
    );
  return usage(
    `@${text}`,
    `no resolver of the list has the id ${JSON.stringify(text)}`,
    meant === null
      ? 'see dns-cutover resolvers list, or write an address such as @8.8.8.8'
      : `did you mean @${meant}?`,
  );
}
