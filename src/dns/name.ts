import { Fault } from '../errors.ts';
import { escapeOctet, plainOctets, quote, splitLabels, toULabel } from './label.ts';

/** A domain name in canonical form: A-labels, lower case, absolute, with the final dot. */
export type Name = string & { readonly [brand]: 'Name' };
declare const brand: unique symbol;

/** The root of the name space. */
export const ROOT = '.' as Name;

/**
 * Reads a name that a person or a program wrote. It is absolute whether or not the final dot is
 * there; labels in other scripts become A-labels.
 * @throws Fault MALFORMED
 */
export function parseName(text: string, where?: string): Name {
  const name = parseAnyName(text, where);
  const last = nameLabels(name).at(-1) ?? '';
  // No top-level domain is numeric (RFC 3696 2), so this is an IP address or a slip of the pen.
  if (/^\d+$/.test(last))
    throw new Fault(
      'MALFORMED',
      `${quote(text)} is not a domain name: its last label is a number`,
      {
        fix: 'Write a host name here, not an IP address.',
        ...(where === undefined ? {} : { where }),
      },
    );
  return name;
}

/**
 * Reads a name as zones may hold it, a numeric last label included: what was seen must be written
 * back as it was.
 * @throws Fault MALFORMED
 */
export function parseAnyName(text: string, where?: string): Name {
  const labels = splitLabels(text, where);
  const refuse = (why: string, fix: string): never => {
    throw new Fault('MALFORMED', `${quote(text)} is not a domain name: ${why}`, {
      fix,
      ...(where === undefined ? {} : { where }),
    });
  };
  const name = nameFromLabels(labels.map(label => label.octets));
  for (const [index, { bare, octets }] of labels.entries()) {
    // An asterisk is a wildcard only as the whole first label (RFC 4592 2.1.1).
    if (bare.includes('*') && (index > 0 || octets.length > 1))
      refuse('"*" is not its whole first label', 'Write the wildcard as "*." before a name.');
    if (bare.includes('/') && !isReverse(name))
      refuse('it contains "/"', 'Only names below in-addr.arpa and ip6.arpa may (RFC 2317).');
  }
  return name;
}

const isReverse = (name: Name): boolean =>
  isWithin(name, 'in-addr.arpa.' as Name) || isWithin(name, 'ip6.arpa.' as Name);

/**
 * The canonical text of labels given as octets, a function of the octets alone. Letters, digits,
 * hyphens and underscores stand as they are, and what RFC 4592 and RFC 2317 give a meaning;
 * dot and backslash as `\.` and `\\`, everything else as `\DDD`.
 */
export const nameFromLabels = (labels: readonly Uint8Array[]): Name =>
  presentLabels(labels, false) as Name;

/** The same with the case kept: what was sent, to be shown or echoed. */
export function presentLabels(labels: readonly Uint8Array[], keepCase: boolean): string {
  if (labels.length === 0) return ROOT;
  let reverse = false;
  let text = '';
  for (let index = labels.length - 1; index >= 0; index--) {
    const octets = labels[index] ?? new Uint8Array();
    const wildcard = index === 0 && octets.length === 1 && octets[0] === 42;
    let label = '';
    for (const octet of octets) {
      const plain = plainOctets[octet] ?? 0;
      if (plain !== 0) label += String.fromCharCode(keepCase ? octet : plain);
      else if (octet === 46 || octet === 92) label += `\\${String.fromCharCode(octet)}`;
      else if (wildcard || (octet === 47 && reverse)) label += String.fromCharCode(octet);
      else label += escapeOctet(octet);
    }
    text = `${label}.${text}`;
    reverse ||= isReverse(text.toLowerCase() as Name);
  }
  return text;
}

/** The labels as text, escapes kept, without the root: `example.org.` has two. */
export function nameLabels(name: Name): readonly string[] {
  if (name === ROOT) return [];
  if (!name.includes('\\')) return name.slice(0, -1).split('.');
  return name.match(/(?:\\\d{3}|\\.|[^\\.])+(?=\.)/g) ?? [];
}

/** True if the name is the zone or lies below it. */
export function isWithin(name: Name, zone: Name): boolean {
  if (name === zone || zone === ROOT) return true;
  if (!name.endsWith(`.${zone}`)) return false;
  // The dot before the zone may belong to an escape: `a\.example.org.` lies below `org.` only.
  const before = /\\*$/.exec(name.slice(0, -zone.length - 1))?.[0] ?? '';
  return before.length % 2 === 0;
}

/** The name one label up; null for the root. */
export function parentOf(name: Name): Name | null {
  const [first, second] = nameLabels(name);
  if (first === undefined) return null;
  if (second === undefined) return ROOT;
  const parent = name.slice(first.length + 1) as Name;
  // An asterisk that comes to stand first changes its spelling.
  return second === escapeOctet(42) ? parseAnyName(parent) : parent;
}

/**
 * The name as seen from its zone: `@` for the apex, else without the zone and the dot before it.
 * @throws Fault MALFORMED if the name is not within the zone
 */
export function relativeTo(name: Name, zone: Name): string {
  if (!isWithin(name, zone))
    throw new Fault('MALFORMED', `${displayName(name)} is not within ${displayName(zone)}`, {
      fix: `Use a name that ends in ${displayName(zone)}.`,
    });
  if (name === zone) return '@';
  return name.slice(0, name.length - (zone === ROOT ? 1 : zone.length + 1));
}

/** For people: no final dot, except for the root. */
export const displayName = (name: Name): string => (name === ROOT ? '.' : name.slice(0, -1));

/** For people who read the script: U-labels. Only to be shown, never to be compared or sent. */
export const unicodeName = (name: Name): string =>
  name === ROOT ? '.' : nameLabels(name).map(toULabel).join('.');

/** The octets of the name on the wire, not compressed (RFC 1035 3.1). */
export function nameToWire(name: Name): Uint8Array {
  if (name.includes('\\')) {
    const labels = splitLabels(name).map(label => label.octets);
    return Uint8Array.from([...labels.flatMap(octets => [octets.length, ...octets]), 0]);
  }
  if (name === ROOT) return new Uint8Array(1);
  const wire = new Uint8Array(name.length + 1);
  let start = 0;
  for (let at = 0; at < name.length; at++) {
    const code = name.charCodeAt(at);
    if (code === 46) {
      wire[start] = at - start;
      start = at + 1;
    } else wire[at + 1] = code;
  }
  return wire;
}
