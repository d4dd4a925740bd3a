import { type Instant } from '../clock.ts';
import { type Entry } from '../cutover/line.ts';
import { limits } from '../limits.ts';
import { headOf } from '../store/head.ts';
import { type Store } from '../store/store.ts';
import { eventOf } from '../view/events.ts';
import { type Desk, type Receiver, tryOnce, type Tried } from './attempt.ts';
import { isWanted } from './choice.ts';
import { deliveryId, type DeliveryLog } from './log.ts';
import { type Told } from './payload.ts';
import { dueNow, failed, gone, mayPass, nextDue, type Sending, taken, without } from './queue.ts';
import {
  changeRecord,
  isFading,
  type Kept,
  loadRecord,
  saveRecord,
  type WebhookRecord,
} from './record.ts';

/** What a worker knows beside the store: lines that it has looked at, and nobody wanted. */
export interface Memory {
  seen: { readonly epoch: string; readonly n: number };
  /** Attempts since the log was trimmed. */
  noted: number;
}

export interface Work {
  readonly desk: Desk;
  readonly log: DeliveryLog;
  readonly receiver: Receiver;
  readonly memory: Memory;
}

const toldOf = (entry: Entry, epoch: string): Told => {
  const event = eventOf(entry, epoch);
  return { id: event.id, type: event.type, time: event.time, text: event.text, event };
};

/** The first line behind this one that the receiver wants, and how far was looked. */
async function nextWanted(
  { desk: { store }, receiver }: Work,
  from: number,
): Promise<{ readonly entry: Entry | null; readonly seen: number }> {
  let seen = from;
  for (;;) {
    const page = await store.after(seen, limits.feedPage);
    const entry = page.find(one => isWanted(receiver.order, one));
    if (entry !== undefined) return { entry, seen: entry.n - 1 };
    seen = page.at(-1)?.n ?? seen;
    if (page.length < limits.feedPage) return { entry: null, seen };
  }
}

/**
 * A store that was restored goes on under another epoch, from what the backup knew. Lines that it had are
 * its own still; what was sent after the backup was made happened in a store that is no more.
 */
async function toThisEpoch(store: Store, record: WebhookRecord): Promise<WebhookRecord> {
  const head = await headOf(store);
  return {
    ...record,
    epoch: store.epoch,
    n: Math.min(record.n, head),
    waiting: record.waiting.filter(({ n }) => n <= head),
  };
}

/** What is to be sent now, if anything is. */
async function nextSending(
  work: Work,
  record: WebhookRecord,
): Promise<(Sending & { readonly entry: Entry | null }) | null> {
  const { desk, memory } = work;
  const { epoch } = desk.store;
  const due = dueNow(record, desk.clock.now().wall);
  if (due !== null) {
    const [entry = null] = await desk.store.after(due.n - 1, 1);
    return { n: due.n, delivery: due.delivery, entry };
  }
  if (!mayPass(record)) return null;
  const from = memory.seen.epoch === epoch ? Math.max(memory.seen.n, record.n) : record.n;
  const { entry, seen } = await nextWanted(work, from);
  memory.seen = { epoch, n: seen };
  return entry === null ? null : { n: entry.n, delivery: deliveryId(entry.n), entry };
}

/** Notes what came of it in the log, where people look. */
async function note(
  { desk, log, receiver }: Work,
  { sending, told, tried, after }: Ended,
): Promise<void> {
  const waits = after.waiting.find(({ delivery }) => delivery === sending.delivery);
  const now = desk.clock.now().wall;
  const at = { webhook: receiver.id, delivery: sending.delivery, now };
  await log.note(at, known => ({
    ...{ event: told.id, type: told.type, n: sending.n },
    state: tried.is === 'taken' ? 'delivered' : waits === undefined ? 'failed' : 'waiting',
    attempts: [...(known?.event === told.id ? known.attempts : []), tried.attempt],
    nextAt: waits?.nextAt ?? null,
  }));
}

interface Ended {
  readonly sending: Sending;
  readonly told: Told;
  readonly tried: Tried;
  readonly after: WebhookRecord;
}

/** Those that waited when the receiver was gone will not be sent. */
async function giveUp({ desk, log, receiver }: Work, waiting: WebhookRecord['waiting']) {
  const now = desk.clock.now().wall;
  for (const { delivery } of waiting) {
    const known = await log.load(receiver.id, delivery);
    if (known !== null)
      await log.note({ webhook: receiver.id, delivery, now }, one => ({
        ...(one ?? known),
        ...{ state: 'failed', nextAt: null },
      }));
  }
}

