import { domainToASCII, domainToUnicode } from 'node:url';
import { Fault } from '../errors.ts';
import { limits } from '../limits.ts';

/** One label: its octets, and which characters stood there without an escape. */
export interface Label {
  readonly octets: Uint8Array;
  readonly bare: string;
}

const plainText = /^[a-z0-9_-]*$/;

/** For each octet the lower-case octet if it may stand in a name as it is, else 0. */
export const plainOctets: Uint8Array = Uint8Array.from({ length: 256 }, (_, octet) => {
  const lower = String.fromCharCode(octet).toLowerCase();
  return octet < 128 && plainText.test(lower) ? lower.charCodeAt(0) : 0;
});

/** Quotes text of any origin for a message: bounded, without control characters. */
export const quote = (text: string): string =>
  JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);

/** `\DDD` of RFC 1035 5.1. */
export const escapeOctet = (octet: number): string => `\\${String(octet).padStart(3, '0')}`;

/**
 * Reads the escape that starts at the backslash `text[at]`: the octet and how many characters it
 * took, or null where `\DDD` is above 255 or the text ends.
 */
export function unescapeAt(text: string, at: number): { octet: number; length: number } | null {
  const digits = /^\d{3}/.exec(text.slice(at + 1, at + 4))?.[0];
  if (digits !== undefined)
    return Number(digits) > 255 ? null : { octet: Number(digits), length: 4 };
  const code = text.charCodeAt(at + 1);
  if (Number.isNaN(code) || code > 126 || code < 32 || (code >= 48 && code <= 57)) return null;
  return { octet: code, length: 2 };
}

/** An internationalised label as its A-label (RFC 5891 4), or null where there is none. */
function toALabel(label: string): string | null {
  // domainToASCII decodes %41 and splits at look-alike dots, so it is given nothing of that kind.
  if (!/^[a-zA-Z0-9_\-\u0080-\u{10ffff}]+$/u.test(label)) return null;
  const ascii = domainToASCII(label);
  return /^xn--[a-z0-9-]+$/.test(ascii) ? ascii : null;
}

/** An A-label as a reader of its script knows it; any other label, and a broken one, as it is. */
export function toULabel(label: string): string {
  if (!label.startsWith('xn--')) return label;
  const unicode = domainToUnicode(label);
  return unicode !== '' && !unicode.includes('.') && toALabel(unicode) === label ? unicode : label;
}

const labelFix =
  'Use letters, digits, hyphens and underscores; write any other octet of a label as \\DDD.';

/** What people have at hand is often an address, and its domain is what they mean. */
const mailAddress = /^[^\s@\\]+@([\w-]+(?:\.[\w-]+)+)\.?$/;

/**
 * Splits the text of a name at its unescaped dots; the final dot is optional, `.` has no labels.
 * @throws Fault MALFORMED
 */
export function splitLabels(text: string, where?: string): readonly Label[] {
  const refuse = (why: string, fix = labelFix): never => {
    throw new Fault('MALFORMED', `${quote(text)} is not a domain name: ${why}`, {
      fix,
      ...(where === undefined ? {} : { where }),
    });
  };
  if (text === '') refuse('it is empty', 'Write a name, for example example.org.');
  if (text === '.') return [];
  // Four characters an octet is the longest way to write a name.
  if (text.length > 4 * limits.nameOctets) refuse(tooLong, tooLongFix);
  const labels: Label[] = [];
  let start = 0;
  while (start < text.length) {
    const { octets, bare, next, fault } = takeLabel(text, start);
    const host = fault === null ? undefined : mailAddress.exec(text)?.[1];
    if (host !== undefined) refuse('it is a mail address', `Write its domain alone: ${host}`);
    if (fault !== null) refuse(fault);
    if (octets.length === 0) refuse('it has an empty label', 'Remove the doubled or leading dot.');
    if (octets.length > limits.labelOctets)
      refuse(`a label is longer than ${limits.labelOctets} octets`, 'Shorten the label.');
    labels.push({ octets: Uint8Array.from(octets), bare });
    start = next;
  }
  const length = labels.reduce((sum, label) => sum + 1 + label.octets.length, 1);
  if (length > limits.nameOctets) refuse(tooLong, tooLongFix);
  return labels;
}

const tooLong = `it is longer than ${limits.nameOctets} octets`;
const tooLongFix = 'Shorten the name.';

interface Taken {
  readonly octets: readonly number[];
  readonly bare: string;
  /** Where the next label starts. */
  readonly next: number;
  readonly fault: string | null;
}

/** Takes one label and the dot behind it. */
function takeLabel(text: string, start: number): Taken {
  const octets: number[] = [];
  let bare = '';
  let at = start;
  let fault: string | null = null;
  let international = false;
  while (at < text.length && text[at] !== '.') {
    if (text[at] === '\\') {
      const escape = unescapeAt(text, at);
      if (escape === null) return { octets, bare, next: at, fault: 'an escape is broken' };
      octets.push(escape.octet);
      at += escape.length;
      continue;
    }
    const code = text.charCodeAt(at);
    const char = text.charAt(at);
    if (code > 127) international = true;
    else if (!/[a-zA-Z0-9_*/-]/.test(char)) fault ??= `it contains ${quote(char)}`;
    octets.push(code & 255);
    bare += char;
    at++;
  }
  const next = at + 1;
  if (fault !== null || !international) return { octets, bare, next, fault };
  const ascii = toALabel(text.slice(start, at));
  if (ascii === null)
    return { octets, bare, next, fault: `${quote(text.slice(start, at))} has no A-label` };
  return { octets: [...Buffer.from(ascii)], bare: ascii, next, fault: null };
}
