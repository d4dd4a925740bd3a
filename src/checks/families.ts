import { type Finding } from '../cutover/finding.ts';
import { authenticationFindings } from './authentication.ts';
import { clockFindings } from './clock-sync.ts';
import { coexistenceFindings } from './coexistence.ts';
import { daneFindings } from './dane.ts';
import { hostFindings } from './hosts.ts';
import { type MailInput } from './input.ts';
import { inventoryFindings } from './inventory.ts';
import { policyOrderFindings } from './mta-sts-order.ts';
import { policyBodyFindings } from './mta-sts.ts';
import { smtpFindings } from './smtp.ts';
import { strategyFindings } from './strategy.ts';
import { reportFindings } from './tls-rpt.ts';

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
