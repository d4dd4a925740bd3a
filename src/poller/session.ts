import { type Key } from '../dns/rrset.ts';
import { Fault } from '../errors.ts';
import { limits } from '../limits.ts';
import { type Observation, type TransportName } from '../propagation/observation.ts';
import { type Reply, type Server } from '../transport/transport.ts';
import { enter, leave, type Turn } from './turns/lane.ts';
import { ownFailure, type OwnFailure, restMs } from './outcome.ts';
import { type Part, type Seen, tell, tellLeftOut, type Wish, wishOf } from './part.ts';
import { type Rests } from './turns/rests.ts';
import { isAnswered, spareOf } from './spare.ts';
import { claimOf } from './turns/turns.ts';
import * as where from './where.ts';

/** What a session has from its poller. */
export interface Desk extends Rests {
  readonly up: () => number;
  readonly chance: () => number;
  /** Questions under way, of all sessions. */
  underWay: number;
  readonly ask: (session: Session, at: Server, signal: AbortSignal) => Promise<Reply>;
  /** Something changed outside of the timers' own course. */
  readonly pump: () => void;
  /** What this machine lacks, once. */
  readonly own: (failure: OwnFailure) => void;
  /** False while this machine is known to lack that address family. */
  readonly reaches: (address: string) => boolean;
  /** The last subscriber left. */
  readonly over: (session: Session) => void;
}

/** One question under way. */
interface Question {
  readonly address: string;
  readonly transport: TransportName;
  readonly asked: number;
  readonly stop: AbortController;
}

/** One RRset at one resolver: the questions that all watches of it share. */
export interface Session extends Turn, where.Whereabouts {
  readonly desk: Desk;
  readonly key: Key;
  /** Replaced, never changed: who goes through them calls out. */
  parts: readonly Part[];
  question: Question | null;
  /** Questions left of a burst. */
  burst: number;
  /** Another address that is asked this once; null: none. */
  spare: string | null;
  /** Others that did not answer, and are asked no more in this session. */
  passed: readonly string[];
  /** Failures of this machine in a row, and the last of them. */
  failures: number;
  failure: Fault | null;
  /** It said REFUSED: who joins later hears that without asking. */
  refusal: Seen | null;
}

const none: readonly string[] = [];
const unclaimed = claimOf('again', { times: 1 });

export function sessionOf(
  desk: Desk,
  { key, resolver, lane, flow }: Pick<Session, 'key' | 'resolver' | 'lane' | 'flow'>,
): Session {
  // Written out, as objects that begin with a spread take more room.
  return {
    desk,
    key,
    resolver,
    lane,
    flow,
    parts: [],
    slot: -1,
    at: 0,
    rank: 0,
    order: 0,
    claim: unclaimed,
    question: null,
    burst: 0,
    place: 0,
    spare: null,
    passed: none,
    silences: 0,
    heard: false,
    failures: 0,
    failure: null,
    refusal: null,
    fire,
    ask,
  };
}

/** Another watch takes part. */
export function join(session: Session, part: Part): void {
  const { desk, refusal, parts, resolver } = session;
  if (parts.length === 0) session.place = where.placeKnown(resolver, part.state?.last);
  session.parts = parts.concat(part);
  if (refusal !== null && part.state?.refused !== true) tell(part, refusal);
  plan(session, desk.up());
}

/** A watch ended, or has heard all it wanted; without any there is no session. */
export function quit(session: Session, gone: Part): void {
  const { desk, parts, lane } = session;
  gone.live = false;
  if (!parts.includes(gone)) return;
  session.parts = parts.filter(one => one !== gone);
  if (session.parts.length > 0) {
    plan(session, desk.up());
    return;
  }
  lane.timers.remove(session);
  leave(session, desk.up());
  const { question } = session;
  settled(session);
  question?.stop.abort();
  desk.over(session);
}

/** Stands where the first wish of its parts wants it, unless a question is under way. */
export function plan(session: Session, now: number): void {
  const { desk, lane } = session;
  if (session.question !== null) return;
  lane.timers.remove(session);
  leave(session, now);
  let first: Wish | null = null;
  for (const one of session.parts) {
    if (!one.live) continue;
    const wish = wishOf(one, now, desk.chance());
    if (wish !== null && (first === null || wish.at < first.at)) first = wish;
    if (wish === null && one.watching.subject.mode !== 'watch') one.watching.finish(one);
  }
  // Those that finished may have closed it, or set it going again.
  if (first === null || session.parts.length === 0 || isAsking(session)) return;
  session.burst = first.burst;
  stand(session, first, now);
}

/** No question is under way any more; another session may ask. */
function settled(session: Session): void {
  if (session.question === null) return;
  session.question = null;
  session.desk.underWay -= 1;
}

const isAsking = ({ question }: Session): boolean => question !== null;

