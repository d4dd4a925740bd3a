import { encodeQuery } from '../dns/wire.ts';
import { limits } from '../limits.ts';
import { type RandomPool } from './random.ts';
import { type Attempt } from './udp.ts';

/** A query that is sent many times: everything but the id and the case of the name stands. */
export interface Template {
  readonly octets: Uint8Array;
  /** Where the letters of the name stand. */
  readonly letters: Uint16Array;
}

/** Gives the template of a question, made at its first use. */
export type Templates = (attempt: Attempt) => Template;

function lettersOf(query: Uint8Array): Uint16Array {
  const letters: number[] = [];
  for (let at = 12, length = query[12] ?? 0; length !== 0; length = query[at] ?? 0) {
    const end = at + 1 + length;
    for (at++; at < end; at++) {
      const octet = query[at] ?? 0;
      if (octet >= 97 && octet <= 122) letters.push(at);
    }
  }
  return Uint16Array.from(letters);
}

/**
 * Templates by name, type and flags. They ask for the NSID: it tells the members of a farm apart
 * (RFC 5001). A full table starts again, so it never holds more than `limits.queryTemplates`.
 */
export function templateTable(): Templates {
  const table = new Map<string, Template>();
  return ({ name, type, recursive, dnssec, edns = true }) => {
    const key = `${type} ${recursive ? 1 : 0}${dnssec ? 1 : 0}${edns ? 1 : 0} ${name}`;
    const known = table.get(key);
    if (known !== undefined) return known;
    const octets = encodeQuery({ id: 0, name, type, recursive, dnssec, edns, nsid: true });
    const template = { octets, letters: lettersOf(octets) };
    if (table.size >= limits.queryTemplates) table.clear();
    table.set(key, template);
    return template;
  };
}

/** One query from the template, with this id; 0x20 takes one random bit a letter. */
export function fresh({ octets, letters }: Template, id: number, random: RandomPool): Uint8Array {
  const query = Buffer.from(octets);
  query[0] = id >> 8;
  query[1] = id;
  const bits = random.octets((letters.length + 7) >> 3);
  for (let index = 0; index < letters.length; index++) {
    if (((bits[index >> 3] ?? 0) >> (index & 7)) & 1) {
      const at = letters[index] ?? 0;
      query[at] = (query[at] ?? 0) & ~32;
    }
  }
  return query;
}
