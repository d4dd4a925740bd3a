import { type Finding } from '../cutover/finding.ts';
import { authenticationFindings } from './authentication.ts';
import { hostFindings } from './hosts.ts';
import { type MailInput } from './input.ts';

/** What one family found out; could-not-test where it could not ask. Throws nothing but ABORTED. */
export type MailFamily = (input: MailInput) => Promise<readonly Finding[]>;

/** The families that are about mail rather than about the zone, in the order in which they are told. */
export const mailFamilies: readonly MailFamily[] = [hostFindings, authenticationFindings];
