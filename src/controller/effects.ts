import { watchRounds } from '../authority/rounds.ts';
import { type Cutover } from '../cutover/cutover.ts';
import { due } from '../cutover/course.ts';
import { proof } from '../cutover/drain.ts';
import { preparedNow } from '../cutover/prepared.ts';
import { type Effect } from '../cutover/effect.ts';
import { elapsed } from '../cutover/elapsed.ts';
import { type Report } from '../cutover/event.ts';
import { comingNames } from '../cutover/coming-names.ts';
import { type News } from '../cutover/news.ts';
import { toFault, type Fault } from '../errors.ts';
import { limits } from '../limits.ts';
import { backupSnapshot, digestOf } from './backup.ts';
import { bounded } from './bounded.ts';
import { runCanary } from './canary.ts';
import { type Workplace } from './environment.ts';
import { chainOf, judge, locate, look } from './look.ts';
import { runProbe } from './probe.ts';
import { runRetire } from './retire.ts';
import { settle } from './settle.ts';

/** What an effect is run with. */
export interface Run<E extends Effect = Effect> {
  readonly environment: Workplace;
  readonly effect: E;
  /** The state the effect was started from. */
  readonly cutover: Cutover;
  /** The state as it is stored now; LEASE_LOST once somebody else owns it. */
  readonly load: () => Promise<Cutover>;
  /** Intents that may have been sent, by this owner or the one before it. */
  readonly maybeSent: Set<string>;
  /** Stores what was found out; dropped when the effect is no longer due. */
  readonly report: (event: Report) => Promise<void>;
  readonly signal: AbortSignal;
}

type Of<Do extends Effect['do']> = Run<Extract<Effect, { do: Do }>>;

/** What is wrong, and what to do about it: a journal has one text for both. */
const messageOf = ({ message, fix }: Fault): string =>
  fix === undefined ? message : `${message}; ${fix}`;

/** The canary's writes have troubles of their own: nothing of the move is in trouble with them. */
const kindOf = (effect: Effect): string =>
  effect.do === 'write' && ['canary', 'uncanary'].includes(effect.intent.purpose)
    ? 'canary'
    : effect.do;

/** Tells the journal that something fails, once for each kind of failure, and when it works again. */
function troubles(run: Run): (fault: Fault | null) => Promise<void> {
  const kind = kindOf(run.effect);
  let told = run.cutover.trouble[kind] !== undefined;
  return async fault => {
    if (fault === null && !told) return;
    told = fault !== null;
    await run.report(
      fault === null
        ? { type: 'recovered', effect: kind }
        : { type: 'troubled', effect: kind, code: fault.code, message: messageOf(fault) },
    );
  };
}

/**
 * Tries until it works: outages pass, and whoever looks sees why nothing goes on. An attempt that goes
 * on for long says itself that it `works`.
 */
async function persist<T>(
  run: Run,
  attempt: (works: () => Promise<void>) => Promise<T>,
): Promise<T> {
  const trouble = troubles(run);
  const works = () => trouble(null);
  for (let pauseMs = 1000; ; pauseMs = Math.min(60_000, pauseMs * 2)) {
    try {
      const result = await attempt(works);
      await works();
      return result;
    } catch (error) {
      const fault = toFault(error);
      if (run.signal.aborted || fault.code === 'LEASE_LOST' || fault.code === 'STORE') throw fault;
      await trouble(fault);
      await run.environment.clock.sleep(pauseMs, run.signal);
    }
  }
}

/** Looks at the zone of a cutover, and judges what is there. */
async function checkCutover({ environment, cutover, signal }: Run) {
  const { plan, places, step, run, takeClaim, accepted } = cutover;
  const { domain, provider, authority } = plan;
  const keys = plan.tracks.map(({ name, type }) => ({ name, type }));
  const survey = await look(environment, { domain, provider, authority, keys }, signal);
  const runs = takeClaim === null ? [run] : [run, takeClaim];
  const gate = cutover.stage === 'gate';
  const drain = { proof: proof(cutover, environment.clock.now()), proven: gate };
  const prepared = preparedNow(cutover, environment.clock.now());
  const judged = { plan, survey, places, step, runs, accepted, gate, drain, prepared };
  return { survey, findings: await judge(environment, judged, signal) };
}

async function runSurvey(run: Of<'survey'>): Promise<void> {
  const { findings, survey: seen } = await persist(run, async () => {
    const checked = await checkCutover(run);
    // The copy must exist before anything is changed: it is what an undo by hand needs.
    await backupSnapshot(run.environment, run.cutover, checked.survey);
    return checked;
  });
  await run.report({ type: 'surveyed', survey: seen, findings, digest: digestOf(seen) });
}

