import { isObject } from '../../src/object.ts';
import { displayName, parseAnyName } from '../../src/dns/name.ts';
import { parseMx } from '../../src/dns/mx.ts';
import { parseRdata } from '../../src/dns/rdata.ts';
import { type HostedRRset, type Json, type Key, rrset } from '../../src/dns/rrset.ts';
import { Fault, isFault } from '../../src/errors.ts';

/** A record as the API has it, what matters of it. An RRset is all records of one name and type. */
export interface ApiRecord {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  /** Without final dots; TXT in quotes or not, as it was sent. */
  readonly content: string;
  /** Of MX, SRV and URI; null elsewhere. */
  readonly priority: number | null;
  /** 1 is `auto`. */
  readonly ttl: number;
  readonly proxied: boolean;
  readonly comment: string | null;
  readonly tags: readonly string[];
  readonly settings: Json;
  readonly modifiedOn: string;
  /** Why it may not be changed, in words; null for most. */
  readonly lock: string | null;
  /** Its data in our canonical form. */
  readonly rdata: string;
}

/** What `auto` means for a record that is not proxied. */
export const AUTO = 1;
const AUTO_SECONDS = 300;

/** How long caches may hold a record (developers.cloudflare.com/dns/manage-dns-records/reference/ttl). */
export const servedTtl = (ttl: number): number => (ttl === AUTO ? AUTO_SECONDS : ttl);

/**
 * One record out of a list, for this key; null if it is another's: filters are the server's, and a server
 * may not know them.
 * @throws Fault UNAVAILABLE if it is no record at all
 */
export function recordOf(value: unknown, key: Key): ApiRecord | null {
  if (!isObject(value)) throw odd('an entry is no record');
  const { id, name, type, content, ttl, comment, tags, settings, meta, proxied } = value;
  if (typeof id !== 'string' || typeof name !== 'string' || typeof type !== 'string')
    throw odd('a record has no id, name or type');
  if (type !== key.type || parseAnyName(name) !== key.name) return null;
  if (typeof content !== 'string' || typeof ttl !== 'number' || !Number.isInteger(ttl) || ttl < 0)
    throw odd(`the record ${id} has no content or TTL`);
  const priority = priorityOf(value);
  // None is not zero: the best of all preferences would be compared, kept and restored.
  if (priority === null && PRIORITISED.includes(type))
    throw odd(`the record ${id} has no priority`);
  return {
    ...{ id, name, type, content, priority, ttl },
    proxied: proxied === true,
    comment: typeof comment === 'string' && comment !== '' ? comment : null,
    tags: Array.isArray(tags) ? tags.filter(tag => typeof tag === 'string') : [],
    settings: jsonOf(settings),
    modifiedOn: typeof value['modified_on'] === 'string' ? value['modified_on'] : '',
    lock: lockOf(meta),
    rdata: rdataOf(type, content, priority),
  };
}

const odd = (why: string): Fault =>
  new Fault('UNAVAILABLE', `the answer of Cloudflare is malformed: ${why}`, {
    fix: 'Try again; see whether a proxy stands in the way.',
  });

/** At the top, and within `data` in newer answers. */
function priorityOf(record: Readonly<Record<string, unknown>>): number | null {
  const { priority, data } = record;
  if (typeof priority === 'number') return priority;
  return isObject(data) && typeof data['priority'] === 'number' ? data['priority'] : null;
}

/**
 * Records that belong to a product. `auto_added` is no lock: it marks what was found by the scan when the
 * domain came to Cloudflare, which is the most usual MX of all.
 */
function lockOf(meta: unknown): string | null {
  if (!isObject(meta)) return null;
  if (meta['email_routing'] === true) return 'Email Routing has locked it';
  if (meta['managed_by_apps'] === true) return 'it belongs to an app';
  if (meta['managed_by_argo_tunnel'] === true) return 'it belongs to a tunnel';
  return meta['read_only'] === true ? 'it is read-only' : null;
}

const PRIORITISED: readonly string[] = ['MX', 'SRV', 'URI'];

/** @throws Fault UNSUPPORTED for data that cannot be read */
function rdataOf(type: string, content: string, priority: number | null): string {
  const text =
    priority !== null && PRIORITISED.includes(type)
      ? `${priority} ${content === '' ? '.' : content}`
      : content;
  try {
    return parseRdata(type, text, { seen: true });
  } catch (error) {
    if (!isFault(error, 'MALFORMED')) throw error;
    // TXT may stand there without quotes and with any character in it.
    if (type === 'TXT') return parseRdata('TXT', quoted(content), { seen: true });
    throw new Fault('UNSUPPORTED', `a record of the zone cannot be read: ${error.message}`, {
      fix: 'Leave this RRset to Cloudflare, or correct the record in the dashboard.',
      cause: error,
    });
  }
}

