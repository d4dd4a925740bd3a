import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { apply, fold } from '../../src/cutover/apply.ts';
import { confirmations, type Event } from '../../src/cutover/event.ts';
import { type Finding } from '../../src/cutover/finding.ts';
import { type Settlement } from '../../src/cutover/intent.ts';
import { step } from '../../src/cutover/step.ts';
import { isFault } from '../../src/errors.ts';
import { rrset } from '../../src/dns/rrset.ts';
import { reach } from './drive.ts';
import { oracle, type Oracle } from './model.ts';
import { capabilities, domain, midnight, orders, planOf, policy } from './orders.ts';
import { newPlay, nowOf, running, type Play } from './play.ts';
import { claimOf, finding, roundOf, surveyed, type Oddity } from './reports.ts';

/** One thing that happens, made of a few numbers, so that a failing run shrinks well. */
interface Happening {
  readonly what: keyof typeof happenings;
  readonly which: number;
  readonly howMuch: number;
}

interface Run {
  readonly play: Play;
  readonly judge: Oracle;
  trueMs: number;
}

const pick = <Item>(list: readonly Item[], index: number): Item => list[index % list.length]!;

function give({ play, judge, trueMs }: Run, event: Event): void {
  judge.hears(event, trueMs);
  try {
    for (const line of step(play.state, event, nowOf(play))) {
      const before = play.state;
      play.state = apply(before, line);
      play.journal.push(line);
      judge.reads(line, before, play.state);
    }
  } catch (error) {
    // Only what a person asks for is ever refused.
    const asked = [
      'approve',
      'rollback',
      'retry',
      'take-claim',
      'abandon',
      'pause',
      'resume',
      'confirm',
      'start',
    ];
    if (!isFault(error, 'REFUSED') || !asked.includes(event.type)) throw error;
    expect(error.fix).toMatch(/\S/);
    return;
  }
  judge.looks(running(play));
}

function pass(run: Run, ms: number): void {
  run.trueMs += ms;
  run.play.wall += ms;
  run.play.up += ms;
}

const positions = [0, 1, 2, 3];
const foreign = rrset({ name: domain, type: 'MX', ttl: 7200, rdata: ['20 mx.foreign.example.'] });
const oddities: readonly (readonly Oddity[])[] = [
  [],
  [],
  [],
  [{ server: 'ns2', is: 'silent' }],
  [{ server: 'ns2', is: 'unsigned' }],
  [{ server: 'ns1', is: 'well', foreign }],
  [{ server: 'ns1', is: 'well', foreign: null }],
  ...positions.map(position => [{ server: 'ns2', is: { position } }] as const),
];

const settlements: readonly Settlement[] = [
  { is: 'confirmed' },
  { is: 'confirmed' },
  { is: 'not-applied', code: 'UNAVAILABLE', message: 'reset', refused: false },
  { is: 'not-applied', code: 'UNAUTHORIZED', message: 'no', refused: true },
  {
    is: 'conflict',
    differences: [{ key: 'example.org. MX', expected: null, found: foreign, source: 'onprem' }],
  },
  {
    is: 'conflict',
    differences: [{ key: 'x', expected: null, found: claimOf('run-b'), source: 'onprem' }],
  },
];

const findings: readonly (readonly Finding[])[] = [
  [finding('pass', 'a')],
  [finding('pass', 'a')],
  [finding('warn', 'b')],
  [finding('fail', 'c')],
  [],
];

const seen = ({ play }: Run, which: number, own: readonly Oddity[]) => {
  const { servers, signed } = play;
  const nameServers = which === 7 ? ['ns3.example.net.'] : play.nameServers;
  return roundOf(running(play), { servers, nameServers, signed, oddities: own }, nowOf(play));
};

const reason = null;

function takeClaim(run: Run): void {
  give(run, { type: 'take-claim', run: 'run-b', reason: 'dead' });
}

const happenings = {
  wait: (run: Run, which: number, howMuch: number) => {
    pass(run, pick([1000, 60_000, 1_200_000, 4_000_000, 90_000_000], which) + howMuch);
    give(run, { type: 'woke' });
  },
  round: (run: Run, which: number, howMuch: number) => {
    const round = seen(run, howMuch, pick(oddities, which));
    give(run, { type: 'observed', round, identical: 1 + (howMuch % 4) });
  },
  settle: (run: Run, which: number, howMuch: number) => {
    const open = running(run.play).intent?.id;
    const intent = howMuch === 9 || open === undefined ? `i${which}` : open;
    give(run, { type: 'settled', intent, settlement: pick(settlements, which) });
  },
  survey: (run: Run, which: number, howMuch: number) => {
    const odd = pick([{}, {}, { claim: claimOf('run-b') }, { mx: foreign }], which);
    const own = { findings: pick(findings, howMuch), ...odd };
    give(run, surveyed(running(run.play), seen(run, 0, []), own));
  },
  check: (run: Run, which: number) => {
    give(run, { type: 'checked', findings: pick(findings, which) });
  },
  approve: (run: Run, which: number) => {
    const accept = which % 3 === 0 ? [{ id: 'c', subject: null, reason: 'known' }] : [];
    give(run, { type: 'approve', attest: which % 2 === 0 ? [0] : [], accept, reason });
  },
  pause: (run: Run) => {
    give(run, { type: 'pause', reason });
  },
  resume: (run: Run) => {
    give(run, { type: 'resume', reason });
  },
  rollback: (run: Run, which: number) => {
    give(run, { type: 'rollback', to: which % 3 === 0 ? 'snapshot' : 'step', reason });
  },
  retry: (run: Run, which: number) => {
    if (running(run.play).hold?.why === 'claimed' && which % 2 === 0) takeClaim(run);
    const swapUntil = which % 2 === 0 ? null : run.play.wall + 7_200_000;
    give(run, { type: 'retry', swapUntil, reason });
  },
  claim: takeClaim,
  confirm: (run: Run, which: number) => {
    give(run, { type: 'confirm', what: pick(confirmations, which), reason });
  },
  abandon: (run: Run, which: number) => {
    if (which === 0) give(run, { type: 'abandon', reason });
  },
  trouble: (run: Run, which: number) => {
    const effect = `write:i${which}:send`;
    if (which % 2 === 0) give(run, { type: 'recovered', effect });
    else give(run, { type: 'troubled', effect, code: 'UNAVAILABLE', message: 'reset' });
  },
  own: (run: Run, which: number) => {
    give(run, { type: 'owned', owner: `process-${which}`, fence: which });
  },
  jump: (run: Run, which: number) => {
    run.play.wall += pick([-7_200_000, 7_200_000, 1500, -90_000_000], which);
    give(run, { type: 'woke' });
  },
  reboot: (run: Run, which: number) => {
    pass(run, which * 60_000);
    run.play.up = 20_000;
    run.play.boot += 1;
    give(run, { type: 'owned', owner: 'again', fence: 100 + run.play.boot });
  },
};

