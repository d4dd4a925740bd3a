import { expect } from 'vitest';
import { apply } from '../../src/cutover/apply.ts';
import { confirmations, type Event } from '../../src/cutover/event.ts';
import { type Finding } from '../../src/cutover/finding.ts';
import { type News } from '../../src/cutover/news.ts';
import { type Settlement } from '../../src/cutover/intent.ts';
import { step } from '../../src/cutover/step.ts';
import { rrset } from '../../src/dns/rrset.ts';
import { isFault } from '../../src/errors.ts';
import { canaryConflict, measured, rehearsed } from './canary-commands.ts';
import { roundAt, type Shown } from './mail-commands.ts';
import { type Oracle } from './model.ts';
import { domain } from './orders.ts';
import { nowOf, running, type Play } from './play.ts';
import { addressOf, claimOf, finding, newsOf, roundOf, surveyed, type Oddity } from './reports.ts';

/** One thing that happens, made of a few numbers, so that a failing run shrinks well. */
export interface Happening {
  readonly what: keyof typeof happenings;
  readonly which: number;
  readonly howMuch: number;
}

export interface Run {
  readonly play: Play;
  readonly judge: Oracle;
  trueMs: number;
}

const pick = <Item>(list: readonly Item[], index: number): Item => list[index % list.length]!;

