import { isFault } from '../errors.ts';
import { type Cursor, cursorAt, malformed, takeRest } from './cursor.ts';
import * as part from './fields.ts';
import { quote } from './label.ts';
import { hexOf, octetsOfHex, oddRdata, type Source, splitTokens } from './presentation.ts';
import { canonicalType, type RecordType } from './record-type.ts';

interface Grammar {
  readonly fields: readonly part.Field[];
  /** Shown to who got it wrong. */
  readonly example: string;
}

const { number, domainName, restHex, restBase64 } = part;
const oneName = (what: string): Grammar => ({
  fields: [domainName(what)],
  example: 'host.example.org',
});
const digest: Grammar = {
  fields: [
    number('key tag', 2),
    number('algorithm', 1),
    number('digest type', 1),
    restHex('digest'),
  ],
  example: '12345 13 2 and the digest in hexadecimal',
};
const publicKey: Grammar = {
  fields: [number('flags', 2), number('protocol', 1), number('algorithm', 1), restBase64('key')],
  example: '257 3 13 and the key in base64',
};
const text: Grammar = { fields: [part.strings], example: 'v=spf1 mx -all' };

const grammars = new Map<RecordType, Grammar>([
  ['A', { fields: [part.ipv4], example: '192.0.2.1' }],
  ['AAAA', { fields: [part.ipv6], example: '2001:db8::1' }],
  ['NS', oneName('name server')],
  ['CNAME', oneName('target')],
  ['DNAME', oneName('target')],
  ['PTR', oneName('host')],
  [
    'MX',
    { fields: [number('preference', 2), domainName('exchange')], example: '10 mx.example.org' },
  ],
  ['TXT', text],
  ['SPF', text],
  [
    'SOA',
    {
      fields: [
        ...[domainName('primary'), domainName('mailbox')],
        ...['serial', 'refresh', 'retry', 'expire', 'minimum'].map(what => number(what, 4)),
      ],
      example: 'ns.example.org hostmaster.example.org 1 7200 3600 1209600 300',
    },
  ],
  [
    'SRV',
    {
      fields: [number('priority', 2), number('weight', 2), number('port', 2), domainName('target')],
      example: '0 5 993 imap.example.org',
    },
  ],
  [
    'CAA',
    { fields: [number('flags', 1), part.tag, part.restText], example: '0 issue "ca.example.net"' },
  ],
  [
    'TLSA',
    {
      fields: [
        ...[number('usage', 1), number('selector', 1), number('matching type', 1)],
        restHex('certificate data'),
      ],
      example: '3 1 1 and the digest in hexadecimal',
    },
  ],
  ['DS', digest],
  ['CDS', digest],
  ['DNSKEY', publicKey],
  ['CDNSKEY', publicKey],
  [
    'RRSIG',
    {
      fields: [
        ...[part.coveredType, number('algorithm', 1), number('labels', 1), number('TTL', 4)],
        ...[part.moment('expiration'), part.moment('inception'), number('key tag', 2)],
        ...[domainName('signer'), restBase64('signature')],
      ],
      example: 'MX 13 2 300 20261231000000 20261201000000 12345 example.org and base64',
    },
  ],
  [
    'NSEC',
    {
      fields: [part.spelledName('next name'), part.typeBitmap],
      example: 'b.example.org A MX RRSIG NSEC',
    },
  ],
]);

/**
 * The canonical presentation of the data of one record, whatever spelling it came in. Names are
 * absolute, dot or not. `seen` is for data that a zone already holds: it is not judged by meaning
 * (an MX that points at an address must be readable, or it could not be restored).
 * @throws Fault MALFORMED
 */
export function parseRdata(
  type: RecordType,
  text: string,
  options: { where?: string; seen?: boolean } = {},
): string {
  const known = canonicalType(type);
  const wire = encode(known, text, { strict: options.seen !== true, where: options.where });
  return rdataFromWire(known, wire, { start: 0, length: wire.length });
}

/**
 * The octets of canonical rdata, names not compressed. Octets of no grammar come as RFC 3597 text.
 * @throws Fault MALFORMED
 */
export const rdataToWire = (type: RecordType, canonical: string): Uint8Array =>
  encode(type, canonical, { strict: false, where: undefined });

function encode(
  type: RecordType,
  text: string,
  { strict, where }: { strict: boolean; where: string | undefined },
): Uint8Array {
  const grammar = grammars.get(type);
  const example = grammar?.example ?? '\\# 2 0a0b (RFC 3597)';
  const about = { type, text, example, where };
  // Four characters an octet is the longest way to write data, quotes and blanks besides.
  if (text.length > 5 * 65_535) throw oddRdata(about, tooLong, 'Shorten it.');
  const tokens = splitTokens(text);
  const unquoted = grammar?.fields[0] === part.strings && !text.includes('"');
  if (tokens === null && !unquoted)
    throw oddRdata(about, 'a quoted string is not closed or not apart from the next word');
  const source: Source = { ...about, tokens: tokens ?? [], next: 0, strict };
  if (tokens?.[0]?.text === '\\#') return encodeGeneric(source);
  if (grammar === undefined)
    throw oddRdata(about, 'the type is written in the form of unknown types only');
  const octets = Buffer.concat(grammar.fields.map(field => field.encode(source)));
  const extra = source.tokens[source.next];
  if (extra !== undefined)
    throw oddRdata(source, `${quote(extra.text)} is more than belongs there`);
  if (octets.length > 65_535) throw oddRdata(about, tooLong, 'Shorten it.');
  return new Uint8Array(octets);
}

const tooLong = 'it is longer than 65535 octets';

/** `\# 4 0a000001`: any type may be written so (RFC 3597 5). */
function encodeGeneric(source: Source): Uint8Array {
  const [, length = '', ...hex] = source.tokens.map(token => token.text);
  const octets = octetsOfHex(hex.join(''));
  if (!/^\d{1,5}$/.test(length) || octets?.length !== Number(length))
    throw oddRdata(source, 'the length and the octets behind \\# do not agree');
  if (!grammars.has(source.type)) return octets;
  try {
    // A known type in this form is held to its grammar all the same.
    const canonical = rdataFromWire(source.type, octets, { start: 0, length: octets.length });
    return encode(source.type, canonical, source);
  } catch (error) {
    throw isFault(error, 'MALFORMED') ? oddRdata(source, error.message, error.fix) : error;
  }
}

/**
 * The canonical presentation of rdata as it stands in a message, where names may be compressed.
 * @throws Fault MALFORMED unless the data is of the type and ends where it must
 */
export function rdataFromWire(
  type: RecordType,
  message: Uint8Array,
  { start, length }: { readonly start: number; readonly length: number },
): string {
  if (start + length > message.length) throw malformed('its data ends too early', start);
  return takeRdata(type, cursorAt(message, start, start + length));
}

/** Takes everything up to the cursor's end as the data of one record. */
export function takeRdata(type: RecordType, cursor: Cursor): string {
  const grammar = grammars.get(type);
  if (grammar === undefined) return takeGeneric(cursor);
  let text = '';
  for (const field of grammar.fields) {
    const word = field.decode(cursor);
    if (word !== '') text += text === '' ? word : ` ${word}`;
  }
  if (cursor.at !== cursor.end)
    throw malformed(`the data of the ${type} record goes on behind its end`, cursor.at);
  return text;
}

/** Octets without a grammar of ours. */
export function takeGeneric(cursor: Cursor): string {
  const octets = takeRest(cursor);
  return octets.length === 0 ? '\\# 0' : `\\# ${octets.length} ${hexOf(octets)}`;
}
