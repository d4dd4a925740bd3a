import { type Finding } from '../cutover/finding.ts';
import { authenticationFindings } from './authentication/authentication.ts';
import { clockFindings } from './clock-sync.ts';
import { coexistenceFindings } from './smtp/coexistence.ts';
import { daneFindings } from './policy/dane.ts';
import { hostFindings } from './hosts/hosts.ts';
import { type MailInput } from './input.ts';
import { inventoryFindings } from './hosts/inventory.ts';
import { policyOrderFindings } from './policy/mta-sts-order.ts';
import { policyBodyFindings } from './policy/mta-sts.ts';
import { smtpFindings } from './smtp/smtp.ts';
import { strategyFindings } from './hosts/strategy.ts';
import { reportFindings } from './policy/tls-rpt.ts';

/** What one family found out; could-not-test where it could not ask. Throws nothing but ABORTED. */
export type MailFamily = (input: MailInput) => Promise<readonly Finding[]>;

/** The families that are about mail rather than about the zone, in the order in which they are told. */
export const mailFamilies: readonly MailFamily[] = [
  inventoryFindings,
  hostFindings,
  smtpFindings,
  coexistenceFindings,
  strategyFindings,
  policyBodyFindings,
  policyOrderFindings,
  daneFindings,
  reportFindings,
  authenticationFindings,
  clockFindings,
];
