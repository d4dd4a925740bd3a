import { type CommandSpec } from '../spec.ts';

/** Before anything is changed. */
export const prepare: readonly CommandSpec[] = [
  {
    name: 'init',
    group: 'Prepare',
    args: '[domain]',
    summary: 'write a commented configuration file',
    description:
      'Writes ./dns-cutover.yaml, or the file of --config. Asks for what is missing on a terminal. Never overwrites a file.',
    options: [
      { flags: '--to <mx>', description: 'the new MX, such as "0 mx.new.example"', many: true },
      {
        flags: '--preset <name>',
        description: 'instead of --to: the provider that the mail moves to (help presets)',
      },
      {
        flags: '--need <key=value>',
        description: 'what the preset asks for, such as mailExchange=HOST or dkim.selector1=HOST',
        many: true,
      },
      {
        flags: '--provider <type>',
        description: 'who hosts the zone: rfc2136 (the default), route53, google or cloudflare',
      },
      {
        flags: '--server <address>',
        description: 'rfc2136: the primary server that takes updates: ADDR, ADDR:PORT or a name',
      },
      {
        flags: '--zone <id>',
        description:
          'route53, cloudflare: the id of the zone; google: the name of the managed zone',
      },
      {
        flags: '--project <id>',
        description: 'google: the project, if not that of the credentials',
      },
      { flags: '--profile <name>', description: 'route53: a profile of ~/.aws' },
      { flags: '--token-file <path>', description: 'cloudflare: the file with the API token' },
      {
        flags: '--history <ttl>',
        description: 'the longest TTL that was served lately, such as 1d',
      },
    ],
    examples: [
      'dns-cutover init example.org --server 192.0.2.53 --to "0 mx.new.example"',
      'dns-cutover init example.org --provider route53 --to "0 mx.new.example"',
      'dns-cutover init example.org --provider route53 --preset fastmail',
    ],
    load: () => import('../init.ts'),
  },
  {
    name: 'validate',
    group: 'Prepare',
    args: '',
    summary: 'read the configuration and say what is wrong with it',
    description:
      'Reads the file and the secrets that it names, and nothing else: no network, no state.',
    options: [],
    examples: ['dns-cutover validate --config ./dns-cutover.yaml'],
    load: () => import('../validate.ts'),
  },
  {
    name: 'check',
    group: 'Prepare',
    args: '[name]',
    summary: 'check authority, state and rights; exit 3 when something blocks',
    description: 'Asks the authoritative servers and the provider. Changes nothing.',
    options: [],
    examples: ['dns-cutover check example.org'],
    remote: true,
    load: () => import('../check.ts'),
  },
  {
    name: 'plan',
    group: 'Prepare',
    args: '[name]',
    summary: 'show what would be done and when; prints the plan hash',
    description:
      'Reads the zone as it is and makes the plan: every change, the timeline, the worst case, the risks. Changes nothing.',
    options: [
      {
        flags: '--detailed-exitcode',
        description: 'exit 2 when there are changes, 0 when there are none',
      },
      {
        flags: '--format <format>',
        description: 'text (the default), json, or runbook: the whole night on paper, in Markdown',
      },
    ],
    examples: [
      'dns-cutover plan example.org',
      'dns-cutover plan example.org --format runbook > runbook.md',
    ],
    remote: true,
    load: () => import('../plan.ts'),
  },
  {
    name: 'rehearse',
    group: 'Prepare',
    args: '[name]',
    summary: 'run the whole cutover against servers and caches of its own, in fast motion',
    description:
      'The real controller against a zone of its own, on loopback, with caches of many habits to watch. Without a configuration: a built-in example. Touches no real zone and asks no real resolver.',
    options: [
      {
        flags: '--pace <n>',
        description:
          'how many times faster than the clock the waits pass; max: all of it in memory, in seconds',
      },
      { flags: '--seed <n>', description: 'the same seed makes the same faults' },
      { flags: '--faults <kind>', description: 'none, normal or hard' },
      {
        flags: '--page',
        description: 'shows it on a page of this machine; on a terminal that stays until Ctrl-C',
      },
    ],
    examples: [
      'dns-cutover rehearse',
      'dns-cutover rehearse --page',
      'dns-cutover rehearse --pace max',
      'dns-cutover rehearse example.org --faults hard --seed 7',
    ],
    load: () => import('../rehearse.ts'),
  },
];
