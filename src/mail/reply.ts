import { limits } from '../limits.ts';
import { type MailReply } from './conversation.ts';

/** What the beginning of a stream of a mail host holds. */
export type ReplyTaken =
  | { readonly is: 'reply'; readonly reply: MailReply; readonly length: number }
  | { readonly is: 'more' }
  | { readonly is: 'garbage'; readonly why: string };

/**
 * Takes one reply (RFC 5321 4.2) from octets that were read so far, one character each (latin1). Lines end
 * with CR LF, or with LF alone as some hosts write; 512 octets a line (4.5.3.1.5) are exceeded by honest
 * ones as well, so more is read, though not for ever.
 */
export function takeReply(octets: string): ReplyTaken {
  const lines: string[] = [];
  let enhanced: string | null = null;
  let code = 0;
  for (let from = 0; ;) {
    const end = octets.indexOf('\n', from);
    const length = (end === -1 ? octets.length : end) - from;
    if (length > limits.smtpLineOctets)
      return garbage(`a line of more than ${String(limits.smtpLineOctets)} octets`);
    if (end === -1) {
      if (octets.length > limits.smtpReplyOctets) return garbage('a reply without an end');
      return mayBegin(octets.slice(from)) ? { is: 'more' } : garbage('no reply code');
    }
    const line = readLine(octets.slice(from, end).replace(/\r$/, ''));
    if (line === null) return garbage('no reply code');
    from = end + 1;
    lines.push(line.text);
    // All lines have one code (4.2.1); where they differ, the last line is what was meant.
    enhanced = line.code === code ? (enhanced ?? line.enhanced) : line.enhanced;
    code = line.code;
    if (lines.length > limits.smtpReplyLines || from > limits.smtpReplyOctets)
      return garbage('a reply without an end');
    if (line.last) return { is: 'reply', reply: { code, enhanced, lines }, length: from };
  }
}

const garbage = (why: string): ReplyTaken => ({ is: 'garbage', why });

/** Can these octets still become a line of a reply? Whoever sends megabytes of anything else is not waited for. */
const mayBegin = (octets: string): boolean =>
  /^(?:[2-5](?:\d(?:\d(?:[ \-\r].*)?)?)?)?$/su.test(octets);

interface Line {
  readonly code: number;
  readonly enhanced: string | null;
  readonly text: string;
  readonly last: boolean;
}

/** A code may stand alone (4.2: clients accept a missing text). Some hosts write `#5.1.0`. */
function readLine(line: string): Line | null {
  const [, code, mark, rest = ''] = /^([2-5]\d\d)(?:([ -])(.*))?$/su.exec(line) ?? [];
  if (code === undefined) return null;
  const [whole, enhanced = null] = /^#?([245]\.\d{1,3}\.\d{1,3})(?=[ :]|$)[ :]*/u.exec(rest) ?? [
    '',
  ];
  return {
    ...{ code: Number(code), enhanced, last: mark !== '-' },
    text: decoded(rest.slice(whole.length)),
  };
}

/** Hosts may speak UTF-8 (RFC 6531 3.7.4); what is none shows the replacement character. */
const decoded = (octets: string): string =>
  /^[\0-\x7f]*$/u.test(octets)
    ? octets
    : new TextDecoder().decode(Uint8Array.from(octets, octet => octet.charCodeAt(0)));

/** The service extensions of a reply to EHLO (RFC 5321 4.1.1.1), in upper case; the first line greets. */
export const extensionsOf = ({ lines }: MailReply): readonly string[] =>
  lines.slice(1).map(line => (line.split(' ')[0] ?? '').toUpperCase());

/** A reply as one line, bounded and without control characters: it is shown, kept and sent on. */
export const saidOf = ({ code, enhanced, lines }: MailReply): string =>
  oneLine([code, ...(enhanced === null ? [] : [enhanced]), ...lines].join(' '));

/** Text of a stranger as one line: no control, format or line-ending characters, and no more than fits. */
export function oneLine(text: string): string {
  const clean = text
    .slice(0, 4 * limits.smtpSaidCharacters)
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]+/gu, ' ')
    .replace(/ {2,}/g, ' ')
    .trim();
  return clean.length <= limits.smtpSaidCharacters
    ? clean
    : `${clean.slice(0, limits.smtpSaidCharacters - 1)}…`;
}
