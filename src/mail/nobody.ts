import { type FetchPolicy } from './probe.ts';

/** A world without policy hosts: a rehearsal has mail hosts, and no web servers. */
export const noPolicies: FetchPolicy = async () => ({
  ...{ is: 'failed', by: 'connect', why: 'there are no policy hosts here' },
});
