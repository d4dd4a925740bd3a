import { limits } from '../limits.ts';

/** What the TXT at `_mta-sts` says (RFC 8461 3.1). `none`: the domain has no MTA-STS. */
export type StsRecord =
  | { readonly is: 'none' }
  | { readonly is: 'record'; readonly id: string }
  /** Senders act as if there was none. */
  | { readonly is: 'void'; readonly why: string };

/** What the body of a policy says (RFC 8461 3.2). */
export interface StsPolicy {
  readonly mode: 'enforce' | 'testing' | 'none';
  readonly maxAge: number;
  /** Host names and wildcards, as written. */
  readonly mx: readonly string[];
}

export type StsBody =
  | { readonly is: 'policy'; readonly policy: StsPolicy }
  | { readonly is: 'invalid'; readonly why: string };

const version = /^v=STSv1[ \t]*;/;
const idField = /^id=([A-Za-z0-9]{1,32})$/;
/** `sts-extension`: a name, and printable characters but `=`, `;` and space. */
const extension = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,31}=[\x21-\x3a\x3c\x3e-\x7e]+$/;

/** The fields of one record behind its version; null where it does not follow the grammar. */
function fieldsOf(text: string): readonly string[] | null {
  const fields = text
    .replace(version, '')
    .split(';')
    .map(field => field.replaceAll(/^[ \t]+|[ \t]+$/g, ''));
  // A semicolon may stand at the end.
  if (fields.at(-1) === '') fields.pop();
  const known = fields.every(field => idField.test(field) || extension.test(field));
  return fields.length > 0 && known ? fields : null;
}

/**
 * Reads the texts at `_mta-sts`, each with its strings put together. Those that do not begin with the
 * version are somebody else's; of the others there must be exactly one, and it must be right.
 */
export function readStsRecord(texts: readonly string[]): StsRecord {
  const records = texts.filter(text => version.test(text));
  const [record] = records;
  if (record === undefined) return { is: 'none' };
  if (records.length > 1)
    return { is: 'void', why: `there are ${records.length} records, and there must be one` };
  const ids = (fieldsOf(record) ?? []).flatMap(field => idField.exec(field)?.[1] ?? []);
  const [id] = ids;
  if (id === undefined)
    return { is: 'void', why: 'it has no id of 1 to 32 letters and digits, or is malformed' };
  return { is: 'record', id };
}

/** Letters, digits, hyphens; a wildcard as the leftmost label (RFC 8461 3.2, `sts-policy-mx-value`). */
const hostPattern =
  /^(?:\*\.)?[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/i;

const invalid = (why: string): StsBody => ({ is: 'invalid', why });

/** `key: value` of each line. Keys that nobody knows are left to those who do (RFC 8461 3.2). */
function linesOf(body: string): ReadonlyMap<string, readonly string[]> | string {
  const found = new Map<string, string[]>();
  for (const [index, line] of body.split(/\r?\n/).entries()) {
    const text = line.replaceAll(/[ \t]+$/g, '');
    if (text === '') continue;
    const [, key, value] = /^([A-Za-z0-9][A-Za-z0-9_.-]{0,31}):[ \t]*(.*)$/.exec(text) ?? [];
    if (key === undefined || value === undefined)
      return `line ${index + 1} is not of the form "key: value"`;
    const values = found.get(key);
    if (values === undefined) found.set(key, [value]);
    else values.push(value);
  }
  return found;
}

const isMode = (text: string): text is StsPolicy['mode'] =>
  text === 'enforce' || text === 'testing' || text === 'none';

/** Reads a policy. Of a key that must stand once the first one counts (RFC 8461 3.2). */
export function readStsBody(body: string): StsBody {
  if (body.length > limits.policyOctets)
    return invalid(`it is longer than ${limits.policyOctets / 1024} KiB`);
  const lines = linesOf(body);
  if (typeof lines === 'string') return invalid(lines);
  const value = (key: string): string => lines.get(key)?.[0] ?? '';
  if (value('version') !== 'STSv1') return invalid('it has no line "version: STSv1"');
  const mode = value('mode');
  if (!isMode(mode)) return invalid('its mode is none of enforce, testing and none');
  const maxAge = /^\d{1,10}$/.test(value('max_age')) ? Number(value('max_age')) : null;
  if (maxAge === null) return invalid('its max_age is no number of seconds');
  if (maxAge > limits.policyAgeSeconds)
    return invalid(`its max_age is more than ${limits.policyAgeSeconds} s, which is a year`);
  const mx = lines.get('mx') ?? [];
  const wrong = mx.findIndex(pattern => !hostPattern.test(pattern));
  if (wrong !== -1)
    return invalid(`mx line ${wrong + 1} is neither a host name nor "*." and a domain`);
  if (mx.length > limits.policyHosts)
    return invalid(`it has more than ${limits.policyHosts} mx lines`);
  if (mode !== 'none' && mx.length === 0) return invalid('it has no mx line');
  return { is: 'policy', policy: { mode, maxAge, mx } };
}
