import { type Server, type Question, type Reply } from '../../src/transport/transport.ts';
import { isWithin } from '../../src/dns/name.ts';
import { type WireRecord } from '../../src/dns/records.ts';
import { keyText, type RRset } from '../../src/dns/rrset.ts';
import { type Message } from '../../src/dns/wire.ts';

/** The zone as it was at one serial. */
export interface Version {
  readonly serial: number;
  readonly sets: ReadonlyMap<string, RRset>;
}

/** One authoritative address: it serves a version of the zone, and goes on to later ones. */
export interface Address extends Server {
  version: Version;
  /** What it served before, oldest first, each until a moment of truth. */
  readonly past: { readonly version: Version; readonly until: number }[];
  /** Nothing is answered before this moment of truth. */
  silentUntil: number;
}

const records = (set: RRset | undefined): readonly WireRecord[] =>
  (set?.rdata ?? []).map(rdata => ({
    name: set!.name,
    type: set!.type,
    klass: 1,
    ttl: set!.ttl,
    rdata,
  }));

const answers = new WeakMap<Version, Map<string, Message>>();

function make({ sets }: Version, question: Question, apex: Question['name']): Message {
  const { name, type } = question;
  const soa = sets.get(keyText({ name: apex, type: 'SOA' }));
  const found = sets.get(keyText(question));
  const alias = type === 'CNAME' ? undefined : sets.get(keyText({ name, type: 'CNAME' }));
  const answer = records(found ?? alias);
  const exists = answer.length > 0 || [...sets.values()].some(one => isWithin(one.name, name));
  const inside = isWithin(name, apex);
  return {
    ...{ id: 1, qr: true, opcode: 0, aa: inside, tc: false, rd: false, ra: false },
    ...{ ad: false, cd: false, edns: null, tsig: null, additional: [] },
    rcode: !inside ? 5 : exists ? 0 : 3,
    rcodeName: !inside ? 'REFUSED' : exists ? 'NOERROR' : 'NXDOMAIN',
    question: { name, type, klass: 1, raw: name },
    answer: inside ? answer : [],
    authority: inside && answer.length === 0 ? records(soa) : [],
  };
}

/** What this version of the zone says to a question, as a message that has been read from the wire. */
export function answer(version: Version, question: Question, apex: Question['name']): Reply {
  let known = answers.get(version);
  if (known === undefined) answers.set(version, (known = new Map<string, Message>()));
  const key = keyText(question);
  let message = known.get(key);
  if (message === undefined) known.set(key, (message = make(version, question, apex)));
  return { message, transport: 'udp', rttMs: 1 };
}
