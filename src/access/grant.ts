import { covers, mayAs, type Principal, type Role } from './principal.ts';

/** What somebody would hand on. */
export interface Grant {
  readonly role: Role;
  readonly cutovers: readonly string[] | null;
}

/** Nobody hands on more than they have: no higher role, and no cutover beyond their scope. */
export function mayGrant(by: Principal, { role, cutovers }: Grant): boolean {
  // An agent may less than anybody, but only who may do everything lets one in.
  if (!mayAs(by.role, role === 'agent' ? 'admin' : role)) return false;
  return by.cutovers === null || (cutovers?.every(one => covers(by, one)) ?? false);
}
