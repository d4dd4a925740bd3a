import { Fault } from '../errors.ts';
import { quote } from './label.ts';

/** A record type by its mnemonic, or TYPE65280 for one without (RFC 3597 5). */
export type RecordType = string;

// The IANA registry of DNS parameters, as far as zones hold such records.
const numbers: Readonly<Record<string, number>> = {
  ...{ A: 1, NS: 2, CNAME: 5, SOA: 6, PTR: 12, HINFO: 13, MX: 15, TXT: 16, RP: 17, AFSDB: 18 },
  ...{ KEY: 25, AAAA: 28, LOC: 29, SRV: 33, NAPTR: 35, KX: 36, CERT: 37, DNAME: 39, OPT: 41 },
  ...{ APL: 42, DS: 43, SSHFP: 44, IPSECKEY: 45, RRSIG: 46, NSEC: 47, DNSKEY: 48, DHCID: 49 },
  ...{ NSEC3: 50, NSEC3PARAM: 51, TLSA: 52, SMIMEA: 53, HIP: 55, CDS: 59, CDNSKEY: 60 },
  ...{ OPENPGPKEY: 61, CSYNC: 62, ZONEMD: 63, SVCB: 64, HTTPS: 65, SPF: 99, TKEY: 249 },
  ...{ TSIG: 250, IXFR: 251, AXFR: 252, ANY: 255, URI: 256, CAA: 257 },
};
const byName = new Map(Object.entries(numbers));
const byNumber = new Map(Object.entries(numbers).map(([name, number]) => [number, name]));

/** Every mnemonic. */
export const typeNames: readonly RecordType[] = Object.keys(numbers);

/**
 * The number of a type written in either case, `TYPE65280` included (RFC 3597 5).
 * @throws Fault MALFORMED
 */
export function typeNumber(type: RecordType): number {
  const known = byName.get(type) ?? byName.get(type.toUpperCase());
  if (known !== undefined) return known;
  const digits = /^TYPE(0|[1-9]\d{0,4})$/i.exec(type)?.[1];
  if (digits === undefined || Number(digits) > 65_535)
    throw new Fault('MALFORMED', `${quote(type)} is not a record type`, {
      fix: 'Use a mnemonic such as MX or TXT, or TYPE and a number from 0 to 65535.',
    });
  return Number(digits);
}

/** The mnemonic of a number, or `TYPE65280` where there is none. */
export const typeName = (number: number): RecordType => byNumber.get(number) ?? `TYPE${number}`;

/** The canonical spelling: `mx` and `TYPE15` are both `MX`. */
export const canonicalType = (type: string): RecordType => typeName(typeNumber(type));

/** True for types that no zone holds: OPT and the block of RFC 6895 3.1, ANY and TSIG among them. */
export function isMetaType(type: RecordType): boolean {
  const number = typeNumber(type);
  return number === 0 || number === 41 || (number >= 128 && number <= 255);
}