type What = keyof typeof happenings;

const names = Object.keys(happenings) as What[];
const usual: readonly What[] = [
  'wait',
  'round',
  'settle',
  'check',
  'approve',
  'settle',
  'rollback',
];

const happening: fc.Arbitrary<Happening> = fc.record({
  what: fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...usual) },
    { weight: 2, arbitrary: fc.constantFrom(...names) },
  ),
  which: fc.nat(10),
  howMuch: fc.nat(9),
});

const stages = [
  'snapshot',
  'lower',
  'drain',
  'gate',
  'swap',
  'propagate',
  'sweep',
  'settle',
] as const;
const beginning = fc.record({
  order: fc.constantFrom(...Object.keys(orders)),
  stage: fc.constantFrom(...stages),
  atomicSets: fc.boolean(),
  signed: fc.boolean(),
  approval: fc.constantFrom('required' as const, 'none' as const),
  claim: fc.boolean(),
  attest: fc.constantFrom([], ['mailboxes synced']),
  window: fc.constantFrom(null, { swapFrom: midnight, swapUntil: midnight + 30_000_000 }),
  frozen: fc.constantFrom([], [{ from: midnight + 8_000_000, until: midnight + 9_000_000 }]),
});

function begin(how: typeof beginning extends fc.Arbitrary<infer How> ? How : never): Run {
  const play = newPlay();
  const { order, atomicSets, signed, approval, claim, attest, window, frozen } = how;
  const schedule = { ...policy.schedule, ...window, freeze: frozen };
  Object.assign(play, { order, atomicSets, signed, careful: false, talkative: false });
  play.policy = { ...policy, approval, claim, attest, schedule };
  const run: Run = { play, judge: oracle(policy.ttl.low), trueMs: 0 };
  const plan = planOf(order, {
    policy: play.policy,
    capabilities: { ...capabilities, atomicSets },
  });
  const data = { id: 'example.org.1', plan, run: 'run-a', host: 'admin', accept: [] };
  give(run, { type: 'start', ...data, takeClaim: null, reason });
  return run;
}

/** Brings a run to a stage in a world where all is well, before chance takes over; the oracle hears it all. */
function lead(run: Run, stage: (typeof stages)[number]): void {
  const from = run.play.up;
  const journalled = run.play.journal.length;
  reach(run.play, stage);
  const state = fold(run.play.journal.slice(0, journalled));
  run.judge.hears(surveyed(state!, seen(run, 0, [])), 0);
  run.play.journal.slice(journalled).reduce((before, line) => {
    const after = apply(before, line);
    run.trueMs = line.at - midnight;
    run.judge.hears({ type: 'woke' }, run.trueMs);
    run.judge.reads(line, before, after);
    return after;
  }, state);
  run.trueMs = run.play.up - from;
}

/** The same runs every time; `SEED=2 RUNS=20000` looks elsewhere and longer. */
const seed = Number(process.env['SEED'] ?? 1);

describe('whatever happens, in whatever order', () => {
  it('the rules of the core hold', () => {
    const reached = new Set<string>();
    fc.assert(
      fc.property(beginning, fc.array(happening, { maxLength: 60 }), (how, all) => {
        const run = begin(how);
        lead(run, how.stage);
        for (const { what, which, howMuch } of all) happenings[what](run, which, howMuch);
        const { state, journal } = run.play;
        expect(
          fold(journal.map(line => JSON.parse(JSON.stringify(line)) as typeof line)),
        ).toStrictEqual(state);
        for (const line of journal) reached.add(line.type);
        reached.add(run.play.state?.outcome ?? 'open');
      }),
      { numRuns: Number(process.env['RUNS'] ?? 1000), seed },
    );
    // The runs are worth something only if they come around.
    for (const type of [
      'drain.proven',
      'drain.reset',
      'write.conflict',
      'rollback.withdrawn',
      'rollback.left',
      'approval.lapsed',
      'claim.allowed',
      'done',
      'rolled-back',
      'abandoned',
    ])
      expect(reached, type).toContain(type);
  });
});
