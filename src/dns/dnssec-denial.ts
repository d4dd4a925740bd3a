import { createHash } from 'node:crypto';
import { limits } from '../limits.ts';
import { cursorAt } from './cursor.ts';
import { typeBitmap } from './fields.ts';
import { splitLabels } from './label.ts';
import { isWithin, type Name, nameLabels, nameToWire, parentOf, parseAnyName } from './name.ts';
import { rdataToWire } from './rdata.ts';
import { type RecordType } from './record-type.ts';
import { type WireRecord } from './records.ts';

/** What exists at a name, and that nothing does up to the next one (RFC 4034 4). */
interface Nsec {
  readonly owner: Name;
  readonly next: Name;
  readonly types: readonly RecordType[];
}

/** The same by hashes of names (RFC 5155 3). */
interface Nsec3 {
  /** Hexadecimal, as is `next`. */
  readonly owner: string;
  readonly next: string;
  readonly optOut: boolean;
  readonly iterations: number;
  readonly salt: Uint8Array;
  readonly types: readonly RecordType[];
}

/** What an answer says about what is not there. The signatures of its records are checked by the caller. */
export interface Denial {
  readonly zone: Name;
  readonly nsec: readonly Nsec[];
  readonly nsec3: readonly Nsec3[];
}

const wireLabels = (name: Name): readonly Uint8Array[] =>
  splitLabels(name).map(({ octets }) => octets);

