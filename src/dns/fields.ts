import { formatIpv4, formatIpv6, isAddress, parseIpv4, parseIpv6 } from './address.ts';
import {
  type Cursor,
  malformed,
  take,
  takeName,
  takeNameAsSent,
  takeRest,
  takeU16,
  takeU32,
  takeU8,
} from './cursor.ts';
import { quote, splitLabels } from './label.ts';
import { nameToWire, parseAnyName, parseName } from './name.ts';
import * as words from './presentation.ts';
import { canonicalType, typeName, typeNumber } from './record-type.ts';

/** One part of the rdata of a type. The octets rule: text is canonical because it is made of them. */
export interface Field {
  /** @throws Fault MALFORMED */
  encode(source: words.Source): Uint8Array;
  /** @throws Fault MALFORMED */
  decode(cursor: Cursor): string;
}

/** A whole number of 1, 2 or 4 octets. */
export function number(what: string, octets: 1 | 2 | 4): Field {
  const most = 256 ** octets - 1;
  return {
    encode: source => {
      const { text } = words.takeToken(source, what);
      if (!/^\d+$/.test(text) && source.tokens.length === 1)
        throw words.oddRdata(source, `the ${what} is missing`);
      if (!/^\d{1,10}$/.test(text) || Number(text) > most)
        throw words.oddRdata(source, `the ${what} is not a whole number from 0 to ${most}`);
      return numberOctets(Number(text), octets);
    },
    decode: cursor => {
      const take = { 1: takeU8, 2: takeU16, 4: takeU32 }[octets];
      return String(take(cursor));
    },
  };
}

export function numberOctets(value: number, octets: 1 | 2 | 4): Uint8Array {
  const result = new Uint8Array(octets);
  for (let at = 0; at < octets; at++)
    result[at] = Math.floor(value / 256 ** (octets - 1 - at)) % 256;
  return result;
}

/** A domain name, never compressed when written. */
export const domainName = (what: string): Field => ({
  encode: source => {
    const { text } = words.takeToken(source, what);
    if (!source.strict) return nameToWire(parseAnyName(text, source.where));
    // RFC 1035 3.3.9 and RFC 5321 5.1: an exchange is a name; mail servers do not follow addresses.
    if (isAddress(text.replace(/^\[|\]$|\.$/g, '')))
      throw words.oddRdata(
        source,
        `the ${what} is an IP address`,
        'Write the name of the host; its address belongs in an A or AAAA record of that name.',
      );
    return nameToWire(parseName(text, source.where));
  },
  decode: takeName,
});

/** A name whose letters count: those of an NSEC are signed as they stand (RFC 6840 5.1). */
export const spelledName = (what: string): Field => ({
  encode: source => {
    const labels = splitLabels(words.takeToken(source, what).text, source.where);
    return Uint8Array.from([...labels.flatMap(({ octets }) => [octets.length, ...octets]), 0]);
  },
  decode: cursor => takeNameAsSent(cursor).raw,
});

export const ipv4: Field = {
  encode: source => {
    const octets = parseIpv4(words.takeToken(source, 'address').text);
    if (octets === null) throw words.oddRdata(source, 'it is not an IPv4 address');
    return octets;
  },
  decode: cursor => formatIpv4(take(cursor, 4)),
};

export const ipv6: Field = {
  encode: source => {
    const octets = parseIpv6(words.takeToken(source, 'address').text);
    if (octets === null) throw words.oddRdata(source, 'it is not an IPv6 address');
    return octets;
  },
  decode: cursor => formatIpv6(take(cursor, 16)),
};

const brokenEscape = 'it contains a control character or a broken escape';
const escapeFix = 'Write octets that are not printable as \\DDD and a backslash as \\\\.';

