import { type CommandSpec } from '../spec.ts';

/** Who may use a server. */
export const access: readonly CommandSpec[] = [
  {
    name: 'token create',
    group: 'Other',
    args: '',
    summary: 'a token for somebody, or something, that uses the server',
    description:
      'Works on the store of the state directory, also while serve runs. The secret is printed this once: only its hash is kept.\n\n' +
      'A viewer looks; an operator also plans, starts, pauses and rolls back; an approver also approves; an admin also makes tokens and webhooks. ' +
      'An agent hands in what probe saw at another place (see docs/access.md), and reads nothing.',
    options: [
      { flags: '--role <role>', description: 'viewer, operator, approver, admin or agent' },
      {
        flags: '--name <text>',
        description: 'whose it is, for lists and the journal (default: this user)',
      },
      { flags: '--expires <duration>', description: 'how long it is good (default: 8h)' },
      {
        flags: '--cutover <id>',
        description: 'only for this cutover, or for all of this domain',
        many: true,
      },
      {
        flags: '--out <file>',
        description: 'write the secret to a new file that nobody else reads, and print it nowhere',
      },
    ],
    words: ['viewer', 'operator', 'approver', 'admin', 'agent'],
    examples: [
      'dns-cutover token create --role operator --name anna',
      'dns-cutover token create --role operator --name pipeline --expires 30d --cutover example.org --out ./token',
    ],
    load: () => import('../token/create.ts'),
  },
  {
    name: 'token list',
    group: 'Other',
    args: '',
    summary: 'the tokens there are, when they end and when they were used',
    description: 'The newest first; one that ended is listed for 30 days. No secret is shown.',
    options: [],
    examples: ['dns-cutover token list', 'dns-cutover token list --json'],
    load: () => import('../token/list.ts'),
  },
  {
    name: 'token revoke',
    group: 'Other',
    args: '<id>',
    summary: 'end a token at once',
    description:
      'Sessions that were opened with it, and share links that were made with it, end as well; streams within seconds.',
    options: [],
    examples: ['dns-cutover token revoke 6f1c02d9a4b7e835'],
    load: () => import('../token/revoke.ts'),
  },
  {
    name: 'share',
    group: 'Other',
    args: '<name>',
    summary: 'a read-only link to the page of one cutover',
    description:
      'For those on the call who have no token. What proves it stands behind the #, which browsers send to no server. It is printed this once.',
    options: [
      { flags: '--expires <duration>', description: 'how long it is good (default: 24h)' },
      {
        flags: '--url <url>',
        description: 'where people open the page (default: the server; here, only the path)',
      },
    ],
    examples: ['dns-cutover share example.org --expires 24h --url https://cutover.example.org'],
    remote: true,
    load: () => import('../share.ts'),
  },
];
