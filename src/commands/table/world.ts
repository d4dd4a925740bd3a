import { type CommandSpec } from '../spec.ts';
import { mailOptions } from './mail.ts';

/** The types that people look for most, for completion. */
const typed = ['MX', 'TXT', 'A', 'AAAA', 'CNAME', 'NS', 'SOA', 'SRV', 'TLSA', 'CAA', 'DS'];
const dimensions = ['operator', 'country', 'continent'];

const list = {
  flags: '--resolvers <list>',
  description:
    'default, core, none, a file (a JSON or YAML list of {id, addresses, …}), or a mix: core,./mine.json,-quad9',
};

/** What looks at the world without a configuration, and writes nothing anywhere. */
export const world: readonly CommandSpec[] = [
  {
    name: 'propagation',
    group: 'Observe',
    args: '<domain> [type] [@resolver...]',
    summary: 'who in the world answers what: authoritative servers first, then resolvers',
    description:
      'Needs no configuration and no state directory, and writes nothing. TYPE is MX unless it is said: A, AAAA, CNAME, TXT, ' +
      'NS, SOA, SRV, TLSA, CAA, DS or any other. Aliases are followed; a DS is asked of the zone above, which holds it. ' +
      'It groups the answers, says who gives each, why one that differs does and until when, and what resolvers say of ' +
      'the signatures (AD, or bogus with its reason).\n\n' +
      'One look asks each resolver once, and whoever has no entry then fetches one: a look before a change plants what the ' +
      'servers give then, for its TTL. --until and --watch therefore ask each resolver once and then only the servers, until ' +
      'all of them give the new set; from then on resolvers are asked until it is certain, anycast addresses several times. ' +
      'Without --expect, new is what all authoritative servers agree on.\n\n' +
      '@8.8.8.8, @google and @dns.example ask only these. @tls://NAME and @https://NAME/PATH ask over TLS and HTTPS; a name that the list ' +
      'does not have is looked up through the system, @tls://ADDRESS#NAME needs no look-up. The certificate has to be for ' +
      'the name.\n\n' +
      'Exit 0 when all authoritative servers and everybody who can tell are new, 8 while not (or at --timeout), or while most ' +
      'of those that validate find the signatures wrong, 64 for a ' +
      'name that does not exist, 69 when no server or no resolver can be asked. See also: help resolvers, help formats.',
    words: [...typed, ...dimensions],
    options: [
      {
        flags: '--expect <value>',
        description: 'one record of the new set; all of them, each with its own --expect',
        many: true,
      },
      {
        flags: '--old <value>',
        description: 'one record of the old set; not said: whatever else is seen counts as old',
        many: true,
      },
      list,
      {
        flags: '--authority <server>',
        description: 'an authoritative server, ADDR or ADDR:PORT, instead of the delegation',
        many: true,
      },
      {
        flags: '--until <goal>',
        description: 'wait for new (everybody who can tell), or for a share of the weights: 99%',
      },
      { flags: '--watch', description: 'go on until Ctrl-C, or until --until or --timeout' },
      { flags: '--timeout <duration>', description: 'give up waiting after 90s, 5m, 2h' },
      {
        flags: '--by <what>',
        description:
          'resolvers counted by operator, country or continent, in the place of one by one',
      },
      { flags: '--csv', description: 'a table as CSV on stdout: see help formats' },
      {
        flags: '--explain <resolver>',
        description: 'ask this one only, and show the evidence for its verdict',
      },
    ],
    examples: [
      'dns-cutover propagation example.org',
      'dns-cutover propagation example.org --expect "10 mx.new.example"',
      'dns-cutover propagation example.org TXT @8.8.8.8 @quad9',
      'dns-cutover propagation example.org DS --by country',
      'dns-cutover propagation example.org @tls://dns.quad9.net @https://dns.google/dns-query',
      'dns-cutover propagation example.org --expect "10 mx.new.example" --watch --until 99% --timeout 2h',
      'dns-cutover propagation example.org --explain google',
    ],
    load: () => import('../propagation/propagation.ts'),
  },
  {
    name: 'verify-closed',
    group: 'Observe',
    args: '[name-or-host...]',
    summary: 'does the old host refuse mail for the domain, over IPv4 and IPv6?',
    description:
      'With the name of a cutover: the hosts that its plan leaves, and of retire.old: forwards also whether both sides take ' +
      'the test recipient. With --domain: the hosts or addresses that are named; no configuration is needed then.\n\n' +
      'Closed is an address that refuses the connection, greets with 554 or 421, or refuses postmaster and those who lived ' +
      'there (--former) for good. One recipient that is accepted makes it open, and silence proves nothing. No mail is sent.\n\n' +
      'Exit 0 closed everywhere, 3 open somewhere, 69 not proven.',
    options: [
      ...mailOptions,
      { flags: '--former <address>', description: 'somebody who lived there', many: true },
    ],
    examples: [
      'dns-cutover verify-closed example.org',
      'dns-cutover verify-closed mx.old.example --domain example.org --former anna@example.org',
      'dns-cutover verify-closed 192.0.2.25 --domain example.org --json',
    ],
    load: () => import('../verify-closed.ts'),
  },
  {
    name: 'resolvers list',
    group: 'Other',
    args: '',
    summary: 'the resolvers of a list, what is known of them, and who is left out',
    description:
      'Asks nobody. Weights are estimates; every share goes by them. What the cutovers of the state directory have learnt ' +
      'of a resolver (TTL floors and ceilings, caches at one address) stands beside it, with its age.',
    options: [list],
    examples: ['dns-cutover resolvers list', 'dns-cutover resolvers list --resolvers ./mine.json'],
    remote: true,
    load: () => import('../resolvers/list.ts'),
  },
  {
    name: 'resolvers test',
    group: 'Other',
    args: '[@resolver...]',
    summary: 'which resolvers can be asked from here, and whether this network interferes',
    description:
      'Asks each for the name servers of the root and for a name that cannot exist, and an address where no machine is. ' +
      'With --domain also for the SOA of that domain and for a name under it that nobody made, which shows rewriting. ' +
      'Exit 3 when this network answers in the place of others (no quarantine is written then), 69 when nobody can be asked.',
    options: [
      list,
      {
        flags: '--domain <domain>',
        description: 'a domain that exists: whoever does not resolve it fails',
      },
      {
        flags: '--quarantine <file>',
        description: 'write those that cannot be asked, for --resolvers default,-FILE',
      },
    ],
    examples: [
      'dns-cutover resolvers test --domain example.org --quarantine ./quarantine.json',
      'dns-cutover resolvers test @9.9.9.9 --json',
    ],
    load: () => import('../resolvers/test.ts'),
  },
  {
    name: 'resolvers add',
    group: 'Other',
    args: '<id> <file>',
    summary: 'a resolver of your own into a list of your own',
    description:
      'Makes the file if there is none. The whole list is checked before it is replaced. Only JSON is written. Exit 65 where the list would be wrong.',
    options: [
      { flags: '--address <address>', description: 'each of its addresses', many: true },
      { flags: '--operator <name>', description: 'who runs it: operators share one budget' },
      { flags: '--country <code>', description: 'where it stands, such as DE' },
      { flags: '--port <port>', description: 'the port for UDP and TCP, where it is not 53' },
      {
        flags: '--transport <name>',
        description: 'udp, tcp, tls or https, in the order to be tried (default: udp, tcp)',
        many: true,
      },
      { flags: '--dot-host <name>', description: 'the name in its certificate, for tls' },
      { flags: '--doh-template <url>', description: 'https://NAME/dns-query{?dns}, for https' },
    ],
    examples: [
      'dns-cutover resolvers add corp-berlin ./mine.json --address 10.1.0.53',
      'dns-cutover resolvers add corp-tls ./mine.json --address 10.1.0.54 --transport tls --dot-host dns.corp.example',
    ],
    load: () => import('../resolvers/add.ts'),
  },
  {
    name: 'resolvers remove',
    group: 'Other',
    args: '<id> <file>',
    summary: 'a resolver out of a list of your own',
    description: 'Only JSON is written. To leave out one that is shipped: --resolvers default,-ID.',
    options: [],
    examples: ['dns-cutover resolvers remove corp-berlin ./mine.json'],
    load: () => import('../resolvers/remove.ts'),
  },
  {
    name: 'resolvers update',
    group: 'Other',
    args: '',
    summary: 'a newer list, from a file or URL that you name',
    description:
      'Nothing is fetched that was not named. https, and http on this machine only; redirects within the host; 4 MB at most. ' +
      'The list is checked before anything is replaced, and what is new in it is told. Exit 65 where it is wrong, 69 where it cannot be fetched.',
    options: [
      { flags: '--from <source>', description: 'a file, or a URL that starts with https://' },
      { flags: '--to <file>', description: 'what is replaced (default: ./resolvers.json)' },
    ],
    examples: [
      'dns-cutover resolvers update --from https://example.org/resolvers.json --to ./world.json',
    ],
    load: () => import('../resolvers/update.ts'),
  },
];
