const rcodes: Readonly<Record<number, string>> = {
  ...{ 0: 'NOERROR', 1: 'FORMERR', 2: 'SERVFAIL', 3: 'NXDOMAIN', 4: 'NOTIMP', 5: 'REFUSED' },
  ...{ 6: 'YXDOMAIN', 7: 'YXRRSET', 8: 'NXRRSET', 9: 'NOTAUTH', 10: 'NOTZONE', 11: 'DSOTYPENI' },
  ...{ 16: 'BADVERS', 23: 'BADCOOKIE' },
};

// The same numbers mean other things in a TSIG record (RFC 8945 3).
const tsigErrors: Readonly<Record<number, string>> = {
  ...{ 16: 'BADSIG', 17: 'BADKEY', 18: 'BADTIME', 22: 'BADTRUNC' },
};

/** The numbers that our own code decides by. */
export const RCODE = {
  NOERROR: 0,
  FORMERR: 1,
  SERVFAIL: 2,
  NXDOMAIN: 3,
  NOTIMP: 4,
  REFUSED: 5,
  YXDOMAIN: 6,
  YXRRSET: 7,
  NXRRSET: 8,
  NOTAUTH: 9,
  NOTZONE: 10,
  BADVERS: 16,
} as const;

/** `NXDOMAIN`, or `RCODE12` where there is no name (RFC 6895 2.3). */
export const rcodeName = (rcode: number): string => rcodes[rcode] ?? `RCODE${rcode}`;

/** `BADKEY` and its like, from the error field of a TSIG record. */
export const tsigErrorName = (error: number): string => tsigErrors[error] ?? rcodeName(error);
