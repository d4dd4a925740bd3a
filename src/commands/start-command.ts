import { type Cutover } from '../cutover/cutover.ts';
import { displayName } from '../dns/name.ts';

/** The command that goes on with a cutover. */
export const startCommand = ({ domain, plan }: Cutover): string =>
  `dns-cutover start ${displayName(domain)} --plan-hash ${plan.hash}`;
