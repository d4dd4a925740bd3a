import { type Now } from '../../src/clock.ts';
import { apply } from '../../src/cutover/apply.ts';
import { type Cutover } from '../../src/cutover/cutover.ts';
import { type Event } from '../../src/cutover/event.ts';
import { type Finding } from '../../src/cutover/finding.ts';
import { type Settlement } from '../../src/cutover/intent.ts';
import { genesis, seal, type Actor, type Entry } from '../../src/cutover/line.ts';
import { type News } from '../../src/cutover/news.ts';
import { SNAPSHOT, valueAt } from '../../src/cutover/path.ts';
import { type Plan } from '../../src/cutover/plan.ts';
import { step } from '../../src/cutover/step.ts';
import { type Reading, type Round, type Survey } from '../../src/cutover/survey.ts';
import { capabilities, dawn, minute, planOf } from './view-plan.ts';

export const finding = (change: Partial<Finding>): Finding => ({
  id: 'auth-servers-agree',
  severity: 'blocker',
  status: 'pass',
  subject: 'example.org.',
  summary: 'every authoritative server gives the same answer',
  observed: 'serial 2026120401 at 2 of 2 servers',
  expected: 'one answer',
  refs: ['RFC 1034 4.2'],
  ...change,
});

export const nameServers = ['ns1.example.net.', 'ns2.example.net.'];
const servers = nameServers.map((name, index) => ({
  name,
  address: `192.0.2.${index + 1}`,
  port: 53,
}));

const anna: Actor = { kind: 'person', name: 'anna' };
const system: Actor = { kind: 'controller', name: 'c1' };
const people: readonly Event['type'][] = [
  'start',
  'approve',
  'pause',
  'resume',
  'rollback',
  'retry',
  'take-claim',
  'confirm',
  'abandon',
];

/** A cutover that lives through events with the real core; every line is kept as the journal would. */
export interface Story {
  readonly plan: Plan;
  readonly entries: readonly Entry[];
  readonly cutover: Cutover;
  readonly now: Now;
  tell(event: Event): Story;
  wait(ms: number): Story;
  survey(findings?: readonly Finding[]): Story;
  /** Ends every open write, one after the other. */
  settle(settlement?: Settlement): Story;
  observe(change?: (reading: Reading) => Reading, identical?: number): Story;
  check(findings?: readonly Finding[]): Story;
}

export function surveyOf(plan: Plan): Survey {
  const hosted = Object.fromEntries(
    plan.tracks.map(track => {
      const value = valueAt(track, SNAPSHOT);
      return [track.key, value === null ? null : { rrset: value, extras: null, token: null }];
    }),
  );
  const zone = plan.zone;
  const delegation = {
    source: 'discovered' as const,
    zone,
    parentNameServers: nameServers,
    childNameServers: nameServers,
    servers: servers.map(server => ({ ...server })),
  };
  const at: Now = { wall: dawn, up: 0, boot: 'b1' };
  const round: Round = { at, nameServers, readings: readings(plan, {}) };
  const soa = { serial: 2026120401, refresh: 3600, minimum: 600, ttl: 3600 };
  return { zone, delegation, round, hosted, capabilities, claim: null, soa };
}

function readings(plan: Plan, places: Readonly<Record<string, number>>): readonly Reading[] {
  const served = plan.tracks.map(track => {
    const value = valueAt(track, places[track.key] ?? SNAPSHOT);
    const negativeTtl = value === null ? 600 : null;
    return { key: track.key, rrset: value, negativeTtl, signature: 'unsigned' as const };
  });
  return servers.map(server => ({
    ...server,
    state: 'answered',
    error: null,
    serial: 2026120401,
    served,
  }));
}

