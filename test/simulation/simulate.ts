import { organisationOf } from '../../src/checks/organisation.ts';
import { parseAnyName } from '../../src/dns/name.ts';
import { verifyAll } from '../../src/store/verify.ts';
import { memoryStore } from '../../src/store/memory.ts';
import { judgeCanaryAfter } from './canary.ts';
import { makeFaults, swarm, type FaultClass, type Hits } from './faults.ts';
import { makeJudge, type Judge } from './judge.ts';
import { operator } from './people.ts';
import { makePopulation, nobody, type Population } from './population.ts';
import { type Counter, type Crash } from './process.ts';
import { random as randomFrom } from './random.ts';
import { makeScene, type Scene } from './scene.ts';
import { withMail } from './mail.ts';
import { supervise } from './supervisor.ts';
import { makeTrace } from './trace.ts';
import { makeWorld, type Seams, type World } from './world.ts';

export interface SimulationTerms {
  readonly seed: number;
  readonly trace?: boolean;
  readonly seams?: Seams;
  /** Instead of those that the seed draws. */
  readonly classes?: readonly FaultClass[];
  /** The small scene, and a process that dies at one port call. */
  readonly crash?: Crash | null;
  readonly small?: boolean;
  /** Whether caches are watched, and whether all of them are honest; otherwise the seed decides. */
  readonly watched?: boolean | 'healthy';
  /** Whether there is a canary, where caches are watched; otherwise the seed decides. */
  readonly canary?: boolean;
  /** Whether mail hosts are asked; otherwise the seed decides. */
  readonly mail?: boolean;
  /** A person rolls back as soon as the cutover is seen in one of these stages. */
  readonly rollbackIn?: readonly string[];
}

export interface Simulated {
  readonly seed: number;
  readonly hash: string;
  readonly violations: readonly string[];
  readonly hits: Hits;
  readonly outcome: string | null;
  readonly trace: readonly string[];
  /** Every port call of the controllers, by name. */
  readonly calls: readonly string[];
  /** Milliseconds of simulated time. */
  readonly elapsed: number;
  readonly watch: WatchSeen;
  /** Rolled back by itself; null: nobody asked mail hosts. */
  readonly rolledBack: boolean | null;
}

const WALL = Date.UTC(2026, 11, 1, 5);
/** Faults strike for this long; afterwards everything must come to an end within the other. */
const FAULTS_MS = 3 * 3_600_000;
const END_MS = 24 * 3_600_000;
/** How long we look on after the end: whatever is still under way must not do harm. */
const AFTER_MS = 60_000;

/** What must hold when everything is over. */
async function judgeRun(world: World, judge: Judge, how: string): Promise<void> {
  const { backing, id } = world;
  if (judge.book.ended === null) {
    const state = judge.book.folded;
    judge.violate(
      `I12 no end (${how}): stage ${state?.stage} hold ${state?.hold?.why} intent ${state?.intent?.id}`,
    );
  }
  const store = memoryStore(backing, { id: 'auditor', pid: 0, host: 'simulated' });
  for (const [name, { firstBad }] of await verifyAll(store))
    if (firstBad !== null) judge.violate(`I15 ${name} ${firstBad.seq}: ${firstBad.why}`);
  if (id === null) return;
  const row = await store.load(id);
  if (JSON.stringify(row?.state) !== JSON.stringify(judge.book.folded))
    judge.violate('I15 the row is not the fold of its journal');
}

const watchedScene = (scene: Scene, { watch }: Pick<Population, 'watch'>): Scene => {
  const { order } = scene;
  return { ...scene, order: { ...order, policy: { ...order.policy, watch } } };
};

/** What was asked of resolvers and said of them. */
export interface WatchSeen {
  readonly questions: number;
  readonly kinds: ReadonlySet<string>;
  /** How the stage propagate was left, and `hold`. */
  readonly whys: ReadonlySet<string>;
  /** How often a resolver was called new for good; of those, how often a cache that nobody had seen was not. */
  readonly settled: number;
  readonly unseen: number;
  readonly stale: number;
  /** How the canary ended; null: there was none. */
  readonly canary: 'rehearsed' | 'given up' | 'left' | null;
}

