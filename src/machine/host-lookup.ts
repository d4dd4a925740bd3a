import { lookup } from 'node:dns/promises';

/** Gives the addresses of a host; none where it has none. */
export type LookUpHost = (host: string) => Promise<readonly string[]>;

/** As the system does it, its file of hosts included. */
export const systemHostLookup: LookUpHost = async host => {
  try {
    return (await lookup(host, { all: true })).map(({ address }) => address);
  } catch {
    return [];
  }
};
