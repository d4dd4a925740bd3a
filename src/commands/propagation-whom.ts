import { nearest } from '../config/nearest.ts';
import { loadResolvers, optOutOf } from '../config/resolvers.ts';
import { parseServer } from '../config/servers.ts';
import { Fault } from '../errors.ts';
import { type LookUpHost } from '../machine/host-lookup.ts';
import { type Resolver } from '../propagation/watched.ts';
import { placeText } from '../view/propagation.ts';
import { isSecure, secureResolver } from './propagation-secure.ts';

const usage = (where: string, message: string, fix: string): Fault =>
  new Fault('USAGE', message, { where, fix });

const looksLikeAddress = (text: string): boolean => /^[\d.:]+$|^\[|::/.test(text);

/**
 * Whom to ask: the list, or of it (and besides it) those that were named by address or id.
 * With a way to look up hosts, `tls://…` and `https://…` may be named as well.
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
    const secure = isSecure(text) && lookUpHost !== null;
    const one = secure ? await secureResolver(text, { all, lookUpHost }) : chooseOne(text, all);
    for (const address of secure ? one.addresses : []) refuseOptedOut(text, address);
    chosen.push(one);
  }
  return [...new Map(chosen.map(one => [one.id, one])).values()];
}

function refuseOptedOut(text: string, address: string): void {
  const out = optOutOf(address);
  if (out !== null)
    throw usage(
      `@${text}`,
      `the operator of ${address} asked on ${out.since} not to be asked: ${out.reason}`,
      'leave it out',
    );
}

function chooseOne(text: string, all: readonly Resolver[]): Resolver {
  const byId = all.find(({ id }) => id === text);
  if (byId !== undefined) return byId;
  const server = parseServer(text);
  if (server === null) throw unknownResolver(text, all);
  const { address, port } = server;
  refuseOptedOut(text, address);
  const known = all.find(one => one.port === port && one.addresses.includes(address));
  if (known !== undefined) return { ...known, addresses: [address] };
  const id = placeText(address, port);
  return {
    ...{ id, name: id, operator: address, country: null, addresses: [address], port },
    ...{ tier: 'core', weight: 1, anycast: null },
  };
}

/** What is wrong with the name of a resolver that was typed. */
function unknownResolver(text: string, all: readonly Resolver[]): Fault {
  const meant = nearest(
    text,
    all.map(({ id }) => id),
  );
  if (isSecure(text))
    return usage(`@${text}`, `${text} cannot be asked here`, 'write an address such as @8.8.8.8');
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
