import { limits } from '../limits.ts';
import * as at from './cursor.ts';
import { COOKIE, type Edns, ednsOctets, type EdnsOption, NSID, padding, takeEdns } from './edns.ts';
import { numberOctets } from './fields.ts';
import { splitLabels } from './label.ts';
import { mixCase } from './mixcase.ts';
import { type Name, nameToWire, ROOT } from './name.ts';
import { RCODE, rcodeName } from './rcode.ts';
import { IN, OPT, rrsetOctets, takeRecord, TSIG, type WireRecord } from './records.ts';
import { type RecordType, typeName, typeNumber } from './record-type.ts';
import { type RRset } from './rrset.ts';
import { takeTsig, type Tsig } from './tsig-record.ts';

export interface WireQuestion {
  readonly name: Name;
  readonly type: RecordType;
  readonly klass: number;
  /** The name as sent, case kept. */
  readonly raw: string;
}

/** A DNS message (RFC 1035 4.1), everything in it checked. */
export interface Message {
  readonly id: number;
  /** True for a response. */
  readonly qr: boolean;
  /** 0 QUERY, 5 UPDATE. */
  readonly opcode: number;
  readonly aa: boolean;
  readonly tc: boolean;
  readonly rd: boolean;
  readonly ra: boolean;
  readonly ad: boolean;
  readonly cd: boolean;
  /** All twelve bits, those of EDNS included (RFC 6891 6.1.3). */
  readonly rcode: number;
  readonly rcodeName: string;
  /** Null where a server sent its refusal without one. */
  readonly question: WireQuestion | null;
  readonly answer: readonly WireRecord[];
  readonly authority: readonly WireRecord[];
  readonly additional: readonly WireRecord[];
  readonly edns: Edns | null;
  readonly tsig: Tsig | null;
}

export interface Query {
  readonly id: number;
  readonly name: Name;
  readonly type: RecordType;
  /** Default IN. */
  readonly klass?: number;
  /** Sets RD. */
  readonly recursive: boolean;
  /** Sets AD: whoever validates is to say so, without the records that show it (RFC 6840 5.7). */
  readonly ad?: boolean;
  /** Sets CD: whoever validates is to hand over what does not validate as well (RFC 4035 3.2.2). */
  readonly cd?: boolean;
  /** Default true; without it those below that live in EDNS are not sent. */
  readonly edns?: boolean;
  readonly dnssec?: boolean;
  readonly nsid?: boolean;
  /** Makes it as long as others, for where nobody is to see what is asked (RFC 8467 4.1). */
  readonly pad?: boolean;
  /** 8 octets of ours, then what the server gave us before, if it did. */
  readonly cookie?: Uint8Array;
  /** Random octets that mix the case of the name. */
  readonly mixCase?: Uint8Array;
}

/** The octets of one question. */
export function encodeQuery(query: Query): Uint8Array {
  const lower = nameToWire(query.name);
  const name = query.mixCase === undefined ? lower : mixCase(lower, query.mixCase);
  const options: EdnsOption[] = [];
  if (query.nsid === true) options.push({ code: NSID, data: new Uint8Array() });
  if (query.cookie !== undefined) options.push({ code: COOKIE, data: query.cookie });
  const type = typeNumber(query.type);
  const klass = query.klass ?? IN;
  const question = 12 + name.length;
  if (query.pad === true) options.push(padding(question + 4, options));
  const edns = query.edns === false ? null : ednsOctets(options, { dnssec: query.dnssec === true });
  const message = new Uint8Array(question + 4 + (edns?.length ?? 0));
  message[0] = query.id >> 8;
  message[1] = query.id;
  message[2] = query.recursive ? 1 : 0;
  message[3] = (query.ad === true ? 0x20 : 0) | (query.cd === true ? 0x10 : 0);
  message[5] = 1;
  message[11] = edns === null ? 0 : 1;
  message.set(name, 12);
  message[question] = type >> 8;
  message[question + 1] = type;
  message[question + 2] = klass >> 8;
  message[question + 3] = klass;
  if (edns !== null) message.set(edns, question + 4);
  return message;
}

/**
 * Reads a whole message. It is right to the last octet or it is not read at all: a reply that lost
 * a record must never look like one without it.
 * @throws Fault MALFORMED
 */
export function decodeMessage(bytes: Uint8Array): Message {
  // Sizes first: whatever the message holds, reading it is bounded.
  if (bytes.length > limits.tcpReplyOctets) throw at.malformed(`it has ${bytes.length} octets`);
  if (bytes.length < 12) throw at.malformed('it is shorter than a header');
  const cursor = at.cursorAt(bytes, 0, bytes.length);
  const id = at.takeU16(cursor);
  const flags = at.takeU16(cursor);
  const questions = at.takeU16(cursor);
  const answers = at.takeU16(cursor);
  const authorities = at.takeU16(cursor);
  const additionals = at.takeU16(cursor);
  const records = answers + authorities + additionals;
  if (records > limits.recordsPerMessage) throw at.malformed(`it claims ${records} records`);
  // A record has 11 octets at least, so counts that cannot be true are known before any work.
  if (records * 11 > bytes.length) throw at.malformed('it claims more records than it can hold');
  if (questions !== 0 && questions !== 1) throw at.malformed('it has more than one question');
  const question = questions === 1 ? takeQuestion(cursor) : null;
  const opcode = (flags >> 11) & 15;
  const section: Section = { cursor, opcode, edns: null, rcodeHigh: 0, tsig: null };
  const answer = takeSection(section, { count: answers, last: false });
  const authority = takeSection(section, { count: authorities, last: false });
  const additional = takeSection(section, { count: additionals, last: true });
  if (cursor.at !== bytes.length) throw at.malformed('it goes on behind its end', cursor.at);
  const rcode = section.rcodeHigh * 16 + (flags & 15);
  return {
    id,
    qr: (flags & 0x8000) !== 0,
    opcode,
    aa: (flags & 0x0400) !== 0,
    tc: (flags & 0x0200) !== 0,
    rd: (flags & 0x0100) !== 0,
    ra: (flags & 0x0080) !== 0,
    ad: (flags & 0x0020) !== 0,
    cd: (flags & 0x0010) !== 0,
    rcode,
    rcodeName: rcodeName(rcode),
    question,
    answer,
    authority,
    additional,
    edns: section.edns,
    tsig: section.tsig,
  };
}

