import { type App } from '../../app.ts';
import { signalBox } from '../../controller/signal-box.ts';
import { type Cutover } from '../../cutover/cutover.ts';
import { type Act } from '../../cutover/event.ts';
import { blocks, type Acceptance } from '../../cutover/finding.ts';
import { type Order } from '../../cutover/order.ts';
import { waitsForOthers } from '../../cutover/mail/retire.ts';
import {
  allLeft,
  memberOf,
  nextWave,
  type Member,
  type NextWave,
  type Waves,
} from '../../cutover/wave.ts';
import { type Name } from '../../dns/name.ts';
import { Fault, toFault } from '../../errors.ts';
import { tally } from '../../view/findings.ts';
import { newestOf } from './members.ts';

export interface WaveDriving {
  readonly app: App;
  readonly waves: Waves;
  readonly orders: readonly Order[];
  /** The plan of each domain as it was looked at; nothing else is started. */
  readonly agreed: ReadonlyMap<Name, string>;
  readonly accept: readonly Acceptance[];
  readonly by: string;
  /** Runs one cutover until it ends or the signal is aborted. */
  readonly control: (id: string, since: number, signal: AbortSignal) => Promise<void>;
  readonly tell: (next: NextWave, members: readonly Member[]) => void;
}

interface Round {
  readonly members: readonly Member[];
  readonly cutovers: readonly Cutover[];
  /** When a hold becomes a failure, whatever else happens. */
  readonly patience: readonly number[];
}

/** How far everybody is, from the store, and from what could not be started or run here. */
async function lookAround(
  { app, waves, orders, agreed }: WaveDriving,
  refused: ReadonlyMap<string, string>,
): Promise<Round> {
  const newest = await newestOf(app);
  const now = app.environment.clock.now().wall;
  const cutovers: Cutover[] = [];
  const members = orders.map(({ domain }): Member => {
    const known = newest.get(domain) ?? null;
    // One that has ended by another plan was another move.
    const mine = known?.outcome === null || known?.plan.hash === agreed.get(domain) ? known : null;
    if (mine !== null) cutovers.push(mine);
    const member = memberOf(domain, mine, { now, patience: waves.patience });
    // What is under way has passed what kept it from being started; then its own id tells.
    const why = refused.get(mine?.outcome === null ? mine.id : domain);
    return why === undefined ? member : { ...member, standing: 'failed', why };
  });
  const patience = cutovers
    .flatMap(({ hold }) => (hold === null ? [] : [hold.since + waves.patience * 1000]))
    .filter(at => at > now);
  return { members, cutovers, patience };
}

/** Starts the plan that was agreed to, and no other; throws what stands in the way. */
async function begin(driving: WaveDriving, domain: Name, signal: AbortSignal): Promise<void> {
  const { app, orders, agreed, accept, by } = driving;
  const order = orders.find(one => one.domain === domain);
  if (order === undefined) throw new Fault('BUG', `there is no order of ${domain}`);
  const { plan, findings } = await app.plan(order, signal);
  if (plan.hash !== agreed.get(domain))
    throw new Fault('CONFLICT', `its plan is ${plan.hash} now: the file or the zone changed`);
  const accepted = [...plan.policy.accept, ...accept];
  const blocking = findings.filter(finding => blocks(finding, accepted));
  if (blocking.length > 0)
    throw new Fault(
      'CHECK_FAILED',
      `${tally(blocking)}: ${blocking.map(({ id }) => id).join(', ')}`,
    );
  await app.start(plan, { accept, takeClaim: null, reason: null }, by);
}

/** Says to every cutover whose old host the others have left, for good, that they have. */
async function tellAllLeft({ app }: WaveDriving, { members, cutovers }: Round): Promise<void> {
  const swept = cutovers.every(({ stage }) => stage === 'settle' || stage === 'done');
  if (!swept || !allLeft(members)) return;
  const reason = 'every domain of the waves has moved';
  const act: Act = { type: 'confirm', what: 'others-moved', reason };
  for (const cutover of cutovers)
    if (cutover.outcome === null && waitsForOthers(cutover))
      await app.act(cutover.id, act, { name: 'waves' });
}

