import { inParallel } from '../../authority/parallel.ts';
import { isFault } from '../../errors.ts';
import { type CacheState } from '../../propagation/cachestate.ts';
import { type Resolver } from '../../propagation/watched.ts';
import { type Running } from './running.ts';

/** Few fail so, and each is asked this once. */
const AT_ONCE = 4;

/**
 * Most resolvers that find signatures wrong say SERVFAIL and no more. One that gives the data as soon as it
 * is told not to validate (CD, RFC 4035 3.2.2) failed for the signatures and nothing else.
 * @throws Fault ABORTED
 */
export async function doubtSignatures(
  { world, terms, resolvers, known }: Running,
  signal: AbortSignal,
): Promise<void> {
  // Where no server answers there is a better reason for any failure.
  if (!known.look.rows.some(({ rdata }) => rdata !== null)) return;
  const failing = resolvers.flatMap(resolver => {
    const state = known.states.get(resolver.id);
    return state !== undefined && failsWithoutReason(state) ? [{ resolver, state }] : [];
  });
  const question = { ...terms.key, recursive: true, dnssec: false, cd: true };
  await inParallel(failing, AT_ONCE, async ({ resolver, state }) => {
    try {
      const { message } = await world.sweep(question, placeOf(resolver, state), signal);
      if (message.rcodeName === 'NOERROR' || message.rcodeName === 'NXDOMAIN')
        known.unvalidated.add(resolver.id);
    } catch (error) {
      if (!isFault(error, 'UNAVAILABLE')) throw error;
    }
  });
}

/** An extended error of any kind is a reason (RFC 8914). */
function failsWithoutReason({ last: { outcome } }: CacheState): boolean {
  return outcome.kind === 'refused' && outcome.rcodeName === 'SERVFAIL' && outcome.ede.length === 0;
}

const placeOf = ({ port, over }: Resolver, { last: { address } }: CacheState) => ({
  ...{ address, port },
  ...(over !== undefined && { over }),
});
