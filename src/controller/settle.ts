import { type Now } from '../clock.ts';
import { type Cutover } from '../cutover/cutover.ts';
import { elapsed } from '../cutover/elapsed.ts';
import { type Difference, type Intent, type Settlement } from '../cutover/intent.ts';
import { positionsOf, SNAPSHOT } from '../cutover/path.ts';
import { type Change } from '../dns/change.ts';
import { keyOf, keyText, sameRRset, type HostedRRset, type Key } from '../dns/rrset.ts';
import { Fault, toFault } from '../errors.ts';
import { limits } from '../limits.ts';
import { type Move, type Provider, type Receipt, type Urgency } from '../provider.ts';
import { withDeadline } from '../deadline.ts';
import { type Environment } from './environment.ts';

export interface Settling {
  readonly environment: Environment;
  readonly cutover: Cutover;
  readonly intent: Intent;
  /** False: the intent may only be read back. */
  readonly send: boolean;
  /** Intents that were sent, or may have been, by this owner or the one before it: their ids. */
  readonly maybeSent: Set<string>;
  /** Asked of the store at the last moment before sending. */
  readonly stillDue: () => Promise<boolean>;
  /** Told about reads that fail, and null when one works again. */
  readonly trouble: (fault: Fault | null) => Promise<void>;
  readonly signal: AbortSignal;
}

export const keyOfChange = ({ before, after }: Change): Key => {
  const rrset = after ?? before;
  if (rrset === null) throw new Fault('BUG', 'a change from nothing to nothing');
  return keyOf(rrset);
};

interface Found {
  readonly change: Change;
  readonly hosted: HostedRRset | null;
}

const providerName = ({ plan }: Cutover): string => plan.provider;

/** Reads every RRset of the intent, as often as it takes. */
async function readAll(run: Settling, provider: Provider): Promise<readonly Found[]> {
  const { clock } = run.environment;
  for (let pauseMs = 1000; ; pauseMs = Math.min(30_000, pauseMs * 2)) {
    try {
      const found: Found[] = [];
      for (const change of run.intent.changes) {
        const key = keyOfChange(change);
        const what = `reading ${keyText(key)} from ${provider.name}`;
        const terms = { ms: limits.readDeadlineMs, what, signal: run.signal };
        const hosted = await withDeadline(clock, terms, signal =>
          provider.read(key, signal, urgencyOf(run.intent)),
        );
        found.push({ change, hosted });
      }
      return found;
    } catch (error) {
      if (run.signal.aborted) throw new Fault('ABORTED', 'given up', { cause: error });
      await run.trouble(toFault(error));
      await clock.sleep(pauseMs, run.signal);
    }
  }
}

type Picture = 'after' | 'before' | 'mixed' | 'earlier' | 'foreign';

/** What the zone shows, seen from the intent and the path. */
function picture(cutover: Cutover, found: readonly Found[]): Picture {
  const each = found.flatMap(({ change, hosted }): Picture | [] => {
    const value = hosted?.rrset ?? null;
    // A change that changes nothing is a verification: being so, it is before and after at once.
    if (sameRRset(value, change.after)) return sameRRset(value, change.before) ? [] : 'after';
    if (sameRRset(value, change.before)) return 'before';
    const track = cutover.plan.tracks.find(({ key }) => key === keyText(keyOfChange(change)));
    return track !== undefined && positionsOf(track, value).length > 0 ? 'earlier' : 'foreign';
  });
  if (each.includes('foreign')) return 'foreign';
  if (each.includes('earlier')) return 'earlier';
  if (each.every(one => one === 'after')) return 'after';
  return each.every(one => one === 'before') ? 'before' : 'mixed';
}

const differences = (run: Settling, found: readonly Found[]): readonly Difference[] =>
  found
    .filter(({ change, hosted }) => !sameRRset(hosted?.rrset ?? null, change.after))
    .map(({ change, hosted }) => ({
      key: keyText(keyOfChange(change)),
      expected: change.before,
      found: hosted?.rrset ?? null,
      source: providerName(run.cutover),
    }));

/** A way back finds room and goes first, whatever else the account is asked for. */
const urgencyOf = ({ purpose }: Intent): Urgency =>
  purpose === 'rollback' || purpose === 'undo' ? 'rollback' : 'usual';

/**
 * What the provider keeps besides the records: the snapshot's own on the way back, from the first write on,
 * since a record that is made anew has lost its comment, and the exact snapshot may need no other write;
 * and where the TTL is restored, which a provider may have kept in words of its own (`auto`).
 */
function extrasOf({ cutover, intent }: Settling, { change, hosted }: Found): HostedRRset['extras'] {
  const snapshot = cutover.snapshot?.hosted[keyText(keyOfChange(change))];
  const back = intent.position === SNAPSHOT || urgencyOf(intent) === 'rollback';
  if (back || intent.purpose === 'restore' || hosted === null) return snapshot?.extras ?? null;
  return hosted.extras;
}

