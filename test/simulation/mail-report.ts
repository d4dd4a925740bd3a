import { type Cutover } from '../../src/cutover/cutover.ts';
import { type Act } from '../../src/cutover/event.ts';
import { mailHosts } from '../../src/cutover/mail/hosts.ts';
import { type AddressSeen, type Reception } from '../../src/mail/probe.ts';
import { type HostState } from './mail.ts';
import { type World } from './world.ts';

const receptions: Record<HostState, Reception> = {
  accepts: 'accepts',
  refuses: 'not-provisioned',
  closed: 'closed',
  'greets-554': 'greeting-refuses',
  greylists: 'greylists',
  // The other place is blocked by nobody.
  'blocks-us': 'accepts',
};

/** What a person hands in who sees more than we do: a look from elsewhere, or what came back. */
export function reportOf({ mail, faults, random, clock }: World, state: Cutover): Act | null {
  const hosts = mail === null ? null : mailHosts(state);
  if (mail === null || hosts === null || !faults.strikes('mail-reported', 0.3)) return null;
  const reason = 'seen elsewhere';
  const count = random.below(9);
  if (random.chance(0.2))
    return { type: 'observe', what: { is: 'bounces', count, seconds: 600 }, reason };
  const seen = hosts.asked.map(({ host, role }, index): AddressSeen => ({
    ...{
      host,
      role,
      address: `203.0.113.${String(index + 1)}`,
      said: '',
      tls: 'good',
      recipients: [],
    },
    reception: receptions[mail.state(host.includes('.new.') ? 'new' : 'old')],
  }));
  const round = { vantage: 'berlin', at: clock.now().wall, seen, unresolved: [] };
  const what = { is: 'probe', round: { ...round, egress: 'open', sts: 'none' } } as const;
  return { type: 'observe', what, reason };
}
