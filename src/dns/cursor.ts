import { Fault } from '../errors.ts';
import { limits } from '../limits.ts';
import { plainOctets } from './label.ts';
import { type Name, nameFromLabels, presentLabels, ROOT } from './name.ts';

/** A place in a message that is being read. `end` bounds what may be taken, not where names point. */
export interface Cursor {
  readonly bytes: Uint8Array;
  at: number;
  end: number;
  /** Labels and pointers followed so far; bounded, or a crafted message would cost seconds. */
  steps: number;
  /** Names that were pointed to, by where they start: most records repeat the owner. */
  readonly names: Map<number, Name>;
}

export const cursorAt = (bytes: Uint8Array, at: number, end: number): Cursor => ({
  bytes: bytes,
  at: at,
  end: end,
  steps: 0,
  names: new Map(),
});

export const malformed = (why: string, at?: number): Fault =>
  new Fault(
    'MALFORMED',
    `the DNS message is malformed${at === undefined ? '' : ` at octet ${at}`}: ${why}`,
    { fix: 'Ask again; if it stays, the server or something on the way to it is broken.' },
  );

/** Takes `length` octets; a view, not a copy. */
export function take(cursor: Cursor, length: number): Uint8Array {
  const from = cursor.at;
  const to = from + length;
  if (to > cursor.end) throw malformed('it ends too early', from);
  cursor.at = to;
  return cursor.bytes.subarray(from, to);
}

export function takeU8(cursor: Cursor): number {
  const { at, bytes } = cursor;
  if (at + 1 > cursor.end) throw malformed('it ends too early', at);
  cursor.at = at + 1;
  return bytes[at] ?? 0;
}

export function takeU16(cursor: Cursor): number {
  const { at, bytes } = cursor;
  if (at + 2 > cursor.end) throw malformed('it ends too early', at);
  cursor.at = at + 2;
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

export function takeU32(cursor: Cursor): number {
  const high = takeU16(cursor);
  return high * 65_536 + takeU16(cursor);
}

/** All that is left. */
export const takeRest = (cursor: Cursor): Uint8Array => take(cursor, cursor.end - cursor.at);

/** Takes a name, compressed or not (RFC 1035 4.1.4), in canonical form. */
export function takeName(cursor: Cursor): Name {
  const { bytes, at } = cursor;
  const first = bytes[at] ?? 0;
  if (first < 192 || at + 2 > cursor.end) return walkPlainName(cursor);
  const target = ((first & 63) << 8) | (bytes[at + 1] ?? 0);
  const known = cursor.names.get(target);
  if (known !== undefined) {
    cursor.at = at + 2;
    return known;
  }
  const name = walkPlainName(cursor);
  cursor.names.set(target, name);
  return name;
}

/** Takes a name and gives its text with the case as sent besides. */
export function takeNameAsSent(cursor: Cursor): { name: Name; raw: string } {
  const start = cursor.at;
  const name = walkPlainName(cursor);
  const { bytes, at } = cursor;
  let octet = start;
  while (octet < at && !isUpper(bytes[octet] ?? 0)) octet++;
  if (octet === at) return { name, raw: name };
  cursor.at = start;
  return { name, raw: presentLabels(takeLabels(cursor), true) };
}

const isUpper = (octet: number): boolean => octet >= 65 && octet <= 90;

/** The text of a name made at once, as long as nothing in it needs an escape. */
function walkPlainName(cursor: Cursor): Name {
  const start = cursor.at;
  const { bytes } = cursor;
  const codes: number[] = [];
  walkName(cursor, (from, to) => {
    for (let at = from; at < to; at++) codes.push(plainOctets[bytes[at] ?? 0] ?? 0);
    codes.push(46);
  });
  if (codes.length === 0) return ROOT;
  // The table gives 0 for what is special.
  if (!codes.includes(0)) return String.fromCharCode(...codes) as Name;
  cursor.at = start;
  return nameFromLabels(takeLabels(cursor));
}

function takeLabels(cursor: Cursor): readonly Uint8Array[] {
  const labels: Uint8Array[] = [];
  walkName(cursor, (from, to) => labels.push(cursor.bytes.subarray(from, to)));
  return labels;
}

/**
 * Visits the labels of the name at the cursor and moves behind it. Pointers lead strictly
 * backwards, before everything of the name read so far, so that no loop can exist.
 */
function walkName(cursor: Cursor, visit: (from: number, to: number) => void): void {
  const { bytes } = cursor;
  let at = cursor.at;
  let end = cursor.end;
  let lowest = at;
  let length = 1;
  let behind = -1;
  for (;;) {
    if (at >= end) throw malformed('a name runs over the end', at);
    if (++cursor.steps > limits.nameStepsPerMessage)
      throw malformed('its names are folded deeper than any server folds them', at);
    const first = bytes[at] ?? 0;
    if (first === 0) break;
    if (first >= 192) {
      if (at + 2 > end) throw malformed('a name runs over the end', at);
      const target = ((first & 63) << 8) | (bytes[at + 1] ?? 0);
      if (target >= lowest) throw malformed('a name points forward or at itself', at);
      if (target < 12) throw malformed('a name points into the header', at);
      if (behind < 0) behind = at + 2;
      // What is pointed at lies outside the rdata, but before this name.
      end = lowest;
      at = lowest = target;
    } else if (first > limits.labelOctets) throw malformed('a label has an unknown kind', at);
    else {
      length += first + 1;
      if (at + 1 + first >= end) throw malformed('a name runs over the end', at);
      if (length > limits.nameOctets) throw malformed('a name is longer than 255 octets', at);
      visit(at + 1, at + 1 + first);
      at += first + 1;
    }
  }
  cursor.at = behind < 0 ? at + 1 : behind;
}
