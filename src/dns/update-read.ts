import { malformed } from './cursor.ts';
import { ANY, IN, NONE, rrsetFrom, UPDATE, type WireRecord } from './records.ts';
import { type Prerequisite, type Update, type UpdateMessage } from './update.ts';
import { type Tsig } from './tsig-record.ts';
import { decodeMessage } from './wire.ts';

/**
 * Reads an UPDATE back: for whoever counts what was sent. Records of one RRset that follow each
 * other become one entry.
 * @throws Fault MALFORMED
 */
export function decodeUpdate(bytes: Uint8Array): UpdateMessage & { readonly tsig: Tsig | null } {
  const { id, opcode, question, answer, authority, tsig } = decodeMessage(bytes);
  if (opcode !== UPDATE) throw malformed('it is not an UPDATE');
  if (question?.type !== 'SOA' || question.klass !== IN) throw malformed('it names no zone');
  return {
    id,
    zone: question.name,
    prerequisites: runs(answer).map(readPrerequisite),
    updates: runs(authority).map(readUpdate),
    tsig,
  };
}

/** A run of records that make one entry: same name, type and class. */
type Run = readonly [WireRecord, ...WireRecord[]];

function runs(records: readonly WireRecord[]): readonly Run[] {
  const result: [WireRecord, ...WireRecord[]][] = [];
  for (const record of records) {
    const run = result.at(-1);
    const [first] = run ?? [];
    const alike =
      record.rdata !== '' &&
      first?.name === record.name &&
      first.type === record.type &&
      first.klass === record.klass;
    if (run !== undefined && alike) run.push(record);
    else result.push([record]);
  }
  return result;
}

function rrsetOf(run: Run) {
  const [{ name, type }] = run;
  const rrset = rrsetFrom(
    run.map(record => ({ ...record, klass: IN })),
    { name, type },
  );
  if (rrset === null) throw malformed('an RRset of the UPDATE is empty');
  return rrset;
}

function readPrerequisite(run: Run): Prerequisite {
  const [{ name, type, klass, ttl, rdata }] = run;
  if (ttl !== 0) throw malformed('a prerequisite has a TTL');
  if (klass === IN) return { is: 'equals', rrset: rrsetOf(run) };
  if ((klass !== ANY && klass !== NONE) || rdata !== '') throw malformed('an odd prerequisite');
  if (type === 'ANY') return { is: klass === ANY ? 'name in use' : 'name not in use', name };
  return { is: klass === ANY ? 'exists' : 'absent', key: { name, type } };
}

function readUpdate(run: Run): Update {
  const [{ name, type, klass, ttl, rdata }] = run;
  if (klass === IN) return { do: 'add', rrset: rrsetOf(run) };
  if (ttl !== 0) throw malformed('a deletion has a TTL');
  if (klass === NONE && rdata !== '') return { do: 'delete records', rrset: rrsetOf(run) };
  if (klass !== ANY || rdata !== '') throw malformed('an odd update');
  return type === 'ANY' ? { do: 'delete name', name } : { do: 'delete rrset', key: { name, type } };
}
