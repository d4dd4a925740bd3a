import { type Name, parseAnyName, ROOT } from './name.ts';

export interface Mx {
  /** 0 to 65535; the lowest is tried first. */
  readonly preference: number;
  readonly exchange: Name;
}

/** The parts of canonical MX rdata, such as `10 mx.example.org.` */
export function parseMx(rdata: string): Mx {
  const space = rdata.indexOf(' ');
  return {
    preference: Number(rdata.slice(0, space)),
    exchange: parseAnyName(rdata.slice(space + 1)),
  };
}

/** True for the single `0 .` that says: this domain takes no mail (RFC 7505 3). */
export const isNullMx = (rrset: {
  readonly type: string;
  readonly rdata: readonly string[];
}): boolean => rrset.type === 'MX' && rrset.rdata.length === 1 && rrset.rdata[0] === `0 ${ROOT}`;
