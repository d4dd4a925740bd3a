import { type CommandSpec } from '../spec.ts';

/** What only reads. */
export const observe: readonly CommandSpec[] = [
  {
    name: 'status',
    group: 'Observe',
    args: '[name]',
    summary: 'where a cutover is, and who acts next; without a name, all of them',
    description: 'Reads the state directory, and nothing else.',
    options: [],
    examples: ['dns-cutover status example.org', 'dns-cutover status --json'],
    load: () => import('../status.ts'),
  },
  {
    name: 'watch',
    group: 'Observe',
    args: '<name>',
    summary: 'a cutover live on the screen, until it ends',
    description:
      'Shows the stages, what is waited for, how much of the world has turned, who lags and why, and who acts next. Reads only: Ctrl-C leaves, the cutover goes on. Off a terminal it prints a line whenever something changes; with --json a status for each change. Exit 0 done, 6 rolled back, 1 abandoned.',
    options: [],
    examples: ['dns-cutover watch example.org', 'dns-cutover watch example.org --json'],
    load: () => import('../watch.ts'),
  },
  {
    name: 'wait',
    group: 'Observe',
    args: '<name>',
    summary: 'wait until a cutover is as far as that, for scripts',
    description:
      'Any of what --for names is enough: stage=STAGE (also one that lies behind, and stage=done, rollback, rolled-back, abandoned), share=PERCENT of the resolvers by weight, or hold. Exit 0 reached, 6 rolled back, 7 a person is needed first (a hold, a pause, an approval, the last sweep to be confirmed), 8 not yet at the timeout, 1 it ended and that will not come. Reads only.',
    options: [
      { flags: '--for <what>', description: 'stage=STAGE, share=PERCENT or hold', many: true },
      {
        flags: '--timeout <duration>',
        description: 'give up after 30s, 5m, 2h … (default: never)',
      },
    ],
    examples: [
      'dns-cutover wait example.org --for stage=sweep --timeout 2h',
      'dns-cutover wait example.org --for share=95 --for hold',
    ],
    load: () => import('../wait.ts'),
  },
  {
    name: 'events',
    group: 'Observe',
    args: '<name>',
    summary: 'the journal of a cutover',
    description: 'One line each; with --json one JSON object a line.',
    options: [
      { flags: '--since <seq>', description: 'only what came after this line' },
      { flags: '--follow', description: 'go on until the cutover ends' },
    ],
    examples: ['dns-cutover events example.org --json', 'dns-cutover events example.org --follow'],
    load: () => import('../events.ts'),
  },
  {
    name: 'snapshot',
    group: 'Observe',
    args: '<name>',
    summary: 'what was there before, and how to put it back by hand',
    description:
      'Shows the RRsets with their extras and digest; --undo prints what to put back by hand, for any provider.',
    options: [
      { flags: '--undo', description: 'only the undo by hand: a table, and lines for nsupdate' },
    ],
    examples: ['dns-cutover snapshot example.org', 'dns-cutover snapshot example.org --undo'],
    load: () => import('../snapshot.ts'),
  },
  {
    name: 'report',
    group: 'Observe',
    args: '<name>',
    summary: 'what was done, when, by whom, with what result',
    description: 'Made from the journal alone.',
    options: [
      { flags: '--format <format>', description: 'md or json' },
      { flags: '--out <file>', description: 'write it to this file' },
    ],
    examples: ['dns-cutover report example.org --format md --out report.md'],
    load: () => import('../report.ts'),
  },
];

/** The rest of the house. */
export const other: readonly CommandSpec[] = [
  {
    name: 'store check',
    group: 'Other',
    args: '',
    summary: 'verify every journal in the state directory',
    description: 'Recomputes every hash chain and every fold; exit 65 when one does not hold.',
    options: [],
    examples: ['dns-cutover store check'],
    load: () => import('../store/check.ts'),
  },
  {
    name: 'store backup',
    group: 'Other',
    args: '<file>',
    summary: 'copy the store, also while it is in use',
    description: 'Never overwrites a file.',
    options: [],
    examples: ['dns-cutover store backup ./cutovers.sqlite'],
    load: () => import('../store/backup.ts'),
  },
  {
    name: 'store restore',
    group: 'Other',
    args: '<file>',
    summary: 'put a copy in the place of the store',
    description:
      'Verifies the copy first. Refused while a controller runs, or when a store is there, unless --force.',
    options: [{ flags: '--force', description: 'replace the store that is there' }],
    examples: ['dns-cutover store restore ./cutovers.sqlite'],
    load: () => import('../store/restore.ts'),
  },
  {
    name: 'config show',
    group: 'Other',
    args: '',
    summary: 'every setting with its origin',
    description: 'Secrets are shown as where they come from.',
    options: [],
    examples: ['dns-cutover config show --json'],
    load: () => import('../config-show.ts'),
  },
  {
    name: 'config path',
    group: 'Other',
    args: '',
    summary: 'which files are used',
    description: 'The configuration file and the state directory.',
    options: [],
    examples: ['dns-cutover config path'],
    load: () => import('../config-path.ts'),
  },
  {
    name: 'schema',
    group: 'Other',
    args: '',
    summary: 'the JSON schema of the configuration, for editors',
    description: 'Prints it.',
    options: [{ flags: '--resolvers', description: 'that of a list of resolvers' }],
    examples: [
      'dns-cutover schema > dns-cutover.schema.json',
      'dns-cutover schema --resolvers > resolvers.schema.json',
    ],
    load: () => import('../schema.ts'),
  },
  {
    name: 'completion',
    group: 'Other',
    args: '<shell>',
    summary: 'completion for bash, zsh or fish',
    description: 'Prints a script made from the same table as this help.',
    options: [],
    examples: [
      'dns-cutover completion bash > /etc/bash_completion.d/dns-cutover',
      'dns-cutover completion zsh > /usr/local/share/zsh/site-functions/_dns-cutover',
      'dns-cutover completion fish > ~/.config/fish/completions/dns-cutover.fish',
    ],
    load: () => import('../completion.ts'),
  },
  {
    name: 'version',
    group: 'Other',
    args: '',
    summary: 'the version',
    description: 'Of dns-cutover, Node and SQLite.',
    options: [],
    examples: ['dns-cutover version --json'],
    load: () => import('../version.ts'),
  },
];
