import { type CommandSpec, type OptionSpec } from '../spec.ts';

const reason: OptionSpec = { flags: '--reason <text>', description: 'why, for the journal' };
const accept: OptionSpec = {
  flags: '--accept <id[:subject]>',
  description: 'take responsibility for a finding; needs --reason',
  many: true,
};
const confirm: OptionSpec = {
  flags: '--confirm <domain>',
  description: 'the domain once more, where no question can be asked',
};
const expect: OptionSpec = {
  flags: '--expect <seq>',
  description: 'refuse when the cutover is at another line than this (see status)',
};
const takeClaim: OptionSpec = {
  flags: '--take-claim <runid>',
  description: 'replace the claim of a run that is dead; needs --reason',
};
const backup: OptionSpec = {
  flags: '--backup <dir>',
  description: 'another directory for copies of the snapshot',
  many: true,
};

/** What can lead to a write. */
export const run: readonly CommandSpec[] = [
  {
    name: 'start',
    group: 'Run',
    args: '<name>',
    summary: 'start or resume a cutover and stay until it ends',
    description:
      'Needs the hash that plan printed; on a terminal it shows the plan and asks for the domain. Ctrl-C leaves the cutover resumable: start it again with the same hash. If another process runs it, this one follows.',
    options: [
      { flags: '--plan-hash <hash>', description: 'the plan that was looked at' },
      {
        flags: '--again',
        description: 'anew, although this very plan was rolled back or abandoned',
      },
      accept,
      takeClaim,
      backup,
      reason,
    ],
    examples: ['dns-cutover start example.org --plan-hash 7f3a-91c2-0d5e-4b1f'],
    load: () => import('../start.ts'),
  },
  {
    name: 'approve',
    group: 'Run',
    args: '<name>',
    summary: 'let the waiting step swap',
    description:
      'An approval is given for the plan, the step and what the checks found; it lapses when one of them changes for the worse.',
    options: [
      {
        flags: '--attest <n>',
        description: 'tick sentence n of the plan (1, 2, …), or all',
        many: true,
      },
      accept,
      expect,
      reason,
    ],
    examples: ['dns-cutover approve example.org --attest all --reason "agreed on the call"'],
    load: () => import('../approve.ts'),
  },
  {
    name: 'pause',
    group: 'Run',
    args: '<name>',
    summary: 'stop every write until resume',
    description: 'Looking goes on; clocks of drains go on. A rollback is possible all the same.',
    options: [expect, reason],
    examples: ['dns-cutover pause example.org --reason "call the provider first"'],
    load: () => import('../pause.ts'),
  },
  {
    name: 'resume',
    group: 'Run',
    args: '<name>',
    summary: 'go on after a pause',
    description: 'A window that was missed meanwhile is not swapped late: it asks.',
    options: [expect, reason],
    examples: ['dns-cutover resume example.org'],
    load: () => import('../resume.ts'),
  },
  {
    name: 'rollback',
    group: 'Run',
    args: '<name>',
    summary: 'put the MX back, one step or all the way',
    description:
      'The MX first and alone. If no controller runs the cutover, this command becomes it until the rollback is delivered.',
    options: [
      { flags: '--to <snapshot>', description: 'go all the way: exactly what was there before' },
      confirm,
      backup,
      reason,
    ],
    examples: ['dns-cutover rollback example.org --confirm example.org --reason "mail bounces"'],
    load: () => import('../rollback.ts'),
  },
  {
    name: 'retry',
    group: 'Run',
    args: '<name>',
    summary: 'try again what is held, or go back to the gate after a rollback',
    description:
      'Clears the hold after its cause was mended. A window that was missed needs a new end.',
    options: [
      { flags: '--swap-until <time>', description: 'a new end of the window' },
      expect,
      reason,
    ],
    examples: ['dns-cutover retry example.org --swap-until 2026-12-05T10:00:00+01:00'],
    load: () => import('../retry.ts'),
  },
  {
    name: 'confirm',
    group: 'Run',
    args: '<name> <what>',
    summary: 'say that the mail was swept, or waive an act of settling',
    description:
      'mail-swept: the last sweep of the old host is over. others-moved: no other domain uses the old host any more, so that it may be closed (wave start says so by itself). restore-ttl, afterwards, old-host: do without that act; of an old host that forwards, once both sides take the test recipient, old-host says that a message arrived.',
    options: [expect, reason],
    examples: ['dns-cutover confirm example.org mail-swept'],
    load: () => import('../confirm.ts'),
  },
  {
    name: 'observe',
    group: 'Run',
    args: '<name>',
    summary:
      'report bounces, accepted mail, a test message that arrived, or a probe from elsewhere',
    description:
      'For people and orchestrators. What is reported is judged by the same rules as our own probes: the probes of two places, or of one that can prove that it can judge, may roll the swap back; bounces (more than 5 in ten minutes) and counts (under half of what is usual, once the swap has spread) are advice. What was accepted before the swap tells what is usual.',
    options: [
      { flags: '--bounces <n>', description: 'messages that came back, within --since (10m)' },
      { flags: '--accepted <n>', description: 'messages the new host took, within --since (1h)' },
      {
        flags: '--arrived <mark>',
        description: 'the test message of `probe --send-test-message` with this mark was found',
      },
      { flags: '--usual <n>', description: 'with --accepted: as many are usual in that time' },
      { flags: '--since <duration>', description: 'the time that was counted, until now' },
      {
        flags: '--probe <file>',
        description: 'what `probe --json` printed on another machine; - reads standard input',
      },
      reason,
    ],
    examples: [
      'dns-cutover observe example.org --bounces 7 --since 10m --reason "postmaster mailbox"',
      'dns-cutover observe example.org --probe berlin.json',
    ],
    load: () => import('../observe.ts'),
  },
  {
    name: 'abandon',
    group: 'Run',
    args: '<name>',
    summary: 'end the cutover and leave the zone as it is',
    description:
      'Removes the claim, and nothing else. A write whose end is not known is recorded as unsettled.',
    options: [confirm, expect, reason],
    examples: ['dns-cutover abandon example.org --confirm example.org --reason "done by hand"'],
    load: () => import('../abandon.ts'),
  },
];
