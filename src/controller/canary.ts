import { watchRounds } from '../authority/rounds.ts';
import { canaryKey, canaryLabel } from '../cutover/canary.ts';
import { canaryRounds, followingMs, measuringMs } from '../cutover/canary-course.ts';
import { type Cutover } from '../cutover/cutover.ts';
import { type Effect } from '../cutover/effect.ts';
import { elapsed } from '../cutover/elapsed.ts';
import { type CanaryTold, type Report } from '../cutover/event.ts';
import { uncreatedNames } from '../cutover/coming-names.ts';
import { type Round } from '../cutover/survey.ts';
import { reaches } from '../dns/negative-reach.ts';
import { keyText, sameRRset, type RRset } from '../dns/rrset.ts';
import { Fault, isFault, toFault } from '../errors.ts';
import { limits } from '../limits.ts';
import { type Workplace } from './environment.ts';

export interface CanaryRun {
  readonly environment: Workplace;
  readonly effect: Extract<Effect, { do: 'canary' }>;
  readonly cutover: Cutover;
  /** The state as it is stored now. */
  readonly load: () => Promise<Cutover>;
  readonly report: (event: Report) => Promise<void>;
  readonly signal: AbortSignal;
}

/** Whatever is wrong with it ends it, and nothing else; only these are about the controller itself. */
const passedOn: readonly Fault['code'][] = ['ABORTED', 'LEASE_LOST', 'STORE', 'STALE', 'BUG'];

/**
 * Measures resolvers at the first value, has it changed by what it tells, and follows them as they turn.
 * What was asked is known to this process alone: after another one it is given up.
 */
export async function runCanary(run: CanaryRun): Promise<void> {
  const { environment, effect, cutover, signal } = run;
  const tell = (told: CanaryTold): Promise<void> => run.report({ type: 'canary', told });
  const giveUp = (why: string): Promise<void> => tell({ is: 'given-up', why });
  if (cutover.canary?.measured != null || cutover.canary?.stands !== 'first') {
    await giveUp('the controller that measured was interrupted');
    return;
  }
  const time = async (of: typeof measuringMs): Promise<number> =>
    of(await run.load(), environment.clock.now());
  try {
    const { domain, values } = effect;
    const resolvers = await environment.resolvers(effect.resolvers);
    if (resolvers.length === 0) throw unable('there is no resolver to ask');
    await everywhere(run, values.first);
    await plantsNothing(run);
    const canary = environment.canary({ domain, values, resolvers });
    const measured = await canary.measure(await time(measuringMs), signal);
    if (measured.told === 0) throw unable('no resolver gave what the zone has');
    await tell({ is: 'measured', measured });
    const turnedAt = await everywhere(run, values.second);
    await tell({
      is: 'rehearsed',
      rehearsed: await canary.follow(turnedAt, await time(followingMs), signal),
    });
  } catch (error) {
    const fault = toFault(error);
    if (signal.aborted || passedOn.includes(fault.code)) throw fault;
    await giveUp(fault.message);
  }
}

const unable = (why: string): Fault => new Fault('UNAVAILABLE', why);

/**
 * In a signed zone what a wildcard answers carries the denial of the name that was asked for, and a resolver
 * may use that for every name it reaches (RFC 8198 5.1 to 5.4): those that the swap creates must not be among
 * them. The servers say what resolvers would be given.
 */
async function plantsNothing({ environment, cutover, signal }: CanaryRun): Promise<void> {
  const { ask, chance } = environment;
  const { domain, servers, snapshot } = cutover;
  const names = uncreatedNames(cutover);
  if (snapshot?.signed !== true || names.length === 0) return;
  const label = canaryLabel(domain, chance.hex(8));
  for (const server of servers) {
    const question = { ...label, recursive: false, dnssec: true };
    const answered = await ask(question, server, signal).catch((error: unknown) => {
      if (isFault(error, 'UNAVAILABLE')) return null;
      throw error;
    });
    if (answered === null || answered.message.answer.length === 0) continue;
    if (!reaches(answered.message.authority, names)) return;
    throw unable('what resolvers are given with it would deny names that are to be created');
  }
  throw unable('no server showed what resolvers are given with it');
}

/** Does every address give it? One of a family that this machine lacks counts through its other address. */
function givenBy(round: Round, value: RRset): boolean {
  const key = keyText(value);
  const answered = round.readings.filter(({ state }) => state === 'answered');
  const gives = answered.every(({ served }) =>
    sameRRset(served.find(one => one.key === key)?.rrset ?? null, value),
  );
  const rest = round.readings.filter(({ state }) => state !== 'answered');
  const reached = rest.every(
    ({ state, name }) => state === 'lacking' && answered.some(one => one.name === name),
  );
  return answered.length > 0 && gives && reached;
}

/** Waits until every authoritative address gives it, round after round; since when, by the uptime. */
async function everywhere(
  { environment, effect, cutover, signal }: CanaryRun,
  value: RRset,
): Promise<number> {
  const { ask, clock } = environment;
  const { plan, servers } = cutover;
  const began = clock.now();
  const enough = new AbortController();
  const seen: { since: number | null; rounds: number } = { since: null, rounds: 0 };
  const of = { servers, zone: plan.zone, keys: [canaryKey(effect.domain)], ask, clock };
  try {
    await watchRounds(
      { ...of, everyMs: 1000 },
      async round => {
        const gives = givenBy(round, value);
        seen.since = gives ? (seen.since ?? round.at.up) : null;
        seen.rounds = gives ? seen.rounds + 1 : 0;
        if (seen.rounds >= canaryRounds) enough.abort();
        else if (elapsed(began, clock.now()).ms >= limits.canarySpreadMs)
          throw unable('not every authoritative address gave it in time');
      },
      AbortSignal.any([signal, enough.signal]),
    );
  } catch (error) {
    if (signal.aborted || !enough.signal.aborted) throw error;
  }
  return seen.since ?? began.up;
}