/** Canonical order of names: label by label from the root (RFC 4034 6.1). */
export function compareNames(one: Name, other: Name): number {
  const a = wireLabels(one).toReversed();
  const b = wireLabels(other).toReversed();
  for (const [index, label] of a.entries()) {
    const against = b[index];
    if (against === undefined) return 1;
    const order = Buffer.compare(label, against);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

const alphabet = '0123456789abcdefghijklmnopqrstuv';

/** The octets of a label in base32hex without padding (RFC 4648 7) in hexadecimal; null for any other. */
function hexOfLabel(label: string): string | null {
  let bits = '';
  for (const letter of label.toLowerCase()) {
    const value = alphabet.indexOf(letter);
    if (value < 0) return null;
    bits += value.toString(2).padStart(5, '0');
  }
  const octets = bits.match(/[01]{8}/g) ?? [];
  return octets.map(octet => parseInt(octet, 2).toString(16).padStart(2, '0')).join('');
}

function nsecOf({ name, rdata }: WireRecord): Nsec {
  const [next = '.', ...types] = rdata.split(' ');
  return { owner: name, next: parseAnyName(next.toLowerCase()), types };
}

/** Null where the hash is not SHA-1, the only one there is, or a flag is unknown (RFC 5155 8.1 and 8.2). */
function nsec3Of({ name, rdata }: WireRecord, zone: Name): Nsec3 | null {
  const octets = Buffer.from(rdataToWire('NSEC3', rdata));
  const owner = hexOfLabel(nameLabels(name)[0] ?? '');
  if (octets.length < 6 || owner === null || parentOf(name) !== zone) return null;
  const [hash = 0, flags = 0] = octets;
  const saltEnd = 5 + (octets[4] ?? 0);
  const nextEnd = saltEnd + 1 + (octets[saltEnd] ?? 0);
  if (hash !== 1 || flags > 1 || nextEnd > octets.length) return null;
  const types = typeBitmap.decode(cursorAt(octets, nextEnd, octets.length));
  return {
    owner,
    next: octets.subarray(saltEnd + 1, nextEnd).toString('hex'),
    optOut: flags === 1,
    iterations: octets.readUInt16BE(2),
    salt: octets.subarray(5, saltEnd),
    types: types === '' ? [] : types.split(' '),
  };
}

/**
 * Reads the NSEC and NSEC3 records of one zone.
 * @throws Fault MALFORMED for an NSEC3 whose types cannot be read
 */
export const denialOf = (records: readonly WireRecord[], zone: Name): Denial => ({
  zone,
  nsec: records
    .filter(({ type, name }) => type === 'NSEC' && isWithin(name, zone))
    .map(record => nsecOf(record)),
  nsec3: records
    .filter(({ type }) => type === 'NSEC3')
    .flatMap(record => nsec3Of(record, zone) ?? []),
});

/** RFC 5155 5. */
function hashOf(name: Name, { salt, iterations }: Nsec3): string {
  let hash = createHash('sha1').update(nameToWire(name)).update(salt).digest();
  for (let left = iterations; left > 0; left--)
    hash = createHash('sha1').update(hash).update(salt).digest();
  return hash.toString('hex');
}

/** Lies a value behind `from` and before `to`, on a circle whose last member points at the first? */
function lies<Value>(
  value: Value,
  [from, to]: readonly [Value, Value],
  order: (one: Value, other: Value) => number,
): boolean {
  const behind = order(from, value) < 0;
  const before = order(value, to) < 0;
  return order(from, to) < 0 ? behind && before : behind || before;
}

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const isCut = (types: readonly RecordType[]): boolean =>
  types.includes('NS') && !types.includes('SOA');

/** May an NSEC speak about this name: not from above a delegation or a DNAME (RFC 6840 4.1)? */
const mayDeny = ({ owner, types }: Nsec, name: Name): boolean =>
  owner === name || !isWithin(name, owner) || (!isCut(types) && !types.includes('DNAME'));

const covering = ({ nsec }: Denial, name: Name): Nsec | undefined =>
  nsec.find(one => mayDeny(one, name) && lies(name, [one.owner, one.next], compareNames));

const matching3 = ({ nsec3 }: Denial, name: Name): Nsec3 | undefined =>
  nsec3.find(one => one.owner === hashOf(name, one));

const covering3 = ({ nsec3 }: Denial, name: Name): Nsec3 | undefined =>
  nsec3.find(one => lies(hashOf(name, one), [one.owner, one.next], byText));

/** The NSEC3 over the name one label below the closest ancestor that is proven to exist (RFC 5155 8.3). */
function nextCloser(denial: Denial, name: Name): Nsec3 | undefined {
  let closer = name;
  for (let at = parentOf(name); at !== null && isWithin(at, denial.zone); at = parentOf(at)) {
    const encloser = matching3(denial, at);
    if (encloser !== undefined)
      return isCut(encloser.types) || encloser.types.includes('DNAME')
        ? undefined
        : covering3(denial, closer);
    closer = at;
  }
  return undefined;
}

/** More rounds of hashing than validators make for anybody: what is proven so counts as unsigned (RFC 9276 3.2). */
export const tooManyIterations = ({ nsec3 }: Denial): boolean =>
  nsec3.some(({ iterations }) => iterations > limits.dnssecNsec3Iterations);

/** What a denial proves about a type at a name. */
export type Proof =
  /** The name exists, its zone is another one, and it has no DS: nothing below is signed for the world. */
  | 'delegation'
  /** An unsigned delegation may be there, and nobody says whether (RFC 5155 6). */
  | 'opt-out'
  /** The name exists, or one below it does, and has no record of this type. */
  | 'no data'
  | 'no name'
  | 'nothing';

/** What is proven about the absence of this type at this name, wildcards left aside. */
export function provenAbsent(denial: Denial, name: Name, type: RecordType): Proof {
  if (tooManyIterations(denial)) return 'nothing';
  const exact = denial.nsec.find(({ owner }) => owner === name) ?? matching3(denial, name);
  if (exact !== undefined) {
    const { types } = exact;
    // At a cut the parent speaks about DS and the child about all else (RFC 6840 4.4).
    const wrongSide = type === 'DS' ? types.includes('SOA') : isCut(types);
    if (types.includes(type) || types.includes('CNAME') || wrongSide) return 'nothing';
    return isCut(types) ? 'delegation' : 'no data';
  }
  const over = covering(denial, name);
  if (over !== undefined) return isWithin(over.next, name) ? 'no data' : 'no name';
  const over3 = nextCloser(denial, name);
  if (over3 === undefined) return 'nothing';
  return over3.optOut ? 'opt-out' : 'no name';
}

/** Is it proven that the name itself does not exist, so that a wildcard may answer for it (RFC 4035 5.3.4)? */
export function provenExpanded(denial: Denial, name: Name, labels: number): boolean {
  if (tooManyIterations(denial)) return false;
  if (covering(denial, name) !== undefined) return true;
  let closer: Name | null = name;
  while (closer !== null && nameLabels(closer).length > labels + 1) closer = parentOf(closer);
  return closer !== null && covering3(denial, closer) !== undefined;
}
