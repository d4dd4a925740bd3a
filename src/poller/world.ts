import { type Instant } from '../clock.ts';
import { type News, type Watch } from '../cutover/news.ts';
import { keyText } from '../dns/rrset.ts';
import { Fault, toFault } from '../errors.ts';
import { limits } from '../limits.ts';
import { type Forecast } from '../propagation/forecast.ts';
import { type Learnt } from '../propagation/learnt.ts';
import { type Resolver, type Watched, type WatchRecord } from '../propagation/watched.ts';
import { type Store } from '../store/store.ts';
import { type Ask } from '../transport/transport.ts';
import { expectationOf, keptOf, steadyOf } from './aim.ts';
import { type CommonHearings, commonHearings } from './hearings/common-hearings.ts';
import { type Errands } from './errand.ts';
import { type Ground } from './hearings/trial.ts';
import { habitsKnown } from './habits-known.ts';
import { type Hearings, hearingsOf } from './hearings/hearings.ts';
import { judgedRow, judgedSummary } from './hearings/judged.ts';
import { forecastFrom, type Foresight } from './forecast.ts';
import { type Ledger, ledgerOf } from './ledger.ts';
import { makePoller } from './poller.ts';
import { type Pulse, pulseOf } from './pulse.ts';
import { type Aim, heardOf, type Row, rowOf } from './row.ts';
import { type Heard, type Poller, type PollerParts } from './subject.ts';
import { summaryOf } from './summary.ts';
import { forNow, waitingOf } from './waiting.ts';

export interface WorldParts extends PollerParts {
  /** For authoritative servers. */
  readonly ask: Ask;
  readonly store: Pick<Store, 'saveWatch' | 'saveLearnt' | 'learnt' | 'watchRecord'>;
}

/** What a cutover wants to have watched. */
export interface WorldWatch {
  /** The cutover, under which it is kept. */
  readonly id: string;
  readonly watch: Watch;
  readonly resolvers: readonly Resolver[];
  /** What resolvers are tried with before they count; null: no zone is known. */
  readonly ground: Ground | null;
}

type Hear = (news: News) => Promise<void>;

/**
 * Watches the caches of the world for cutovers, all within one budget. A watch ends only with its
 * signal, with ABORTED; or with what `hear` throws, or with STORE where its record cannot be read.
 */
export function watchWorld({ store, ...parts }: WorldParts, poller = makePoller(parts)) {
  const { clock, chance, ask, sweep } = parts;
  const common = commonHearings();
  const habits = habitsKnown(store, clock);
  /** What is kept of a cutover is read only after the watch before it has written the last of it. */
  const last = new Map<string, Promise<void>>();
  return async (of: WorldWatch, hear: Hear, signal: AbortSignal): Promise<void> => {
    const before = last.get(of.id);
    const run = async (): Promise<void> => {
      await before?.catch(() => undefined);
      if (signal.aborted) throw new Fault('ABORTED', 'the watch was given up');
      const [record, learnt] = await Promise.all([store.watchRecord(of.id), habits()]);
      const site = { clock, chance, ask, sweep, store, poller, habits, common };
      await watchOne({ ...site, record, learnt, of, hear }, signal);
    };
    const running = run();
    last.set(of.id, running);
    try {
      await running;
    } finally {
      if (last.get(of.id) === running) last.delete(of.id);
    }
  };
}

interface Watching extends Omit<WorldParts, 'politeness' | 'tell'> {
  readonly poller: Poller & Errands;
  readonly common: CommonHearings;
  readonly record: WatchRecord;
  /** Habits of resolvers from before this watch, and by now. */
  readonly learnt: readonly Learnt[];
  readonly habits: () => Promise<readonly Learnt[]>;
  readonly of: WorldWatch;
  readonly hear: Hear;
}