export function story(plan: Plan = planOf()): Story {
  let state: Cutover | null = null;
  let now: Now = { wall: dawn, up: 0, boot: 'b1' };
  const entries: Entry[] = [];
  const id = 'example.org.1';
  const known = (): Cutover => {
    if (state === null) throw new Error('the story has not begun');
    return state;
  };
  const self: Story = {
    plan,
    entries,
    get cutover() {
      return known();
    },
    get now() {
      return now;
    },
    tell(event) {
      const lines = step(state, event, now);
      for (const line of lines) state = apply(state, line);
      const actor = people.includes(event.type) ? anna : system;
      const last = entries.at(-1);
      const hash = last?.hash ?? genesis(id);
      const from = { cutover: id, seq: entries.length, hash, actor, cause: event.type };
      for (const sealed of seal(lines, from)) entries.push({ ...sealed, n: entries.length + 101 });
      return self;
    },
    wait(ms) {
      now = { ...now, wall: now.wall + ms, up: now.up + ms };
      return self;
    },
    survey: (findings = [finding({})]) =>
      self.tell({ type: 'surveyed', survey: surveyOf(plan), findings, digest: 'd1g357' }),
    settle(settlement = { is: 'confirmed' }) {
      for (let writes = 0; known().intent !== null && writes < 20; writes++) {
        const intent = known().intent?.id ?? '';
        self.tell({ type: 'settled', intent, settlement });
        if (settlement.is !== 'confirmed') break;
      }
      return self;
    },
    observe(change = reading => reading, identical = 3) {
      const list = readings(plan, known().places).map(change);
      const round: Round = { at: now, nameServers, readings: list };
      return self.tell({ type: 'observed', round, identical }).settle();
    },
    check: (findings = [finding({})]) => self.tell({ type: 'checked', findings }),
  };
  return self;
}

export const start = (plan: Plan): Event => ({
  type: 'start',
  id: 'example.org.1',
  plan,
  run: 'f00dfeed',
  host: 'ops1',
  accept: [],
  takeClaim: null,
  reason: 'move to the new host',
});

/** Begun and owned, before the survey. */
export const begun = (plan: Plan = planOf()): Story =>
  story(plan).tell(start(plan)).tell({ type: 'owned', owner: 'ops1-4711', fence: 1 });

/** The low TTL is written, and every server shows it. */
export function drained(plan: Plan = planOf()): Story {
  const told = begun(plan).survey().settle().wait(1000).observe().wait(1000).observe();
  return told.wait(1000).observe();
}

/** At the gate, with checks that passed; a quarter past six in Berlin. */
export function atGate(plan: Plan = planOf()): Story {
  return drained(plan)
    .wait(75 * minute)
    .tell({ type: 'woke' })
    .check();
}

export const approve: Event = { type: 'approve', attest: [0], accept: [], reason: 'team agrees' };

/** Swapped, and every server shows it. */
export const swapped = (plan: Plan = planOf()): Story =>
  atGate(plan).wait(minute).tell(approve).check().settle().wait(2000).observe();

/** What the resolvers say once they have turned; two are left, each with its reason. */
export const news: News = {
  ...{ share: 0.96, ableToTell: 0.975, complete: true, total: 40, flipped: 27, cold: 11 },
  counts: { new: 38, old: 1, silent: 1 },
  laggards: [
    { resolver: 'quad9-1', cause: 'raises TTLs', leftMs: 3_000_000, explained: true },
    { resolver: 'example-2', cause: 'silent or refused', leftMs: null, explained: true },
  ],
  ...{ unexplained: 0, entry: null, forecast: { p50: 150, p95: 285, worst: 3600 } },
};

/** No honest cache holds the old set, and the resolvers show it. */
export const swept = (plan: Plan = planOf()): Story =>
  swapped(plan)
    .wait(11 * minute)
    .tell({ type: 'news', news })
    .observe();

/** The whole way to its end. */
export function finished(plan: Plan = planOf()): Story {
  const told = swept(plan)
    .wait(60 * minute)
    .tell({ type: 'confirm', what: 'mail-swept', reason: null });
  return told
    .wait(24 * 60 * minute)
    .tell({ type: 'woke' })
    .settle()
    .wait(1000)
    .observe();
}
