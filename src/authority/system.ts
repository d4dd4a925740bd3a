import { readFile } from 'node:fs/promises';
import { isAddress } from '../dns/address.ts';
import { Fault } from '../errors.ts';
import { type Server } from '../transport/transport.ts';

/** The `nameserver` lines of resolv.conf(5). Addresses with a zone index cannot be asked by us. */
export const parseResolvConf = (text: string): readonly Server[] =>
  text
    .split('\n')
    .map(line => /^\s*nameserver\s+(\S+)/.exec(line)?.[1] ?? '')
    .filter(isAddress)
    .map(address => ({ address, port: 53 }));

/**
 * The resolvers that this machine uses.
 * @throws Fault CONFIG when it names none
 */
export async function systemLookups(file = '/etc/resolv.conf'): Promise<readonly Server[]> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new Fault('CONFIG', `cannot read ${file} to find this machine's resolvers`, {
      ...{ where: file, cause },
      fix: 'Name resolvers in authority.lookups.',
    });
  });
  const servers = parseResolvConf(text);
  if (servers.length === 0)
    throw new Fault('CONFIG', `${file} names no resolver that can be asked`, {
      where: file,
      fix: 'Name resolvers in authority.lookups.',
    });
  return servers;
}
