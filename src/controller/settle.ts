import { type Now } from '../clock.ts';
import { elapsed } from '../cutover/elapsed.ts';
import { type Settlement } from '../cutover/intent.ts';
import { sameRRset } from '../dns/rrset.ts';
import { Fault } from '../errors.ts';
import { limits } from '../limits.ts';
import { type Provider } from '../provider.ts';
import { differences, type Found, picture, type Picture } from './found.ts';
import { nextPauseMs, readAll } from './read-back.ts';
import { type Asking, definite, refused, send, type Sent, turnPauseMs } from './sending.ts';

export interface Settling extends Asking {
  /** False: the intent may only be read back. */
  readonly send: boolean;
  /** Intents that were sent, or may have been, by this owner or the one before it: their ids. */
  readonly maybeSent: Set<string>;
  /** Asked of the store at the last moment before sending. */
  readonly stillDue: () => Promise<boolean>;
}

const notApplied = (fault: Fault | null, fallback: string): Settlement => ({
  is: 'not-applied',
  code: fault?.code ?? 'UNAVAILABLE',
  message: fault === null ? fallback : [fault.message, fault.fix].filter(Boolean).join('; '),
  refused: fault !== null && refused(fault),
});

/** How long reads must have worked, and shown no change, before a write counts as not applied. */
const quietMs = (provider: Provider): number =>
  limits.writeDeadlineMs + provider.capabilities.lag * 1000;

/** Nothing failed: it was only read back, since somebody else may have sent it or it is not wanted any more. */
const untouched = (provider: Provider): Settlement => ({
  is: 'not-applied',
  code: 'ABORTED',
  message: `it was not sent again, and the zone showed no trace of it for ${quietMs(provider) / 1000} s`,
  refused: false,
});

/** An answer of the store that took longer than this is asked for again before anything is sent. */
const answerMs = 2000;

/** So long without a good read, the primary may have stood still, with the write in its queue. */
const blindMs = 5000;

/** A read that shows what nobody sent may be from before we left that state. */
const staleMs = 5000;

const changesNothing = ({ intent }: Settling): boolean =>
  intent.changes.every(({ before, after }) => sameRRset(before, after));

/** What was seen of the zone, and since when it has shown the same. */
interface Calm {
  readonly since: Now;
  readonly shown: Picture;
}

type Attempt = Settlement | Sent | 'look again';

/** Sends, if that is still wanted at this very moment. */
async function attempt(
  run: Settling,
  provider: Provider,
  found: readonly Found[],
): Promise<Attempt> {
  const { intent, signal } = run;
  const { clock } = run.environment;
  const asked = clock.now();
  if (!(await run.stillDue()) || signal.aborted) throw new Fault('ABORTED', 'no longer wanted');
  // Stopped in between, a process must not act on what it heard before.
  if (elapsed(asked, clock.now()).ms > answerMs) return 'look again';
  if (intent.by !== null && clock.now().wall >= intent.by)
    return notApplied(null, 'its time was over before it could be sent');
  run.maybeSent.add(intent.id);
  return send(run, provider, found);
}

/** Nobody handles what stands there now: unsent the write is refused, sent it met somebody's edit. */
function unreadable({ cutover, intent }: Settling, fault: Fault, begun: boolean): Settlement {
  if (!begun) return notApplied(fault, '');
  const found = intent.changes.map(change => ({ change, hosted: null }));
  const why = `${cutover.plan.provider} (${fault.message})`;
  return {
    is: 'conflict',
    differences: differences(cutover, found).map(one => ({ ...one, source: why })),
  };
}

/**
 * Brings an intent to its end: reads, sends when everything is as it was before, and reads again whatever
 * was answered. `not-applied` only after a definite refusal, or when reads have shown for as long as a
 * write that is still under way could take that nothing changed. Never sends twice, but where the write
 * was turned away because the provider is asked too often: there nothing was begun.
 */
export async function settle(run: Settling): Promise<Settlement> {
  const { environment, cutover, intent, signal } = run;
  const { clock } = environment;
  const provider = await environment.provider(cutover.plan.provider);
  const lagMs = provider.capabilities.lag * 1000;
  const began = clock.now();
  // It may be under way, or have been taken back by a person: it is not sent twice, and only quiet tells
  // that it was not applied. Another intent may follow.
  const mayHaveBeenSent = run.maybeSent.has(intent.id);
  let sent: Sent | null = null;
  let turnedAway = 0;
  let strangeSince: Now | null = null;
  // A primary that stood still works off its queue when it goes on, the lost write among it: time in
  // which nothing could be read is not quiet. One read that fails between two good ones is no such time.
  let read: Now | null = null;
  let calm = null as Calm | null;
  for (let pauseMs = 1000; ;) {
    const looked = clock.now();
    const found = await readAll(run, provider);
    const begun = mayHaveBeenSent || sent !== null;
    if (found instanceof Fault) return unreadable(run, found, begun);
    if (turnedAway === 0) await run.trouble(null);
    const shown = picture(cutover, found);
    const blind = read === null || elapsed(read, clock.now()).ms - pauseMs > blindMs;
    read = clock.now();
    if (blind || calm?.shown !== shown) calm = { since: read, shown };
    const fault = sent?.fault ?? null;
    const since = (from: Now): number => elapsed(from, looked).ms;
    // What is still under way may change the picture, and so may a read that was stale.
    const unsure = mayHaveBeenSent || (fault !== null && !definite(fault));
    const quiet = since(calm.since) >= quietMs(provider);
    const clear = unsure ? quiet : since(sent?.at ?? began) >= lagMs;
    if (shown !== 'earlier' && shown !== 'mixed') strangeSince = null;
    if (shown === 'after') {
      // A way back ends where the RRset was before: what shows it may be a read from before we left it.
      const believed = begun || changesNothing(run) || since(calm.since) >= staleMs;
      const receipt = sent?.receipt ?? null;
      if (since(began) >= lagMs && believed)
        return { is: 'confirmed', ...(receipt !== null && { receipt }) };
    } else if (shown === 'before') {
      if (sent === null && run.send && !mayHaveBeenSent) {
        const end = await attempt(run, provider, found);
        if (end === 'look again') continue;
        if ('is' in end) return end;
        sent = end;
        calm = null;
        if (end.fault?.code !== 'RATE_LIMITED') continue;
        run.maybeSent.delete(intent.id);
        await run.trouble(end.fault);
        await clock.sleep(turnPauseMs(end.fault, turnedAway, environment.chance), signal);
        turnedAway += 1;
        sent = null;
        continue;
      }
      if (fault !== null && definite(fault) && clear) return notApplied(fault, '');
      if (quiet)
        return sent === null ? untouched(provider) : notApplied(fault, 'the zone did not change');
    } else {
      // An earlier value, or half of a change, may come right by itself.
      strangeSince ??= looked;
      const lasting = shown === 'foreign' || since(strangeSince) >= lagMs + 2000;
      if (lasting && clear) return { is: 'conflict', differences: differences(cutover, found) };
    }
    pauseMs = nextPauseMs(pauseMs, elapsed(looked, clock.now()).ms);
    await clock.sleep(pauseMs, signal);
  }
}