/** Where a watch stands: what is known of each resolver, what is still to be kept and told. */
interface Stand {
  readonly rows: Map<string, Row>;
  readonly aim: Aim;
  readonly ledger: Ledger;
  readonly hearings: Hearings;
  /** Of before the swap; null before it, and where nothing was known. */
  readonly forecast: Forecast | null;
  readonly foresight: (learnt: readonly Learnt[]) => Foresight;
  readonly now: () => Instant;
}

async function watchOne(watching: Watching, signal: AbortSignal): Promise<void> {
  const { clock, store, poller, record, learnt, of } = watching;
  const moment = clock.now();
  const steady = steadyOf(record.steady, moment);
  const { mode, key } = of.watch;
  const { offset } = steady;
  const aim: Aim = { mode, expectation: expectationOf(of.watch, steady, moment) };
  const now = (): Instant => clock.now().up + offset;
  const kept = record.watched.filter(
    one => one.key === keyText(key) && isSameServer(one, of.resolvers),
  );
  const known = new Map(kept.map(one => [one.resolver.id, one]));
  const rows = rowsOf(of.resolvers, known, { aim, now: now() });
  const wall = (): Instant => clock.now().wall;
  const keep = { steady: () => keptOf(steady, clock.now()), kept: record.steady, wall };
  const ledger = ledgerOf(store, { id: of.id, ...keep });
  const end = new AbortController();
  const stop = (): void => {
    end.abort();
  };
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();
  const pulse = pulseOf(clock, end.signal);
  const hearings = heardBy({ ...watching, ledger, pulse, now }, end.signal);
  const foresight = (known: readonly Learnt[]): Foresight => {
    return { learnt: known, now: now(), wall: wall() };
  };
  const forecast = forecastOf(record, { rows, aim }, foresight(learnt));
  const stand: Stand = { rows, aim, ledger, hearings, now, forecast, foresight };
  const states = new Map(kept.map(one => [one.resolver.id, one.state]));
  const subject = { key, resolvers: of.resolvers, ...aim, offset, known: states };
  const { heard, leftOut } = listener(stand, pulse);
  for (const { resolver, state } of kept) hearings.note(resolver, state);
  const both = [
    poller.watch({ ...subject, leftOut }, heard, end.signal),
    tellOn(stand, watching, { pulse, pause: () => clock.sleep(limits.newsMs, end.signal) }),
  ];
  const outcome = (one: Promise<void>): Promise<Fault | null> =>
    one.then(
      () => null,
      (error: unknown) => {
        // Whichever fails takes the other along.
        stop();
        return toFault(error);
      },
    );
  const faults = (await Promise.all(both.map(outcome))).filter(fault => fault !== null);
  signal.removeEventListener('abort', stop);
  await ledger.flush();
  throw faults.find(({ code }) => code !== 'ABORTED') ?? new Fault('ABORTED', 'given up');
}

/** The hearings of this watch, which go on from what was kept of the one before it. */
function heardBy(
  {
    of: { ground, resolvers },
    record,
    poller,
    ledger,
    pulse,
    now,
    ...site
  }: Watching & Pick<Stand, 'ledger' | 'now'> & { readonly pulse: Pulse },
  signal: AbortSignal,
): Hearings {
  const kept = record.fitness ?? null;
  const changed = (): void => {
    ledger.fitness(hearings.fitness());
    pulse.ring();
  };
  const hearings = hearingsOf(
    { ...site, errands: poller, ground, resolvers, kept, now },
    changed,
    signal,
  );
  return hearings;
}

/** A list may give a known id other addresses: what was seen of the one says nothing of the other. */
const isSameServer = ({ resolver, state }: Watched, resolvers: readonly Resolver[]): boolean =>
  resolvers.find(({ id }) => id === resolver.id)?.addresses.includes(state.last.address) ?? false;

const rowsOf = (
  resolvers: readonly Resolver[],
  known: ReadonlyMap<string, Watched>,
  at: { readonly aim: Aim; readonly now: Instant },
): Map<string, Row> =>
  new Map(resolvers.map(one => [one.id, rowOf(one, known.get(one.id) ?? null, at)]));

