import { type CommandSpec } from '../spec.ts';

/** Many domains of one file, one wave after the other. */
export const wave: readonly CommandSpec[] = [
  {
    name: 'wave plan',
    group: 'Prepare',
    args: '',
    summary: 'the plans of all domains of the file, wave by wave, and one hash',
    description:
      'Reads every zone and changes nothing. Whoever is under way is shown with the plan that it runs. Exit 3 when a domain cannot be planned.',
    options: [],
    examples: ['dns-cutover wave plan', 'dns-cutover wave plan --json'],
    load: () => import('../wave/plan.ts'),
  },
  {
    name: 'wave start',
    group: 'Run',
    args: '',
    summary: 'start or resume all domains of the file, wave by wave, and stay until all have ended',
    description:
      'Needs the hash that wave plan printed; on a terminal it shows the waves and asks. Runs many cutovers in this process, each with gates and approvals of its own. When one fails (rolled back, abandoned, blocked, or held for longer than waves.patience) nothing new is started; the others go on. Killed at any instant, the same command goes on. Exit 6 when one was rolled back, 7 when one is held, 1 when one was abandoned, 3 when one could not be started.',
    options: [
      { flags: '--plan-hash <hash>', description: 'the whole that was looked at' },
      {
        flags: '--accept <id[:subject]>',
        description: 'take responsibility for a finding of every domain; needs --reason',
        many: true,
      },
      { flags: '--reason <text>', description: 'why, for the journal' },
    ],
    examples: ['dns-cutover wave start --plan-hash 7f3a-91c2-0d5e-4b1f'],
    load: () => import('../wave/start.ts'),
  },
  {
    name: 'wave status',
    group: 'Observe',
    args: '',
    summary: 'how far each domain of the waves is, and what comes next',
    description: 'Reads the file and the state directory, and nothing else.',
    options: [],
    examples: ['dns-cutover wave status', 'dns-cutover wave status --json'],
    load: () => import('../wave/status.ts'),
  },
];
