import { type AuthorityOrder } from '../cutover/order.ts';
import { type Name } from '../dns/name.ts';
import { type Server } from '../transport/transport.ts';

/** Where the names of mail hosts are looked up. */
export interface MailGround {
  readonly zone: Name;
  readonly servers: readonly Server[];
  readonly authority: Pick<AuthorityOrder, 'replace' | 'lookups'>;
}

/**
 * What the outside world is to a look at mail hosts, and what this machine is called. Nothing of the state
 * directory is needed for it, and none of it is loaded before a look begins.
 */
export async function mailWorld({ zone, servers, authority }: MailGround, signal: AbortSignal) {
  const [{ inquirer }, { networkAsk }, { systemLookups }, { smtpConverse }, { systemClock }, os] =
    await Promise.all([
      import('../authority/inquire.ts'),
      import('../transport/ask.ts'),
      import('../authority/system.ts'),
      import('../smtp/converse.ts'),
      import('../machine/clock.ts'),
      import('node:os'),
    ]);
  const clock = systemClock();
  const of = { ask: networkAsk(), zone, servers, authority, system: systemLookups, port: 53 };
  return {
    host: os.hostname(),
    clock,
    converse: smtpConverse({ clock }),
    inquire: inquirer(of, signal),
  };
}
