import { type Instant } from '../../clock.ts';
import { type Plan } from '../../cutover/plan.ts';
import { displayName } from '../../dns/name.ts';
import { type Course } from '../plan/timeline.ts';
import { commandText, count, durationText, timeText } from '../words.ts';

/** One step of the night: what is done, what good looks like, and what to do when it does not. */
export interface RunbookStep {
  readonly at: Instant;
  /** `at` is by the clock; `from` is the earliest, if nobody and nothing is waited for. */
  readonly when: 'at' | 'from';
  readonly title: string;
  readonly commands: readonly string[];
  /** Said beside the commands. */
  readonly notes: readonly string[];
  readonly good: readonly string[];
  readonly otherwise: readonly string[];
  /** To be ticked by a person. */
  readonly tick: readonly string[];
}

const step = (
  of: Pick<RunbookStep, 'at' | 'when' | 'title'> & Partial<RunbookStep>,
): RunbookStep => ({ commands: [], notes: [], good: [], otherwise: [], tick: [], ...of });

const seconds = (value: number): string => durationText(value * 1000);

interface Ground {
  readonly plan: Plan;
  readonly course: Course;
  readonly domain: string;
}

function begin({ plan, course, domain }: Ground): readonly RunbookStep[] {
  const { lower, start, drained } = course;
  return [
    step({
      at: start,
      when: 'at',
      title: 'Start',
      commands: [commandText('start', domain, '--plan-hash', plan.hash)],
      notes: [
        'On a machine that stays on and reaches the provider and the name servers. It keeps its terminal until the end; whatever follows is typed in another. It may be stopped and started again at any time: the same command goes on.',
      ],
      good: [
        'It says that the snapshot was taken, and a file `*.undo.txt` lies beside the state: copy it off this machine.',
      ],
      otherwise: [
        'Exit code 5: the zone or the configuration changed since this plan was printed. Plan again and print it again.',
        'Exit code 3: something blocks. Mend what is named, or take responsibility for it: `--accept ID --reason TEXT`.',
      ],
    }),
    step({
      at: lower,
      when: lower === start ? 'at' : 'from',
      title: 'The TTL is lowered',
      commands: [commandText('status', domain)],
      good: [
        `Stage \`drain\`: every authoritative address shows TTL ${plan.policy.ttl.low} in three rounds.`,
      ],
      otherwise: [
        'A hold names the server that lags or the write that was refused, and each way out. Nothing of the mail flow has changed: there is time.',
      ],
    }),
    step({
      at: drained,
      when: 'from',
      title: 'The old TTL is drained',
      commands: [commandText('status', domain)],
      notes: [`The latest of: ${course.terms.join('; ')}.`],
      good: ['Stage `gate`, with the proof of the drain.'],
      otherwise: [
        'It began anew: a server showed the old TTL again. See which, and let somebody stop whatever restores it.',
      ],
    }),
  ];
}

function gate({ plan, domain }: Ground, of: Course['steps'][number], name: string): RunbookStep {
  const { attest, approval, mail } = plan.policy;
  const asks = mail?.ask === true;
  const ticks = attest.length === 0 ? [] : ['--attest', 'all'];
  const approves = approval === 'required' || attest.length > 0;
  return step({
    at: of.gate,
    when: 'from',
    title: `Gate${name}: go or no go`,
    commands: [
      commandText('check', domain),
      ...(asks ? [commandText('probe', domain)] : []),
      ...(approves
        ? [commandText('approve', domain, ...ticks, '--reason', 'agreed on the call')]
        : []),
    ],
    tick: attest,
    good: [
      '`check` ends with exit code 0: no blocker fails, and none could not be tested.',
      ...(asks
        ? ['`probe`: every new host accepts mail for the domain, with its own words beside it.']
        : ['A message sent by hand to the new host itself arrives (mail hosts are not asked).']),
      ...(approves ? ['`approve` answers that it was recorded.'] : []),
    ],
    otherwise: [
      'A blocker fails: no go. Mend it at the new host; the gate looks again by itself.',
      'Something could not be tested: prove it another way, then `approve` with `--accept ID:SUBJECT --reason TEXT`.',
      'No go at all: do nothing. Nothing is written, and the low TTL harms nobody.',
    ],
  });
}

