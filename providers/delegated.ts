import { type Name } from '../src/dns/name.ts';
import { isFault } from '../src/errors.ts';
import { type ProviderEnvironment } from './adapter.ts';

/**
 * The name servers to which the world is sent for a zone. A delegation that cannot be looked up decides
 * nothing: then nobody is listed, and a choice among several zones is left to a person.
 */
export async function delegatedServers(
  environment: Pick<ProviderEnvironment, 'delegation'>,
  apex: Name,
  signal: AbortSignal,
): Promise<readonly Name[]> {
  try {
    return await environment.delegation(apex, signal);
  } catch (error) {
    if (signal.aborted || !isFault(error)) throw error;
    return [];
  }
}