function canaryEnd({ folded, intents }: Judge['book']): WatchSeen['canary'] {
  const { canary } = folded ?? {};
  if (canary == null || ![...intents.keys()].includes('c1')) return null;
  if (canary.stands === 'left') return 'left';
  return canary.rehearsed === null ? 'given up' : 'rehearsed';
}

function watchSeen({ book }: Judge): WatchSeen {
  const { questions, kinds } = book.manners;
  const { settled, unseen, stale } = book.claims;
  return { questions, kinds, whys: book.whys, settled, unseen, stale, canary: canaryEnd(book) };
}

/** Runs one whole cutover of the real App in a world made from a seed. */
export async function simulate(terms: SimulationTerms): Promise<Simulated> {
  const { seed, seams = {}, crash = null, small = false } = terms;
  // Read from disk once, in real time, which virtual time does not wait for: else the first run differs.
  await organisationOf(parseAnyName('example.org.'));
  const random = randomFrom(seed);
  const classes = new Set<FaultClass>(terms.classes ?? swarm(random.fork()));
  const faults = makeFaults(classes, random.fork());
  const trace = makeTrace(terms.trace === true, () => world.clock.truth());
  const drawn = makeScene(random.fork(), {
    ...{ stale: classes.has('read-stale'), window: classes.has('window'), small, wall: WALL },
  });
  // A stream of its own: a run without resolvers is what it was before there were any.
  const chance = randomFrom(seed ^ 0x5eed);
  const coin = chance.chance(0.5);
  const { watched = coin && !small } = terms;
  const healthy = watched === 'healthy';
  const population = watched === false ? nobody : makePopulation(chance, drawn, healthy);
  const canary = terms.canary ?? (!healthy && randomFrom(seed ^ 0xca7a).chance(0.4));
  const watch = { ...population.watch, canary: canary && population.resolvers.length > 0 };
  const mailChance = randomFrom(seed ^ 0x3a11);
  const { mail = mailChance.chance(0.08) && !small } = terms;
  const moved = mail ? withMail(drawn, mailChance) : drawn;
  const scene = watchedScene(moved, { watch });
  if (classes.has('window')) faults.count('window');
  const world: World = makeWorld({
    ...{ random: random.fork(), faults, scene, trace, wall: WALL, seams, population, chance },
    mailChance: mail ? mailChance : null,
  });
  trace.note(`seed ${seed}: ${[...classes].join(' ')}`);
  const judge = makeJudge(world);
  const counter: Counter = { calls: 0, names: [] };
  const supervisor = supervise({ world, judge, counter, crash });
  const person = operator(world, supervisor.app, {
    judge,
    rollbackIn: terms.rollbackIn ?? [],
  });
  const unhandled = (error: unknown): void => {
    judge.violate(`unhandled: ${String(error)}`);
  };
  process.on('unhandledRejection', unhandled);
  person.start();
  supervisor.watch();
  supervisor.disturb();
  world.clock.after(FAULTS_MS, () => {
    faults.stop();
    world.mail?.mend();
  });
  const over = (): boolean => {
    const { ended } = judge.book;
    return ended !== null && world.clock.truth() >= ended.at + AFTER_MS;
  };
  const how = await world.clock.run(over, END_MS);
  await judgeRun(world, judge, how);
  judgeCanaryAfter(world, judge);
  process.off('unhandledRejection', unhandled);
  return {
    seed,
    hash: trace.hash(),
    violations: judge.violations,
    hits: faults.hits,
    outcome: judge.book.ended?.outcome ?? null,
    trace: trace.lines,
    calls: counter.names,
    elapsed: world.clock.truth(),
    watch: watchSeen(judge),
    rolledBack: mail ? judge.book.mail.rolledBack > 0 : null,
  };
}
