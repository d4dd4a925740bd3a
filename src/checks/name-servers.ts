import { displayName, type Name } from '../dns/name.ts';
import { type Check } from './check.ts';
import { goingHosts } from './hosts/mx-sets.ts';

export const nsHostShutdown: Check = {
  id: 'ns-host-shutdown-planned',
  family: 'authority',
  severity: 'warning',
  what: 'no name server of the zone goes away with the move: none is an old mail host, and the plan changes no NS',
  expected: 'name servers that stay for days after the swap',
  consequence:
    'Resolvers that reach no name server may serve what they have for up to three days, the old MX included.',
  refs: ['RFC 8767 5', 'RFC 1034 4.2.2'],
  judge: ({ plan, survey }) => {
    const subject = displayName(plan.zone);
    const { parentNameServers, childNameServers, servers } = survey.delegation;
    const names: readonly string[] = [
      ...new Set([...parentNameServers, ...childNameServers, ...servers.map(({ name }) => name)]),
    ];
    const observed = `name servers: ${names.join(' ') || 'none'}`;
    const moved = plan.tracks.filter(({ name, type }) => type === 'NS' && name === plan.zone);
    const going: readonly Name[] = plan.policy.retire.old === 'stays' ? [] : goingHosts(plan);
    const both = going.filter(host => names.includes(host)).map(displayName);
    if (moved.length === 0 && both.length === 0)
      return [
        {
          ...{ outcome: 'pass', subject, observed },
          summary:
            'The name servers stay: the plan leaves them alone, and no old mail host is one.',
        },
      ];
    return [
      {
        ...{ outcome: 'bad', subject, observed },
        summary:
          both.length > 0
            ? `${both.join(' ')} is a name server of ${subject} as well as an old mail host: whoever switches it off takes both away.`
            : `The plan changes the name servers of ${subject} together with its mail.`,
        remedy:
          both.length > 0
            ? 'Close its port 25 only (REJECT), and keep the machine as a name server; or move the name server first.'
            : 'Move the name servers first, wait until their TTL is over, and then move the mail.',
      },
    ];
  },
};
