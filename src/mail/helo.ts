const label = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?';

/** A fully qualified name without a final dot, as EHLO takes it (RFC 5321 2.3.5); no address passes for one. */
export const heloPattern = `^(?:${label}\\.)+[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$`;
const qualified = new RegExp(heloPattern);

/**
 * The name that this machine gives of itself: what was chosen, else its own where that can be one in DNS, else
 * empty, which stands for the address of the connection. A name that is none in DNS would be refused by hosts
 * that look it up (RFC 5321 4.1.4).
 */
export const heloFor = (chosen: string | null | undefined, machine: string): string =>
  chosen ?? (qualified.test(machine) ? machine : '');
