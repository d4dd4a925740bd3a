import { Fault } from '../errors.ts';
import { escapeOctet, quote, unescapeAt } from './label.ts';
import { type RecordType } from './record-type.ts';

/** A word of rdata in presentation format, escapes kept; `quoted` if it stood in quotes. */
export interface Token {
  readonly text: string;
  readonly quoted: boolean;
}

/** The text of one record's rdata on its way to octets. */
export interface Source {
  readonly type: RecordType;
  /** As written, for messages and for TXT without quotes. */
  readonly text: string;
  readonly tokens: readonly Token[];
  next: number;
  /** True for what a person wrote; false for what a zone holds, which is not judged. */
  readonly strict: boolean;
  readonly example: string;
  readonly where: string | undefined;
}

/** The fault for rdata that is not of its type. */
export function oddRdata(
  source: Pick<Source, 'type' | 'text' | 'example' | 'where'>,
  why: string,
  fix?: string,
): Fault {
  const message = `${quote(source.text)} is not the data of ${article(source.type)} record: ${why}`;
  return new Fault('MALFORMED', message, {
    fix: fix ?? `Write it like this: ${source.example}`,
    ...(source.where === undefined ? {} : { where: source.where }),
  });
}

// Letters that are spoken with a vowel first: an MX, an A, but a TXT.
const article = (type: string): string => `${/^[AEFHILMNORSX]/.test(type) ? 'an' : 'a'} ${type}`;

/** Takes the next word. `what` names it in the message when it is missing. */
export function takeToken(source: Source, what: string): Token {
  const token = source.tokens[source.next];
  if (token === undefined) throw oddRdata(source, `the ${what} is missing`);
  source.next++;
  return token;
}

/** Splits at white space outside quotes; null where a quote is not closed or not apart. */
export function splitTokens(text: string): readonly Token[] | null {
  const tokens: Token[] = [];
  let rest = text.trim();
  while (rest !== '') {
    const found = /^(?:"((?:[^"\\]|\\[^])*)"|((?:[^"\\\s]|\\[^])+))(?:\s+|$)/.exec(rest);
    if (found === null) return null;
    tokens.push({ text: found[1] ?? found[2] ?? '', quoted: found[1] !== undefined });
    rest = rest.slice(found[0].length);
  }
  return tokens;
}

/** The octets of a character-string; characters beyond ASCII as UTF-8, escapes resolved; null if odd. */
export function stringOctets(text: string): Uint8Array | null {
  const parts: Uint8Array[] = [];
  let at = 0;
  while (at < text.length) {
    if (text[at] === '\\') {
      const escape = unescapeAt(text, at);
      if (escape === null) return null;
      parts.push(Uint8Array.of(escape.octet));
      at += escape.length;
      continue;
    }
    const next = text.indexOf('\\', at);
    const run = text.slice(at, next < 0 ? undefined : next);
    // Control characters come from a broken line or a wrong file, hardly from a will.
    if (hasControl(run) || !run.isWellFormed()) return null;
    parts.push(Buffer.from(run));
    at += run.length;
  }
  return new Uint8Array(Buffer.concat(parts));
}

const hasControl = (text: string): boolean => /\p{Cc}/u.test(text);

const stringCharacters: readonly string[] = Array.from({ length: 256 }, (_, octet) => {
  if (octet === 34 || octet === 92) return `\\${String.fromCharCode(octet)}`;
  return octet >= 32 && octet < 127 ? String.fromCharCode(octet) : escapeOctet(octet);
});

/** A character-string in quotes, exact for any octets (RFC 1035 5.1). */
export function quoteString(octets: Uint8Array): string {
  let text = '"';
  for (const octet of octets) text += stringCharacters[octet] ?? '';
  return `${text}"`;
}

/** Pairs of hexadecimal digits, or null. */
export const octetsOfHex = (text: string): Uint8Array | null =>
  /^(?:[0-9a-fA-F]{2})*$/.test(text) ? new Uint8Array(Buffer.from(text, 'hex')) : null;

export const hexOf = (octets: Uint8Array): string => Buffer.from(octets).toString('hex');

/** Strict base64 with its padding, or null. */
export function octetsOfBase64(text: string): Uint8Array | null {
  const octets = Buffer.from(text, 'base64');
  return octets.toString('base64') === text ? new Uint8Array(octets) : null;
}

export const base64Of = (octets: Uint8Array): string => Buffer.from(octets).toString('base64');