/** What was expected when this swap began to be watched; what is learnt later does not change it. */
function forecastOf(
  { minutes }: WatchRecord,
  { rows, aim }: Pick<Stand, 'rows' | 'aim'>,
  foresight: Foresight,
): Forecast | null {
  const { key, swappedAt } = aim.expectation;
  if (aim.mode === 'baseline') return null;
  const since = minutes.find(
    one => one.key === keyText(key) && swappedAt !== null && one.at >= swappedAt,
  );
  return since === undefined ? forecastFrom([...rows.values()], aim, foresight) : since.forecast;
}

function listener(
  { rows, aim, ledger, hearings }: Stand,
  pulse: Pulse,
): { readonly heard: Heard; readonly leftOut: (resolver: Resolver) => void } {
  return {
    heard: (resolver, state) => {
      const { id } = resolver;
      const before = rows.get(id);
      if (before === undefined) return;
      hearings.note(resolver, state);
      const row = heardOf(before, state, aim);
      rows.set(id, row);
      if (row.watched !== null) ledger.note(row.watched);
      pulse.ring();
    },
    leftOut: ({ id }) => {
      const row = rows.get(id);
      if (row !== undefined) rows.set(id, { ...row, leftOut: true });
      pulse.ring();
    },
  };
}

const longMs = 3_600_000;
/** A clock that was set is noticed after so long. */
const clockMs = 60_000;

/** When the turn of each of those comes, about, that were not asked yet. */
function turnsOf(
  rows: ReadonlyMap<string, Row>,
  { poller, of }: Pick<Watching, 'poller' | 'of'>,
): ReadonlyMap<string, number> {
  const waits = [...rows.values()].filter(({ current, leftOut }) => !current && !leftOut);
  const resolvers = waits.map(({ resolver }) => resolver);
  return poller.turns?.({ key: of.watch.key, resolvers }) ?? new Map();
}

/** Keeps and tells what changed, at most once a second, until it is aborted. */
async function tellOn(
  { rows, aim, ledger, hearings, now, ...stand }: Stand,
  { hear, poller, of, habits, ...watching }: Watching,
  { pulse, pause }: { readonly pulse: Pulse; readonly pause: () => Promise<void> },
): Promise<void> {
  let told: string | null = null;
  let shown: string | null = null;
  let { learnt } = watching;
  // A canary may measure them while everybody is left alone.
  const hasLearnt = async (): Promise<boolean> => {
    const before = learnt;
    if (aim.mode === 'baseline') learnt = await habits().catch(() => before);
    return learnt !== before;
  };
  for (;;) {
    const at = now();
    const turns = turnsOf(rows, { poller, of });
    const all = forNow([...rows.values()], turns).map(row => judgedRow(row, hearings));
    const forecast =
      aim.mode === 'baseline' ? forecastFrom(all, aim, stand.foresight(learnt)) : stand.forecast;
    const summary = summaryOf(all, aim, { now: at, forecast });
    const { news, slice, mark, nextAt } = judgedSummary(summary, hearings.judgement());
    const picture = JSON.stringify(slice);
    if (picture !== shown) {
      const { key } = aim.expectation;
      const waiting = waitingOf(all, aim, { turns, now: at });
      ledger.minute({ at, key: keyText(key), slice, forecast, waiting });
    }
    shown = picture;
    await ledger.flush();
    if (mark !== told && (news.complete || slice.unasked < slice.total)) {
      await hear(news);
      told = mark;
    }
    await pause();
    if (ledger.owes) continue;
    const until = nextAt === null ? at + longMs : Math.min(at + longMs, nextAt);
    const left = (): number => Math.max(0, until - now());
    while (!(await pulse.wait(Math.min(clockMs, left()))) && left() > 0) {
      await ledger.flush();
      if (await hasLearnt()) break;
    }
  }
}