/** One or more character-strings to the end; text without quotes is one string, split as needed. */
export const strings: Field = {
  encode: source => {
    const parts: Uint8Array[] = [];
    const bare = !/^(?:[^"\\]|\\[^])*"/.test(source.text);
    const texts = bare ? [{ text: source.text.trim(), quoted: false }] : source.tokens;
    if (bare && source.text.trim() === '')
      throw words.oddRdata(source, 'it is empty', 'Write "" for an empty string.');
    for (const { text, quoted } of texts) {
      if (quoted === bare)
        throw words.oddRdata(source, 'some of it stands in quotes', 'Quote all of it, or nothing.');
      const octets = words.stringOctets(text);
      if (octets === null) throw words.oddRdata(source, brokenEscape, escapeFix);
      if (quoted && octets.length > 255)
        throw words.oddRdata(
          source,
          'a quoted string is longer than 255 octets',
          'Leave the quotes out and it is split for you, or split it into several quoted strings.',
        );
      for (let at = 0; at < Math.max(octets.length, 1); at += 255) {
        const string = octets.subarray(at, at + 255);
        parts.push(Uint8Array.of(string.length), string);
      }
    }
    source.next = source.tokens.length;
    return Buffer.concat(parts);
  },
  decode: cursor => {
    const texts: string[] = [];
    do texts.push(words.quoteString(take(cursor, takeU8(cursor))));
    while (cursor.at < cursor.end);
    return texts.join(' ');
  },
};

/** One character-string with its length before it. */
export const string = (what: string): Field => ({
  encode: source => {
    const octets = words.stringOctets(words.takeToken(source, what).text);
    if (octets === null) throw words.oddRdata(source, brokenEscape, escapeFix);
    if (octets.length > 255) throw words.oddRdata(source, `the ${what} is longer than 255 octets`);
    return Uint8Array.of(octets.length, ...octets);
  },
  decode: cursor => words.quoteString(take(cursor, takeU8(cursor))),
});

/** The tag of a CAA record (RFC 8659 4.1). */
export const tag: Field = {
  encode: source => {
    const { text } = words.takeToken(source, 'tag');
    if (!/^[a-zA-Z0-9]{1,255}$/.test(text))
      throw words.oddRdata(source, 'the tag is not made of letters and digits');
    return Uint8Array.of(text.length, ...Buffer.from(text));
  },
  decode: cursor => {
    const at = cursor.at;
    const text = Buffer.from(take(cursor, takeU8(cursor))).toString('latin1');
    if (!/^[a-zA-Z0-9]+$/.test(text)) throw malformed('a CAA tag is not letters and digits', at);
    return text;
  },
};

/** The value of a CAA record: text to the end, without a length. */
export const restText: Field = {
  encode: source => {
    const octets = words.stringOctets(words.takeToken(source, 'value').text);
    if (octets === null) throw words.oddRdata(source, brokenEscape, escapeFix);
    return octets;
  },
  decode: cursor => words.quoteString(takeRest(cursor)),
};

const rest = (
  what: string,
  codec: { read: (text: string) => Uint8Array | null; write: (octets: Uint8Array) => string },
): Field => ({
  encode: source => {
    // Long keys are written in several words.
    const text = source.tokens
      .slice(source.next)
      .map(token => token.text)
      .join('');
    source.next = source.tokens.length;
    const octets = codec.read(text);
    if (octets === null || octets.length === 0)
      throw words.oddRdata(source, `the ${what} is missing or broken`);
    return octets;
  },
  decode: cursor => {
    if (cursor.at === cursor.end) throw malformed(`a ${what} is missing`, cursor.at);
    return codec.write(takeRest(cursor));
  },
});

export const restHex = (what: string): Field =>
  rest(what, { read: words.octetsOfHex, write: words.hexOf });
export const restBase64 = (what: string): Field =>
  rest(what, { read: words.octetsOfBase64, write: words.base64Of });

/** The type that a signature covers. */
export const coveredType: Field = {
  encode: source => numberOctets(typeNumber(words.takeToken(source, 'type').text), 2),
  decode: cursor => typeName(takeU16(cursor)),
};

/** A moment as YYYYMMDDHHmmSS or as seconds since 1970 (RFC 4034 3.2). */
export const moment = (what: string): Field => ({
  encode: source => {
    const { text } = words.takeToken(source, what);
    const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(text)?.slice(1).map(Number);
    const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts ?? [];
    const seconds =
      parts === undefined
        ? Number(/^\d{1,10}$/.exec(text)?.[0] ?? NaN)
        : Date.UTC(year, month - 1, day, hour, minute, second) / 1000;
    const octets = numberOctets(seconds, 4);
    // A date that does not exist comes back as another one.
    if (!(seconds >= 0 && seconds < 2 ** 32) || (parts !== undefined && stamp(seconds) !== text))
      throw words.oddRdata(source, `the ${what} ${quote(text)} is no moment`);
    return octets;
  },
  decode: cursor => stamp(takeU32(cursor)),
});

const stamp = (seconds: number): string =>
  new Date(seconds * 1000).toISOString().replace(/[-T:]/g, '').slice(0, 14);

/** The types that exist at a name (RFC 4034 4.1.2). */
export const typeBitmap: Field = {
  encode: source => {
    const types = source.tokens.slice(source.next).map(token => typeNumber(token.text));
    source.next = source.tokens.length;
    const windows = new Map<number, Uint8Array>();
    for (const type of types.sort((one, other) => one - other)) {
      const bits = windows.get(type >> 8) ?? new Uint8Array(32);
      bits[(type & 255) >> 3] = (bits[(type & 255) >> 3] ?? 0) | (128 >> (type & 7));
      windows.set(type >> 8, bits);
    }
    const blocks = [...windows].map(([window, bits]) => {
      const length = bits.findLastIndex(octet => octet !== 0) + 1;
      return [window, length, ...bits.subarray(0, length)];
    });
    return Uint8Array.from(blocks.flat());
  },
  decode: cursor => {
    const types: string[] = [];
    let last = -1;
    while (cursor.at < cursor.end) {
      const at = cursor.at;
      const window = takeU8(cursor);
      const bits = take(cursor, takeU8(cursor));
      if (window <= last || bits.length < 1 || bits.length > 32 || bits.at(-1) === 0)
        throw malformed('a type bitmap is not in canonical form', at);
      last = window;
      for (let bit = 0; bit < 8 * bits.length; bit++)
        if (((bits[bit >> 3] ?? 0) & (128 >> (bit & 7))) !== 0)
          types.push(canonicalType(typeName(window * 256 + bit)));
    }
    return types.join(' ');
  },
};