function takeQuestion(cursor: at.Cursor): WireQuestion {
  const { name, raw } = at.takeNameAsSent(cursor);
  const type = typeName(at.takeU16(cursor));
  return { name, type, klass: at.takeU16(cursor), raw };
}

interface Section {
  readonly cursor: at.Cursor;
  readonly opcode: number;
  edns: Edns | null;
  rcodeHigh: number;
  tsig: Tsig | null;
}

function takeSection(
  section: Section,
  { count, last }: { count: number; last: boolean },
): readonly WireRecord[] {
  const { cursor, opcode } = section;
  const records: WireRecord[] = [];
  for (let left = count; left > 0; left--) {
    const start = cursor.at;
    const name = at.takeName(cursor);
    const type = at.takeU16(cursor);
    if (type === OPT) {
      // RFC 6891 6.1.1: at most one, in the additional section, owned by the root.
      if (!last || section.edns !== null || name !== ROOT)
        throw at.malformed('an OPT record stands where none may', start);
      ({ edns: section.edns, rcodeHigh: section.rcodeHigh } = takeEdns(cursor));
    } else if (type === TSIG) {
      // RFC 8945 5.1: the very last record.
      if (!last || left > 1) throw at.malformed('a TSIG record is not the last one', start);
      section.tsig = takeTsig(cursor, { at: start, keyName: name });
    } else records.push(takeRecord(cursor, { name, type, opcode }));
  }
  return records;
}

/**
 * True if the octets of `reply` answer `query`: same id, opcode and question to the letter's case,
 * and QR set. A server that knows no EDNS may leave the question out of its FORMERR or NOTIMP
 * (RFC 6891 7), so such an empty refusal counts as well.
 */
export function questionMatches(query: Uint8Array, reply: Uint8Array): boolean {
  if (reply.length < 12 || query.length < 17) return false;
  const [queryFlags = 0, replyFlags = 0, replyRcode = 0] = [query[2], reply[2], reply[3]];
  if (reply[0] !== query[0] || reply[1] !== query[1]) return false;
  if ((replyFlags & 0x80) === 0 || (replyFlags & 0x78) !== (queryFlags & 0x78)) return false;
  const rcode = replyRcode & 15;
  if (reply[4] === 0 && reply[5] === 0)
    return reply.length === 12 && (rcode === RCODE.FORMERR || rcode === RCODE.NOTIMP);
  if (reply[4] !== 0 || reply[5] !== 1) return false;
  let end = 12;
  while (end < query.length && query[end] !== 0) end += 1 + (query[end] ?? 0);
  end += 5;
  if (end > query.length || reply.length < end) return false;
  for (let octet = 12; octet < end; octet++) if (query[octet] !== reply[octet]) return false;
  return true;
}

export interface Response {
  readonly query: Message;
  readonly aa?: boolean;
  readonly tc?: boolean;
  readonly ra?: boolean;
  readonly ad?: boolean;
  /** Above 15 only where the query has EDNS. */
  readonly rcode?: number;
  readonly answer?: readonly RRset[];
  readonly authority?: readonly RRset[];
  readonly additional?: readonly RRset[];
  /** Sent only where the query has EDNS, as a server must (RFC 6891 7). */
  readonly options?: readonly EdnsOption[];
}

/** The octets of a response, as the authority of tests and of a simulation sends it. */
export function encodeResponse(response: Response): Uint8Array {
  const { query, rcode = 0 } = response;
  const sections = [response.answer, response.authority, response.additional].map(rrsets =>
    (rrsets ?? []).flatMap(rrset => rrsetOctets(rrset)),
  );
  const edns =
    query.edns === null
      ? []
      : [ednsOctets(response.options ?? [], { dnssec: query.edns.dnssec, rcodeHigh: rcode >> 4 })];
  const header = Buffer.alloc(12);
  header.writeUInt16BE(query.id);
  header[2] = 0x80 | (query.opcode << 3) | (query.rd ? 1 : 0);
  header[2] |= (response.aa === true ? 4 : 0) | (response.tc === true ? 2 : 0);
  header[3] = (response.ra === true ? 0x80 : 0) | (response.ad === true ? 0x20 : 0) | (rcode & 15);
  header.writeUInt16BE(query.question === null ? 0 : 1, 4);
  for (const [index, section] of sections.entries())
    header.writeUInt16BE(section.length + (index === 2 ? edns.length : 0), 6 + 2 * index);
  const question = query.question === null ? [] : [questionOctets(query.question)];
  return new Uint8Array(Buffer.concat([header, ...question, ...sections.flat(), ...edns]));
}

function questionOctets({ raw, type, klass }: WireQuestion): Uint8Array {
  const labels = splitLabels(raw).flatMap(({ octets }) => [octets.length, ...octets]);
  const tail = [...numberOctets(typeNumber(type), 2), ...numberOctets(klass, 2)];
  return Uint8Array.from([...labels, 0, ...tail]);
}
