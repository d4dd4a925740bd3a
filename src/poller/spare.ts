import { type Key } from '../dns/rrset.ts';
import { aimOf } from '../propagation/expectation.ts';
import { observationOf } from '../propagation/observation.ts';
import { samplesOf } from '../propagation/service.ts';
import { cleanOfMany, isFarm } from '../propagation/verdict.ts';
import { type Resolver } from '../propagation/watched.ts';
import { type Part, type Seen } from './part.ts';

/** What of a session says which addresses may be asked. */
interface Choice {
  readonly resolver: Resolver;
  readonly parts: readonly Part[];
  /** Addresses that did not answer. */
  readonly passed: readonly string[];
  readonly desk: { readonly reaches: (address: string) => boolean };
}

/**
 * The other address to ask this once in the place of `address`; null: none. Behind each address of an
 * anycast service or a farm stand other machines, and each is asked in its turn while clean answers are
 * counted: those of both families, as long as this machine is not known to lack one.
 */
export function spareOf(address: string, { desk, resolver, parts, passed }: Choice): string | null {
  if (resolver.addresses.length < 2) return null;
  const counting = parts.find(part => part.live && isCounting(part));
  if (counting === undefined) return null;
  const usable = resolver.addresses.filter(one => desk.reaches(one) && !passed.includes(one));
  const turn = usable.indexOf(address) + (counting.state?.clean ?? 0);
  const chosen = usable[turn % usable.length] ?? address;
  return chosen === address ? null : chosen;
}

/** It says new, and is asked for more clean answers until those are enough. */
function isCounting({ state, resolver, watching }: Part): boolean {
  const { mode, expectation } = watching.subject;
  if (mode !== 'watch' || state?.aim !== aimOf(expectation)) return false;
  const wanted = Math.max(samplesOf(resolver), isFarm(state) ? cleanOfMany : 0);
  return state.clean > 0 && state.clean < wanted;
}

/** Whether it said what it holds. */
export const isAnswered = (
  { asking, result }: Seen,
  { key, resolver }: { readonly key: Key; readonly resolver: Resolver },
): boolean =>
  observationOf({ ...asking, resolver: resolver.id }, key, result).outcome.kind === 'answered';