function stand(session: Session, wish: Wish, now: number): void {
  const { failures, desk, resolver } = session;
  const pauseMs = failures === 0 ? 0 : ownPause(failures);
  session.at = Math.max(wish.at, now + pauseMs, desk.restsUntil(resolver));
  session.claim = wish.claim;
  session.lane.timers.put(session);
}

const ownPause = (failures: number): number =>
  Math.min(limits.pollOwnPauseMs * 2 ** Math.min(failures - 1, 16), limits.pollOwnPauseMostMs);

/** Its time has come: to ask, or to give up the question that is under way. */
function fire(session: Session, now: number): void {
  const { question } = session;
  if (question !== null) {
    const why = `no answer within ${limits.pollDeadlineMs} ms`;
    question.stop.abort();
    const error = new Fault('UNAVAILABLE', `${question.address}: ${why}`);
    seen(session, question, { error });
    return;
  }
  const address = where.addressOf(session);
  if (address !== null) {
    session.spare = spareOf(address, session);
    enter(session, now);
    return;
  }
  session.failure ??= new Fault('UNAVAILABLE', 'no address of it can be reached from here');
  failed(session, session.failure);
}

function ask(session: Session, now: number): void {
  const { desk, lane, spare } = session;
  const at = where.serverAt(session, spare ?? where.addressOf(session) ?? '');
  const transport = at.over?.transport ?? 'udp';
  const stop = new AbortController();
  const question: Question = { address: at.address, transport, asked: now, stop };
  session.question = question;
  desk.underWay += 1;
  session.burst -= 1;
  session.at = now + limits.pollDeadlineMs;
  lane.timers.put(session);
  const settle = (act: () => void): void => {
    // Given up meanwhile: nobody waits for it.
    if (session.question !== question) return;
    act();
    desk.pump();
  };
  desk.ask(session, at, question.stop.signal).then(
    reply => {
      settle(() => {
        seen(session, question, reply);
      });
    },
    (error: unknown) => {
      settle(() => {
        refusedBySelf(session, question, error);
      });
    },
  );
}

function refusedBySelf(session: Session, question: Question, error: unknown): void {
  const own = ownFailure(error, question.address);
  if (own === null) {
    seen(session, question, { error });
    return;
  }
  settled(session);
  session.lane.timers.remove(session);
  session.desk.own(own);
  // Another address may do, and nothing was asked yet.
  if (own.family !== null && where.addressOf(session) !== null) {
    plan(session, session.desk.up());
    return;
  }
  failed(session, own.fault);
}

/** Nothing was learnt about the resolver. Who wants one answer does not wait for it for ever. */
function failed(session: Session, fault: Fault): void {
  session.failures += 1;
  session.failure = fault;
  const hopeless = where.addressOf(session) === null;
  for (const one of session.parts) {
    if (!one.live) continue;
    const brief = one.watching.subject.mode !== 'watch';
    if (hopeless || (brief && session.failures >= limits.pollOwnFailures)) tellLeftOut(one, fault);
    if (one.toldLeftOut && brief) one.watching.finish(one);
  }
  plan(session, session.desk.up());
}

/** The silence of another address than the one that is asked is not that of the resolver. */
function passOver(session: Session, address: string): void {
  session.passed = session.passed.concat(address);
  settled(session);
  plan(session, session.desk.up());
}

/** An answer, or none: each part hears it. */
function seen(session: Session, question: Question, result: Reply | { readonly error: unknown }) {
  const { desk, resolver, parts, lane } = session;
  const { address, asked } = question;
  const now = desk.up();
  lane.timers.remove(session);
  const { transport, rttMs, connection }: Pick<Reply, 'transport' | 'rttMs' | 'connection'> =
    'message' in result ? result : { transport: question.transport, rttMs: now - asked };
  const over = { transport, ...(connection !== undefined && { connection }) };
  const what: Seen = { asking: { address, ...over, asked, received: now, rttMs }, result };
  const rests = 'error' in result ? restMs(result.error) : null;
  if (rests !== null) desk.rest(resolver, rests);
  if (address === session.spare && !isAnswered(what, session)) {
    passOver(session, address);
    return;
  }
  let said: Observation['outcome'] | null = null;
  // Until all have heard it the question stays: what a callback does must not begin another one.
  for (const one of parts) if (one.live) said = tell(one, what)?.outcome ?? said;
  if (session.question !== question) return;
  settled(session);
  session.failures = 0;
  // Who asks for less answered, and is not to be asked the more another way.
  if (said?.kind !== 'silent') where.wasHeard(session);
  else if (rests === null) where.fellSilent(session);
  if (said?.kind === 'refused' && said.rcodeName === 'REFUSED') session.refusal = what;
  const goesOn = session.burst > 0 && said?.kind === 'answered';
  if (goesOn) stand(session, { at: now, burst: session.burst, claim: session.claim }, now);
  else plan(session, now);
}
