import { parseIpv4, parseIpv6 } from '../dns/address.ts';
import { excerpt, txtRdata, txtText } from './txt.ts';

export type Qualifier = '+' | '-' | '~' | '?';
export type MechanismName = 'all' | 'include' | 'a' | 'mx' | 'ptr' | 'ip4' | 'ip6' | 'exists';

/** One mechanism of an SPF record (RFC 7208 5). */
export interface Mechanism {
  readonly qualifier: Qualifier;
  readonly name: MechanismName;
  /** The domain that it names, which may hold macros, or the address; null: that of the record. */
  readonly target: string | null;
  /** As written. */
  readonly text: string;
}

/** An SPF record, read. */
export interface Spf {
  /** Those behind `all` included, though nobody looks at them (RFC 7208 5.1). */
  readonly mechanisms: readonly Mechanism[];
  /** The target of `redirect=`; nobody looks at it where `all` stands (RFC 7208 6.1). */
  readonly redirect: string | null;
  /** Why receivers would call it an error (permerror); empty when it is well formed. */
  readonly problems: readonly string[];
}

/** True for the text of a record that SPF looks at (RFC 7208 4.5). */
export const isSpf = (text: string): boolean => /^v=spf1(?: |$)/i.test(text);

// Visible characters and macros (RFC 7208 7.1), ending in a dot and a top label, or in a macro.
const domainSpec = /^(?:%\{[slodiphcrtv]\d{0,3}r?[.\-+,/_=]*\}|%[%_-]|[!-$&-~])+$/i;
const domainEnd = /(?:\.[a-z0-9-]*[a-z][a-z0-9-]*\.?|%\{[^}]*\}|%[%_-])$/i;
const isDomainSpec = (text: string): boolean => domainSpec.test(text) && domainEnd.test(text);

/** True if what is asked for depends on the message (RFC 7208 7): nobody can look it up before. */
export const hasMacro = (target: string): boolean => target.includes('%');

const names: readonly MechanismName[] = [
  ...(['all', 'include', 'a', 'mx', 'ptr', 'ip4', 'ip6', 'exists'] as const),
];
const isMechanismName = (name: string): name is MechanismName =>
  names.some(known => known === name);

/** Whether what stands behind the name of a mechanism is of its form. */
function isArgument(name: MechanismName, rest: string): boolean {
  if (name === 'all') return rest === '';
  const value = rest.startsWith(':') ? rest.slice(1) : null;
  if (name === 'include' || name === 'exists') return value !== null && isDomainSpec(value);
  if (name === 'ptr') return rest === '' || (value !== null && isDomainSpec(value));
  if (name === 'ip4' || name === 'ip6') {
    const [, address = '', prefix = '0'] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(value ?? '') ?? [];
    return name === 'ip4'
      ? parseIpv4(address) !== null && Number(prefix) <= 32
      : parseIpv6(address) !== null && Number(prefix) <= 128;
  }
  const [whole, target, four = '0', six = '0'] = lengths.exec(rest) ?? [];
  if (whole === undefined || Number(four) > 32 || Number(six) > 128) return false;
  return target === undefined || isDomainSpec(target);
}

const lengths = /^(?::(.+?))?(?:\/(\d{1,3}))?(?:\/\/(\d{1,3}))?$/;

/** The target of a mechanism that is of its form. */
function targetOf(name: MechanismName, rest: string): string | null {
  if (name === 'a' || name === 'mx') return lengths.exec(rest)?.[1] ?? null;
  return rest.startsWith(':') ? rest.slice(1) : null;
}

/** Reads the text of an SPF record (RFC 7208 4.6.1); null where it is none. */
export function parseSpf(text: string): Spf | null {
  if (!isSpf(text)) return null;
  const mechanisms: Mechanism[] = [];
  const problems: string[] = [];
  const redirects: string[] = [];
  let explained = 0;
  for (const term of text.split(' ').slice(1)) {
    if (term === '') continue;
    const [, modifier, value = ''] = /^([a-z][a-z0-9_.-]*)=(.*)$/i.exec(term) ?? [];
    if (modifier !== undefined) {
      // Modifiers that nobody knows are passed over (RFC 7208 6).
      const known = modifier.toLowerCase();
      if (known === 'exp') explained += 1;
      if (known !== 'redirect') continue;
      if (!isDomainSpec(value)) problems.push(`${excerpt(term)} names no domain`);
      redirects.push(value);
      continue;
    }
    const [, sign = '', word = '', rest = ''] = /^([+\-~?]?)([a-z0-9]+)(.*)$/i.exec(term) ?? [];
    const name = word.toLowerCase();
    if (!isMechanismName(name) || !isArgument(name, rest)) {
      problems.push(`${excerpt(term)} is no mechanism`);
      continue;
    }
    const qualifier = sign === '-' || sign === '~' || sign === '?' ? sign : '+';
    mechanisms.push({ qualifier, name, target: targetOf(name, rest), text: term });
  }
  if (redirects.length > 1) problems.push('redirect= stands there more than once');
  if (explained > 1) problems.push('exp= stands there more than once');
  return { mechanisms, redirect: redirects[0] ?? null, problems };
}

/** The mechanisms that receivers look at: those in front of `all` (RFC 7208 5.1). */
export function effective({ mechanisms }: Spf): readonly Mechanism[] {
  const end = mechanisms.findIndex(({ name }) => name === 'all');
  return end < 0 ? mechanisms : mechanisms.slice(0, end);
}

/** What the record says of everybody whom it does not name: that of its first `all`; null without one. */
export const verdictOnOthers = ({ mechanisms }: Spf): Qualifier | null =>
  mechanisms.find(({ name }) => name === 'all')?.qualifier ?? null;

/** A mechanism so that the same ones look the same: `+` is what they all begin with (RFC 7208 4.6.2). */
export const plainTerm = (term: string): string => term.replace(/^\+/, '').toLowerCase();

/** The text with one mechanism more, where it is not there: before `all`, or else before `redirect=`. */
export function withMechanism(text: string, mechanism: string): string {
  const terms = text.split(' ');
  const end = terms.findIndex(term => /^[+\-~?]?all$/i.test(term));
  const last = end < 0 ? terms.findIndex(term => /^redirect=/i.test(term)) : end;
  const effective = end < 0 ? terms : terms.slice(0, end);
  if (effective.some(term => plainTerm(term) === plainTerm(mechanism))) return text;
  if (last < 0) return `${text.trimEnd()} ${mechanism}`;
  return [...terms.slice(0, last), mechanism, ...terms.slice(last)].join(' ');
}

/** The TXT records with a mechanism in their SPF record, or the SPF records that stand in the way. */
export type SpfMerged =
  | { readonly is: 'merged'; readonly rdata: readonly string[] }
  | { readonly is: 'several'; readonly records: readonly string[] };

/**
 * Puts a mechanism into the one SPF record among TXT records; a second record would be an error at every
 * receiver (RFC 7208 4.5). Where there is none, one is made that says nothing of others: `?all` is treated
 * as if there were no record at all (RFC 7208 8.2).
 */
export function mergeSpf(rdata: readonly string[], mechanism: string): SpfMerged {
  const records = rdata.filter(one => isSpf(txtText(one)));
  const [first] = records;
  if (records.length > 1) return { is: 'several', records };
  if (first === undefined)
    return { is: 'merged', rdata: [...rdata, txtRdata(`v=spf1 ${mechanism} ?all`)] };
  const merged = withMechanism(txtText(first), mechanism);
  const kept = merged === txtText(first) ? first : txtRdata(merged);
  return { is: 'merged', rdata: rdata.map(one => (one === first ? kept : one)) };
}
