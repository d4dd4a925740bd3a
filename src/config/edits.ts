import { type Edit } from '../cutover/order.ts';
import { isWithin, type Name, parseAnyName } from '../dns/name.ts';
import { parseRdata } from '../dns/rdata.ts';
import { canonicalType, isMetaType } from '../dns/record-type.ts';
import { keyText, rrset } from '../dns/rrset.ts';
import { limits } from '../limits.ts';
import { type Path } from './document.ts';
import { nearest } from './nearest.ts';
import { ownerName } from './owner-name.ts';
import { show } from './problem.ts';
import { attempt, type Reading, refuse, secondsAt } from './reading.ts';
import { type RecordEntry } from './schema.ts';

export interface EditList {
  readonly path: Path;
  readonly entries: readonly RecordEntry[];
  readonly domain: Name;
}

/** The edits of one list; entries with problems are noted and left out. */
export function readEdits(reading: Reading, list: EditList): readonly Edit[] {
  const edits: Edit[] = [];
  const seen = new Map<string, string>();
  for (const [index, entry] of list.entries.entries()) {
    const path = [...list.path, index];
    const edit = readEdit(reading, { path, entry, domain: list.domain });
    if (edit === null) continue;
    const first = seen.get(keyText(edit));
    if (first !== undefined)
      refuse(reading, path, {
        found: `${keyText(edit)} a second time (first at ${first})`,
        expected: 'one entry for each name and type',
        fix: 'Put what shall become of the set into one entry.',
      });
    else edits.push(edit);
    seen.set(keyText(edit), first ?? edit.where);
  }
  return edits;
}

interface Entry {
  readonly path: Path;
  readonly entry: RecordEntry;
  readonly domain: Name;
}

function readEdit(reading: Reading, { path, entry, domain }: Entry): Edit | null {
  const name = ownerName(reading, { path: [...path, 'name'], written: entry.name, domain });
  const type = readType(reading, [...path, 'type'], entry.type);
  const ttlPath = [...path, 'ttl'];
  const ttl =
    entry.ttl === undefined
      ? null
      : secondsAt(
          reading,
          { path: ttlPath, value: entry.ttl },
          { min: 1, max: limits.ttlSecondsMax },
        );
  if (type === null) return null;
  if (name !== null && !mayManage(reading, { path, name, type, domain })) return null;
  // Values are looked at even where the name is wrong, so that one run shows every mistake.
  const want = readWant(reading, { path, entry, type, name: name ?? domain });
  if (name === null || want === null) return null;
  return { name, type, want, ttl, where: reading.document.where(path) };
}

const commonTypes = ['A', 'AAAA', 'CAA', 'CNAME', 'MX', 'NS', 'PTR', 'SRV', 'TLSA', 'TXT'];

function readType(reading: Reading, path: Path, written: string): string | null {
  const type = attempt(reading, { path, expected: 'a record type' }, () => canonicalType(written));
  if (type !== null && !isMetaType(type)) return type;
  const meant = nearest(written, commonTypes);
  if (type !== null)
    refuse(reading, path, { expected: 'a type that records have', fix: 'Name a type such as MX.' });
  else if (meant !== null) {
    const problem = reading.problems.pop();
    if (problem !== undefined) reading.problems.push({ ...problem, fix: `Did you mean ${meant}?` });
  }
  return null;
}

/** Types that a name server or its signer makes by itself. */
const notOurs = ['SOA', 'RRSIG', 'NSEC', 'NSEC3', 'NSEC3PARAM', 'DNSKEY', 'CDS', 'CDNSKEY'];

function mayManage(
  reading: Reading,
  { path, name, type, domain }: { path: Path; name: Name; type: string; domain: Name },
): boolean {
  if (notOurs.includes(type) || (type === 'NS' && name === domain)) {
    refuse(reading, [...path, 'type'], {
      found: `${type} at ${name}`,
      expected: 'records that a move of mail changes',
      fix: 'Remove this entry; such records are the business of the name servers.',
    });
    return false;
  }
  if (!isWithin(name, parseAnyName(`_dns-cutover.${domain}`))) return true;
  refuse(reading, [...path, 'name'], {
    expected: 'a name other than _dns-cutover',
    fix: 'Remove this entry; the claim of the cutover stands at that name.',
  });
  return false;
}

function readWant(
  reading: Reading,
  { path, entry, type, name }: { path: Path; entry: RecordEntry; type: string; name: Name },
): Edit['want'] | null {
  const { set, add, remove, absent } = entry;
  const ways = [set, absent, add ?? remove].filter(way => way !== undefined).length;
  if (ways !== 1) {
    const given = (['set', 'add', 'remove', 'absent'] as const).filter(
      key => entry[key] !== undefined,
    );
    refuse(reading, path, {
      found: given.length === 0 ? 'neither of these' : given.join(' together with '),
      expected: 'either set, or add and remove, or absent: true',
      fix:
        given.length === 0
          ? 'Say what shall become of the set, for example set: [value].'
          : 'Keep one of them; set names the whole set, add and remove change what is there.',
    });
    return null;
  }
  if (absent === true) return { is: 'absent' };
  const values = (key: 'set' | 'add' | 'remove'): readonly string[] | null =>
    readValues(reading, { path: [...path, key], values: entry[key] ?? [], type });
  if (set !== undefined) {
    const rdata = values('set');
    return rdata === null || !fits(reading, { path: [...path, 'set'], name, type, rdata })
      ? null
      : { is: 'set', rdata };
  }
  const [adding, removing] = [values('add'), values('remove')];
  if (adding === null || removing === null) return null;
  const both = adding.find(value => removing.includes(value));
  if (both !== undefined) {
    refuse(reading, path, {
      found: `${show(both)} in add and in remove`,
      expected: 'each value in one of them',
      fix: 'Remove it from one of the two lists.',
    });
    return null;
  }
  if (type === 'MX' && adding.some(value => value.endsWith(' .'))) {
    refuse(reading, [...path, 'add'], {
      found: 'a null MX that joins others',
      expected: 'hosts that take mail',
      fix: "A null MX stands alone (RFC 7505 3); write set: ['0 .'] if the domain takes no mail.",
    });
    return null;
  }
  return { is: 'edit', remove: removing, add: adding };
}

function readValues(
  reading: Reading,
  { path, values, type }: { path: Path; values: readonly string[]; type: string },
): readonly string[] | null {
  const rdata: string[] = [];
  for (const [index, text] of values.entries()) {
    const at = [...path, index];
    const expected = `the data of one ${type} record`;
    const value = attempt(reading, { path: at, expected }, () => parseRdata(type, text));
    if (value === null) continue;
    if (rdata.includes(value))
      refuse(reading, at, { expected: 'each value once', fix: 'Remove one of the two.' });
    else rdata.push(value);
  }
  return rdata.length === values.length ? rdata : null;
}

/** Whether the values may stand together in one RRset. */
function fits(
  reading: Reading,
  { path, name, type, rdata }: { path: Path; name: Name; type: string; rdata: readonly string[] },
): boolean {
  return (
    attempt(reading, { path, expected: 'values that form one set' }, () =>
      rrset({ name, type, ttl: 1, rdata }),
    ) !== null
  );
}
