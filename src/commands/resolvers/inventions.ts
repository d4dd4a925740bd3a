import { type Name } from '../../dns/name.ts';
import { isFault } from '../../errors.ts';
import { type Errands } from '../../poller/errand.ts';
import { judge, unheard } from '../../propagation/fitness.ts';
import { inventsBy } from '../../propagation/hearing.ts';
import { type TestedResolver } from '../../view/resolvers/text.ts';
import { type Asked } from './verdict.ts';

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

/** What that adds to the verdicts; a domain with a wildcard says nothing of anybody. */
export function withInventions(
  tested: readonly TestedResolver[],
  { asked, invents }: { readonly asked: readonly Asked[]; readonly invents: readonly Invents[] },
  domain: Name,
): readonly TestedResolver[] {
  const hearings = asked.flatMap(({ hearing }, index) =>
    hearing === null ? [] : [{ ...hearing, invents: invents[index] ?? null, member: null }],
  );
  const { unfit } = judge({ ...unheard, zone: domain, absence: 'supposed', hearings });
  return tested.map((one, index) => {
    if (invents[index] !== true) return one;
    return unfit.has(one.id)
      ? {
          ...{ ...one, verdict: 'lies' },
          remarks: [...one.remarks, `answers for a name under ${domain} that does not exist`],
        }
      : { ...one, remarks: [...one.remarks, `${domain} has a wildcard, or answers are rewritten`] };
  });
}

/** Whether there was an answer for the absent name; null: it did not say. */
type Invents = boolean | null;
