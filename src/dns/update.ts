import { Fault } from '../errors.ts';
import { type Name, nameToWire } from './name.ts';
import { ANY, IN, NONE, recordOctets, rrsetOctets, UPDATE } from './records.ts';
import { isMetaType } from './record-type.ts';
import { type Key, type RRset } from './rrset.ts';

/** What must be true for an UPDATE to take effect (RFC 2136 2.4). */
export type Prerequisite =
  | { readonly is: 'exists' | 'absent'; readonly key: Key }
  /** The data must be exactly this; the TTL is not compared (2.4.2). */
  | { readonly is: 'equals'; readonly rrset: RRset }
  | { readonly is: 'name in use' | 'name not in use'; readonly name: Name };

/** What an UPDATE does, in this order (RFC 2136 2.5). */
export type Update =
  | { readonly do: 'add' | 'delete records'; readonly rrset: RRset }
  | { readonly do: 'delete rrset'; readonly key: Key }
  | { readonly do: 'delete name'; readonly name: Name };

export interface UpdateMessage {
  readonly id: number;
  readonly zone: Name;
  readonly prerequisites: readonly Prerequisite[];
  readonly updates: readonly Update[];
}

/** The octets of an UPDATE, not signed. */
export function encodeUpdate(message: UpdateMessage): Uint8Array {
  const prerequisites = message.prerequisites.flatMap(prerequisiteOctets);
  const updates = message.updates.flatMap(updateOctets);
  const header = Buffer.alloc(12);
  header.writeUInt16BE(message.id);
  header[2] = UPDATE << 3;
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(prerequisites.length, 6);
  header.writeUInt16BE(updates.length, 8);
  // The zone section looks like a question for the SOA (RFC 2136 2.3).
  const zone = [nameToWire(message.zone), Uint8Array.of(0, 6, 0, IN)];
  return new Uint8Array(Buffer.concat([header, ...zone, ...prerequisites, ...updates]));
}

const nameOnly = (name: Name, klass: number): readonly Uint8Array[] => [
  recordOctets({ name, type: 'ANY', klass, ttl: 0 }, null),
];

function keyOnly({ name, type }: Key, klass: number): readonly Uint8Array[] {
  // With the type ANY a deletion of one RRset would take everything at the name with it.
  if (isMetaType(type))
    throw new Fault('MALFORMED', `no zone holds records of the type ${type} at ${name}`, {
      fix: 'Name the type of the RRset.',
    });
  return [recordOctets({ name, type, klass, ttl: 0 }, null)];
}

function prerequisiteOctets(prerequisite: Prerequisite): readonly Uint8Array[] {
  switch (prerequisite.is) {
    case 'exists':
      return keyOnly(prerequisite.key, ANY);
    case 'absent':
      return keyOnly(prerequisite.key, NONE);
    case 'equals':
      return rrsetOctets(prerequisite.rrset, IN, 0);
    case 'name in use':
      return nameOnly(prerequisite.name, ANY);
    case 'name not in use':
      return nameOnly(prerequisite.name, NONE);
  }
}

function updateOctets(update: Update): readonly Uint8Array[] {
  switch (update.do) {
    case 'add':
      return rrsetOctets(update.rrset);
    case 'delete records':
      return rrsetOctets(update.rrset, NONE, 0);
    case 'delete rrset':
      return keyOnly(update.key, ANY);
    case 'delete name':
      return nameOnly(update.name, ANY);
  }
}