export function give({ play, judge, trueMs }: Run, event: Event): void {
  judge.hears(event, trueMs, play.state);
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
      'observe',
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
  ...Array.from({ length: 6 }, () => []),
  [{ server: 'ns2', is: 'silent' }],
  [{ server: 'ns2', is: 'unsigned' }],
  [{ server: 'ns2', is: 'bogus' }],
  [{ server: 'ns2', is: 'indeterminate' }],
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

const canarySettlements: readonly ((play: Play) => Settlement)[] = [
  () => ({ is: 'confirmed' }),
  () => ({ is: 'confirmed' }),
  ...settlements.slice(2, 4).map(settlement => () => settlement),
  play => canaryConflict(play, 'somebody else'),
  play => canaryConflict(play, 'first'),
  play => canaryConflict(play, 'second'),
  play => canaryConflict(play, 'nothing'),
];

const findings: readonly (readonly Finding[])[] = [
  [finding('pass', 'a')],
  [finding('pass', 'a')],
  [finding('warn', 'b')],
  [finding('fail', 'c')],
  [],
];

export const seen = ({ play }: Run, which: number, own: readonly Oddity[]) => {
  const { servers, signed } = play;
  const nameServers = which === 7 ? ['ns3.example.net.'] : play.nameServers;
  const world = { servers, nameServers, signed, validated: signed, oddities: own };
  return roundOf(running(play), world, nowOf(play));
};

/** What mail hosts show: mostly what leads to a rollback, which otherwise would never come to that. */
const shownHosts: readonly Shown[] = [
  {},
  ...Array.from({ length: 4 }, () => ({ new: ['not-provisioned'] as const })),
  ...Array.from({ length: 3 }, () => ({ new: ['closed'] as const })),
  { new: ['greylists'] },
  { new: ['closed'], witness: null },
  { new: ['not-provisioned'], old: ['not-provisioned'] },
  { new: ['silent'], old: ['silent'], witness: 'silent' },
];

const minute = 60_000;

function newsAt(which: number, howMuch: number): News {
  const leftMs = pick([0, 0, 5 * minute, 60 * minute, 180 * minute, 4320 * minute], howMuch);
  const share = pick([1, 0.96, 0.94, 0.3, null, 0, 0.95, 1], which);
  return newsOf({
    share,
    ableToTell: share === null ? 0 : pick([1, 1, 0.4, 0.5], howMuch),
    complete: howMuch % 5 !== 4,
    total: which === 19 ? 0 : 40,
    unexplained: which % 4 === 1 && howMuch % 2 === 1 ? 1 : 0,
    entry: leftMs === 0 ? null : { resolver: `floor-${which}`, leftMs },
    forecast: howMuch === 0 ? null : { p50: 150, p95: 285, worst: 300 },
  });
}

export const reason = null;

function takeClaim(run: Run): void {
  give(run, { type: 'take-claim', run: 'run-b', reason: 'dead' });
}

export const happenings = {
  wait: (run: Run, which: number, howMuch: number) => {
    pass(
      run,
      pick([1000, 400_000, 1_200_000, 2_000_000, 4_000_000, 90_000_000], which % 9) + howMuch,
    );
    give(run, { type: 'woke' });
  },
  round: (run: Run, which: number, howMuch: number) => {
    const round = seen(run, howMuch, pick(oddities, which));
    give(run, { type: 'observed', round, identical: 1 + (howMuch % 4) });
  },
  settle: (run: Run, which: number, howMuch: number) => {
    const canary = running(run.play).canary?.intent;
    if (canary != null && (howMuch % 2 === 0 || running(run.play).intent === null)) {
      const settlement = pick(canarySettlements, which)(run.play);
      give(run, { type: 'settled', intent: canary.id, settlement });
      return;
    }
    const open = running(run.play).intent?.id;
    const intent = howMuch === 9 || open === undefined ? `i${which}` : open;
    give(run, { type: 'settled', intent, settlement: pick(settlements, which) });
  },
  canary: (run: Run, which: number) => {
    const told = pick(
      [
        { is: 'measured', measured },
        { is: 'rehearsed', rehearsed },
        { is: 'given-up', why: 'nobody answers' },
      ] as const,
      which,
    );
    give(run, { type: 'canary', told });
  },
  survey: (run: Run, which: number, howMuch: number) => {
    const odd = pick([{}, {}, { claim: claimOf('run-b') }, { mx: foreign }], which);
    const own = { findings: pick(findings, howMuch), ...odd };
    give(run, surveyed(running(run.play), seen(run, 0, []), own));
  },
  check: (run: Run, which: number) => {
    give(run, { type: 'checked', findings: pick(findings, which) });
  },
  news: (run: Run, which: number, howMuch: number) => {
    const event = { type: 'news', news: newsAt(which, howMuch) } as const;
    give(run, event);
    // The same once more is no news.
    const { length } = run.play.journal;
    give(run, event);
    expect(run.play.journal.length).toBe(length);
  },
  probe: (run: Run, which: number, howMuch: number) => {
    // A minute between two: only then do they count.
    pass(run, howMuch % 3 === 2 ? 1000 : 60_000);
    give(run, { type: 'probed', round: roundAt(run.play, pick(shownHosts, which)) });
  },
  observe: (run: Run, which: number, howMuch: number) => {
    const round = roundAt(run.play, {
      ...pick(shownHosts, which),
      vantage: `place-${howMuch % 3}`,
    });
    const count = which % 4 === 0 ? ({ is: 'bounces', count: which, seconds: 600 } as const) : null;
    give(run, { type: 'observe', what: count ?? { is: 'probe', round }, reason });
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
  delegate: (run: Run, which: number) => {
    run.play.servers = pick(
      [
        ['ns1', 'ns2'],
        ['ns1', 'ns2', 'ns3'],
        ['ns1', 'ns3'],
      ],
      which,
    );
    give(run, { type: 'delegated', servers: run.play.servers.map(addressOf) });
  },
  jump: (run: Run, which: number) => {
    run.play.wall += pick([-7_200_000, 7_200_000, 1500, -90_000_000], which);
    give(run, { type: 'woke' });
  },
  reboot: (run: Run, which: number, howMuch: number) => {
    pass(run, which * 60_000);
    // A clock without a battery is behind; one that a boot puts ahead deceives anybody.
    run.play.wall -= pick([0, 0, 0, 7_200_000, 900_000_000], howMuch);
    run.play.up = 20_000;
    run.play.boot += 1;
    give(run, { type: 'owned', owner: 'again', fence: 100 + run.play.boot });
  },
};

export type What = keyof typeof happenings;

export const names = Object.keys(happenings) as What[];