function swap({ plan, domain }: Ground, of: Course['steps'][number], name: string): RunbookStep {
  const { rollback, schedule, mail } = plan.policy;
  const asks = mail?.ask === true;
  const byClock = schedule.swapFrom !== null && of.swap === schedule.swapFrom;
  const automatic =
    rollback.automatic !== null && asks
      ? [
          `For ${seconds(rollback.automatic)} it rolls back by itself, once, where the new hosts refuse or are gone in three rounds while the old host still accepts.`,
        ]
      : ['It does not roll back by itself: somebody watches the mail.'];
  return step({
    at: of.swap,
    when: byClock ? 'at' : 'from',
    title: `Swap${name}`,
    commands: [
      commandText('watch', domain),
      ...(asks
        ? [
            commandText('probe', domain, '--send-test-message'),
            commandText('observe', domain, '--arrived', 'MARK-OF-THE-MESSAGE'),
          ]
        : []),
    ],
    notes: [
      `It is written by itself once the gate is open${schedule.swapUntil === null ? '' : `, and never after ${timeText(schedule.swapUntil, schedule.timeZone)}`}.`,
      ...automatic,
    ],
    good: [
      'Every authoritative address serves the new set, usually within a minute.',
      ...(asks ? ['New hosts accept in every round; the old host still accepts.'] : []),
      'A message from outside arrives in a mailbox at the new host.',
    ],
    otherwise: [
      'The new hosts refuse, or messages bounce: roll back, see below.',
      'Only some resolvers still say old: wait. Their copies end by themselves.',
      'The window closed before it was written: it asks. `retry --swap-until TIME`, or leave it for another night.',
    ],
  });
}

function spread({ domain }: Ground, of: Course['steps'][number], name: string): RunbookStep {
  return step({
    at: of.spread,
    when: 'from',
    title: `The new set is expected everywhere${name}`,
    commands: [commandText('propagation', domain)],
    good: ['The target share says new, and everybody who does not is explained.'],
    otherwise: [
      'A resolver holds the old set beyond its TTL: nobody can stop it. The old host takes its mail until the last sweep.',
    ],
  });
}

function end({ plan, course, domain }: Ground): readonly RunbookStep[] {
  const { retire, mail } = plan.policy;
  const closing = {
    refuses:
      'The old host refuses mail for the domain over IPv4 and IPv6, also for who had a mailbox there.',
    forwards: 'A message to the old host arrives at the new one.',
    stays: 'The old host was declared to stay: nothing is closed.',
  } as const;
  return [
    step({
      at: course.sweep,
      when: 'from',
      title: 'Last sweep of the old host',
      commands: [commandText('confirm', domain, 'mail-swept')],
      good: [
        'The queue of the old host is empty, and every message that it took since the mailboxes were copied is at the new host. Then, and only then, it is confirmed.',
      ],
      otherwise: ['Mail still arrives there: sweep again before confirming. Nothing hurries.'],
    }),
    step({
      at: course.restore,
      when: 'from',
      title: 'The TTL is restored',
      commands: [commandText('status', domain)],
      notes: ['From then on a rollback takes as long as the full TTL.'],
      good: ['Stage `settle`, the TTL at every authoritative address as it was before.'],
    }),
    ...(course.afterwards === null
      ? []
      : [
          step({
            at: course.afterwards,
            when: 'from',
            title: 'The records for afterwards are written',
            commands: [commandText('status', domain)],
            good: ['They stand at every authoritative address.'],
          }),
        ]),
    step({
      at: course.retire.at,
      when: 'from',
      title: 'The old host may be retired',
      commands: [
        ...(mail?.ask === true ? [commandText('verify-closed', domain)] : []),
        commandText('report', domain, '--out', `${domain}.md`),
      ],
      good: [closing[retire.old]],
      otherwise: [
        'It still accepts: whatever it takes nobody reads. Close port 25 by REJECT, not DROP, or have it answer 550.',
      ],
    }),
  ];
}

/** Every step in the order of the night. */
export function runbookSteps(plan: Plan, course: Course): readonly RunbookStep[] {
  const ground: Ground = { plan, course, domain: displayName(plan.domain) };
  const many = course.steps.length > 1;
  const steps = course.steps.flatMap((of, index) => {
    const name = many
      ? ` of ${of.name} (${String(index + 1)} of ${count(course.steps.length, 'step')})`
      : '';
    return [gate(ground, of, name), swap(ground, of, name), spread(ground, of, name)];
  });
  return [...begin(ground), ...steps, ...end(ground)];
}
