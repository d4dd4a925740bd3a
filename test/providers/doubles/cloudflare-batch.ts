import { parseAnyName } from '../../../src/dns/name.ts';
import { keyText } from '../../../src/dns/rrset.ts';
import { aliased, gone, identical, invalid, routed, tooMany } from './cloudflare-errors.ts';
import { type Fields, isFields, rdataOf, recordFrom, Refused } from './cloudflare-record.ts';
import { type DoubleRecord, operationsMost, type ZoneState } from './cloudflare-zone.ts';

export interface Making {
  readonly zone: ZoneState;
  /** A new id, and the moment that new and changed records bear. */
  readonly id: () => string;
  readonly now: () => string;
  readonly ttlForm: 'chain' | 'top';
}

const keyOf = ({ name, type }: DoubleRecord): string => keyText({ name: parseAnyName(name), type });

/** Records of Email Routing cannot be changed, and nothing can be put beside them. */
function refuseRouted({ zone }: Making, record: DoubleRecord): void {
  if (zone.seed.locked?.includes(keyOf(record)) === true) throw new Refused(routed);
}

/** Two records of the same name, type and data cannot be; nor a CNAME beside anything. */
function refuseClash(record: DoubleRecord, records: readonly DoubleRecord[]): void {
  const beside = records.filter(({ id, name }) => id !== record.id && name === record.name);
  const clash = beside.some(({ type }) => type === 'CNAME' || record.type === 'CNAME');
  if (clash) throw new Refused(aliased);
  const twin = beside.some(
    other => other.type === record.type && rdataOf(other) === rdataOf(record),
  );
  if (twin) throw new Refused(identical);
}

/** The record of an id, or the end of the transaction. */
function recordBy(records: readonly DoubleRecord[], fields: unknown): DoubleRecord {
  const id = isFields(fields) && typeof fields['id'] === 'string' ? fields['id'] : '';
  if (!/^[0-9a-f]{32}$/.test(id)) throw new Refused(invalid(`${id} is no record id.`));
  const record = records.find(one => one.id === id);
  if (record === undefined) throw new Refused(gone(id));
  return record;
}

export function blankRecord({ zone, id, now }: Making): DoubleRecord {
  const at = now();
  return {
    ...{ id: id(), zone_id: zone.id, zone_name: zone.apex.slice(0, -1) },
    ...{ name: '', type: '', content: '', ttl: 1, proxied: false, proxiable: false },
    ...{ comment: null, tags: [], settings: {}, meta: {}, created_on: at, modified_on: at },
  };
}

/** The groups of a batch, in the order in which the service runs them whatever their order in the body. */
const groups = ['deletes', 'patches', 'puts', 'posts'] as const;
type Group = (typeof groups)[number];

export interface Done {
  readonly records: readonly DoubleRecord[];
  /** What the answer says of each group: null for one that was absent, as recorded. */
  readonly result: Readonly<Record<Group, readonly DoubleRecord[] | null>>;
}

function one(
  making: Making,
  { group, fields }: { readonly group: Group; readonly fields: Fields },
  records: DoubleRecord[],
): DoubleRecord {
  const put = (base: DoubleRecord): DoubleRecord => {
    const made = recordFrom(making, base, fields);
    refuseRouted(making, made);
    refuseClash(made, records);
    return made;
  };
  if (group === 'posts') {
    const made = put(blankRecord(making));
    records.push(made);
    return made;
  }
  const old = recordBy(records, fields);
  refuseRouted(making, old);
  const at = records.indexOf(old);
  if (group === 'deletes') {
    records.splice(at, 1);
    return old;
  }
  // What a put does not name it sets to its default (the API's description of it).
  const { id, created_on } = old;
  const base = group === 'puts' ? { ...blankRecord(making), id, created_on } : old;
  const made = { ...put(base), modified_on: making.now() };
  records.splice(at, 1, made);
  return made;
}

/**
 * Runs a batch as the service does: deletes, patches, puts, posts, each in the order of its list, in one
 * transaction that the first error ends (the page on batch record changes).
 * @throws Refused, and then nothing was changed
 */
export function runBatch(making: Making, body: Fields): Done {
  const lists = groups.map(group => [group, body[group]] as const);
  const count = lists.reduce((sum, [, list]) => sum + (Array.isArray(list) ? list.length : 0), 0);
  const most = operationsMost(making.zone);
  if (count > most) throw new Refused(tooMany(most));
  if (count === 0) throw new Refused(invalid('The batch has no operations.'));
  const records = [...making.zone.records];
  const result: Record<Group, readonly DoubleRecord[] | null> = {
    ...{ deletes: null, patches: null, puts: null, posts: null },
  };
  for (const [group, list] of lists)
    if (Array.isArray(list))
      result[group] = list.map(fields =>
        one(making, { group, fields: isFields(fields) ? fields : {} }, records),
      );
  return { records, result };
}
