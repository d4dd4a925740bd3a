import { type Name, parseAnyName } from '../dns/name.ts';
import { octetsOfBase64 } from '../dns/presentation.ts';
import { sequenceOctets } from './der.ts';
import { parseTags } from './tags.ts';
import { excerpt } from './txt.ts';

/** What stands at a selector (RFC 6376 3.6.1). */
export interface DkimKey {
  /** `rsa` or `ed25519` (RFC 8463); others are told as they are. */
  readonly algorithm: string;
  /** An empty key: everything signed with it fails (RFC 6376 3.6.1). */
  readonly revoked: boolean;
  /** Verifiers are told to treat what is signed as if it were not (RFC 6376 3.6.1). */
  readonly testing: boolean;
  /** Why verifiers would not take it; empty when they do. */
  readonly problems: readonly string[];
}

/** The name under which a selector's key stands (RFC 6376 3.6.2.1). */
export const selectorName = (selector: string, domain: Name): Name =>
  parseAnyName(`${selector}._domainkey.${domain}`);

/** The selector that a name below `_domainkey` of the domain belongs to; null for other names. */
export function selectorOf(name: Name, domain: Name): string | null {
  const end = `._domainkey.${domain}`;
  return name.endsWith(end) ? name.slice(0, -end.length) : null;
}

const label = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?';

/** One label or several (RFC 6376 3.1). */
export const selectorPattern = `^${label}(?:\\.${label}){0,3}$`;

const selectorForm = new RegExp(selectorPattern);
export const isSelector = (text: string): boolean => selectorForm.test(text);

/** RSA keys of 1024 bits take 140 octets without their wrapping, 162 with it. */
const RSA_OCTETS_LEAST = 135;

function keyProblems(algorithm: string, p: string): readonly string[] {
  const octets = octetsOfBase64(p.replaceAll(/\s/g, ''));
  if (octets === null) return ['its key (p=) is not base64'];
  if (algorithm === 'ed25519')
    return octets.length === 32 ? [] : ['its key (p=) is not one of Ed25519: those have 32 octets'];
  if (algorithm !== 'rsa') return [`verifiers know no keys of the kind ${excerpt(algorithm)}`];
  // Consoles that take one string of 255 octets cut off what comes behind it, and say nothing.
  const whole = sequenceOctets(octets) ?? 0;
  if (whole > octets.length)
    return [`its key (p=) is cut off: ${octets.length} of ${whole} octets are there`];
  return octets.length >= RSA_OCTETS_LEAST
    ? []
    : ['its RSA key has fewer than 1024 bits, which verifiers pass over (RFC 8301 3.2)'];
}

/** Reads the text of a record at a selector. Whatever it is, it is judged and not refused. */
export function parseDkim(text: string): DkimKey {
  const tags = parseTags(text);
  if (tags === null)
    return { algorithm: '', revoked: false, testing: false, problems: ['it is no list of tags'] };
  const value = (tag: string): string | undefined => tags.find(one => one.tag === tag)?.value;
  const [first] = tags;
  const algorithm = (value('k') ?? 'rsa').toLowerCase();
  const p = value('p');
  const hashes = value('h')
    ?.toLowerCase()
    .split(':')
    .map(hash => hash.trim());
  const services = value('s')
    ?.split(':')
    .map(service => service.trim());
  const revoked = p === '';
  return {
    algorithm,
    revoked,
    testing:
      value('t')
        ?.split(':')
        .some(flag => flag.trim() === 'y') === true,
    problems: [
      ...(value('v') === undefined || (first?.tag === 'v' && first.value === 'DKIM1')
        ? []
        : ['v=DKIM1 does not stand in front']),
      ...(p === undefined ? ['it has no key (p=)'] : revoked ? [] : keyProblems(algorithm, p)),
      ...(hashes === undefined || hashes.includes('sha256')
        ? []
        : ['it allows no signatures with SHA-256 (h=)']),
      ...(services === undefined || services.includes('*') || services.includes('email')
        ? []
        : ['it is not for mail (s=)']),
    ],
  };
}

/** True for the text of a key, and not the name of a host. */
export const looksLikeKey = (text: string): boolean =>
  /^\s*v\s*=\s*DKIM1|(?:^|;)\s*[pk]\s*=/i.test(text);
