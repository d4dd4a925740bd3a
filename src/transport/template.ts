import { IN } from '../dns/records.ts';
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

export interface TemplateOptions {
  /** Queries of like length, so that their length does not tell what is asked (RFC 8467 4.1). */
  readonly pad?: boolean;
}

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
 * Templates by name, type, class and flags. They ask for the NSID: it tells the members of a farm apart
 * (RFC 5001). A full table starts again, so it never holds more than `limits.queryTemplates`.
 */
export function templateTable({ pad = false }: TemplateOptions = {}): Templates {
  // By name, then type, then flags: a key made of all three would have to be hashed each time.
  const table = new Map<string, Map<string, Template[]>>();
  let size = 0;
  const make = ({ edns = true, ...attempt }: Attempt): Template => {
    // Resolvers say whether they validated only to who asks for it (RFC 6840 5.7 and 5.8).
    const octets = encodeQuery({ id: 0, ...attempt, ad: attempt.recursive, edns, nsid: true, pad });
    return { octets, letters: lettersOf(octets) };
  };
  return attempt => {
    const { name, type, klass = IN, recursive, dnssec, edns, cd } = attempt;
    const marks = (recursive ? 1 : 0) + (dnssec ? 2 : 0) + (edns === false ? 4 : 0);
    const flags = marks + (cd === true ? 8 : 0) + 16 * (klass - IN);
    const known = table.get(name)?.get(type)?.[flags];
    if (known !== undefined) return known;
    const template = make(attempt);
    if (++size > limits.queryTemplates) {
      table.clear();
      size = 1;
    }
    const types = table.get(name) ?? new Map<string, Template[]>();
    const variants = types.get(type) ?? [];
    variants[flags] = template;
    table.set(name, types.set(type, variants));
    return template;
  };
}

/** One query from the template, with this id; 0x20 takes one random bit a letter. */
export function fresh({ octets, letters }: Template, id: number, random: RandomPool): Uint8Array {
  const query = Buffer.allocUnsafe(octets.length);
  query.set(octets);
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
