import { type Cutover } from '../cutover/cutover.ts';
import { due } from '../cutover/course.ts';
import { type Effect } from '../cutover/effect.ts';
import { type Report } from '../cutover/event.ts';
import { type Actor } from '../cutover/line.ts';
import { Fault, isFault, toFault } from '../errors.ts';
import { type Holder } from '../store/store.ts';
import { append, folded } from './append.ts';
import { runEffect } from './effects.ts';
import { type Workplace } from './environment.ts';
import { heartbeats } from './heartbeat.ts';
import { signalBox } from './signal-box.ts';

const actor: Actor = { kind: 'controller', name: 'controller' };

/** How a controller's run ended: the cutover did, somebody else owns it, or its signal was aborted. */
export type Ended =
  | { readonly is: 'ended'; readonly cutover: Cutover }
  | { readonly is: 'held'; readonly by: Holder }
  | { readonly is: 'lost' }
  | { readonly is: 'stopped' };

interface Running {
  readonly stop: AbortController;
  readonly done: Promise<void>;
}

/** One owner's run of one cutover. */
interface Shift {
  readonly environment: Workplace;
  readonly id: string;
  readonly fence: number;
  readonly running: Map<string, Running>;
  /** Intents that were sent, or may have been by the owner before. */
  readonly maybeSent: Set<string>;
  /** Rings when the store changed, an effect ended, or something failed. */
  readonly ring: () => void;
  readonly failed: (fault: Fault) => void;
}

/** The state as it is now, as long as we own it. */
async function load({ environment, id, fence }: Shift): Promise<Cutover> {
  const row = await environment.store.load(id);
  if (row === null) throw new Fault('NOT_FOUND', `there is no cutover ${id}`);
  if (row.fence !== fence) throw new Fault('LEASE_LOST', `another process owns ${id} now`);
  return folded(environment.store, row);
}

const isDue = (cutover: Cutover, key: string): boolean =>
  due(cutover).some(effect => effect.key === key);

/** An outcome whose effect is no longer due is dropped, except a settled intent. False: it was. */
async function report(shift: Shift, effect: Effect, event: Report): Promise<boolean> {
  const { environment, id, fence } = shift;
  let taken = true;
  const wanted = (cutover: Cutover) => {
    taken = event.type === 'settled' || isDue(cutover, effect.key);
    return taken;
  };
  await append(environment, id, { event, terms: { actor, fence, wanted } });
  return taken;
}

function begin(shift: Shift, cutover: Cutover, effect: Effect): Running {
  const stop = new AbortController();
  const { signal } = stop;
  const { environment, maybeSent } = shift;
  const deliver = async (event: Report): Promise<void> => {
    if (!signal.aborted && (await report(shift, effect, event))) return;
    // Another process may make it due again before anybody here compares: it would then run on as though
    // what was dropped had been heard, and a check or a wake would not come for minutes, or never.
    stop.abort();
    throw new Fault('ABORTED', 'no longer due');
  };
  const run = {
    ...{ environment, effect, cutover, maybeSent, signal },
    load: () => load(shift),
    report: deliver,
  };
  const done = runEffect(run).catch((error: unknown) => {
    const fault = toFault(error);
    if (!signal.aborted && !isFault(fault, 'ABORTED')) shift.failed(fault);
  });
  return { stop, done };
}

/** Starts what is missing, stops what is not due: recovery after a crash is the same comparison. */
function compare(shift: Shift, cutover: Cutover): void {
  const { running } = shift;
  const wanted = new Map(due(cutover).map(effect => [effect.key, effect]));
  for (const [key, { stop }] of running) {
    if (wanted.has(key)) continue;
    stop.abort();
    running.delete(key);
  }
  for (const [key, effect] of wanted) {
    if (running.has(key)) continue;
    const one = begin(shift, cutover, effect);
    running.set(key, one);
    void one.done.then(() => {
      if (running.get(key) === one) running.delete(key);
      // Only now: who compares must not find it running still.
      shift.ring();
    });
  }
}

async function stopAll(running: Map<string, Running>): Promise<void> {
  const all = [...running.values()];
  running.clear();
  for (const { stop } of all) stop.abort();
  await Promise.all(all.map(({ done }) => done));
}

/** How long to wait before the store is tried again after it failed. */
const storePauseMs = 1000;

async function work(
  shift: Shift,
  box: ReturnType<typeof signalBox<Fault>>,
  signal: AbortSignal,
): Promise<Ended> {
  const { environment } = shift;
  const stopped = () => signal.aborted;
  for (;;) {
    if (stopped()) return { is: 'stopped' };
    try {
      const cutover = await load(shift);
      if (cutover.outcome !== null) return { is: 'ended', cutover };
      compare(shift, cutover);
      await box.next(signal);
      const fault = box.take();
      if (fault !== null) throw fault;
    } catch (error) {
      const fault = toFault(error);
      if (stopped()) return { is: 'stopped' };
      if (fault.code === 'LEASE_LOST') return { is: 'lost' };
      if (!fault.retryable && fault.code !== 'STALE') throw fault;
      // What could not be stored did not happen: stop sending, and compare again when the store is back.
      await stopAll(shift.running);
      await environment.clock.sleep(storePauseMs, signal).catch(() => undefined);
    }
  }
}

/**
 * Owns a cutover and does what is due until it ends, somebody else owns it, or the signal is aborted.
 * An abort leaves it resumable at any instant. Throws a Fault for what cannot be mended by waiting.
 */
export async function control(
  environment: Workplace,
  id: string,
  signal: AbortSignal,
): Promise<Ended> {
  const owned = await environment.store.own(id, environment.clock.now().wall);
  if (owned.is === 'held') return { is: 'held', by: owned };
  const { owner, fence } = owned;
  const box = signalBox<Fault>();
  const shift: Shift = {
    environment,
    id,
    fence,
    running: new Map(),
    maybeSent: new Set(),
    ring: box.ring,
    failed: box.put,
  };
  const unwatch = environment.store.watch(box.ring);
  const silence = new AbortController();
  let beating: Promise<void> = Promise.resolve();
  try {
    const { intent, canary } = await append(environment, id, {
      event: { type: 'owned', owner, fence },
      terms: { actor, fence },
    });
    for (const open of [intent, canary?.intent ?? null])
      if (open !== null) shift.maybeSent.add(open.id);
    const terms = { actor, fence };
    const report = async (event: Report): Promise<void> => {
      await append(environment, id, { event, terms });
    };
    beating = heartbeats({ environment, load: () => load(shift), report }, silence.signal);
    return await work(shift, box, signal);
  } finally {
    unwatch();
    silence.abort();
    await beating;
    await stopAll(shift.running);
    await environment.store.release(id).catch(() => undefined);
  }
}