const moveOf = (run: Settling, found: Found): Move => ({
  from: found.hosted,
  to:
    found.change.after === null
      ? null
      : {
          rrset: found.change.after,
          extras: extrasOf(run, found),
          token: found.hosted?.token ?? null,
        },
});

/** What came of sending: the provider's receipt, or a fault, which need not mean that nothing happened. */
interface Sent {
  readonly at: Now;
  readonly receipt: Receipt | null;
  readonly fault: Fault | null;
}

/** Sends the write once, and gives it up when its time is over. */
async function send(run: Settling, provider: Provider, found: readonly Found[]): Promise<Sent> {
  const { clock } = run.environment;
  const { id, by } = run.intent;
  const at = clock.now();
  const ms = Math.min(limits.writeDeadlineMs, by === null ? Infinity : by - clock.now().wall);
  const terms = { ms, what: `writing ${id} at ${provider.name}`, signal: run.signal };
  try {
    const moves = found.map(one => moveOf(run, one));
    const receipt = await withDeadline(clock, terms, signal =>
      provider.write(moves, signal, urgencyOf(run.intent)),
    );
    return { at, receipt, fault: null };
  } catch (error) {
    if (run.signal.aborted) throw new Fault('ABORTED', 'given up', { cause: error });
    return { at, receipt: null, fault: toFault(error) };
  }
}

/** Refused for good: sending it again would be refused again. */
const refused = ({ code }: Fault): boolean =>
  ['UNAUTHORIZED', 'UNSUPPORTED', 'MALFORMED', 'NOT_FOUND'].includes(code);

/** The provider itself said that nothing was changed. */
const definite = (fault: Fault): boolean => refused(fault) || fault.code === 'CONFLICT';

const notApplied = (fault: Fault | null, fallback: string): Settlement => ({
  is: 'not-applied',
  code: fault?.code ?? 'UNAVAILABLE',
  message: fault === null ? fallback : [fault.message, fault.fix].filter(Boolean).join('; '),
  refused: fault !== null && refused(fault),
});

/** How long reads must have worked, and shown no change, before a write counts as not applied. */
const quietMs = (provider: Provider): number =>
  limits.writeDeadlineMs + provider.capabilities.lag * 1000;

/** As long as the provider asked for, else ever longer; and it is looked at anew each minute. */
const turnPauseMs = (fault: Fault, times: number): number =>
  Math.min(60_000, fault.retryAfterMs ?? 2000 * 2 ** times);

/** An answer of the store that took longer than this is asked for again before anything is sent. */
const answerMs = 2000;

/** So long without a good read, the primary may have stood still, with the write in its queue. */
const blindMs = 5000;

/**
 * Brings an intent to its end: reads, sends when everything is as it was before, and reads again whatever
 * was answered. `not-applied` only after a definite refusal, or when reads have shown for as long as a
 * write that is still under way could take that nothing changed. Never sends twice, but for a provider
 * that turned the write away because it is asked too often: there nothing was begun.
 */
export async function settle(run: Settling): Promise<Settlement> {
  const { environment, cutover, intent, signal } = run;
  const { clock } = environment;
  const provider = await environment.provider(providerName(cutover));
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
  let calm = null as { readonly since: Now; readonly shown: Picture } | null;
  for (;;) {
    const looked = clock.now();
    const found = await readAll(run, provider);
    if (turnedAway === 0) await run.trouble(null);
    const shown = picture(cutover, found);
    const blind = read === null || elapsed(read, clock.now()).ms > blindMs;
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
      const receipt = sent?.receipt ?? null;
      if (since(began) >= lagMs) return { is: 'confirmed', ...(receipt !== null && { receipt }) };
    } else if (shown === 'before') {
      if (sent === null && run.send && !mayHaveBeenSent) {
        const asked = clock.now();
        if (!(await run.stillDue()) || signal.aborted)
          throw new Fault('ABORTED', 'no longer wanted');
        // Stopped in between, a process must not act on what it heard before.
        if (elapsed(asked, clock.now()).ms > answerMs) continue;
        if (intent.by !== null && clock.now().wall >= intent.by)
          return notApplied(null, 'its time was over before it could be sent');
        run.maybeSent.add(intent.id);
        sent = await send(run, provider, found);
        calm = null;
        if (sent.fault?.code !== 'RATE_LIMITED') continue;
        run.maybeSent.delete(intent.id);
        await run.trouble(sent.fault);
        await clock.sleep(turnPauseMs(sent.fault, turnedAway), signal);
        turnedAway += 1;
        sent = null;
        continue;
      }
      if (fault !== null && definite(fault) && clear) return notApplied(fault, '');
      if (quiet) return notApplied(fault, 'the zone did not change');
    } else {
      // An earlier value, or half of a change, may come right by itself.
      strangeSince ??= looked;
      const lasting = shown === 'foreign' || since(strangeSince) >= lagMs + 2000;
      if (lasting && clear) return { is: 'conflict', differences: differences(run, found) };
    }
    await clock.sleep(1000, signal);
  }
}