/** Plain text as character-strings, its own quotes and backslashes escaped. */
function quoted(text: string): string {
  const octets = Buffer.from(text);
  const strings: string[] = [];
  for (let at = 0; at < Math.max(octets.length, 1); at += 255) {
    const parts = [...octets.subarray(at, at + 255)].map(octet =>
      octet > 32 && octet < 127 && octet !== 34 && octet !== 92
        ? String.fromCharCode(octet)
        : `\\${String(octet).padStart(3, '0')}`,
    );
    strings.push(`"${parts.join('')}"`);
  }
  return strings.join(' ');
}

/** Content and priority, or the parts that some types are written in. */
export type Written =
  | { readonly content: string; readonly priority?: number }
  | { readonly data: Readonly<Record<string, string | number>>; readonly priority?: number };

/** Names go out as they come in: without the final dot; the null MX is the dot alone. */
const bare = (name: string): string => displayName(parseAnyName(name));

/**
 * One record's data as it is written.
 * @throws Fault UNSUPPORTED for types that this adapter does not write
 */
export function writtenOf(type: string, rdata: string): Written {
  const words = rdata.split(' ');
  const [first = '', second = '', third = '', ...rest] = words;
  switch (type) {
    case 'A':
    case 'AAAA':
    case 'TXT':
      return { content: rdata };
    case 'CNAME':
    case 'NS':
    case 'PTR':
      return { content: bare(rdata) };
    case 'MX': {
      const { preference, exchange } = parseMx(rdata);
      return { content: bare(exchange), priority: preference };
    }
    case 'SRV': {
      const [priority, weight, port] = [Number(first), Number(second), Number(third)];
      return { data: { priority, weight, port, target: bare(rest.join(' ')) }, priority };
    }
    case 'CAA': {
      const value = rdata.slice(first.length + second.length + 2).replace(/^"(.*)"$/, '$1');
      return { data: { flags: Number(first), tag: second, value } };
    }
    case 'TLSA':
      return {
        data: {
          ...{ usage: Number(first), selector: Number(second), matching_type: Number(third) },
          certificate: rest.join(''),
        },
      };
    default:
      throw new Fault('UNSUPPORTED', `records of type ${type} are not written at Cloudflare`, {
        fix: 'Change such records in the dashboard, apart from the cutover.',
      });
  }
}

/** What is kept of one record besides the RRset, so that it can be made again as it was. */
export interface Kept {
  readonly rdata: string;
  readonly content: string;
  readonly ttl: number;
  readonly proxied: boolean;
  readonly comment: string | null;
  readonly tags: readonly string[];
  readonly settings: Json;
}

const keptOf = (record: ApiRecord): Kept => {
  const { rdata, content, ttl, proxied, comment, tags, settings } = record;
  return { rdata, content, ttl, proxied, comment, tags, settings };
};

/** What `from` is compared by, besides the RRset: who edits a record in place changes `modified_on`. */
const tokenOf = (records: readonly ApiRecord[]): Json =>
  records.map(({ id, modifiedOn }) => `${id} ${modifiedOn}`).sort();

/** Whether the records are those that were read, untouched. A token of null says nothing. */
export const sameToken = (token: Json, records: readonly ApiRecord[]): boolean =>
  token === null || JSON.stringify(token) === JSON.stringify(tokenOf(records));

/**
 * The RRset that the records make. Each may have a TTL of its own; a cache may hold what it got with the
 * longest of them, so that is what the RRset has.
 */
export function hostedOf(key: Key, records: readonly ApiRecord[]): HostedRRset | null {
  if (records.length === 0) return null;
  const ttl = Math.max(...records.map(one => servedTtl(one.ttl)));
  const rdata = records.map(one => one.rdata);
  const extras: Json = { records: records.map(one => ({ ...keptOf(one) })) };
  return { rrset: rrset({ ...key, ttl, rdata }, { seen: true }), extras, token: tokenOf(records) };
}

/** What extras say of each record; nothing for extras of another kind, which may have been stored. */
export function keptIn(extras: Json): readonly Kept[] {
  const records = isObject(extras) ? extras['records'] : undefined;
  return Array.isArray(records) ? records.flatMap(one => keptFrom(one)) : [];
}

function keptFrom(value: unknown): Kept | [] {
  if (!isObject(value)) return [];
  const { rdata, content, ttl, proxied, comment, tags, settings } = value;
  if (typeof rdata !== 'string' || typeof content !== 'string' || typeof ttl !== 'number')
    return [];
  return {
    ...{ rdata, content, ttl, proxied: proxied === true },
    comment: typeof comment === 'string' ? comment : null,
    tags: Array.isArray(tags) ? tags.filter(tag => typeof tag === 'string') : [],
    settings: jsonOf(settings),
  };
}

/** Values out of parsed JSON are JSON. */
const jsonOf = (value: unknown): Json => (isObject(value) ? (value as Json) : {});
