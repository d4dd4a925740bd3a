import { type Chance } from '../clock.ts';
import { type Name, parseName } from '../dns/name.ts';
import { isFault } from '../errors.ts';
import { serverTo } from '../transport/place.ts';
import { type Ask } from '../transport/transport.ts';
import { type TestedResolver } from '../view/resolvers-text.ts';
import { type Asked } from './resolvers-verdict.ts';

/** The domain that resolvers are tried with, and a name under it that nobody ever made. */
export interface Canary {
  readonly domain: Name;
  /** The same for everybody: what they say of it is compared. */
  readonly absent: Name;
}

/** What one resolver said of them. */
export interface Tried {
  /** Why the SOA of the domain is not had from it; null: it is. */
  readonly trouble: string | null;
  /** It has an answer for the absent name; null: it did not say. */
  readonly invents: boolean | null;
}

export function canaryOf(domain: string, chance: Chance): Canary {
  const name = parseName(domain);
  return { domain: name, absent: parseName(`dns-cutover-${chance.hex(8)}.${name}`) };
}

/** Asks for the SOA of the domain and for the absent name, each once. */
export async function tryCanary(
  { domain, absent }: Canary,
  { asked, ask }: { readonly asked: Asked; readonly ask: Ask },
  signal: AbortSignal,
): Promise<Tried> {
  const { address, resolver } = asked;
  const one = async (name: Name, type: string) => {
    const question = { name, type, recursive: true, dnssec: false };
    try {
      return (await ask(question, serverTo(resolver, address), signal)).message;
    } catch (error) {
      if (isFault(error, 'UNAVAILABLE')) return null;
      throw error;
    }
  };
  const soa = await one(domain, 'SOA');
  if (soa === null) return { trouble: 'silent', invents: null };
  if (soa.rcodeName !== 'NOERROR') return { trouble: soa.rcodeName, invents: null };
  if (!soa.answer.some(({ type }) => type === 'SOA')) return { trouble: 'no SOA', invents: null };
  const absence = await one(absent, 'A');
  if (absence?.rcodeName === 'NXDOMAIN') return { trouble: null, invents: false };
  // No record without NXDOMAIN is what some signers say of names that do not exist (RFC 9824 2).
  const answers = absence?.rcodeName === 'NOERROR' && absence.answer.length > 0;
  return { trouble: null, invents: answers ? true : null };
}

/**
 * What that adds to the verdicts. Where half or more of those who can tell have an answer for the
 * absent name, the domain has a wildcard, and it says nothing of anybody.
 */
export function withCanary(
  tested: readonly TestedResolver[],
  tried: readonly (Tried | null)[],
  { domain }: Canary,
): readonly TestedResolver[] {
  const said = tried.flatMap(one => one?.invents ?? []);
  const inventing = said.filter(Boolean).length;
  const wildcard = inventing * 2 >= said.length;
  return tested.map((one, index) => {
    const { trouble, invents } = tried[index] ?? { trouble: null, invents: null };
    if (trouble !== null)
      return {
        ...one,
        verdict: one.verdict === 'works' || one.verdict === 'answers' ? 'fails' : one.verdict,
        remarks: [...one.remarks, `does not resolve ${domain} (${trouble})`],
      };
    if (invents !== true) return one;
    return wildcard
      ? { ...one, remarks: [...one.remarks, `${domain} has a wildcard, or answers are rewritten`] }
      : {
          ...{ ...one, verdict: 'lies' },
          remarks: [...one.remarks, `answers for a name under ${domain} that does not exist`],
        };
  });
}