/** Sends one event, and stores what came of it. */
async function sendOne(
  work: Work,
  { n, delivery, entry }: Sending & { readonly entry: Entry },
  signal: AbortSignal,
): Promise<void> {
  const { desk, receiver, log } = work;
  const told = toldOf(entry, desk.store.epoch);
  const tried = await tryOnce(desk, { receiver, told }, signal);
  const sending = { n, delivery };
  const chance = desk.chance.float();
  const now = desk.clock.now().wall;
  let dropped: WebhookRecord['waiting'] = [];
  const after = await changeRecord({ store: desk.store, now }, receiver.id, record => {
    const lease = { holder: desk.holder, until: now + limits.webhookLeaseMs };
    dropped = tried.is === 'gone' ? record.waiting : [];
    if (tried.is === 'taken') return { ...taken(record, sending), lease };
    if (tried.is === 'gone') return { ...gone(record, sending, now), lease };
    const of = { now, chance, retryAfterMs: tried.retryAfterMs };
    return { ...failed(record, sending, of), lease };
  });
  // Gone meanwhile: somebody removed the webhook, and its log with it.
  if (after === null) return;
  await note(work, { sending, told, tried, after });
  await giveUp(
    work,
    dropped.filter(one => one.delivery !== delivery),
  );
  if (work.memory.noted++ % limits.webhookTrimEvery === 0) await log.trim(receiver.id);
}

/** Lines that nobody wanted are passed now and then, so that a restart does not look at all of them again. */
async function passOver(
  { desk, receiver, memory }: Work,
  { version, record }: Omit<Kept, 'expiresAt'>,
): Promise<void> {
  const { wall } = desk.clock.now();
  const { n } = memory.seen;
  if (record.waiting.length > 0 || n - record.n < limits.webhookPassedLines) return;
  await saveRecord(desk.store.documents, receiver.id, {
    ...{ version, now: wall },
    record: { ...record, n },
  });
}

/** Until when another process sends; null: none does. */
function leasedBy(
  { lease }: WebhookRecord,
  of: { readonly holder: string; readonly wall: Instant },
): Instant | null {
  if (lease === null || lease.holder === of.holder || lease.until <= of.wall) return null;
  // Nobody takes one for longer: the wall clock was set back since.
  return lease.until - of.wall > limits.webhookLeaseMs ? null : lease.until;
}

/**
 * Sends what is to be sent now, one after the other, until nothing is.
 * @returns when to come again at the latest; null: when a line was stored, or somebody asks
 * @throws Fault STORE, ABORTED
 */
export async function turn(work: Work, signal: AbortSignal): Promise<Instant | null> {
  const { desk, receiver } = work;
  const { store, clock, holder } = desk;
  while (!signal.aborted) {
    const kept = await loadRecord(store.documents, receiver.id);
    if (kept === null) return null;
    const { wall } = clock.now();
    const { version, record } = kept;
    const restored = record.epoch !== store.epoch;
    // At once: the head of the journal is the one of the backup only as long as nothing happens.
    if (restored || isFading(kept, wall)) {
      const anew = restored ? await toThisEpoch(store, record) : record;
      await saveRecord(store.documents, receiver.id, { version, record: anew, now: wall });
      continue;
    }
    if (record.disabled !== null) return null;
    const until = leasedBy(record, { holder, wall });
    if (until !== null) return until;
    const next = await nextSending(work, record);
    if (next === null) {
      await passOver(work, { version, record });
      return nextDue(record);
    }
    const held = { ...record, lease: { holder, until: wall + limits.webhookLeaseMs } };
    // Whoever stores this is the one who sends; the other finds the lease at its next look.
    if (!(await saveRecord(store.documents, receiver.id, { version, record: held, now: wall })))
      continue;
    const { entry } = next;
    if (entry !== null) await sendOne(work, { ...next, entry }, signal);
    else await changeRecord({ store, now: wall }, receiver.id, one => without(one, next));
  }
  return null;
}

/** Lets others send at once, instead of when the lease has ended. */
export async function letGo({ desk, receiver }: Work): Promise<void> {
  const { store, clock, holder } = desk;
  await changeRecord({ store, now: clock.now().wall }, receiver.id, record =>
    record.lease?.holder === holder ? { ...record, lease: null } : null,
  );
}
