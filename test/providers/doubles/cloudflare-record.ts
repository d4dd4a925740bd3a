import { parseMx } from '../../../src/dns/mx.ts';
import { isWithin, parseAnyName } from '../../../src/dns/name.ts';
import { parseRdata } from '../../../src/dns/rdata.ts';
import { type RRset } from '../../../src/dns/rrset.ts';
import { isFault } from '../../../src/errors.ts';
import { invalid, type Refusal, ttlRefused } from './cloudflare-errors.ts';
import { type DoubleRecord, floorOf, shownName, type ZoneState } from './cloudflare-zone.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** Thrown to end a transaction. */
export class Refused extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super(JSON.stringify(refusal.errors));
    this.refusal = refusal;
  }
}

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const named = ['CNAME', 'NS', 'PTR', 'MX'];

/** A name in requests may have a final dot and be in another script; neither is kept. */
const bare = (name: string): string => (name === '.' || name === '' ? '.' : shownName(name));

/** Types that are written in parts come back in one line, and in parts. */
function fromParts(type: string, data: Fields): string {
  const part = (name: string): string => String(data[name]);
  switch (type) {
    case 'SRV':
      return `${part('weight')} ${part('port')} ${bare(part('target'))}`;
    case 'CAA':
      return `${part('flags')} ${part('tag')} "${part('value')}"`;
    case 'TLSA':
      return ['usage', 'selector', 'matching_type', 'certificate'].map(part).join(' ');
    default:
      throw new Refused(invalid(`Records of type ${type} have no data.`));
  }
}

/** The data of a record in canonical form, for what its name servers serve and for comparing. */
export function rdataOf({ type, content, priority }: DoubleRecord): string {
  const whole = type === 'MX' || type === 'SRV' ? `${priority ?? 0} ${content}` : content;
  return parseRdata(type, whole, { seen: true });
}

/**
 * What a request makes of a record, or of nothing.
 * @throws Refused for what the service does not take
 */
export function recordFrom(
  { zone, ttlForm }: { readonly zone: ZoneState; readonly ttlForm: 'chain' | 'top' },
  base: DoubleRecord,
  fields: Fields,
): DoubleRecord {
  const type = typeof fields['type'] === 'string' ? fields['type'] : base.type;
  const name = typeof fields['name'] === 'string' ? shownName(fields['name']) : base.name;
  if (!isWithin(parseAnyName(name), zone.apex))
    throw new Refused(invalid(`DNS name ${name} is not within the zone.`));
  const data = isFields(fields['data']) ? fields['data'] : base.data;
  const sent = typeof fields['content'] === 'string' ? fields['content'] : base.content;
  const content = isFields(fields['data']) ? fromParts(type, fields['data']) : sent;
  const priority = fields['priority'] ?? (isFields(data) ? data['priority'] : undefined);
  const ttl = typeof fields['ttl'] === 'number' ? fields['ttl'] : base.ttl;
  // 1 is automatic; the rest has bounds that depend on the plan (reference/ttl).
  if (ttl !== 1 && (ttl < floorOf(zone) || ttl > 86_400))
    throw new Refused(ttlRefused(floorOf(zone), ttlForm));
  const ranked = type === 'MX' || type === 'SRV' || type === 'URI';
  if (ranked && !Number.isInteger(priority ?? base.priority))
    throw new Refused(invalid('priority is a required field.'));
  const proxied = typeof fields['proxied'] === 'boolean' ? fields['proxied'] : base.proxied;
  const proxiable = ['A', 'AAAA', 'CNAME'].includes(type);
  if (proxied && !proxiable) throw new Refused(invalid('This record type cannot be proxied.'));
  const made: DoubleRecord = {
    ...base,
    ...{ name, type, ttl, proxied, proxiable },
    content: named.includes(type) ? bare(content) : content,
    ...(ranked ? { priority: Number(priority ?? base.priority) } : {}),
    ...(data === undefined ? {} : { data }),
    ...besides(base, fields),
  };
  return judged(made);
}

function besides(base: DoubleRecord, fields: Fields): Partial<DoubleRecord> {
  const { comment, tags, settings } = fields;
  return {
    comment: comment === undefined ? base.comment : text(comment) === '' ? null : text(comment),
    tags: Array.isArray(tags) ? tags.map(String) : base.tags,
    settings: isFields(settings) ? settings : base.settings,
  };
}

/** The service reads what it is given: an address must be one, quotes must be closed. */
function judged(record: DoubleRecord): DoubleRecord {
  if (record.content === '') throw new Refused(invalid(`Content for ${record.type} is empty.`));
  try {
    rdataOf(record);
  } catch (error) {
    if (isFault(error, 'MALFORMED'))
      throw new Refused(invalid(`Content for ${record.type} record is invalid.`));
    throw error;
  }
  return record;
}

/** The fields with which an RRset's record would have been made by hand. */
export function fieldsFor({ name, type, ttl }: RRset, rdata: string): Fields {
  const fields = { name, type, ttl };
  const [first = '', second = '', third = '', ...rest] = rdata.split(' ');
  if (type === 'MX') {
    const { preference, exchange } = parseMx(rdata);
    return { ...fields, content: exchange, priority: preference };
  }
  if (type === 'SRV') {
    const data = { priority: Number(first), weight: Number(second), port: Number(third) };
    return { ...fields, priority: data.priority, data: { ...data, target: rest.join(' ') } };
  }
  return { ...fields, content: rdata };
}