/** Resolves at a change in the store, when one of these moments has come, or at the abort. */
async function change(
  { app }: WaveDriving,
  { box, moments }: { box: ReturnType<typeof signalBox>; moments: readonly number[] },
  signal: AbortSignal,
): Promise<void> {
  const over = new AbortController();
  const either = AbortSignal.any([signal, over.signal]);
  const waits = [box.next(either)];
  if (moments.length > 0)
    waits.push(app.environment.clock.until(Math.min(...moments), either).catch(() => undefined));
  await Promise.race(waits);
  over.abort();
  await Promise.all(waits);
}

/** What one run of the waves holds: who runs here, and who could not. */
interface Run {
  readonly driving: WaveDriving;
  readonly box: ReturnType<typeof signalBox>;
  readonly refused: Map<string, string>;
  readonly running: Map<string, Promise<void>>;
  readonly signal: AbortSignal;
}

/** Runs whatever is under way and not run here yet. */
function runAll({ driving, box, refused, running, signal }: Run, { cutovers }: Round): void {
  for (const { id, seq, outcome } of cutovers) {
    if (outcome !== null || running.has(id) || refused.has(id)) continue;
    // A cutover that has its first line only was begun here, and is printed whole.
    const done = driving
      .control(id, seq === 1 ? 0 : seq, signal)
      .catch((error: unknown) => {
        refused.set(id, toFault(error).message);
      })
      .finally(() => {
        running.delete(id);
        box.ring();
      });
    running.set(id, done);
  }
}

/** One look, and what follows from it; gives the members once nothing is left to be done. */
async function turn(run: Run): Promise<readonly Member[] | null> {
  const { driving, box, refused, running, signal } = run;
  const { app, waves, tell } = driving;
  const round = await lookAround(driving, refused);
  const { members } = round;
  runAll(run, round);
  await tellAllLeft(driving, round);
  const next = nextWave({ waves, members, now: app.environment.clock.now().wall });
  tell(next, members);
  if (signal.aborted) return members;
  if (next.is === 'start') {
    // One at a time: while it is planned another may fail, and then none is begun after it.
    const [domain] = next.domains;
    if (domain === undefined) throw new Fault('BUG', 'a wave starts nobody');
    await begin(driving, domain, signal).catch((error: unknown) => {
      if (!signal.aborted) refused.set(domain, toFault(error).message);
    });
    return null;
  }
  if (next.is !== 'wait' && running.size === 0) return members;
  const until = next.is === 'wait' && next.until !== null ? [next.until] : [];
  await change(driving, { box, moments: [...until, ...round.patience] }, signal);
  return null;
}

/** How long to wait before the store is tried again after it failed. */
const pauseMs = 1000;

/**
 * Starts and runs cutovers as the waves say, many in this process, until all that were started have ended
 * or the signal is aborted. What is started next follows from the store: killed at any instant and run
 * again it goes on. A failure stops what was not begun, and nothing else.
 */
export async function driveWaves(
  driving: WaveDriving,
  outer: AbortSignal,
): Promise<readonly Member[]> {
  const { clock, store } = driving.app.environment;
  const box = signalBox();
  const unwatch = store.watch(box.ring);
  const stop = new AbortController();
  const signal = AbortSignal.any([outer, stop.signal]);
  const run: Run = { driving, box, refused: new Map(), running: new Map(), signal };
  try {
    for (;;)
      try {
        const members = await turn(run);
        if (members !== null) return members;
      } catch (error) {
        // An outage of the store passes, and a cutover may end while it is spoken to.
        const fault = toFault(error);
        if (!fault.retryable && fault.code !== 'REFUSED' && fault.code !== 'STALE') throw fault;
        await clock.sleep(pauseMs, signal);
      }
  } finally {
    unwatch();
    stop.abort();
    await Promise.all(run.running.values());
  }
}

/** The exit code that the members stand for: the gravest of them. */
export function waveCode(members: readonly Member[]): number {
  const whys = members.filter(({ standing }) => standing === 'failed').map(({ why }) => why);
  if (whys.length === 0) return 0;
  if (whys.some(why => why === 'rolled-back' || why === 'it rolls back')) return 6;
  if (whys.some(why => why.startsWith('held'))) return 7;
  return whys.some(why => why === 'abandoned' || why === 'it is being abandoned') ? 1 : 3;
}
