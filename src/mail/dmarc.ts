import { type Name, parseAnyName } from '../dns/name.ts';
import { parseTags } from './tags.ts';

export type DmarcPolicy = 'none' | 'quarantine' | 'reject';

/**
 * What a domain asks receivers to do with mail that is not authenticated (RFC 7489 6.3). Whether alignment is
 * strict (`adkim`, `aspf`) makes no difference here: keys and SPF are looked for at the domain itself.
 */
export interface Dmarc {
  readonly policy: DmarcPolicy;
  /** For subdomains without a record of their own. */
  readonly subdomains: DmarcPolicy;
}

/** True for the text of a record that DMARC looks at (RFC 7489 6.6.3). */
export const isDmarc = (text: string): boolean => /^v\s*=\s*DMARC1\s*(?:;|$)/.test(text);

const policyOf = (text: string | undefined): DmarcPolicy | null => {
  const word = text?.toLowerCase();
  return word === 'none' || word === 'quarantine' || word === 'reject' ? word : null;
};

/** Reads the text of a DMARC record; null where it is none, or one that receivers pass over. */
export function parseDmarc(text: string): Dmarc | null {
  if (!isDmarc(text)) return null;
  const tags = parseTags(text);
  if (tags === null) return null;
  const value = (tag: string): string | undefined => tags.find(one => one.tag === tag)?.value;
  const written = policyOf(value('p'));
  // RFC 7489 6.6.3: without a valid p= a record that asks for reports counts as p=none.
  const policy = written ?? (/\S/.test(value('rua') ?? '') ? 'none' : null);
  if (policy === null) return null;
  return { policy, subdomains: policyOf(value('sp')) ?? policy };
}

/** Where the record of a domain stands. */
export const dmarcName = (domain: Name): Name => parseAnyName(`_dmarc.${domain}`);

/** Where the policy of a domain was found: at itself, or at its organisational domain (RFC 7489 6.6.3). */
export interface DmarcFound {
  readonly at: Name;
  readonly dmarc: Dmarc;
}

/** What is asked of mail from this domain. */
export const policyFor = ({ at, dmarc }: DmarcFound, domain: Name): DmarcPolicy =>
  at === domain ? dmarc.policy : dmarc.subdomains;
