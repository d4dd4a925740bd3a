import { type Instant, type Seconds } from '../clock.ts';
import { isWithin, type Name, ROOT } from '../dns/name.ts';
import { RCODE } from '../dns/rcode.ts';
import { CH } from '../dns/records.ts';
import { type Message } from '../dns/wire.ts';
import { nsidOf } from './observation.ts';
import { type Exposure } from './exposure.ts';

/**
 * `denied`: an authoritative server denies it. `reserved`: nobody can ever make it, which no resolver owes
 * who serves the names of a closed network only. `supposed`: a wildcard may answer it, which is told by
 * how many do.
 */
export type Absence = 'denied' | 'reserved' | 'supposed';

/** What a resolver is asked before it is believed. */
export interface Trial {
  /** Whose SOA it has to resolve; null: no zone is known. */
  readonly zone: Name | null;
  /** `zone` was typed, and may be a name within one: the SOA that comes with its denial will do then. */
  readonly inside?: boolean;
  /** A name that nobody made, the same for all: who has an answer for it makes answers up. */
  readonly absent: Name;
  readonly absence: Absence;
  /** How long its absence may be remembered by who asks now; null: not known. */
  readonly negativeTtl: Seconds | null;
}

/** What one resolver said to that. Survives JSON. */
export interface Hearing {
  readonly resolver: string;
  readonly operator: string;
  readonly weight: number;
  /** Where it was asked. */
  readonly address: string;
  readonly exposure: Exposure;
  /** When it was heard. */
  readonly at: Instant;
  /** Why the SOA of the zone is not had from it; null: it is, or none was asked for. */
  readonly trouble: string | null;
  /** It has an answer for the name that nobody made; null: it did not say. */
  readonly invents: boolean | null;
  /** What it says of that name's absence, when it was asked for it for the first time; null: nothing. */
  readonly denial: Remembered | null;
  /** How the machine that answered names itself (RFC 5001, RFC 4892); null: it does not. */
  readonly member: string | null;
}

/** An entry of a cache that says that a name does not exist. */
export interface Remembered {
  readonly name: Name;
  /** What is left of it at this moment, and what there is of it at first. */
  readonly at: Instant;
  readonly ttl: Seconds;
  readonly full: Seconds;
}

/** Why this is no SOA of the zone; null: it is one. */
export function soaTrouble(
  { rcodeName, answer, authority }: Message,
  { zone, inside = false }: Pick<Trial, 'zone' | 'inside'>,
): string | null {
  if (rcodeName !== 'NOERROR') return rcodeName;
  if (answer.some(({ type }) => type === 'SOA')) return null;
  // Who blocks a name may deny it with an SOA of its own, or with that of the root.
  const above = (name: Name): boolean =>
    zone !== null && name !== zone && name !== ROOT && isWithin(zone, name);
  const denied = authority.some(({ type, name }) => type === 'SOA' && above(name));
  return inside && denied ? null : 'no SOA';
}

/**
 * True if it has an answer for a name that does not exist; null: it did not say. No record without
 * NXDOMAIN is what some signers say of such names (RFC 9824 2).
 */
export function inventsBy({ rcode, answer }: Message): boolean | null {
  if (rcode === RCODE.NXDOMAIN) return false;
  return rcode === RCODE.NOERROR && answer.length > 0 ? true : null;
}

/** Generic names that many machines have of their own: they tell no two of them apart. */
const generic =
  /^(?:localhost|unbound|bind|named|dns(?:masq|dist)?|ns|resolv(?:er)?|cache|recursor|server|default|unknown|none|debian|ubuntu)?[-_.]?\d{0,2}(?:\.local(?:domain)?)?$/i;

/** How it names itself by NSID or by `id.server`; null where it does not, or says nothing by it. */
export function memberOf(message: Message): string | null {
  return memberNamed(nsidOf(message) ?? idServerOf(message));
}

/** The name of a machine, as far as it tells that machine from others. */
export const memberNamed = (text: string | null): string | null =>
  text === null || text.length < 3 || generic.test(text) ? null : text;

/** The text of `id.server CH TXT` (RFC 4892 3.1), and of no other answer. */
function idServerOf({ question, answer }: Message): string | null {
  if (question?.klass !== CH) return null;
  const found = answer.find(({ type, klass }) => type === 'TXT' && klass === CH);
  const text = found?.rdata.replaceAll(/^"|"$/g, '').trim() ?? '';
  return text === '' ? null : text.slice(0, 64);
}
