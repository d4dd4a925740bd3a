import { type Picture, placeText } from './propagation.ts';
import { isoOrNull } from '../words.ts';

/** The header row. Columns are only ever added, at the end. */
export const csvColumns: readonly string[] = [
  ...['kind', 'id', 'name', 'operator', 'country', 'address', 'transport', 'verdict', 'rdata'],
  ...['ttl', 'ttlLeft', 'serial', 'cause', 'until', 'ede', 'nsid', 'rttMs', 'samples', 'weight'],
  ...['dnssec', 'anycast', 'flushUrl'],
];

type Value = string | number | null;

const yesNo = (is: boolean | null): Value => (is === null ? null : is ? 'yes' : 'no');

/** RFC 4180 2: quoted where it must be. What a spreadsheet would run as a formula gets an apostrophe before it. */
function cell(value: Value): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const text = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A table with a header row and CRLF at the end of every row (RFC 4180): authoritative servers, then resolvers. */
export function propagationCsv({ authority, rows }: Picture): string {
  const records = (rdata: readonly string[] | null) => (rdata === null ? null : rdata.join(' | '));
  const lines: (readonly Value[])[] = [
    csvColumns,
    ...authority.map(one => [
      ...['authoritative', one.name, null, null, null, placeText(one.address, one.port), null],
      ...[one.verdict, records(one.rdata), one.ttl, null, one.serial, one.trouble],
      ...[null, null, null, null, null, null],
      ...[null, null, null],
    ]),
    ...rows.map(row => [
      ...['resolver', row.id, row.name, row.operator, row.country],
      ...[placeText(row.address, row.port), row.transport, row.verdict, records(row.rdata)],
      ...[row.ttl, row.ttlLeft, null, row.cause, isoOrNull(row.until)],
      row.ede.map(({ code, text }) => (text === '' ? String(code) : `${code} ${text}`)).join(' | '),
      ...[row.nsid, row.rttMs, row.samples, row.weight],
      ...[row.dnssec ?? null, yesNo(row.anycast ?? null), row.flushUrl ?? null],
    ]),
  ];
  return lines.map(line => `${line.map(cell).join(',')}\r\n`).join('');
}
