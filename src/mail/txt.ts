import { quote } from '../dns/label.ts';
import { quoteString, splitTokens, stringOctets } from '../dns/presentation.ts';

/**
 * The text of a TXT record: its character-strings put together without anything between them
 * (RFC 7208 3.3, RFC 6376 3.6.2.2). One character for each octet, so that nothing is lost.
 */
export const txtText = (rdata: string): string =>
  (splitTokens(rdata) ?? [])
    .map(({ text }) => Buffer.from(stringOctets(text) ?? []).toString('latin1'))
    .join('');

/** The canonical rdata of a text, in character-strings of 255 octets at most (RFC 1035 3.3). */
export function txtRdata(text: string): string {
  const octets = Buffer.from(text, 'latin1');
  const strings: string[] = [];
  for (let at = 0; at < Math.max(octets.length, 1); at += 255)
    strings.push(quoteString(octets.subarray(at, at + 255)));
  return strings.join(' ');
}

/** A stranger's text in a message: in quotes, short, and of visible characters only. */
export const excerpt = (text: string): string => quote(text.replaceAll(/[^ -~]/g, '?'));
