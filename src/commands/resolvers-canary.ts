import { type Name } from '../dns/name.ts';
import { isFault } from '../errors.ts';
import { type Errands } from '../poller/errand.ts';
import { inventsBy } from '../propagation/hearing.ts';
import { type TestedResolver } from '../view/resolvers-text.ts';
import { type Asked } from './resolvers-verdict.ts';

/** True if it has an answer for a name below the domain that nobody ever made; null: it did not say. */
export async function inventsBelow(
  absent: Name,
  { asked, errands }: { readonly asked: Asked; readonly errands: Errands },
  signal: AbortSignal,
): Promise<boolean | null> {
  const { address, resolver, reply, hearing } = asked;
  if (reply === null || hearing?.trouble !== null) return null;
  const question = { name: absent, type: 'A', recursive: true, dnssec: false };
  try {
    return inventsBy((await errands.ask({ resolver, address, question }, signal)).message);
  } catch (error) {
    if (isFault(error, 'UNAVAILABLE')) return null;
    throw error;
  }
}

/**
 * What that adds to the verdicts. Where half or more of those who can tell have an answer for the
 * absent name, the domain has a wildcard, and it says nothing of anybody.
 */
export function withInventions(
  tested: readonly TestedResolver[],
  invents: readonly (boolean | null)[],
  domain: Name,
): readonly TestedResolver[] {
  const said = invents.filter(one => one !== null);
  const wildcard = said.filter(Boolean).length * 2 >= said.length;
  return tested.map((one, index) => {
    if (invents[index] !== true) return one;
    return wildcard
      ? { ...one, remarks: [...one.remarks, `${domain} has a wildcard, or answers are rewritten`] }
      : {
          ...{ ...one, verdict: 'lies' },
          remarks: [...one.remarks, `answers for a name under ${domain} that does not exist`],
        };
  });
}
