import { type ProbeRound } from '../mail/probe.ts';
import { type Operation, post, type Posts } from './operation.ts';

/** What a look at the mail hosts from this place showed, and why it was made. */
export interface Handing {
  /** The cutover, by id or domain. */
  readonly name: string;
  readonly round: ProbeRound;
  readonly reason: string | null;
}

/**
 * Tells a server what a probe saw. Nothing is read for it: the token of an agent may do this alone.
 * @throws Fault as the problem says
 */
export async function handIn(posts: Posts, { name, round, reason }: Handing): Promise<Operation> {
  // The first request has no body: where a server is not meant by its name (421), fetch repeats those that
  // have one, and tells nothing of why.
  await posts.connection.ask({ method: 'GET', path: '/livez' }, posts.signal);
  const path = `/api/v1/cutovers/${encodeURIComponent(name)}/actions`;
  const body = {
    ...{ type: 'observe', what: { is: 'probe', round } },
    ...(reason !== null && { reason }),
  };
  return post(posts, { path, body, ifMatch: '*' });
}
