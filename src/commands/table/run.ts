import { type CommandSpec, type OptionSpec } from '../spec.ts';
import { mailOptions } from './mail.ts';

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
    remote: true,
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
    remote: true,
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
    remote: true,
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
    remote: true,
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
    remote: true,
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
    remote: true,
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
    remote: true,
    load: () => import('../confirm.ts'),
  },
  {
    name: 'observe',
    group: 'Run',
    args: '<name>',
    summary:
      'report bounces, accepted mail, a test message that arrived, or a probe from elsewhere',
    description:
      'For people and orchestrators. What is reported is judged by the same rules as our own probes: the probes of two places, or of one that can prove that it can judge, may roll the swap back; bounces (more than 5 in ten minutes) and counts (under half of what is usual, once the swap has spread) are advice. What was accepted before the swap tells what is usual.\n\n--arrived takes the mark of a test message that `probe --send-test-message` sent and recorded in this cutover; another mark is refused, with those that were sent. Where none is recorded, as when all were sent from a machine that knows neither this state directory nor the server, any mark is taken.',
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
    remote: true,
    load: () => import('../observe.ts'),
  },
  {
    name: 'probe',
    group: 'Run',
    args: '[name-or-host...]',
    summary:
      'what mail hosts say to mail for the domain: the dialogue, the certificate, the verdict',
    description:
      'With the name of a cutover, or without any: the hosts of its plan, new and old. With --domain: the hosts or addresses ' +
      'that are named (HOST, ADDR, HOST:PORT, [ADDR]:PORT); no configuration is needed then. Every address is talked to over ' +
      'IPv4 and IPv6: greeting, EHLO, STARTTLS, and for postmaster and each recipient a transaction that ends before any mail ' +
      'is sent.\n\n' +
      '--send-test-message sends one message to a recipient that each new host takes; without it no mail is ever sent. Where a ' +
      'cutover of the domain is open, its journal keeps the mark, the host, the recipient and the answer. Whether it ' +
      'arrived, a person says: `observe --arrived`. With --server the hosts of the plan there are looked at from this place, ' +
      'and test messages are recorded there (an operator may); DNS_CUTOVER_SERVER alone changes nothing.\n\n' +
      'Exit 0 when every new host, or every host that was named, takes mail, 3 when one would lose or bounce it, 69 when it ' +
      'cannot be judged from here: a blocked port 25, greylisting, a host that refuses this machine. --json is what ' +
      '`observe --probe` reads on the machine of the controller: see help formats.',
    options: [
      ...mailOptions,
      {
        flags: '--vantage <name>',
        description: 'names this place (default: the name of the machine)',
      },
      { flags: '--wait', description: 'ask whoever greylists or defers again, after its pause' },
      { flags: '--send-test-message', description: 'send one message to each new host' },
      { flags: '--from <address>', description: 'its sender (default: postmaster of the domain)' },
    ],
    examples: [
      'dns-cutover probe example.org',
      'dns-cutover probe mx.new.example --domain example.org --recipient anna@example.org',
      'dns-cutover probe example.org --vantage office --json > office.json',
      'dns-cutover probe example.org --send-test-message --server https://cutover.example.org --token-file token',
    ],
    remote: 'asked',
    load: () => import('../probe.ts'),
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
    remote: true,
    load: () => import('../abandon.ts'),
  },
];