async function runCheck(run: Of<'check'>): Promise<void> {
  for (;;) {
    const { findings, survey } = await persist(run, () => checkCutover(run));
    const { delegation, round, hosted: held } = survey;
    const hosted = Object.fromEntries(
      Object.entries(held).map(([key, value]) => [key, value?.rrset ?? null]),
    );
    const { servers } = delegation;
    await run.report({ type: 'checked', findings, servers, seen: { round, hosted } });
    await run.environment.clock.sleep(run.effect.everyMs, run.signal);
  }
}

/**
 * Rounds over every authoritative address. When the servers name other name servers than those that are
 * asked, the delegation is followed anew: a server that nobody asks proves nothing.
 */
async function runObserve(run: Of<'observe'>): Promise<void> {
  const { environment, cutover, effect, signal } = run;
  const { ask, clock } = environment;
  const { plan, servers, snapshot } = cutover;
  const { keys, everyMs } = effect;
  // Of a zone that nobody signs there is nothing to validate.
  const keeper = snapshot?.signed === true ? await chainOf(environment, plan) : undefined;
  let followed = [...new Set(servers.map(({ name }) => name))].sort().join();
  await watchRounds(
    { servers, zone: plan.zone, keys, ask, clock, everyMs, ...(keeper && { keeper }) },
    async (round, identical) => {
      await run.report({ type: 'observed', round, identical });
      const named = round.nameServers.join();
      if (snapshot?.discovered !== true || named === '' || named === followed) return;
      const found = await persist(run, () => locate(environment, plan, signal));
      followed = named;
      await run.report({ type: 'delegated', servers: found });
    },
    signal,
  );
}

async function runWrite(run: Of<'write'>): Promise<void> {
  const { environment, cutover, effect, signal } = run;
  const { intent, send } = effect;
  const stillDue = async () => due(await run.load()).some(({ key }) => key === effect.key);
  const trouble = troubles(run);
  const settlement = await settle({
    environment,
    cutover,
    intent,
    send,
    stillDue,
    maybeSent: run.maybeSent,
    trouble,
    signal,
  });
  await run.report({ type: 'settled', intent: intent.id, settlement });
}

/** Asks whether the provider's servers have a write: seldom, since every question counts against a quota. */
async function runSync(run: Of<'sync'>): Promise<void> {
  const { environment, cutover, effect, signal } = run;
  const { clock } = environment;
  const { receipt, since } = effect;
  const provider = bounded(await environment.provider(cutover.plan.provider), clock);
  for (
    let pauseMs: number = limits.syncFirstMs;
    ;
    pauseMs = Math.min(limits.syncMostMs, pauseMs * 2)
  ) {
    await clock.sleep(pauseMs, signal);
    const synced = await persist(run, () => provider.synced(receipt, signal));
    const over = elapsed(since, clock.now()).ms >= limits.syncGiveUpMs;
    if (!synced && !over) continue;
    await run.report({ type: 'synced', receipt: receipt.id, synced });
    return;
  }
}

/**
 * The poller watches. A list that cannot be read is a trouble that somebody may mend meanwhile; so is
 * whatever ends the watch: it only informs, and must never be what stops a rollback.
 */
async function runWatch(run: Of<'watch'>): Promise<void> {
  const { environment, cutover, effect, signal } = run;
  const { watch } = effect;
  await persist(run, async works => {
    const resolvers = await environment.resolvers(watch.resolvers);
    const { zone } = cutover.plan;
    const ground = { zone, servers: cutover.servers, coming: comingNames(cutover) };
    const of = { id: cutover.id, watch, resolvers, ground };
    const hear = async (news: News): Promise<void> => {
      await run.report({ type: 'news', news });
      await works();
    };
    await environment.watchWorld(of, hear, signal);
  });
}

/** Wakes once its instant has come, and again whenever the wall clock is set. */
async function runWake(run: Of<'wake'>): Promise<void> {
  const { environment, effect, signal } = run;
  const { clock } = environment;
  let next = effect.at;
  for (;;) {
    await clock.until(next, signal);
    await run.report({ type: 'woke' });
    next = clock.now().wall >= effect.at ? Number.MAX_SAFE_INTEGER : effect.at;
  }
}

/** Runs one effect to its end; many end only when they are aborted. */
export async function runEffect({ effect, ...rest }: Run): Promise<void> {
  switch (effect.do) {
    case 'survey':
      return runSurvey({ ...rest, effect });
    case 'check':
      return runCheck({ ...rest, effect });
    case 'observe':
      return runObserve({ ...rest, effect });
    case 'write':
      return runWrite({ ...rest, effect });
    case 'sync':
      return runSync({ ...rest, effect });
    case 'watch':
      return runWatch({ ...rest, effect });
    case 'canary':
      return runCanary({ ...rest, effect });
    case 'retire':
      return runRetire({ ...rest, effect });
    case 'probe':
      return runProbe({ ...rest, effect }, attempt => persist({ ...rest, effect }, attempt));
    case 'wake':
      return runWake({ ...rest, effect });
  }
}
